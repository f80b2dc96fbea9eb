/* sums.c - where an event is counted.
 *
 * There are many groups, and what was not counted for a while comes from memory, which
 * takes longer than all else. So an event waits until two more have come: at first
 * its slots are asked for, at the next event its rows, then it is added to them.
 * SPDX-License-Identifier: MIT */
#include "tally/dimension.h"
#include "tally/private.h"

static inline struct group_key key_in(const struct tally *tally, enum table table, const struct group_key *key,
                                      const uint32_t *sorts)
{
	const struct group_key *mask = &tally->mask[table];
	struct group_key result = { .time = tally->now_times[table], .sort = sorts[table] };

#define OPEN_TEXT(id, column, member, tables) result.member = key->member & mask->member;
#include "tally/dimension.def"
	return result;
}

static void expect_slots(const struct tally *tally, const struct group_key *key, struct waiting *waiting)
{
	const uint32_t *sorts = portions_in_tables(&tally->sorts, key->sort);

	for (unsigned left = waiting->tables; left; left &= left - 1) {
		int t = __builtin_ctz(left);

		waiting->keys[t] = key_in(tally, (enum table)t, key, sorts);
		waiting->hashes[t] = groups_hash(&tally->groups[t], &waiting->keys[t]);
		groups_expect(&tally->groups[t], waiting->hashes[t]);
	}
}

static void expect_rows(const struct tally *tally, const struct waiting *waiting)
{
	for (unsigned left = waiting->tables; left; left &= left - 1) {
		int t = __builtin_ctz(left);

		groups_expect_row(&tally->groups[t], waiting->hashes[t]);
	}
}

static inline struct measures *enter(const struct tally *tally, int table, const struct waiting *waiting)
{
	return groups_enter(&tally->groups[table], &waiting->keys[table], waiting->hashes[table]);
}

static void arrive(const struct tally *tally, struct waiting *waiting)
{
	for (unsigned left = waiting->tables; left; left &= left - 1)
		measures_add(enter(tally, __builtin_ctz(left), waiting), &waiting->measures);
	waiting->tables = 0;
}

void tally_arrive(const struct tally *tally)
{
	for (int i = 0; i < WAITING; i++)
		arrive(tally, &tally->waiting[i]);
}

void tally_add(struct tally *tally, const struct group_key *key, const struct measures *measures)
{
	struct waiting *next = &tally->waiting[tally->turn++ % WAITING];

	arrive(tally, next);
	expect_rows(tally, &tally->waiting[tally->turn % WAITING]);
	next->tables = tally->tables;
	next->measures = *measures;
	expect_slots(tally, key, next);
}

void tally_find_sums(const struct tally *tally, unsigned tables, const struct group_key *key, struct sums *sums)
{
	struct waiting now = { .tables = tables };

	expect_slots(tally, key, &now);
	expect_rows(tally, &now);
	for (unsigned left = tables; left; left &= left - 1)
		sums->in[__builtin_ctz(left)] = enter(tally, __builtin_ctz(left), &now);
}
