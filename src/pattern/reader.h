/* reader.h - a pack's JSON, read key by key with errors that say where.
 *
 * A value that is not as it must be gives -1 and r->err says which key; the callers
 * put rule, pattern and file before it. SPDX-License-Identifier: MIT */
#ifndef PATTERN_READER_H
#define PATTERN_READER_H

#include "pattern/pack.h"

#include <cjson/cJSON.h>

struct reader {
	struct arena *arena; /* what is read is kept here */
	const cJSON *define; /* fragments */
	struct error *err;
	struct pack *pack;   /* NULL: the file is none */
	bool tried;          /* samples are left out, and a regex is compiled when first run */
};

/* The JSON of a file, which stays until the room is released: NULL and *err with file,
 * line and column. One thread at a time. */
const cJSON *reader_open(const char *path, struct arena *room, struct error *err);

struct slice reader_keep(struct reader *r, const char *text);
/* An array of n zeroed elements in the arena. */
#define NEW_ARRAY(reader, array, n) \
	((array) = memset(arena_alloc((reader)->arena, (n) * sizeof *(array)), 0, (n) * sizeof *(array)))

const cJSON *reader_get(const cJSON *object, const char *key);
/* An object with no other keys than these (NULL-terminated). */
int reader_keys(struct reader *r, const cJSON *object, const char *const *keys);
/* Empty when it is not there and not required. */
int reader_string(struct reader *r, const cJSON *object, const char *key, bool required, struct slice *out);
/* A string or a list of strings; none when item is NULL. */
int reader_texts(struct reader *r, const cJSON *item, const char *key, bool empty_allowed, struct texts *out);
/* A regex as written: a string or a list joined, fragments put in, which is *source;
 * compiled unless it was tried before. For slot_of see regex.h. */
int reader_regex(struct reader *r, const cJSON *item, const char *key, int (*slot_of)(struct slice name),
                 struct slice *source, struct regex **regex);

/* pattern.c: the "when" of a rule or pattern; one element of "patterns"; a list of
 * "samples"; may a group of a regex capture this slot? */
int read_conditions(struct reader *r, const cJSON *when, struct conditions *out);
bool may_be_captured(int slot);
int read_pattern(struct reader *r, const cJSON *object, struct pattern *out);
int read_samples(struct reader *r, const cJSON *list, bool of_pack, struct sample **samples, size_t *n);
/* order.c: what a pattern of an ordered pack has to do with other lines. */
int read_order(struct reader *r, const cJSON *object, struct pattern *out);

#endif
