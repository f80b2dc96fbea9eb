/* map.h - the one hash map: byte strings to values of a fixed size.
 *
 * Open addressing; entries stand in an array in the order of their arrival, so
 * an entry's index is a small number that stays (an id), as does the address of its
 * value. The hash is seeded once per process; nothing that is printed may follow
 * its order.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/mem.h"

struct map {
	struct map_slot *slots;
	uint32_t size;      /* slots */
	uint32_t count;     /* entries */
	uint32_t capacity;  /* entries there is room for */
	char **records;     /* by index */
	size_t value_size;  /* rounded up, so that values and keys are aligned for 64 bits; 0: keys are bytes */
	struct arena room;  /* for the records */
};

struct map_slot {
	uint32_t entry; /* its index plus one; 0 is free */
	uint32_t hash;
};

/* A record is the value, behind it the key's length, of less than 4 GB, and the map's
 * own copy of the key: what is looked at together lies together. */

void map_init(struct map *map, size_t value_size);
void map_release(struct map *map);
/* Forget all entries, keep the room. */
void map_clear(struct map *map);
/* Nothing will be looked for any more, or entered: gives back the room that takes. */
void map_close(struct map *map);
/* The index of key, entered with a zeroed value when it is new. */
uint32_t map_put(struct map *map, struct slice key, bool *is_new);
/* The same, and its value. */
void *map_enter(struct map *map, struct slice key);
/* The index of key or -1. */
int64_t map_find(const struct map *map, struct slice key);

static inline void *map_value(const struct map *map, uint32_t index)
{
	return map->records[index];
}

static inline struct slice map_record_key(const struct map *map, const char *record)
{
	uint32_t n;

	memcpy(&n, record + map->value_size, sizeof n);
	return (struct slice){ record + map->value_size + sizeof n, n };
}

static inline struct slice map_key(const struct map *map, uint32_t index)
{
	return map_record_key(map, map->records[index]);
}

#endif
