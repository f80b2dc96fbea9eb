/* pattern.c - one pattern of a pack: regex and captures, set and rules, samples.
 * SPDX-License-Identifier: MIT */
#include "pattern/matcher.h"
#include "pattern/memo.h"
#include "pattern/verdict.h"
#include "pattern/reader.h"
#include "pattern/sample.h"
#include "reply/reply.h"

#include <stdlib.h>

/* The value of a `set` entry, by its target. */
static int set_value(struct reader *r, const char *key, const char *value, struct assignment *out)
{
	struct slice text = slice_of(value);
	size_t used;
	uint64_t number;
	int found = 0;

	out->text = reader_keep(r, slice_eq(text, SLICE("none")) ? "" : value);
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

		bool not_ours = strcmp(item->string, "not_ours") == 0;

		if (not_ours || strcmp(item->string, "twice") == 0) {
			if (!cJSON_IsBool(item))
				return error_set(r->err, "\"%s\" must be true or false", item->string);
			*to = (struct assignment){ .slot = not_ours ? SLOT_NOT_OURS : SLOT_TWICE, .number = cJSON_IsTrue(item) };
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

int read_conditions(struct reader *r, const cJSON *when, struct conditions *out)
{
	const cJSON *item;

	if (!cJSON_IsObject(when))
		return error_set(r->err, "\"when\" must be an object { \"field or input\": \"value\" }");
	NEW_ARRAY(r, out->all, (size_t)cJSON_GetArraySize(when));
	cJSON_ArrayForEach(item, when) {
		struct condition *condition = &out->all[out->n++];

		condition->slot = slot_parse(slice_of(item->string));
		if (condition->slot < 0 || condition->slot == FIELD_FILE || condition->slot == FIELD_LINE)
			return error_set(r->err, "\"when\": \"%.40s\" is no field and no input", item->string);
		if (condition->slot == FIELD_PROVIDER || condition->slot == FIELD_REASON_CLASS)
			return error_set(r->err, "\"when\": \"%s\" is found only behind the rules", item->string);
		if (reader_texts(r, item, item->string, true, &condition->values) < 0)
			return -1;
		condition->plain = is_plain(condition);
	}
	return 0;
}

static int read_rule(struct reader *r, const cJSON *object, struct rule *out)
{
	static const char *const keys[] = { "when", "set", "about", NULL };

	return reader_keys(r, object, keys) < 0 ||
	       read_conditions(r, reader_get(object, "when"), &out->when) < 0 ||
	       read_set(r, reader_get(object, "set"), &out->set) < 0 ? -1 : 0;
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
		out->expect[out->n++] = (struct expectation){ field, reader_keep(r, item->valuestring) };
	}
	return 0;
}

static int read_sample(struct reader *r, const cJSON *object, bool of_pack, struct sample *out)
{
	static const char *const pattern_keys[] = { "after", "line", "expect", "about", NULL };
	static const char *const pack_keys[] = { "after", "line", "fate", "about", NULL };
	const cJSON *expect = reader_get(object, "expect"), *one;
	struct slice fate;

	if (reader_keys(r, object, of_pack ? pack_keys : pattern_keys) < 0 ||
	    reader_texts(r, reader_get(object, "after"), "after", false, &out->after) < 0 ||
	    reader_string(r, object, "line", true, &out->line) < 0)
		return -1;
	out->fate = -1;
	if (of_pack) {
		if (reader_string(r, object, "fate", true, &fate) < 0)
			return -1;
		out->fate = fate_parse(fate);
		return out->fate < 0 ? error_set(r->err, "\"fate\" must be matched, known, trouble, foreign or unrecognised") : 0;
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

int read_samples(struct reader *r, const cJSON *list, bool of_pack, struct sample **samples, size_t *n)
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

bool may_be_captured(int slot)
{
	static const bool allowed[N_SLOTS] = {
#define CAPTURE(slot, role) [slot] = true,
#include "pattern/capture.def"
	};

	return slot >= 0 && allowed[slot];
}

static int slot_of_group(struct slice name)
{
	int slot = slot_parse(name);

	return may_be_captured(slot) ? slot : -1;
}

/* The patterns that this one stands beside know it from now on. */
static int read_beside(struct reader *r, const cJSON *object, struct pattern *out)
{
	if (reader_texts(r, reader_get(object, "beside"), "beside", false, &out->beside) < 0)
		return -1;
	if (out->beside.n && out->ordered)
		return error_set(r->err, "\"beside\": not together with \"recall\", \"when\" or \"remember\"");
	for (size_t i = 0; i < out->beside.n; i++) {
		struct pattern *first = r->pack->patterns;

		while (first < out && !slice_eq(first->name, out->beside.text[i]))
			first++;
		if (first == out || first->beside.n || first->also)
			return error_set(r->err, "\"beside\": \"%.*s\" is no pattern before this one, or has another beside it",
			                 SLICE_ARG(out->beside.text[i]));
		first->also = out;
		first->repeats = false;
	}
	return 0;
}

int read_pattern(struct reader *r, const cJSON *object, struct pattern *out)
{
	static const char *const keys[] = { "name", "about", "services", "anchor", "beside", "regex", "recall", "when", "set", "rules",
	                                    "remember", "samples", NULL };

	out->pack = r->pack;
	if (reader_string(r, object, "name", true, &out->name) < 0 || reader_keys(r, object, keys) < 0)
		return -1;
	for (struct pattern *before = r->pack->patterns; before < out; before++)
		if (slice_eq(before->name, out->name))
			return error_set(r->err, "there is another pattern of this name; give it its own");
	if (!reader_get(object, "anchor"))
		return error_set(r->err, "a pattern needs \"anchor\": literals of which every matching line holds one");
	if (!reader_get(object, "regex"))
		return error_set(r->err, "a pattern needs \"regex\"");
	if (reader_texts(r, reader_get(object, "services"), "services", false, &out->services) < 0 ||
	    reader_texts(r, reader_get(object, "anchor"), "anchor", false, &out->anchors) < 0 ||
	    reader_regex(r, reader_get(object, "regex"), "regex", slot_of_group, &out->source, &out->regex) < 0 ||
	    read_set(r, reader_get(object, "set"), &out->set) < 0 ||
	    read_rules(r, reader_get(object, "rules"), out) < 0 ||
	    read_order(r, object, out) < 0 || read_beside(r, object, out) < 0 ||
	    (!r->tried && read_samples(r, reader_get(object, "samples"), false, &out->samples, &out->n_samples) < 0))
		return -1;
	out->repeats = !out->beside.n && memo_suits(out);
	verdict_prepare(out, r->arena);
	return 0;
}

