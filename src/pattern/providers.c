/* providers.c - SPDX-License-Identifier: MIT */
#include "pattern/providers.h"

#include "pattern/reader.h"

#include <stdlib.h>

void providers_init(struct providers *providers)
{
	*providers = (struct providers){ 0 };
	map_init(&providers->by_labels, sizeof(uint32_t));
}

void providers_release(struct providers *providers)
{
	free(providers->provider);
	free(providers->ends);
	map_release(&providers->by_labels);
	arena_release(&providers->arena);
}

/* The last two labels; empty where there are not as many. */
static struct slice last_labels(struct slice name)
{
	size_t i = name.n, dots = 0;

	while (i > 0 && (dots += name.p[i - 1] == '.') < 2)
		i--;
	return dots ? slice_from(name, i) : SLICE("");
}

/* --- reading ------------------------------------------------------------- */

static int check_relay(struct slice relay, struct error *err)
{
	size_t labels = 1;

	for (size_t i = 0; i < relay.n; i++) {
		char c = relay.p[i];

		labels += c == '.';
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '*'))
			return error_set(err, "\"%.*s\": write names in lower case, letters, digits, - and .", SLICE_ARG(relay));
	}
	if (labels < 2 || relay.p[0] == '.' || relay.p[relay.n - 1] == '.' || slice_find_byte(last_labels(relay), '*') >= 0)
		return error_set(err, "\"%.*s\": a name of two labels or more, like example.net", SLICE_ARG(relay));
	return 0;
}

static int read_provider(struct reader *r, const cJSON *object, struct provider *out)
{
	static const char *const keys[] = { "name", "about", "relays", "samples", "not", NULL };

	if (reader_keys(r, object, keys) < 0 || reader_string(r, object, "name", true, &out->name) < 0 ||
	    reader_texts(r, reader_get(object, "relays"), "relays", false, &out->relays) < 0 ||
	    reader_texts(r, reader_get(object, "samples"), "samples", false, &out->samples) < 0 ||
	    reader_texts(r, reader_get(object, "not"), "not", false, &out->misses) < 0)
		return -1;
	if (!out->relays.n || !out->samples.n)
		return error_set(r->err, "a provider needs \"relays\" and \"samples\"");
	for (size_t i = 0; i < out->relays.n; i++)
		if (check_relay(out->relays.text[i], r->err) < 0)
			return -1;
	return 0;
}

static int read_rows(struct reader *r, const cJSON *root, const char *path, struct provider **rows, size_t *n)
{
	static const char *const keys[] = { "$schema", "about", "providers", NULL };
	const cJSON *list = reader_get(root, "providers"), *item;
	const char *file = arena_string(r->arena, slice_of(path));

	if (reader_keys(r, root, keys) < 0)
		return -1;
	if (!cJSON_IsArray(list) || !list->child)
		return error_set(r->err, "needs \"providers\", a list with at least one");
	*rows = xcalloc((size_t)cJSON_GetArraySize(list), sizeof **rows);
	cJSON_ArrayForEach(item, list) {
		struct provider *row = &(*rows)[(*n)++];

		row->file = file;
		if (read_provider(r, item, row) < 0)
			return row->name.n ? error_prefix(r->err, "provider \"%.*s\"", SLICE_ARG(row->name))
			                   : error_prefix(r->err, "provider %zu", *n);
	}
	return 0;
}

/* All ends anew: rows have moved. From the last on, so that each goes before those
 * that come after it. */
static void enter_ends(struct providers *providers)
{
	map_clear(&providers->by_labels);
	providers->n_ends = 0;
	for (size_t i = providers->n; i-- > 0; ) {
		const struct provider *provider = &providers->provider[i];

		for (size_t k = provider->relays.n; k-- > 0; ) {
			struct slice end = provider->relays.text[k];
			uint32_t *first = map_enter(&providers->by_labels, last_labels(end));

			GROW(providers->ends, providers->n_ends, providers->capacity);
			providers->ends[providers->n_ends++] = (struct relay_end){ end, provider, *first };
			*first = (uint32_t)providers->n_ends;
		}
	}
}

int providers_read(struct providers *providers, const char *path, struct error *err)
{
	struct arena room = { 0 };
	const cJSON *root = reader_open(path, &room, err);
	struct reader reader = { .arena = &providers->arena, .err = err };
	struct provider *rows = NULL;
	size_t n = 0;
	int rc = -1;

	if (!root)
		return -1;
	if (read_rows(&reader, root, path, &rows, &n) < 0) {
		error_prefix(err, "%s", path);
	} else {
		rows = xrealloc(rows, (n + providers->n) * sizeof *rows);
		if (providers->n)
			memcpy(&rows[n], providers->provider, providers->n * sizeof *rows);
		free(providers->provider);
		providers->provider = rows;
		providers->n += n;
		enter_ends(providers);
		rows = NULL;
		rc = 0;
	}
	free(rows);
	arena_release(&room);
	return rc;
}

/* --- finding ------------------------------------------------------------- */

/* Compares from the end, where names differ, to the front. */
static bool ends_with(struct slice relay, struct slice end)
{
	size_t i = relay.n, k = end.n;

	while (k > 0) {
		if (end.p[k - 1] == '*') {
			size_t before = i;

			while (i > 0 && relay.p[i - 1] != '.')
				i--;
			if (i == before)
				return false;
			k--;
		} else if (i == 0 || relay.p[--i] != end.p[--k]) {
			return false;
		}
	}
	return i == 0 || relay.p[i - 1] == '.';
}

struct slice provider_of(const struct providers *providers, struct slice relay)
{
	int64_t index = map_find(&providers->by_labels, last_labels(relay));
	struct slice found = SLICE("");
	size_t longest = 0;

	if (index < 0)
		return found;
	for (uint32_t i = *(uint32_t *)map_value(&providers->by_labels, (uint32_t)index); i; i = providers->ends[i - 1].next) {
		const struct relay_end *end = &providers->ends[i - 1];

		if (end->end.n > longest && ends_with(relay, end->end)) {
			longest = end->end.n;
			found = end->provider->name;
		}
	}
	return found;
}

int samples_of_provider(const struct providers *providers, const struct provider *provider, struct error *err)
{
	for (size_t i = 0; i < provider->samples.n; i++) {
		struct slice got = provider_of(providers, provider->samples.text[i]);

		if (!slice_eq(got, provider->name))
			return error_set(err, "sample \"%.*s\" belongs to %.*s", SLICE_ARG(provider->samples.text[i]),
			                 got.n ? (int)got.n : 6, got.n ? got.p : "nobody");
	}
	for (size_t i = 0; i < provider->misses.n; i++)
		if (slice_eq(provider_of(providers, provider->misses.text[i]), provider->name))
			return error_set(err, "\"%.*s\" is a near miss but belongs to it", SLICE_ARG(provider->misses.text[i]));
	return 0;
}
