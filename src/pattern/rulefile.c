/* rulefile.c - reasons.json as the rules of reasons.h. Rules of a later file are put
 * in front; phrases are known by their rule's place, so they are entered anew then.
 * SPDX-License-Identifier: MIT */
#include "pattern/filter.h"
#include "pattern/reader.h"
#include "pattern/reasons.h"

#include <stdlib.h>

/* --- conditions ---------------------------------------------------------- */

static int read_codes(struct reader *r, const cJSON *when, struct texts *out)
{
	char glob[4];

	if (reader_texts(r, reader_get(when, "code"), "code", true, out) < 0)
		return -1;
	for (size_t i = 0; i < out->n; i++) {
		if (out->text[i].n && code_glob(out->text[i], glob) < 0)
			return error_set(r->err, "\"code\": \"%.*s\" is no reply code; write 550, 45x, 4yz, or \"\" for none",
			                 SLICE_ARG(out->text[i]));
		if (out->text[i].n)
			out->text[i] = reader_keep(r, glob);
	}
	return 0;
}

static int read_enhanced(struct reader *r, const cJSON *when, struct texts *out)
{
	char glob[ENHANCED_TEXT_MAX];

	if (reader_texts(r, reader_get(when, "enhanced"), "enhanced", true, out) < 0)
		return -1;
	for (size_t i = 0; i < out->n; i++) {
		if (out->text[i].n && enhanced_glob(out->text[i], glob) < 0)
			return error_set(r->err, "\"enhanced\": \"%.*s\" is no enhanced code; write 5.7.1, x.1.1, or \"\" for none",
			                 SLICE_ARG(out->text[i]));
		if (out->text[i].n)
			out->text[i] = reader_keep(r, glob);
	}
	return 0;
}

/* Names of an enumeration as a mask. */
static int read_names(struct reader *r, const cJSON *when, const char *key, int (*parse)(struct slice), uint32_t *mask)
{
	struct texts names;

	if (reader_texts(r, reader_get(when, key), key, false, &names) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		int value = parse(names.text[i]);

		if (value < 0)
			return error_set(r->err, "\"%s\": there is no \"%.*s\"", key, SLICE_ARG(names.text[i]));
		*mask |= 1u << value;
	}
	return 0;
}

static int read_when(struct reader *r, const cJSON *when, struct reason_rule *out)
{
	static const char *const keys[] = { "code", "enhanced", "provider", "kind", "direction", "stage", "outcome",
	                                    "words", "without", "regex", NULL };
	struct slice source;

	if (!cJSON_IsObject(when) || !when->child)
		return error_set(r->err, "a rule needs \"when\", an object with a condition at least");
	if (reader_keys(r, when, keys) < 0 || read_codes(r, when, &out->codes) < 0 ||
	    read_enhanced(r, when, &out->enhanced) < 0 ||
	    reader_texts(r, reader_get(when, "provider"), "provider", true, &out->providers) < 0 ||
	    read_names(r, when, "kind", kind_parse, &out->kinds) < 0 ||
	    read_names(r, when, "direction", direction_parse, &out->directions) < 0 ||
	    read_names(r, when, "stage", stage_parse, &out->stages) < 0 ||
	    read_names(r, when, "outcome", outcome_parse, &out->outcomes) < 0 ||
	    reader_texts(r, reader_get(when, "words"), "words", false, &out->words) < 0 ||
	    reader_texts(r, reader_get(when, "without"), "without", false, &out->without) < 0)
		return -1;
	return reader_get(when, "regex") ? reader_regex(r, reader_get(when, "regex"), "regex", NULL, &source, &out->regex) : 0;
}

/* --- samples ------------------------------------------------------------- */

static int read_value(struct reader *r, const cJSON *object, const char *key, int (*parse)(struct slice), int *out)
{
	struct slice name;

	if (reader_string(r, object, key, false, &name) < 0)
		return -1;
	*out = name.n ? parse(name) : -1;
	return name.n && *out < 0 ? error_set(r->err, "\"%s\": there is no \"%.*s\"", key, SLICE_ARG(name)) : 0;
}

static int read_sample(struct reader *r, const cJSON *item, struct reason_sample *out)
{
	static const char *const keys[] = { "text", "provider", "kind", "direction", "stage", "outcome", "dsn", NULL };
	const cJSON *text = reader_get(item, "text");
	struct slice dsn;
	size_t used;

	*out = (struct reason_sample){ .kind = -1, .direction = -1, .stage = -1, .outcome = -1 };
	if (cJSON_IsString(item)) {
		out->text = reader_keep(r, item->valuestring);
		return 0;
	}
	if (reader_keys(r, item, keys) < 0)
		return -1;
	if (!cJSON_IsString(text))
		return error_set(r->err, "a sample needs \"text\", a string; it may be empty");
	out->text = reader_keep(r, text->valuestring);
	if (reader_string(r, item, "provider", false, &out->provider) < 0 ||
	    reader_string(r, item, "dsn", false, &dsn) < 0 ||
	    read_value(r, item, "kind", kind_parse, &out->kind) < 0 ||
	    read_value(r, item, "direction", direction_parse, &out->direction) < 0 ||
	    read_value(r, item, "stage", stage_parse, &out->stage) < 0 ||
	    read_value(r, item, "outcome", outcome_parse, &out->outcome) < 0)
		return -1;
	out->dsn = enhanced_parse(dsn, &used);
	return dsn.n && !out->dsn ? error_set(r->err, "\"dsn\": \"%.*s\" is no enhanced code", SLICE_ARG(dsn)) : 0;
}

