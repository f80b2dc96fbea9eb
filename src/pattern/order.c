/* order.c - the keys of a pattern that only ordered packs have: "recall", "when",
 * "remember". SPDX-License-Identifier: MIT */
#include "pattern/reader.h"

static int slot_of_name(struct reader *r, const char *key, struct slice name)
{
	int slot = slot_parse(name);

	if (!may_be_captured(slot) || slot == SLOT_KEY)
		return error_set(r->err, "\"%s\": \"%.*s\" is nothing that can be kept; see smtplog-stats-patterns(5)",
		                 key, SLICE_ARG(name));
	return slot;
}

static int read_recalls(struct reader *r, const cJSON *list, struct pattern *out)
{
	struct texts names;

	if (reader_texts(r, list, "recall", false, &names) < 0)
		return -1;
	NEW_ARRAY(r, out->recalls, names.n);
	for (size_t i = 0; i < names.n; i++) {
		int slot = slot_of_name(r, "recall", names.text[i]);

		if (slot < 0)
			return -1;
		out->recalls[out->n_recalls++] = slot;
	}
	return 0;
}

static int read_remembers(struct reader *r, const cJSON *object, struct pattern *out)
{
	const cJSON *item;

	if (!object)
		return 0;
	if (!cJSON_IsObject(object))
		return error_set(r->err, "\"remember\" must be an object { \"name\": true, false or a text }");
	NEW_ARRAY(r, out->remembers, (size_t)cJSON_GetArraySize(object));
	cJSON_ArrayForEach(item, object) {
		struct remembered *to = &out->remembers[out->n_remembers++];

		if (!cJSON_IsString(item) && !cJSON_IsBool(item))
			return error_set(r->err, "\"remember\": \"%.40s\" must be true, false or a text", item->string);
		*to = (struct remembered){ .slot = slot_of_name(r, "remember", slice_of(item->string)),
		                           .captured = cJSON_IsTrue(item) };
		if (to->slot < 0)
			return -1;
		if (cJSON_IsString(item))
			to->text = reader_keep(r, item->valuestring);
	}
	return 0;
}

static int read_when(struct reader *r, const cJSON *object, struct pattern *out)
{
	if (!object)
		return 0;
	if (read_conditions(r, object, &out->when) < 0)
		return -1;
	for (size_t i = 0; i < out->when.n; i++)
		if (!may_be_captured(out->when.all[i].slot))
			return error_set(r->err, "\"when\" of a pattern asks for what is captured or recalled only");
	return 0;
}

int read_order(struct reader *r, const cJSON *object, struct pattern *out)
{
	static const char *const keys[] = { "recall", "when", "remember" };

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (!reader_get(object, keys[i]))
			continue;
		if (!r->pack->ordered)
			return error_set(r->err, "\"%s\" needs \"ordered\": true in the pack", keys[i]);
		out->ordered = true;
	}
	return read_recalls(r, reader_get(object, "recall"), out) < 0 ||
	       read_when(r, reader_get(object, "when"), out) < 0 ||
	       read_remembers(r, reader_get(object, "remember"), out) < 0 ? -1 : 0;
}
