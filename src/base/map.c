/* map.c - open addressing over an array of entries.
 * SPDX-License-Identifier: MIT */
#include "base/map.h"

#include "base/hash.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 64 };

void map_init(struct map *map, size_t value_size)
{
	*map = (struct map){ .value_size = value_size ? ((value_size + 3) & ~(size_t)7) + 4 : 0 };
}

static size_t slots_size(const struct map *map)
{
	return map->slots ? map->size * sizeof *map->slots : 0;
}

void map_release(struct map *map)
{
	table_free(map->slots, slots_size(map));
	free(map->records);
	arena_release(&map->room);
	*map = (struct map){ 0 };
}

void map_clear(struct map *map)
{
	if (map->slots)
		memset(map->slots, 0, slots_size(map));
	map->count = 0;
	arena_release(&map->room);
}

void map_close(struct map *map)
{
	table_free(map->slots, slots_size(map));
	map->slots = NULL;
}

static void resize(struct map *map)
{
	struct map_slot *old = map->slots;
	uint32_t old_size = old ? map->size : 0, size = old ? hash_grown(old_size) : FIRST_SLOTS;

	map->capacity = hash_full(size);
	map->records = xrealloc(map->records, map->capacity * sizeof *map->records);
	map->slots = table_alloc(size * sizeof *map->slots);
	map->size = size;
	for (uint32_t i = 0; i < old_size; i++) {
		uint32_t at = hash_place(old[i].hash, size);

		if (!old[i].entry)
			continue;
		while (map->slots[at].entry)
			at = hash_next(at, size);
		map->slots[at] = old[i];
	}
	table_free(old, old_size * sizeof *old);
}

/* The key's slot, or the free one where it would stand. */
static inline struct map_slot *find(const struct map *map, struct slice key, uint32_t hash)
{
	for (uint32_t at = hash_place(hash, map->size);; at = hash_next(at, map->size)) {
		struct map_slot *slot = &map->slots[at];

		if (!slot->entry || (slot->hash == hash && slice_eq(map_key(map, slot->entry - 1), key)))
			return slot;
	}
}

static char *new_record(struct map *map, struct slice key)
{
	uint32_t n = (uint32_t)key.n;
	size_t head = map->value_size + sizeof n;
	char *record = map->value_size ? arena_behind(&map->room, head, head + n) : arena_bytes(&map->room, head + n);

	memset(record, 0, map->value_size);
	memcpy(record + map->value_size, &n, sizeof n);
	if (n)
		memcpy(record + map->value_size + sizeof n, key.p, n);
	return record;
}

static inline uint32_t put(struct map *map, struct slice key, uint32_t hash, bool *is_new)
{
	struct map_slot *slot;

	if (map->count == map->capacity)
		resize(map);
	slot = find(map, key, hash);
	*is_new = !slot->entry;
	if (*is_new) {
		map->records[map->count] = new_record(map, key);
		*slot = (struct map_slot){ ++map->count, hash };
	}
	return slot->entry - 1;
}

uint32_t map_put(struct map *map, struct slice key, bool *is_new)
{
	bool unasked;

	return put(map, key, (uint32_t)hash_bytes(key), is_new ? is_new : &unasked);
}

void *map_enter(struct map *map, struct slice key)
{
	bool is_new;
	uint32_t index = put(map, key, (uint32_t)hash_bytes(key), &is_new);

	return map->records[index];
}

int64_t map_find(const struct map *map, struct slice key)
{
	const struct map_slot *slot = map->slots ? find(map, key, (uint32_t)hash_bytes(key)) : NULL;

	return slot && slot->entry ? (int64_t)slot->entry - 1 : -1;
}
