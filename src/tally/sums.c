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

static void expect_slots(const struct tally *tally, const struct group_key *key, struct arriving *arriving)
{
	const uint32_t *sorts = portions_in_tables(&tally->sorts, key->sort);

	for (unsigned left = arriving->tables; left; left &= left - 1) {
		int t = __builtin_ctz(left);

		arriving->keys[t] = key_in(tally, (enum table)t, key, sorts);
		arriving->hashes[t] = groups_hash(&tally->groups[t], &arriving->keys[t]);
		groups_expect(&tally->groups[t], arriving->hashes[t]);
	}
}

static void expect_rows(const struct tally *tally, struct arriving *arriving)
{
	for (unsigned left = arriving->tables; left; left &= left - 1) {
		int t = __builtin_ctz(left);

		arriving->rows[t] = groups_expect_row(&tally->groups[t], arriving->hashes[t]);
	}
}

static inline struct measures *enter(const struct tally *tally, int table, const struct arriving *arriving)
{
	struct tally_row *row = arriving->rows[table];

	if (row && group_key_same(&row->key, &arriving->keys[table]))
		return &row->measures;
	return groups_enter(&tally->groups[table], &arriving->keys[table], arriving->hashes[table]);
}

static void arrive(const struct tally *tally, struct arriving *arriving)
{
	if (!arriving->tables)
		return; /* nothing is written where several threads read */
	for (unsigned left = arriving->tables; left; left &= left - 1)
		tally_add_measures(enter(tally, __builtin_ctz(left), arriving), &arriving->measures);
	arriving->tables = 0;
}

void tally_arrive(const struct tally *tally)
{
	for (int i = 0; i < ARRIVING; i++)
		arrive(tally, &tally->arriving[i]);
}

void tally_add(struct tally *tally, unsigned tables, const struct group_key *key, const struct measures *measures)
{
	struct arriving *next = &tally->arriving[tally->turn++ % ARRIVING];

	arrive(tally, next);
	expect_rows(tally, &tally->arriving[tally->turn % ARRIVING]);
	next->tables = tables;
	next->measures = *measures;
	expect_slots(tally, key, next);
}

void tally_find_sums(const struct tally *tally, unsigned tables, const struct group_key *key, struct sums *sums)
{
	struct arriving now = { .tables = tables };

	expect_slots(tally, key, &now);
	expect_rows(tally, &now);
	for (unsigned left = tables; left; left &= left - 1)
		sums->in[__builtin_ctz(left)] = enter(tally, __builtin_ctz(left), &now);
}
