/* merge.c - adding one tally to another.
 *
 * Numbers and ids are a tally's own: each part and each string is looked up once in
 * the other, and groups follow. SPDX-License-Identifier: MIT */
#include "tally/dimension.h"
#include "tally/private.h"

#include <stdlib.h>

struct merge {
	struct tally *into;
	const struct tally *from;
	uint32_t *strings; /* ids in `into` by those in `from`; 0: not looked up yet */
	const struct tail *tail;
	uint32_t other;    /* in `into`; 0: nothing is folded */
};

static uint32_t string_in(const struct merge *merge, uint32_t id)
{
	if (id && !merge->strings[id])
		merge->strings[id] = map_put(&merge->into->strings, tally_string(merge->from, id), NULL) + 1;
	return merge->strings[id];
}

static uint32_t open_text_in(const struct merge *merge, enum dimension dimension, uint32_t time, uint32_t id)
{
	const struct tail *tail = merge->tail;

	if (tail->texts[dimension] && tail->texts[dimension][id] & (tail->days ? tail->days[time] : 1))
		return merge->other;
	return string_in(merge, id);
}

static uint32_t time_in(const struct merge *merge, enum table table, uint32_t number)
{
	struct group_time time;

	portions_mask(&merge->into->times, table, tally_time(merge->from, number), &time);
	return portions_number(&merge->into->times, &time);
}

static uint32_t sort_in(const struct merge *merge, enum table table, uint32_t number)
{
	struct group_sort sort;

	portions_mask(&merge->into->sorts, table, tally_sort(merge->from, number), &sort);
#define SORT_TEXT(id, column, member, tables) sort.member = string_in(merge, sort.member);
#include "tally/dimension.def"
	tally_fold_sort(merge->tail, &sort);
	return portions_number(&merge->into->sorts, &sort);
}

/* Numbers plus one of `from`'s parts in a table of `into`; 0: not looked up yet. */
struct numbers {
	uint32_t *times, *sorts;
};

static struct group_key key_in(const struct merge *merge, enum table table, const struct group_key *from,
                               struct numbers *in)
{
	const struct group_key *mask = &merge->into->mask[table];
	struct group_key key;

	if (!in->times[from->time])
		in->times[from->time] = time_in(merge, table, from->time) + 1;
	if (!in->sorts[from->sort])
		in->sorts[from->sort] = sort_in(merge, table, from->sort) + 1;
	key.time = in->times[from->time] - 1;
	key.sort = in->sorts[from->sort] - 1;
#define OPEN_TEXT(id, column, member, tables) \
	key.member = open_text_in(merge, DIMENSION_##id, from->time, from->member & mask->member);
#include "tally/dimension.def"
	return key;
}

/* A table that `from` lacks is made from its cube. */
static void merge_groups(const struct merge *merge, enum table table)
{
	const struct tally *from = merge->from;
	const struct groups *rows = &from->groups[from->tables & 1u << table ? table : TABLE_CUBE];
	struct groups *groups = &merge->into->groups[table];
	struct numbers numbers = {
		xcalloc(from->times.known.count, sizeof *numbers.times),
		xcalloc(from->sorts.known.count, sizeof *numbers.sorts),
	};

	for (uint32_t i = 0; i < rows->count; i++) {
		const struct tally_row *row = groups_row(rows, i);
		struct group_key key = key_in(merge, table, &row->key, &numbers);

		measures_add(groups_enter(groups, &key, groups_hash(groups, &key)), &row->measures);
	}
	free(numbers.times);
	free(numbers.sorts);
}

static void merge_hours(struct tally *into, const struct tally *from)
{
	for (uint32_t i = 0; i < from->hours.count; i++) {
		const struct accounting *lines = map_value(&from->hours, i);
		uint32_t index = map_put(&into->hours, map_key(&from->hours, i), NULL);
		struct accounting *sum = map_value(&into->hours, index);

#define COUNTER(member) sum->member += lines->member;
#include "tally/counter.def"
	}
}

static void merge_deferred(struct tally *into, const struct tally *from)
{
	for (uint32_t i = 0; i < from->deferred.count; i++) {
		struct deferred_key key;

		memcpy(&key, map_key(&from->deferred, i).p, sizeof key);
		distinct_merge(tally_deferred_set(into, &key), map_value(&from->deferred, i));
	}
}

static void merge_folded(struct folded *into, const struct folded *from)
{
	for (int d = 0; d < N_DIMENSIONS; d++)
		into->values[d] += from->values[d];
	into->pairs += from->pairs;
	into->early |= from->early;
}

/* What `into` keeps at hand stays: entries never change their place. */
void tally_merge_but(struct tally *into, const struct tally *from, const struct tail *tail)
{
	struct merge merge = { into, from, xcalloc((size_t)from->strings.count + 1, sizeof *merge.strings), tail, 0 };

	tally_arrive(from);
	for (int d = 0; d < N_DIMENSIONS; d++)
		if (tail->texts[d])
			merge.other = map_put(&into->strings, TALLY_OTHER, NULL) + 1;
	for (int t = 0; t < N_TABLES; t++)
		if (into->tables & 1u << t)
			merge_groups(&merge, (enum table)t);
	merge_hours(into, from);
	merge_deferred(into, from);
	merge_folded(&into->folded, &from->folded);
	free(merge.strings);
}

void tally_merge(struct tally *into, const struct tally *from)
{
	static const struct tail none;

	tally_merge_but(into, from, &none);
}
