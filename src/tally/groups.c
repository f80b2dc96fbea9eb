/* groups.c - SPDX-License-Identifier: MIT */
#include "tally/groups.h"

#include <stdlib.h>

enum { CACHE_LINE = 64, FIRST_SLOTS = 64 };

_Static_assert(sizeof(struct group_key) == GROUP_KEY_WORDS * sizeof(uint32_t), "hashed by words");
_Static_assert(sizeof(struct tally_row) == CACHE_LINE, "a row is a line of the cache");

void groups_init(struct groups *groups)
{
	*groups = (struct groups){ .count = 0 };
	for (uint64_t i = 0; i < GROUP_KEY_WORDS; i++)
		groups->factors[i] = hash_bytes((struct slice){ (const char *)&i, sizeof i }) | 1;
}

static size_t slots_size(const struct groups *groups)
{
	return groups->slots ? groups->size * sizeof *groups->slots : 0;
}

static size_t rows_size(int chunk)
{
	return ((size_t)FIRST_CHUNK << chunk) * sizeof(struct tally_row);
}

/* A line more than the rows take, so that they can begin at one. */
static size_t room_size(int chunk)
{
	size_t size = rows_size(chunk) + CACHE_LINE;

	if (chunk == SHARED_FIRST)
		for (int i = SHARED_FIRST + 1; i <= SHARED_LAST; i++)
			size += rows_size(i);
	return size;
}

static void release_rows(struct groups *groups)
{
	for (int i = 0; i < ROW_CHUNKS; i++)
		large_free(groups->chunks[i].room, groups->chunks[i].room ? room_size(i) : 0);
	memset(groups->chunks, 0, sizeof groups->chunks);
	groups->count = 0;
}

void groups_release(struct groups *groups)
{
	release_rows(groups);
	table_free(groups->slots, slots_size(groups));
	groups->slots = NULL;
}

void groups_close(struct groups *groups)
{
	table_free(groups->slots, slots_size(groups));
	groups->slots = NULL;
}

void groups_clear(struct groups *groups)
{
	release_rows(groups);
	if (groups->slots)
		memset(groups->slots, 0, slots_size(groups));
}

static void make_chunk(struct groups *groups, int chunk)
{
	struct row_chunk *made = &groups->chunks[chunk];
	size_t beyond;

	if (chunk > SHARED_FIRST && chunk <= SHARED_LAST) {
		made->rows = (void *)((char *)made[-1].rows + rows_size(chunk - 1));
		return;
	}
	made->room = large_alloc(room_size(chunk));
	beyond = (uintptr_t)made->room % CACHE_LINE;
	made->rows = (void *)((char *)made->room + (beyond ? CACHE_LINE - beyond : 0));
}

static void more_slots(struct groups *groups)
{
	struct group_slot *old = groups->slots;
	uint32_t old_size = old ? groups->size : 0, size = old ? hash_grown(old_size) : FIRST_SLOTS;

	groups->slots = table_alloc(size * sizeof *groups->slots);
	groups->size = size;
	for (size_t i = 0; i < old_size; i++) {
		uint32_t at = hash_place(old[i].hash, size);

		if (!old[i].row)
			continue;
		while (groups->slots[at].row)
			at = hash_next(at, size);
		groups->slots[at] = old[i];
	}
	table_free(old, old_size * sizeof *old);
}

/* Seldom, so kept apart. */
static __attribute__((noinline)) struct measures *new_row(struct groups *groups, const struct group_key *key,
                                                          uint32_t hash)
{
	uint32_t index = groups->count, at = index + FIRST_CHUNK, place;
	struct tally_row *row;

	if (!groups->slots || groups->count >= hash_full(groups->size))
		more_slots(groups);
	for (place = hash_place(hash, groups->size); groups->slots[place].row; )
		place = hash_next(place, groups->size);
	groups->slots[place] = (struct group_slot){ hash, ++groups->count };
	if ((at & (at - 1)) == 0)
		make_chunk(groups, __builtin_clz(FIRST_CHUNK) - __builtin_clz(at));
	row = groups_row(groups, index);
	row->key = *key;
	return &row->measures;
}

struct measures *groups_enter(struct groups *groups, const struct group_key *key, uint32_t hash)
{
	if (groups->slots)
		for (uint32_t at = hash_place(hash, groups->size); groups->slots[at].row; at = hash_next(at, groups->size)) {
			struct tally_row *row;

			if (groups->slots[at].hash != hash)
				continue;
			row = groups_row(groups, groups->slots[at].row - 1);
			if (group_key_same(&row->key, key))
				return &row->measures;
		}
	return new_row(groups, key, hash);
}
