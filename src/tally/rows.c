/* rows.c - a tally's contents in an order that depends on them alone.
 *
 * Ids and hashes differ from run to run and from thread to thread, so strings are
 * sorted once by their bytes, and groups by their numbers and by the ranks of
 * their strings. SPDX-License-Identifier: MIT */
#include "tally/private.h"

#include <stdlib.h>

/* A string for sorting; its first bytes as a number decide nearly always. */
struct sorted_string {
	uint64_t front;
	struct slice text;
	uint32_t id;
};

static uint64_t front_of(struct slice s)
{
	uint64_t front = 0;

	for (size_t i = 0; i < sizeof front; i++)
		front = front << 8 | (i < s.n ? (unsigned char)s.p[i] : 0);
	return front;
}

static int compare_strings(const void *a, const void *b)
{
	const struct sorted_string *x = a, *y = b;

	if (x->front != y->front)
		return x->front < y->front ? -1 : 1;
	return slice_cmp(x->text, y->text);
}

static void sort_strings(const struct tally *tally, struct string_order *order)
{
	uint32_t n = tally_strings(tally);
	struct sorted_string *sorted = xcalloc(n, sizeof *sorted);

	for (uint32_t i = 0; i < n; i++) {
		struct slice text = tally_string(tally, i + 1);

		sorted[i] = (struct sorted_string){ front_of(text), text, i + 1 };
	}
	qsort(sorted, n, sizeof *sorted, compare_strings);
	order->n = n;
	order->ids = xrealloc(order->ids, n * sizeof *order->ids);
	order->ranks = xrealloc(order->ranks, ((size_t)n + 1) * sizeof *order->ranks);
	order->ranks[0] = 0;
	for (uint32_t i = 0; i < n; i++) {
		order->ids[i] = sorted[i].id;
		order->ranks[sorted[i].id] = i + 1;
	}
	free(sorted);
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

size_t tally_unsorted(const struct tally *tally, enum table table, struct tally_row **rows)
{
	const struct map *groups = &tally->groups[table];

	*rows = xcalloc(groups->count, sizeof **rows);
	for (uint32_t i = 0; i < groups->count; i++)
		(*rows)[i] = (struct tally_row){ (const void *)map_key(groups, i).p, map_value(groups, i) };
	return groups->count;
}

struct sorted_group {
	struct group ranked; /* with ranks in the place of ids */
	struct tally_row row;
};

static int compare_groups(const void *a, const void *b)
{
	const struct group *x = &((const struct sorted_group *)a)->ranked;
	const struct group *y = &((const struct sorted_group *)b)->ranked;

#define COMPARE(member) \
	if (x->member != y->member) \
		return x->member < y->member ? -1 : 1;
#define DIMENSION(id, column, type, member, tables) COMPARE(member)
#define TEXT_DIMENSION(id, column, member, tables)
#include "tally/dimension.def"
#define TEXT_DIMENSION(id, column, member, tables) COMPARE(member)
#include "tally/dimension.def"
#undef COMPARE
	return 0;
}

size_t tally_rows(const struct tally *tally, enum table table, struct tally_row **rows)
{
	const struct map *groups = &tally->groups[table];
	struct sorted_group *sorted = xcalloc(groups->count, sizeof *sorted);
	const uint32_t *ranks = string_order(tally)->ranks;

	for (uint32_t i = 0; i < groups->count; i++) {
		struct group *ranked = &sorted[i].ranked;

		sorted[i].row.group = (const void *)map_key(groups, i).p;
		sorted[i].row.measures = map_value(groups, i);
		*ranked = *sorted[i].row.group;
#define TEXT_DIMENSION(id, column, member, tables) ranked->member = ranks[ranked->member];
#include "tally/dimension.def"
	}
	qsort(sorted, groups->count, sizeof *sorted, compare_groups);
	*rows = xcalloc(groups->count, sizeof **rows);
	for (uint32_t i = 0; i < groups->count; i++)
		(*rows)[i] = sorted[i].row;
	free(sorted);
	return groups->count;
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
