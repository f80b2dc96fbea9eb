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
	uint32_t mask;      /* slots - 1 */
	uint32_t count;     /* entries */
	uint32_t capacity;  /* entries there is room for */
	struct map_entry *entries;
	size_t value_size;  /* rounded up, so that records stay aligned */
	struct arena records;
};

struct map_slot {
	uint32_t index; /* of an entry, plus 1; 0 is free */
	uint32_t hash;
};

/* A record is the value and behind it the map's own copy of the key: what is
 * looked at together lies together. */
struct map_entry {
	char *record;
	size_t key_n;
};

void map_init(struct map *map, size_t value_size);
void map_release(struct map *map);
/* Forget all entries, keep the room. */
void map_clear(struct map *map);
/* The index of key, entered with a zeroed value when it is new. */
uint32_t map_put(struct map *map, struct slice key, bool *is_new);
/* The index of key or -1. */
int64_t map_find(const struct map *map, struct slice key);

static inline void *map_value(const struct map *map, uint32_t index)
{
	return map->entries[index].record;
}

static inline struct slice map_key(const struct map *map, uint32_t index)
{
	return (struct slice){ map->entries[index].record + map->value_size, map->entries[index].key_n };
}

/* A 64-bit hash. hash_bytes() is seeded per process; hash_fixed() is the same
 * for ever, for what is stored or compared between processes. */
uint64_t hash_bytes(struct slice s);
uint64_t hash_fixed(struct slice s);
/* The process's seed, for hashes made elsewhere from the steps in hash.h. */
uint64_t hash_seed(void);

#endif
