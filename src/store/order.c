/* order.c - groups of a tally in the order of their keys in a database.
 *
 * Rows that come in order meet the same pages one behind the other, and new ones of the
 * latest hour the end of a table, where SQLite need not look for their place. Sorted by
 * digits, the last part of a key first.
 * SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "tally/dimension.h"

#include <stdlib.h>

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

/* Parts of a key: what is beyond 32 bits of an id does not count, since the order need not
 * be exact. */
enum part {
	PART_TIME, PART_SORT,
#define OPEN_TEXT(id, column, member, tables) PART_##id,
#include "tally/dimension.def"
	N_PARTS
};

struct ordered {
	uint32_t parts[N_PARTS];
	uint32_t row;
};

static void sort_by_digit(const struct ordered *from, struct ordered *to, size_t n, enum part part, int shift)
{
	uint32_t starts[DIGITS + 1] = { 0 };

	for (size_t i = 0; i < n; i++)
		starts[(from[i].parts[part] >> shift) % DIGITS + 1]++;
	for (int digit = 0; digit < DIGITS; digit++)
		starts[digit + 1] += starts[digit];
	for (size_t i = 0; i < n; i++)
		to[starts[(from[i].parts[part] >> shift) % DIGITS]++] = from[i];
}

static void swap(struct ordered **a, struct ordered **b)
{
	struct ordered *c = *a;

	*a = *b;
	*b = c;
}

static void sort_by_part(struct ordered **list, struct ordered **room, size_t n, enum part part)
{
	uint32_t all = 0;

	for (size_t i = 0; i < n; i++)
		all |= (*list)[i].parts[part];
	for (int shift = 0; shift < 32 && all >> shift; shift += DIGIT_BITS) {
		sort_by_digit(*list, *room, n, part, shift);
		swap(list, room);
	}
}

/* --- times ----------------------------------------------------------------- */

struct numbered_time {
	struct group_time time;
	uint32_t number;
};

static int compare_times(const void *a, const void *b)
{
	const struct group_time *x = &((const struct numbered_time *)a)->time;
	const struct group_time *y = &((const struct numbered_time *)b)->time;

#define TIME_DIMENSION(id, column, type, member, tables) \
	if (x->member != y->member) \
		return x->member < y->member ? -1 : 1;
#include "tally/dimension.def"
	return 0;
}

/* By number: a time's place among all. */
static uint32_t *places_of_times(const struct tally *tally)
{
	uint32_t n = tally_times(tally), *places = xcalloc((size_t)n + 1, sizeof *places);
	struct numbered_time *times = xcalloc((size_t)n + 1, sizeof *times);

	for (uint32_t i = 0; i < n; i++)
		times[i] = (struct numbered_time){ *tally_time(tally, i), i };
	qsort(times, n, sizeof *times, compare_times);
	for (uint32_t i = 0; i < n; i++)
		places[times[i].number] = i;
	free(times);
	return places;
}

/* --- all together ---------------------------------------------------------- */

static struct ordered *parts_of(const struct sorts *sorts, const struct tally_row **rows, size_t n)
{
	struct ordered *list = xcalloc(n + 1, sizeof *list);
	uint32_t *times = places_of_times(sorts->tally);

	for (size_t i = 0; i < n; i++) {
		const struct group_key *key = &rows[i]->key;

		list[i].row = (uint32_t)i;
		list[i].parts[PART_TIME] = times[key->time];
		list[i].parts[PART_SORT] = (uint32_t)sorts->ids[key->sort];
#define OPEN_TEXT(id, column, member, tables) list[i].parts[PART_##id] = (uint32_t)sorts->texts[key->member];
#include "tally/dimension.def"
	}
	free(times);
	return list;
}

size_t rows_in_order(const struct sorts *sorts, enum table table, const struct tally_row ***rows)
{
	const struct tally_row **unsorted;
	size_t n = tally_unsorted(sorts->tally, table, &unsorted);
	struct ordered *list = parts_of(sorts, unsorted, n), *room = xcalloc(n + 1, sizeof *room);

	for (int part = N_PARTS - 1; part >= 0; part--)
		sort_by_part(&list, &room, n, part);
	*rows = xcalloc(n + 1, sizeof **rows);
	for (size_t i = 0; i < n; i++)
		(*rows)[i] = unsorted[list[i].row];
	free(unsorted);
	free(list);
	free(room);
	return n;
}
