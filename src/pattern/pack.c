/* pack.c - from a pack's JSON to the structures of pack.h.
 *
 * Every object is read through a list of the keys that it may have, so that a
 * misspelt key is an error and not silence. Errors name the pattern and the key;
 * pack_read() puts the file before them. SPDX-License-Identifier: MIT */
#include "pattern/pack.h"

#include "pattern/matcher.h"
#include "reply/reply.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const slot_names[N_SLOTS] = {
#define FIELD(id, name) name,
#include "pattern/event.def"
#define INPUT(id, name) name,
#include "pattern/input.def"
};

int slot_parse(struct slice name)
{
	for (int i = 0; i < N_SLOTS; i++)
		if (slice_eq(name, slice_of(slot_names[i])))
			return i;
	return -1;
}

/* The reading state: where copies go, fragments so far. */
struct reader {
	struct pack *pack;
	const cJSON *define;
	struct error *err;
};

static struct slice keep(struct reader *r, const char *text)
{
	return arena_copy(&r->pack->arena, slice_of(text));
}

/* An array of n elements in the pack's arena, zeroed. */
#define NEW_ARRAY(reader, array, n) \
	((array) = memset(arena_alloc(&(reader)->pack->arena, (n) * sizeof *(array)), 0, (n) * sizeof *(array)))

static int check_keys(struct reader *r, const cJSON *object, const char *const *keys)
{
	const cJSON *item;

	if (!cJSON_IsObject(object))
		return error_set(r->err, "must be an object { ... }");
	cJSON_ArrayForEach(item, object) {
		size_t i = 0;

		while (keys[i] && strcmp(keys[i], item->string) != 0)
			i++;
		if (!keys[i])
			return error_set(r->err, "unknown key \"%.60s\"; remove it or mend its spelling", item->string);
	}
	return 0;
}

