/* rows.c - a tally's contents in an order that depends on them alone.
 *
 * Ids and hashes differ from run to run and from thread to thread, so strings are
 * sorted once by their bytes, parts by what they consist of, and groups by the ranks
 * of these. SPDX-License-Identifier: MIT */
#include "tally/private.h"

#include <stdlib.h>

/* A string for sorting; its first bytes as a number decide nearly always. Of millions
 * there is no room for more than that. */
struct sorted_front {
	uint64_t front;
	uint32_t id;
};

static int compare_fronts(const void *a, const void *b)
{
	const struct sorted_front *x = a, *y = b;

	return (x->front > y->front) - (x->front < y->front);
}

struct sorted_string {
	struct slice text;
	uint32_t id;
};

static int compare_strings(const void *a, const void *b)
{
	return slice_cmp(((const struct sorted_string *)a)->text, ((const struct sorted_string *)b)->text);
}

/* Strings that begin alike. */
static void sort_alike(const struct tally *tally, struct sorted_front *fronts, uint32_t n)
{
	struct sorted_string *sorted = xcalloc(n, sizeof *sorted);

	for (uint32_t i = 0; i < n; i++)
		sorted[i] = (struct sorted_string){ tally_string(tally, fronts[i].id), fronts[i].id };
	qsort(sorted, n, sizeof *sorted, compare_strings);
	for (uint32_t i = 0; i < n; i++)
		fronts[i].id = sorted[i].id;
	free(sorted);
}

static struct sorted_front *sorted_fronts(const struct tally *tally)
{
	uint32_t n = tally_strings(tally);
	struct sorted_front *fronts = xcalloc(n, sizeof *fronts);

	for (uint32_t i = 0; i < n; i++)
		fronts[i] = (struct sorted_front){ slice_front(tally_string(tally, i + 1)), i + 1 };
	qsort(fronts, n, sizeof *fronts, compare_fronts);
	for (uint32_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && fronts[end].front == fronts[i].front; )
			end++;
		if (end > i + 1)
			sort_alike(tally, &fronts[i], end - i);
	}
	return fronts;
}

static void sort_strings(const struct tally *tally, struct string_order *order)
{
	uint32_t n = tally_strings(tally);
	struct sorted_front *fronts = sorted_fronts(tally);

	order->n = n;
	order->ids = xrealloc(order->ids, n * sizeof *order->ids);
	order->ranks = xrealloc(order->ranks, ((size_t)n + 1) * sizeof *order->ranks);
	order->ranks[0] = 0;
	for (uint32_t i = 0; i < n; i++) {
		order->ids[i] = fronts[i].id;
		order->ranks[fronts[i].id] = i + 1;
	}
	free(fronts);
}

static const struct string_order *string_order(const struct tally *tally)
{
	if (!tally->order->ranks || tally->order->n != tally_strings(tally))
		sort_strings(tally, tally->order);
	return tally->order;
}

const uint32_t *tally_string_order(const struct tally *tally)
{
	return string_order(tally)->ids;
}

void tally_forget_order(const struct tally *tally)
{
	free(tally->order->ids);
	free(tally->order->ranks);
	*tally->order = (struct string_order){ .n = 0 };
}

const struct group_time *tally_time(const struct tally *tally, uint32_t number)
{
	return portions_at(&tally->times, number);
}

const struct group_sort *tally_sort(const struct tally *tally, uint32_t number)
{
	return portions_at(&tally->sorts, number);
}

uint32_t tally_sorts(const struct tally *tally)
{
	return tally->sorts.known.count;
}

uint32_t tally_times(const struct tally *tally)
{
	return tally->times.known.count;
}

size_t tally_size(const struct tally *tally)
{
	size_t n = 0;

	tally_arrive(tally);
	for (int t = 0; t < N_TABLES; t++)
		n += tally->groups[t].count;
	return n;
}

int64_t tally_value(const struct tally *tally, const struct tally_row *row, enum dimension dimension)
{
	switch (dimension) {
#define TIME_DIMENSION(id, column, type, member, tables) \
	case DIMENSION_##id: return tally_time(tally, row->key.time)->member;
#define SORT_DIMENSION(id, column, type, member, tables) \
	case DIMENSION_##id: return tally_sort(tally, row->key.sort)->member;
#define OPEN_TEXT(id, column, member, tables) case DIMENSION_##id: return row->key.member;
#include "tally/dimension.def"
	case N_DIMENSIONS: break;
	}
	return 0;
}

bool tally_has(const struct tally *tally, enum table table)
{
	tally_arrive(tally);
	return tally->groups[table].count > 0;
}

size_t tally_unsorted(const struct tally *tally, enum table table, const struct tally_row ***rows)
{
	const struct groups *groups = &tally->groups[table];

	tally_arrive(tally);
	*rows = xcalloc(groups->count, sizeof **rows);
	for (uint32_t i = 0; i < groups->count; i++)
		(*rows)[i] = groups_row(groups, i);
	return groups->count;
}

/* --- ranks of parts -------------------------------------------------------- */

#define COMPARE(member) \
	if (x->member != y->member) \
		return x->member < y->member ? -1 : 1;

struct ranked_time {
	struct group_time time;
	uint32_t number;
};

static int compare_times(const void *a, const void *b)
{
	const struct group_time *x = &((const struct ranked_time *)a)->time;
	const struct group_time *y = &((const struct ranked_time *)b)->time;

#define TIME_DIMENSION(id, column, type, member, tables) COMPARE(member)
#include "tally/dimension.def"
	return 0;
}

