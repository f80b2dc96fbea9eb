/* groups.h - the groups of one table, found by their keys.
 *
 * Open addressing: a slot is eight bytes, a row one line of the processor's cache, so
 * that counting an event waits for memory twice at most. Rows stand in the order of
 * their arrival and never move. The hash is seeded once per process.
 * SPDX-License-Identifier: MIT */
#ifndef TALLY_GROUPS_H
#define TALLY_GROUPS_H

#include "base/hash.h"
#include "tally/tally.h"

enum { GROUP_KEY_WORDS = sizeof(struct group_key) / sizeof(uint32_t) };

struct group_slot {
	uint32_t hash;
	uint32_t row; /* its index plus one; 0 is free */
};

/* The first holds FIRST_CHUNK rows, each further one twice as many as that before. Some
 * of the first stand in one huge page: a row that is counted is one among many, and to
 * find its page takes as long as to fetch it. */
enum { FIRST_CHUNK = 64, ROW_CHUNKS = 26, SHARED_FIRST = 5, SHARED_LAST = 8 };
struct row_chunk {
	struct tally_row *rows; /* on lines of the cache */
	void *room;             /* what they stand in; NULL: in another's */
};

struct groups {
	struct group_slot *slots;
	uint32_t size;  /* slots */
	uint32_t count; /* rows */
	uint64_t factors[GROUP_KEY_WORDS];
	struct row_chunk chunks[ROW_CHUNKS];
};

void groups_init(struct groups *groups);
void groups_release(struct groups *groups);
/* None will be looked for any more, or entered: gives back the room that takes. */
void groups_close(struct groups *groups);
/* Forget all rows; the slots' room is kept. */
void groups_clear(struct groups *groups);
/* The measures of a key, entered with zeroed ones when it is new; they stay where
 * they are. */
struct measures *groups_enter(struct groups *groups, const struct group_key *key, uint32_t hash);

/* Multilinear: each word times a secret of its own; the upper half of the sum is
 * spread evenly, whatever the words are. */
static inline uint32_t groups_hash(const struct groups *groups, const struct group_key *key)
{
	uint32_t words[GROUP_KEY_WORDS];
	uint64_t sum = 0;

	memcpy(words, key, sizeof words);
	for (int i = 0; i < GROUP_KEY_WORDS; i++)
		sum += words[i] * groups->factors[i];
	return (uint32_t)(sum >> 32);
}

/* That it will be looked for soon. */
static inline void groups_expect(const struct groups *groups, uint32_t hash)
{
	if (groups->slots)
		__builtin_prefetch(&groups->slots[hash_place(hash, groups->size)]);
}

static inline struct tally_row *groups_row(const struct groups *groups, uint32_t index)
{
	uint32_t at = index + FIRST_CHUNK;
	int chunk = __builtin_clz(FIRST_CHUNK) - __builtin_clz(at);

	return &groups->chunks[chunk].rows[at - ((uint32_t)FIRST_CHUNK << chunk)];
}

/* A row will be entered soon: its place, if there is one. */
static inline void groups_expect_new(const struct groups *groups)
{
	uint32_t at = groups->count + FIRST_CHUNK;

	if (at & (at - 1))
		__builtin_prefetch(groups_row(groups, groups->count), 1);
}

/* When its slot is there: its row, too, which is that of another key if two share a
 * hash. NULL: there is none. */
static inline struct tally_row *groups_expect_row(const struct groups *groups, uint32_t hash)
{
	if (!groups->slots)
		return NULL;
	for (uint32_t at = hash_place(hash, groups->size); groups->slots[at].row; at = hash_next(at, groups->size))
		if (groups->slots[at].hash == hash) {
			struct tally_row *row = groups_row(groups, groups->slots[at].row - 1);

			__builtin_prefetch(row);
			return row;
		}
	groups_expect_new(groups);
	return NULL;
}

static inline bool group_key_same(const struct group_key *a, const struct group_key *b)
{
	uint32_t different = (a->time ^ b->time) | (a->sort ^ b->sort);

#define OPEN_TEXT(id, column, member, tables) different |= a->member ^ b->member;
#include "tally/dimension.def"
	return !different;
}

#endif
