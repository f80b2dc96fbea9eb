/* merge.c - adding one tally to another.
 *
 * Numbers and ids are a tally's own: each time, sort and string is looked up once in
 * the other, and groups follow, table by table; tables have nothing in common then.
 * SPDX-License-Identifier: MIT */
#include "tally/dimension.h"
#include "tally/private.h"

#include <stdlib.h>

struct merge {
	struct tally *into;
	const struct tally *from;
	const struct tail *tail;
	uint32_t other;           /* in `into`; 0: nothing is folded */
	uint32_t *strings;        /* ids in `into` by those in `from`; 0: not looked up yet */
	uint32_t *times, *sorts;  /* the same of numbers */
};

/* Where nothing is folded all were looked up before the first group. */
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

static uint32_t sort_in(const struct merge *merge, uint32_t number)
{
	struct group_sort sort;

	memcpy(&sort, tally_sort(merge->from, number), sizeof sort);
#define SORT_TEXT(id, column, member, tables) sort.member = string_in(merge, sort.member);
#include "tally/dimension.def"
	tally_fold_sort(merge->tail, &sort);
	return portions_number(&merge->into->sorts, &sort);
}

static void look_up_strings(const struct merge *merge)
{
	for (uint32_t id = 1; id <= tally_strings(merge->from); id++)
		string_in(merge, id);
}

static void look_up_portions(const struct merge *merge)
{
	for (uint32_t i = 0; i < tally_times(merge->from); i++)
		merge->times[i] = portions_number(&merge->into->times, tally_time(merge->from, i));
	for (uint32_t i = 0; i < tally_sorts(merge->from); i++)
		merge->sorts[i] = sort_in(merge, i);
}

static void init(struct merge *merge, struct tally *into, const struct tally *from, const struct tail *tail)
{
	*merge = (struct merge){
		.into = into, .from = from, .tail = tail,
		.strings = xcalloc((size_t)tally_strings(from) + 1, sizeof *merge->strings),
		.times = xcalloc(tally_times(from), sizeof *merge->times),
		.sorts = xcalloc(tally_sorts(from), sizeof *merge->sorts),
	};
	tally_arrive(from);
}

static void release(struct merge *merge)
{
	free(merge->strings);
	free(merge->times);
	free(merge->sorts);
}

/* --- groups ---------------------------------------------------------------- */

static struct group_key key_in(const struct merge *merge, enum table table, const struct group_key *from)
{
	const struct tally *into = merge->into;
	const struct group_key *mask = &into->mask[table];
	struct group_key key = {
		.time = portions_in_tables(&into->times, merge->times[from->time])[table],
		.sort = portions_in_tables(&into->sorts, merge->sorts[from->sort])[table],
	};

#define OPEN_TEXT(id, column, member, tables) \
	key.member = open_text_in(merge, DIMENSION_##id, from->time, from->member & mask->member);
#include "tally/dimension.def"
	return key;
}

/* So many rows are looked for together: while memory is fetched for one, for the others, too. */
enum { ROWS_TOGETHER = 32 };

static void merge_rows(const struct merge *merge, enum table table, const struct groups *rows, uint32_t at, uint32_t n)
{
	struct groups *groups = &merge->into->groups[table];
	struct group_key keys[ROWS_TOGETHER];
	uint32_t hashes[ROWS_TOGETHER];
	struct tally_row *known[ROWS_TOGETHER];

	for (uint32_t i = 0; i < n; i++) {
		keys[i] = key_in(merge, table, &groups_row(rows, at + i)->key);
		hashes[i] = groups_hash(groups, &keys[i]);
		groups_expect(groups, hashes[i]);
	}
	for (uint32_t i = 0; i < n; i++)
		known[i] = groups_expect_row(groups, hashes[i]);
	for (uint32_t i = 0; i < n; i++)
		measures_add(known[i] && group_key_same(&known[i]->key, &keys[i])
		                     ? &known[i]->measures
		                     : groups_enter(groups, &keys[i], hashes[i]),
		             &groups_row(rows, at + i)->measures);
}

/* A table that `from` lacks is made from its cube. */
static void merge_table(const struct merge *merge, enum table table)
{
	const struct tally *from = merge->from;
	const struct groups *rows = &from->groups[from->tables & 1u << table ? table : TABLE_CUBE];

	if (!(merge->into->tables & 1u << table))
		return;
	for (uint32_t at = 0; at < rows->count; at += ROWS_TOGETHER)
		merge_rows(merge, table, rows, at, rows->count - at < ROWS_TOGETHER ? rows->count - at : ROWS_TOGETHER);
}

/* --- all else -------------------------------------------------------------- */

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

static void merge_rest(const struct merge *merge)
{
	merge_hours(merge->into, merge->from);
	merge_folded(&merge->into->folded, &merge->from->folded);
}

/* What `into` keeps at hand stays: entries never change their place. */
void tally_merge_but(struct tally *into, const struct tally *from, const struct tail *tail)
{
	struct merge merge;

	init(&merge, into, from, tail);
	for (int d = 0; d < N_DIMENSIONS; d++)
		if (tail->texts[d])
			merge.other = map_put(&into->strings, TALLY_OTHER, NULL) + 1;
	look_up_portions(&merge);
	for (int t = 0; t < N_TABLES; t++)
		merge_table(&merge, (enum table)t);
	merge_deferred(into, from);
	merge_rest(&merge);
	release(&merge);
}

/* --- by parts -------------------------------------------------------------- */

static void merge_names(const struct merge *merge)
{
	look_up_strings(merge);
	look_up_portions(merge);
}

/* Deferred recipients have no names: they take as long as all names do. */
enum { PART_NAMES, PART_DEFERRED, N_PARTS };

struct merge *merge_begin(struct tally *into, const struct tally *from)
{
	static const struct tail no_tail;
	struct merge *merge = xmalloc(sizeof *merge);

	init(merge, into, from, &no_tail);
	return merge;
}

size_t merge_parts(enum merge_stage stage)
{
	return stage == MERGE_NAMES ? N_PARTS : N_TABLES;
}

void merge_part(struct merge *merge, enum merge_stage stage, size_t part)
{
	if (stage == MERGE_GROUPS)
		merge_table(merge, (enum table)part);
	else if (part == PART_NAMES)
		merge_names(merge);
	else
		merge_deferred(merge->into, merge->from);
}

void merge_end(struct merge *merge)
{
	merge_rest(merge);
	release(merge);
	free(merge);
}

void tally_merge(struct tally *into, const struct tally *from)
{
	struct merge *merge = merge_begin(into, from);

	for (enum merge_stage stage = 0; stage < MERGE_STAGES; stage++)
		for (size_t part = 0; part < merge_parts(stage); part++)
			merge_part(merge, stage, part);
	merge_end(merge);
}