static const cJSON *get(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static int read_string(struct reader *r, const cJSON *object, const char *key, bool required, struct slice *out)
{
	const cJSON *item = get(object, key);

	*out = SLICE("");
	if (!item && !required)
		return 0;
	if (!cJSON_IsString(item) || !*item->valuestring)
		return error_set(r->err, "\"%s\" must be a string that is not empty", key);
	*out = keep(r, item->valuestring);
	return 0;
}

/* A string or a list of strings. */
static int read_texts(struct reader *r, const cJSON *item, const char *key, bool empty_allowed, struct texts *out)
{
	const cJSON *one = item && cJSON_IsArray(item) ? item->child : item;

	*out = (struct texts){ 0 };
	if (!item)
		return 0;
	NEW_ARRAY(r, out->text, cJSON_IsArray(item) ? (size_t)cJSON_GetArraySize(item) : 1);
	for (; one; one = cJSON_IsArray(item) ? one->next : NULL) {
		if (!cJSON_IsString(one) || (!empty_allowed && !*one->valuestring))
			return error_set(r->err, "\"%s\" must be a string or a list of strings, none empty", key);
		out->text[out->n++] = keep(r, one->valuestring);
	}
	return out->n ? 0 : error_set(r->err, "\"%s\" is an empty list; leave it out instead", key);
}

static int expand(struct reader *r, const char *source, int depth, struct buffer *out)
{
	for (const char *p = source; *p; p++) {
		const char *end = p[0] == '%' && p[1] == '{' ? strchr(p, '}') : NULL;
		const cJSON *fragment;
		char name[64];

		if (!end || end - p - 2 >= (ptrdiff_t)sizeof name) {
			buffer_byte(out, *p);
			continue;
		}
		memcpy(name, p + 2, (size_t)(end - p - 2));
		name[end - p - 2] = '\0';
		fragment = get(r->define, name);
		if (!cJSON_IsString(fragment))
			return error_set(r->err, "%%{%s} is not in \"define\"; define it there", name);
		if (depth > 8)
			return error_set(r->err, "%%{%s} is defined by itself", name);
		if (expand(r, fragment->valuestring, depth + 1, out) < 0)
			return -1;
		p = end;
	}
	return 0;
}

/* A regex as written: a string or a list joined, fragments put in. */
static int read_regex(struct reader *r, const cJSON *item, const char *key, struct slice *source, struct regex **regex)
{
	struct texts parts;
	struct buffer whole = { 0 };
	int rc = read_texts(r, item, key, false, &parts);

	for (size_t i = 0; rc == 0 && i < parts.n; i++)
		rc = expand(r, arena_string(&r->pack->arena, parts.text[i]), 0, &whole);
	if (rc == 0) {
		*source = arena_copy(&r->pack->arena, buffer_slice(&whole));
		*regex = regex_new(*source, r->err);
		rc = *regex ? 0 : -1;
	}
	buffer_release(&whole);
	return rc;
}

/* The value of a `set` entry, by its target. */
static int set_value(struct reader *r, const char *key, const char *value, struct assignment *out)
{
	struct slice text = slice_of(value);
	size_t used;
	uint64_t number;
	int found = 0;

	out->text = keep(r, slice_eq(text, SLICE("none")) ? "" : value);
	switch (out->slot) {
	case FIELD_KIND: found = kind_parse(text); break;
	case FIELD_DIRECTION: found = direction_parse(text); break;
	case FIELD_STAGE: found = stage_parse(text); break;
	case FIELD_OUTCOME: found = outcome_parse(text); break;
	case FIELD_CODE:
		found = slice_to_u64(text, &number) && number >= 200 && number <= 599 ? (int)number
		        : out->text.n ? -1 : 0;
		break;
	case FIELD_ENHANCED:
		found = (int)enhanced_parse(text, &used);
		if (out->text.n && (!found || used != text.n))
			found = -1;
		break;
	case FIELD_DOMAIN: case FIELD_RELAY: case FIELD_REASON:
		break;
	default:
		return error_set(r->err, "\"set\" cannot give \"%s\"", key);
	}
	if (found < 0)
		return error_set(r->err, "\"set\": \"%.40s\" is no value of \"%s\"", value, key);
	out->number = found;
	return 0;
}

static int read_set(struct reader *r, const cJSON *object, struct assignments *out)
{
	const cJSON *item;

	*out = (struct assignments){ 0 };
	if (!object)
		return 0;
	if (!cJSON_IsObject(object))
		return error_set(r->err, "\"set\" must be an object { \"field\": \"value\" }");
	NEW_ARRAY(r, out->set, (size_t)cJSON_GetArraySize(object));
	cJSON_ArrayForEach(item, object) {
		struct assignment *to = &out->set[out->n++];

		if (strcmp(item->string, "not_ours") == 0) {
			if (!cJSON_IsBool(item))
				return error_set(r->err, "\"not_ours\" must be true or false");
			*to = (struct assignment){ .slot = SLOT_NOT_OURS, .number = cJSON_IsTrue(item) };
			continue;
		}
		to->slot = field_parse(slice_of(item->string));
		if (!cJSON_IsString(item))
			return error_set(r->err, "\"set\": \"%.40s\" must be a string", item->string);
		if (set_value(r, item->string, item->valuestring, to) < 0)
			return -1;
	}
	return 0;
}

static bool is_plain(const struct condition *condition)
{
	for (size_t i = 0; i < condition->values.n; i++) {
		struct slice value = condition->values.text[i];

		if (slice_find_byte(value, '*') >= 0 || slice_find_byte(value, '?') >= 0 ||
		    (condition->slot == FIELD_RELAY_IP && slice_find_byte(value, '/') >= 0))
			return false;
	}
	return true;
}

static int read_rule(struct reader *r, const cJSON *object, struct rule *out)
{
	static const char *const keys[] = { "when", "set", "about", NULL };
	const cJSON *when = get(object, "when"), *item;

	if (check_keys(r, object, keys) < 0)
		return -1;
	if (!cJSON_IsObject(when))
		return error_set(r->err, "\"when\" must be an object { \"field or input\": \"value\" }");
	NEW_ARRAY(r, out->when, (size_t)cJSON_GetArraySize(when));
	cJSON_ArrayForEach(item, when) {
		struct condition *condition = &out->when[out->n_when++];

		condition->slot = slot_parse(slice_of(item->string));
		if (condition->slot < 0 || condition->slot == FIELD_FILE || condition->slot == FIELD_LINE)
			return error_set(r->err, "\"when\": \"%.40s\" is no field and no input", item->string);
		if (read_texts(r, item, item->string, true, &condition->values) < 0)
			return -1;
		condition->plain = is_plain(condition);
	}
	return read_set(r, get(object, "set"), &out->set);
}

static int read_rules(struct reader *r, const cJSON *list, struct pattern *out)
{
	const cJSON *item;

	if (!list)
		return 0;
	if (!cJSON_IsArray(list))
		return error_set(r->err, "\"rules\" must be a list [ ... ]");
	NEW_ARRAY(r, out->rules, (size_t)cJSON_GetArraySize(list));
	cJSON_ArrayForEach(item, list)
		if (read_rule(r, item, &out->rules[out->n_rules++]) < 0)
			return error_prefix(r->err, "rule %zu", out->n_rules);
	return 0;
}

static int read_expected(struct reader *r, const cJSON *object, struct sample_event *out)
{
	const cJSON *item;

	if (!cJSON_IsObject(object) || !object->child)
		return error_set(r->err, "\"expect\" must be null, an object that is not empty, or a list of these");
	NEW_ARRAY(r, out->expect, (size_t)cJSON_GetArraySize(object));
	cJSON_ArrayForEach(item, object) {
		int field = field_parse(slice_of(item->string));

		if (field < 0 || field == FIELD_FILE || field == FIELD_LINE)
			return error_set(r->err, "\"expect\": \"%.40s\" is no field of an event", item->string);
		if (!cJSON_IsString(item))
			return error_set(r->err, "\"expect\": \"%s\" must be a string, as in TSV", item->string);
		out->expect[out->n++] = (struct expectation){ field, keep(r, item->valuestring) };
	}
	return 0;
}

static int read_sample(struct reader *r, const cJSON *object, bool of_pack, struct sample *out)
{
	static const char *const pattern_keys[] = { "line", "expect", "about", NULL };
	static const char *const pack_keys[] = { "line", "fate", "about", NULL };
	static const char *const fates[] = { "matched", "known", "trouble", "foreign", "unrecognised" };
	const cJSON *expect = get(object, "expect"), *one;
	struct slice fate;

	if (check_keys(r, object, of_pack ? pack_keys : pattern_keys) < 0 ||
	    read_string(r, object, "line", true, &out->line) < 0)
		return -1;
	out->fate = -1;
	if (of_pack) {
		if (read_string(r, object, "fate", true, &fate) < 0)
			return -1;
		for (int i = 0; i < N_FATES; i++)
			if (slice_eq(fate, slice_of(fates[i])))
				out->fate = i;
		return out->fate < 0 ? error_set(r->err, "\"fate\" must be known, trouble, foreign or unrecognised") : 0;
	}
	if (!expect)
		return error_set(r->err, "a sample needs \"expect\": the fields, or null for a near miss");
	if (cJSON_IsNull(expect))
		return 0;
	one = cJSON_IsArray(expect) ? expect->child : expect;
	NEW_ARRAY(r, out->event, cJSON_IsArray(expect) ? (size_t)cJSON_GetArraySize(expect) : 1);
	for (; one; one = cJSON_IsArray(expect) ? one->next : NULL)
		if (read_expected(r, one, &out->event[out->n_events++]) < 0)
			return -1;
	return 0;
}

static int read_samples(struct reader *r, const cJSON *list, bool of_pack, struct sample **samples, size_t *n)
{
	const cJSON *item;

	if (!list)
		return of_pack ? 0 : error_set(r->err, "a pattern needs \"samples\": lines that it must and must not read");
	if (!cJSON_IsArray(list))
		return error_set(r->err, "\"samples\" must be a list [ ... ]");
	NEW_ARRAY(r, *samples, (size_t)cJSON_GetArraySize(list));
	cJSON_ArrayForEach(item, list)
		if (read_sample(r, item, of_pack, &(*samples)[(*n)++]) < 0)
			return error_prefix(r->err, "sample %zu", *n);
	return 0;
}

/* Which slot each named group of the regex feeds. */
static int read_captures(struct reader *r, struct pattern *out)
{
	static const int allowed[] = { FIELD_STAGE, FIELD_CODE, FIELD_ENHANCED, FIELD_DOMAIN, FIELD_RELAY,
	                               FIELD_RELAY_IP, FIELD_ID, FIELD_DELAY, FIELD_COUNT, FIELD_REASON };
	struct slice name;
	unsigned group;
	size_t n = 0;

	while (regex_name(out->regex, n, &name, &group))
		n++;
	NEW_ARRAY(r, out->captures, n);
	for (size_t i = 0; i < n; i++) {
		int slot;
		bool fits = false;

		regex_name(out->regex, i, &name, &group);
		slot = slot_parse(name);
		for (size_t k = 0; k < sizeof allowed / sizeof *allowed; k++)
			fits |= slot == allowed[k];
		if (slot <= SLOT_LAST_FIELD && !fits)
			return error_set(r->err, "\"%.*s\" is no name for a capture group; see "
			                 "smtplog-stats-patterns(5), or use (?:...)", SLICE_ARG(name));
		out->captures[out->n_captures++] = (struct capture){ group, slot };
	}
	return 0;
}

static int read_pattern(struct reader *r, const cJSON *object, struct pattern *out)
{
	static const char *const keys[] = { "name", "about", "services", "anchor", "regex", "set", "rules", "samples", NULL };

	out->pack = r->pack;
	if (read_string(r, object, "name", true, &out->name) < 0 || check_keys(r, object, keys) < 0)
		return -1;
	for (struct pattern *before = r->pack->patterns; before < out; before++)
		if (slice_eq(before->name, out->name))
			return error_set(r->err, "there is another pattern of this name; give it its own");
	if (!get(object, "anchor"))
		return error_set(r->err, "a pattern needs \"anchor\": literals of which every matching line holds one");
	if (!get(object, "regex"))
		return error_set(r->err, "a pattern needs \"regex\"");
	return read_texts(r, get(object, "services"), "services", false, &out->services) < 0 ||
	       read_texts(r, get(object, "anchor"), "anchor", false, &out->anchors) < 0 ||
	       read_regex(r, get(object, "regex"), "regex", &out->source, &out->regex) < 0 ||
	       read_captures(r, out) < 0 ||
	       read_set(r, get(object, "set"), &out->set) < 0 ||
	       read_rules(r, get(object, "rules"), out) < 0 ||
	       read_samples(r, get(object, "samples"), false, &out->samples, &out->n_samples) < 0 ? -1 : 0;
}

static int read_patterns(struct reader *r, const cJSON *list)
{
	struct pack *pack = r->pack;
	const cJSON *item;

	if (!cJSON_IsArray(list) || !list->child)
		return error_set(r->err, "a pack needs \"patterns\", a list with at least one");
	NEW_ARRAY(r, pack->patterns, (size_t)cJSON_GetArraySize(list));
	cJSON_ArrayForEach(item, list) {
		struct pattern *pattern = &pack->patterns[pack->n_patterns++];

		if (read_pattern(r, item, pattern) == 0)
			continue;
		if (pattern->name.n)
			return error_prefix(r->err, "pattern \"%.*s\"", SLICE_ARG(pattern->name));
		return error_prefix(r->err, "pattern %zu", pack->n_patterns);
	}
	return 0;
}

static int read_known(struct reader *r, const cJSON *list)
{
	static const char *const keys[] = { "services", "starts", "has", "trouble", "about", NULL };
	struct pack *pack = r->pack;
	const cJSON *item;

	if (!list)
		return 0;
	if (!cJSON_IsArray(list))
		return error_set(r->err, "\"known\" must be a list [ ... ]");
	NEW_ARRAY(r, pack->known, (size_t)cJSON_GetArraySize(list));
	cJSON_ArrayForEach(item, list) {
		struct known *known = &pack->known[pack->n_known++];

		known->trouble = cJSON_IsTrue(get(item, "trouble"));
		if (check_keys(r, item, keys) < 0 ||
		    read_texts(r, get(item, "services"), "services", false, &known->services) < 0 ||
		    read_texts(r, get(item, "starts"), "starts", false, &known->starts) < 0 ||
		    read_texts(r, get(item, "has"), "has", false, &known->has) < 0)
			return error_prefix(r->err, "known row %zu", pack->n_known);
		if (!known->starts.n && !known->has.n && !known->services.n) {
			error_set(r->err, "needs \"services\", \"starts\" or \"has\"");
			return error_prefix(r->err, "known row %zu", pack->n_known);
		}
	}
	return 0;
}

static int read_words(struct reader *r, const cJSON *object, const char *key, int (*parse)(struct slice), struct words *out)
{
	const cJSON *words = get(object, key), *item;

	if (!words)
		return 0;
	if (!cJSON_IsObject(words))
		return error_set(r->err, "\"words\": \"%s\" must be an object { \"as logged\": \"value\" }", key);
	NEW_ARRAY(r, out->word, (size_t)cJSON_GetArraySize(words));
	cJSON_ArrayForEach(item, words) {
		int value = cJSON_IsString(item) ? parse(slice_of(item->valuestring)) : -1;

		if (value < 0)
			return error_set(r->err, "\"words\": \"%s\": \"%.40s\" has a value that does not exist", key, item->string);
		out->word[out->n++] = (struct word){ keep(r, item->string), value };
	}
	return 0;
}

static int read_claims(struct reader *r, const cJSON *root)
{
	struct texts times;
	struct slice source;

	if (read_texts(r, get(root, "services"), "services", false, &r->pack->services) < 0 ||
	    read_texts(r, get(root, "times"), "times", false, &times) < 0)
		return -1;
	for (size_t i = 0; i < times.n; i++) {
		if (!slice_eq(times.text[i], SLICE("exim")))
			return error_set(r->err, "\"times\": \"%.*s\" is not known; \"exim\" is", SLICE_ARG(times.text[i]));
		r->pack->exim_time = true;
	}
	if (get(root, "shape") && read_regex(r, get(root, "shape"), "shape", &source, &r->pack->shape) < 0)
		return error_prefix(r->err, "shape");
	if (!r->pack->services.n && !r->pack->shape && !r->pack->exim_time)
		return error_set(r->err, "a pack needs \"services\", \"shape\" or \"times\": which lines are its own");
	return 0;
}

static int read_root(struct reader *r, const cJSON *root)
{
	static const char *const keys[] = { "$schema", "pack", "about", "services", "shape", "times", "define",
	                                    "words", "known", "patterns", "samples", NULL };
	static const char *const word_keys[] = { "status", "stage", NULL };
	struct pack *pack = r->pack;
	const cJSON *words = get(root, "words");

	r->define = get(root, "define");
	if (check_keys(r, root, keys) < 0 || (words && check_keys(r, words, word_keys) < 0))
		return -1;
	return read_string(r, root, "pack", true, &pack->name) < 0 ||
	       read_string(r, root, "about", false, &pack->about) < 0 ||
	       read_claims(r, root) < 0 ||
	       read_words(r, words, "status", outcome_parse, &pack->status) < 0 ||
	       read_words(r, words, "stage", stage_parse, &pack->stage) < 0 ||
	       read_known(r, get(root, "known")) < 0 ||
	       read_patterns(r, get(root, "patterns")) < 0 ||
	       read_samples(r, get(root, "samples"), true, &pack->samples, &pack->n_samples) < 0 ? -1 : 0;
}

static char *read_file(const char *path, struct error *err)
{
	enum { PACK_BYTES_MAX = 8 << 20 };
	FILE *file = fopen(path, "rb");
	char *text;
	size_t n;

	if (!file) {
		error_set(err, "%s: %s; check the path and its permissions", path, strerror(errno));
		return NULL;
	}
	text = xmalloc(PACK_BYTES_MAX + 1);
	n = fread(text, 1, PACK_BYTES_MAX + 1, file);
	if (ferror(file) || n > PACK_BYTES_MAX) {
		error_set(err, "%s: %s", path, ferror(file) ? strerror(errno) : "is over 8 MiB; is this a pack?");
		free(text);
		text = NULL;
	} else {
		text[n] = '\0';
	}
	fclose(file);
	return text;
}

static void json_error(const char *path, const char *text, const char *at, struct error *err)
{
	int line = 1, column = 1;

	for (const char *p = text; at && p < at && *p; p++) {
		column = *p == '\n' ? 1 : column + 1;
		line += *p == '\n';
	}
	error_set(err, "%s:%d:%d: is no valid JSON from here on; look for a missing comma, quote or bracket", path, line, column);
}

struct pack *pack_read(const char *path, struct error *err)
{
	const char *stop = NULL;
	char *text = read_file(path, err);
	cJSON *root;
	struct pack *pack;
	struct reader reader;

	if (!text)
		return NULL;
	root = cJSON_ParseWithOpts(text, &stop, true);
	if (!root) {
		json_error(path, text, stop, err);
		free(text);
		return NULL;
	}
	pack = xcalloc(1, sizeof *pack);
	pack->path = xstrdup(path);
	reader = (struct reader){ pack, NULL, err };
	if (read_root(&reader, root) < 0) {
		error_prefix(err, "%s", path);
		pack_free(pack);
		pack = NULL;
	}
	cJSON_Delete(root);
	free(text);
	return pack;
}

void pack_free(struct pack *pack)
{
	for (size_t i = 0; i < pack->n_patterns; i++)
		regex_free(pack->patterns[i].regex);
	regex_free(pack->shape);
	free(pack->path);
	arena_release(&pack->arena);
	free(pack);
}