static int read_samples_of(struct reader *r, const cJSON *list, const char *key, struct reason_samples *out)
{
	const cJSON *item;

	if (!list)
		return 0;
	if (!cJSON_IsArray(list))
		return error_set(r->err, "\"%s\" must be a list [ ... ]", key);
	NEW_ARRAY(r, out->sample, (size_t)cJSON_GetArraySize(list));
	cJSON_ArrayForEach(item, list)
		if (read_sample(r, item, &out->sample[out->n++]) < 0)
			return error_prefix(r->err, "%s %zu", key, out->n);
	return 0;
}

/* --- rules --------------------------------------------------------------- */

static int read_rule(struct reader *r, const cJSON *object, struct reason_rule *out)
{
	static const char *const keys[] = { "class", "about", "when", "samples", "not", NULL };
	struct slice class;
	int number;

	if (reader_keys(r, object, keys) < 0 || reader_string(r, object, "class", true, &class) < 0)
		return -1;
	number = reason_class_parse(class);
	if (number <= 0)
		return error_set(r->err, "there is no class \"%.*s\"; see smtplog-stats(1)", SLICE_ARG(class));
	out->class = (enum reason_class)number;
	if (read_when(r, reader_get(object, "when"), out) < 0 ||
	    read_samples_of(r, reader_get(object, "samples"), "samples", &out->samples) < 0 ||
	    read_samples_of(r, reader_get(object, "not"), "not", &out->misses) < 0)
		return -1;
	return out->samples.n ? 0 : error_set(r->err, "a rule needs \"samples\": texts that it must decide");
}

static int read_root(struct reader *r, const cJSON *root, const char *path, struct reason_rule **rules, size_t *n)
{
	static const char *const keys[] = { "$schema", "about", "define", "rules", NULL };
	const cJSON *list = reader_get(root, "rules"), *item;
	const char *file = arena_string(r->arena, slice_of(path));

	r->define = reader_get(root, "define");
	if (reader_keys(r, root, keys) < 0)
		return -1;
	if (!cJSON_IsArray(list) || !list->child)
		return error_set(r->err, "needs \"rules\", a list with at least one");
	*rules = xcalloc((size_t)cJSON_GetArraySize(list), sizeof **rules);
	cJSON_ArrayForEach(item, list) {
		struct reason_rule *rule = &(*rules)[(*n)++];

		rule->file = file;
		rule->number = *n;
		if (read_rule(r, item, rule) < 0)
			return error_prefix(r->err, "rule %zu", *n);
	}
	return 0;
}

static int enter_phrases(struct wording *wording, const struct texts *phrases, unsigned id, struct error *err)
{
	for (size_t i = 0; i < phrases->n; i++)
		if (wording_add(wording, phrases->text[i], id, err) < 0)
			return -1;
	return 0;
}

static int enter_all(struct reasons *reasons, struct error *err)
{
	wording_release(&reasons->wording);
	wording_init(&reasons->wording);
	for (size_t i = 0; i < reasons->n; i++) {
		const struct reason_rule *rule = &reasons->rule[i];

		if (enter_phrases(&reasons->wording, &rule->words, REASON_WORDS(i), err) < 0 ||
		    enter_phrases(&reasons->wording, &rule->without, REASON_WITHOUT(i), err) < 0)
			return error_prefix(err, "rule %zu", rule->number);
	}
	return 0;
}

/* `rules` belongs to reasons from here on. */
static int put_in_front(struct reasons *reasons, struct reason_rule *rules, size_t n, struct error *err)
{
	rules = xrealloc(rules, (n + reasons->n) * sizeof *rules);
	if (reasons->n)
		memcpy(&rules[n], reasons->rule, reasons->n * sizeof *rules);
	free(reasons->rule);
	reasons->rule = rules;
	reasons->n += n;
	if (reasons->n > REASON_RULES_MAX)
		return error_set(err, "there are over %d rules", REASON_RULES_MAX);
	return enter_all(reasons, err);
}

static void drop(struct reason_rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++)
		regex_free(rules[i].regex);
	free(rules);
}

int reasons_read(struct reasons *reasons, const char *path, struct error *err)
{
	struct arena room = { 0 };
	const cJSON *root = reader_open(path, &room, err);
	struct reader reader = { .arena = &reasons->arena, .err = err };
	struct reason_rule *rules = NULL;
	size_t n = 0;
	int rc;

	if (!root)
		return -1;
	rc = read_root(&reader, root, path, &rules, &n);
	if (rc == 0)
		rc = put_in_front(reasons, rules, n, err);
	else
		drop(rules, n);
	if (rc < 0)
		error_prefix(err, "%s", path);
	arena_release(&room);
	return rc;
}