/* By number. The caller frees them. */
static uint32_t *time_ranks(const struct tally *tally)
{
	uint32_t n = tally->times.known.count, *ranks = xcalloc(n, sizeof *ranks);
	struct ranked_time *times = xcalloc(n, sizeof *times);

	for (uint32_t i = 0; i < n; i++)
		times[i] = (struct ranked_time){ *tally_time(tally, i), i };
	qsort(times, n, sizeof *times, compare_times);
	for (uint32_t i = 0; i < n; i++)
		ranks[times[i].number] = i;
	free(times);
	return ranks;
}

struct ranked_sort {
	struct group_sort sort; /* with ranks in the place of ids */
	uint32_t number;
};

static int compare_sorts(const void *a, const void *b)
{
	const struct group_sort *x = &((const struct ranked_sort *)a)->sort;
	const struct group_sort *y = &((const struct ranked_sort *)b)->sort;

#define SORT_DIMENSION(id, column, type, member, tables) COMPARE(member)
#define SORT_TEXT(id, column, member, tables)
#include "tally/dimension.def"
#define SORT_TEXT(id, column, member, tables) COMPARE(member)
#include "tally/dimension.def"
	return 0;
}

static uint32_t *sort_ranks(const struct tally *tally, const uint32_t *strings)
{
	uint32_t n = tally_sorts(tally), *ranks = xcalloc(n, sizeof *ranks);
	struct ranked_sort *sorts = xcalloc(n, sizeof *sorts);

	for (uint32_t i = 0; i < n; i++) {
		struct group_sort *sort = &sorts[i].sort;

		sorts[i] = (struct ranked_sort){ *tally_sort(tally, i), i };
#define SORT_TEXT(id, column, member, tables) sort->member = strings[sort->member];
#include "tally/dimension.def"
	}
	qsort(sorts, n, sizeof *sorts, compare_sorts);
	for (uint32_t i = 0; i < n; i++)
		ranks[sorts[i].number] = i;
	free(sorts);
	return ranks;
}

/* --- groups in order ------------------------------------------------------- */

struct ranked_row {
	struct group_key key; /* ranks */
	const struct tally_row *row;
};

static int compare_rows(const void *a, const void *b)
{
	const struct group_key *x = &((const struct ranked_row *)a)->key;
	const struct group_key *y = &((const struct ranked_row *)b)->key;

	COMPARE(time)
	COMPARE(sort)
#define OPEN_TEXT(id, column, member, tables) COMPARE(member)
#include "tally/dimension.def"
	return 0;
}

size_t tally_rows(const struct tally *tally, enum table table, const struct tally_row ***rows)
{
	const uint32_t *strings = string_order(tally)->ranks;
	uint32_t *times = time_ranks(tally), *sorts = sort_ranks(tally, strings);
	size_t n = tally_unsorted(tally, table, rows);
	struct ranked_row *ranked = xcalloc(n, sizeof *ranked);

	for (size_t i = 0; i < n; i++) {
		const struct tally_row *row = (*rows)[i];

		ranked[i] = (struct ranked_row){ { .time = times[row->key.time], .sort = sorts[row->key.sort] }, row };
#define OPEN_TEXT(id, column, member, tables) ranked[i].key.member = strings[row->key.member];
#include "tally/dimension.def"
	}
	qsort(ranked, n, sizeof *ranked, compare_rows);
	for (size_t i = 0; i < n; i++)
		(*rows)[i] = ranked[i].row;
	free(ranked);
	free(times);
	free(sorts);
	return n;
}

static int compare_hours(const void *a, const void *b)
{
	const struct tally_hour *x = a, *y = b;

	if (x->hour != y->hour)
		return x->hour < y->hour ? -1 : 1;
	return (x->zone > y->zone) - (x->zone < y->zone);
}

size_t tally_hours(const struct tally *tally, struct tally_hour **hours)
{
	uint32_t n = tally->hours.count;

	*hours = xcalloc(n, sizeof **hours);
	for (uint32_t i = 0; i < n; i++) {
		const struct hour_key *key = (const void *)map_key(&tally->hours, i).p;

		(*hours)[i] = (struct tally_hour){ key->hour, (int32_t)key->zone, map_value(&tally->hours, i) };
	}
	qsort(*hours, n, sizeof **hours, compare_hours);
	return n;
}

static int compare_sets(const void *a, const void *b)
{
	const struct tally_distinct *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return (x->direction > y->direction) - (x->direction < y->direction);
}

/* One block holds the sets and behind them their hashes. */
size_t tally_distinct(const struct tally *tally, struct tally_distinct **sets)
{
	const struct map *deferred = &tally->deferred;
	size_t hashes = 0;
	uint64_t *at;

	for (uint32_t i = 0; i < deferred->count; i++)
		hashes += ((const struct distinct *)map_value(deferred, i))->count;
	*sets = xmalloc(deferred->count * sizeof **sets + hashes * sizeof *at);
	at = (uint64_t *)(void *)(*sets + deferred->count);
	for (uint32_t i = 0; i < deferred->count; i++) {
		const struct deferred_key *key = (const void *)map_key(deferred, i).p;
		const struct distinct *set = map_value(deferred, i);

		(*sets)[i] = (struct tally_distinct){ key->day, (uint8_t)key->direction, at,
		                                      distinct_list(set, at) };
		at += set->count;
	}
	qsort(*sets, deferred->count, sizeof **sets, compare_sets);
	return deferred->count;
}
