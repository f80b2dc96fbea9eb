/* grouping.c - the rows that a query makes of groups.
 *
 * Outside of SQL that is faster than GROUP BY with a dozen aggregates, lets sums stop
 * at a limit where SQLite's sum() would fail, and shares what was read with the next
 * question. There may be a million rows of which ten are shown: each is a candidate of a
 * few bytes, which knows its count, before those that are picked are made.
 * SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "base/map.h"
#include "tally/dimension.h"

#include <stdlib.h>

/* What may become a row: by the first group that it was seen in. */
struct candidate {
	uint64_t count;
	uint32_t sort, group;
};

enum { NONE = 0 }; /* else an index, plus 1 */

struct grouping {
	const struct query *query;
	const struct fetched *from;
	const struct texts *texts;
	struct candidate *candidates;
	size_t n, capacity;
	bool by_open;            /* is an open column among those that are grouped by? */
	uint32_t *by_sort;       /* a sort's candidate; by_open: that some of its groups are wanted */
	uint32_t *by_group;      /* by_open: a group's candidate */
	struct map index;        /* a candidate by its numbers ... */
	uint32_t *by_text;       /* ... or by a text's place, where that is all */
	struct map among;        /* numbers of the first column ... */
	bool *among_texts;       /* ... or places of texts: not all groups of a sort are wanted */
};

static void add_measures(struct query_row *row, const struct measures *measures)
{
	struct measures sum;

#define MEASURE(member, column, merge) sum.member = row->member;
#include "tally/dimension.def"
	measures_add(&sum, measures);
#define MEASURE(member, column, merge) row->member = sum.member;
#include "tally/dimension.def"
}

static void row_add(struct query_row *row, int64_t outcome, int64_t code, const struct measures *measures)
{
	int64_t class = code / 100;

	add_measures(row, measures);
	if (outcome >= 0 && outcome < N_OUTCOMES)
		row->outcome[outcome] = sum_capped(row->outcome[outcome], measures->count);
	if (class >= 0 && class < (int64_t)(sizeof row->class / sizeof *row->class))
		row->class[class] = sum_capped(row->class[class], measures->count);
}

static bool in_mask(uint32_t mask, int64_t value)
{
	return mask == 0 || (value >= 0 && value < 32 && mask >> value & 1);
}

static bool is_wanted(const struct query *query, const struct fetched *from, const int64_t *sort)
{
	int64_t kind = sort[from->place[COLUMN_KIND]];
	bool has_code = sort[from->place[COLUMN_CODE]] != 0;

	return (query->trouble ? kind == 0 : kind != 0 && in_mask(query->kinds, kind)) &&
	       in_mask(query->directions, sort[from->place[COLUMN_DIRECTION]]) &&
	       in_mask(query->outcomes, sort[from->place[COLUMN_OUTCOME]]) &&
	       in_mask(query->stages, sort[from->place[COLUMN_STAGE]]) &&
	       (query->code == CODE_ANY || has_code == (query->code == CODE_SOME));
}

static struct slice number_key(const int64_t *number)
{
	return (struct slice){ (const char *)number, sizeof *number };
}

/* Of the column that is the i-th to be grouped by. */
static int64_t value_of(const struct grouping *grouping, uint32_t sort, uint32_t group, size_t i)
{
	const struct fetched *from = grouping->from;
	enum column column = grouping->query->by[i];

	return column_is_open(column) ? from->texts[column][group] : fetched_sort(from, sort)[from->place[column]];
}

/* --- candidates ------------------------------------------------------------ */

static uint32_t add_candidate(struct grouping *grouping, uint32_t sort, uint32_t group)
{
	GROW(grouping->candidates, grouping->n, grouping->capacity);
	grouping->candidates[grouping->n] = (struct candidate){ 0, sort, group };
	return (uint32_t)++grouping->n;
}

static void numbers_of(const struct grouping *grouping, uint32_t sort, uint32_t group, int64_t *by)
{
	for (size_t i = 0; i < grouping->query->n_by; i++)
		by[i] = value_of(grouping, sort, group, i);
}

/* Of a group: by what the query names of it. */
static uint32_t candidate_of(struct grouping *grouping, uint32_t sort, uint32_t group)
{
	int64_t by[QUERY_BY_MAX];
	struct slice key = { (const char *)by, grouping->query->n_by * sizeof *by };
	uint32_t at;
	bool is_new;

	numbers_of(grouping, sort, group, by);
	at = map_put(&grouping->index, key, &is_new);
	return is_new ? add_candidate(grouping, sort, group) : at + 1;
}

static uint32_t candidate_of_text(struct grouping *grouping, uint32_t sort, uint32_t group)
{
	uint32_t *known = &grouping->by_text[grouping->from->texts[grouping->query->by[0]][group]];

	if (!*known)
		*known = add_candidate(grouping, sort, group);
	return *known;
}

static void count(struct grouping *grouping, uint32_t candidate, uint64_t n)
{
	uint64_t *sum = &grouping->candidates[candidate - 1].count;

	*sum = sum_capped(*sum, n);
}

static void add_sort(const struct grouping *grouping, uint32_t sort, const struct measures *measures, struct query_row *row)
{
	const int64_t *values = fetched_sort(grouping->from, sort);

	row_add(row, values[grouping->from->place[COLUMN_OUTCOME]], values[grouping->from->place[COLUMN_CODE]], measures);
}

static void count_groups_of(struct grouping *grouping, uint32_t sort, struct query_row *total)
{
	const struct fetched *from = grouping->from;
	const uint32_t *first = from->texts[grouping->query->by[0]];
	const bool *among = grouping->among_texts;
	struct measures sum = { 0 };

	for (uint32_t i = from->first[sort]; i < from->first[sort + 1]; i++) {
		uint32_t candidate;

		if (among && !among[first[i]])
			continue;
		if (among)
			measures_add(&sum, from->measures[i]);
		candidate = grouping->by_text ? candidate_of_text(grouping, sort, i) : candidate_of(grouping, sort, i);
		count(grouping, candidate, from->counts[i]);
		grouping->by_sort[sort] = grouping->by_group[i] = candidate;
	}
	if (grouping->by_sort[sort])
		add_sort(grouping, sort, among ? &sum : &from->sums[sort], total);
}

static void count_sort(struct grouping *grouping, uint32_t sort, struct query_row *total)
{
	const struct fetched *from = grouping->from;

	grouping->by_sort[sort] = candidate_of(grouping, sort, from->first[sort]);
	count(grouping, grouping->by_sort[sort], from->sums[sort].count);
	add_sort(grouping, sort, &from->sums[sort], total);
}

static bool is_among(const struct grouping *grouping, uint32_t sort)
{
	int64_t first;

	if (!grouping->query->among || grouping->among_texts)
		return true;
	first = value_of(grouping, sort, grouping->from->first[sort], 0);
	return map_find(&grouping->among, number_key(&first)) >= 0;
}

static void count_groups(struct grouping *grouping, struct query_row *total)
{
	const struct fetched *from = grouping->from;

	for (uint32_t sort = 0; sort < from->n_sorts; sort++) {
		if (from->first[sort] == from->first[sort + 1] || !is_wanted(grouping->query, from, fetched_sort(from, sort)) ||
		    !is_among(grouping, sort))
			continue;
		if (grouping->by_open)
			count_groups_of(grouping, sort, total);
		else
			count_sort(grouping, sort, total);
	}
}

/* --- which of them --------------------------------------------------------- */

static int compare_values(const struct grouping *grouping, enum column column, int64_t x, int64_t y)
{
	if (column_value(column) == VALUE_TEXT)
		return slice_cmp(text_at(grouping->texts, (size_t)x), text_at(grouping->texts, (size_t)y));
	return x < y ? -1 : 1;
}

/* Below 0: a comes before b. */
static int compare(const struct grouping *grouping, uint32_t a, uint32_t b)
{
	const struct candidate *x = &grouping->candidates[a], *y = &grouping->candidates[b];
	int64_t by_x[QUERY_BY_MAX], by_y[QUERY_BY_MAX];

	if (grouping->query->order == ORDER_COUNT && x->count != y->count)
		return x->count > y->count ? -1 : 1;
	numbers_of(grouping, x->sort, x->group, by_x);
	numbers_of(grouping, y->sort, y->group, by_y);
	for (size_t i = 0; i < grouping->query->n_by; i++)
		if (by_x[i] != by_y[i])
			return compare_values(grouping, grouping->query->by[i], by_x[i], by_y[i]);
	return 0;
}

/* A heap with the last of the picked on top. */
static void sift_down(const struct grouping *grouping, uint32_t *heap, size_t n, size_t at)
{
	for (size_t child; (child = 2 * at + 1) < n; at = child) {
		uint32_t moved = heap[at];

		if (child + 1 < n && compare(grouping, heap[child], heap[child + 1]) < 0)
			child++;
		if (compare(grouping, moved, heap[child]) >= 0)
			return;
		heap[at] = heap[child];
		heap[child] = moved;
	}
}

static uint32_t *pick_first(const struct grouping *grouping, size_t top)
{
	uint32_t *heap = xcalloc(top, sizeof *heap);

	for (size_t i = 0; i < top; i++)
		heap[i] = (uint32_t)i;
	for (size_t i = top / 2; i-- > 0;)
		sift_down(grouping, heap, top, i);
	for (size_t i = top; i < grouping->n; i++)
		if (compare(grouping, (uint32_t)i, heap[0]) < 0) {
			heap[0] = (uint32_t)i;
			sift_down(grouping, heap, top, 0);
		}
	return heap;
}

/* By candidate: its row, plus 1. NULL: all are picked, in their order. */
static uint32_t *pick(struct grouping *grouping, size_t *n)
{
	size_t top = grouping->query->top;
	uint32_t *picked, *rows;

	*n = grouping->n;
	if (!top || top >= grouping->n)
		return NULL;
	*n = top;
	picked = pick_first(grouping, top);
	rows = xcalloc(grouping->n, sizeof *rows);
	for (size_t i = 0; i < top; i++)
		rows[picked[i]] = (uint32_t)i + 1;
	free(picked);
	return rows;
}

/* --- rows ------------------------------------------------------------------ */

static uint32_t row_of(const uint32_t *picked, uint32_t candidate)
{
	return candidate == NONE || !picked ? candidate : picked[candidate - 1];
}

static void name_rows(const struct grouping *grouping, const uint32_t *picked, struct query_result *result)
{
	for (uint32_t i = 0; i < grouping->n; i++) {
		const struct candidate *candidate = &grouping->candidates[i];
		uint32_t row = row_of(picked, i + 1);
		int64_t by[QUERY_BY_MAX];

		if (!row) {
			result->n_rest++;
			result->rest += candidate->count;
			continue;
		}
		numbers_of(grouping, candidate->sort, candidate->group, by);
		for (size_t k = 0; k < grouping->query->n_by; k++)
			result->rows[row - 1].by[k].number = by[k];
	}
}

static void sum_sort(const struct grouping *grouping, const uint32_t *picked, uint32_t sort, struct query_row *rows)
{
	const struct fetched *from = grouping->from;
	uint32_t row;

	if (!grouping->by_open) {
		if ((row = row_of(picked, grouping->by_sort[sort])) != NONE)
			add_sort(grouping, sort, &from->sums[sort], &rows[row - 1]);
		return;
	}
	for (uint32_t i = from->first[sort]; i < from->first[sort + 1]; i++)
		if ((row = row_of(picked, grouping->by_group[i])) != NONE)
			add_sort(grouping, sort, from->measures[i], &rows[row - 1]);
}

static void make_rows(struct grouping *grouping, struct query_result *result)
{
	uint32_t *picked = pick(grouping, &result->n);

	result->rows = xcalloc(result->n + 1, sizeof *result->rows);
	name_rows(grouping, picked, result);
	for (uint32_t sort = 0; sort < grouping->from->n_sorts; sort++)
		if (grouping->by_sort[sort])
			sum_sort(grouping, picked, sort, result->rows);
	free(picked);
}

/* Where the first column is an open one there may be very many candidates: texts have
 * places, which need no hashing. */
static void grouping_by_texts(struct grouping *grouping)
{
	const struct query *query = grouping->query;
	size_t n = grouping->texts->n;

	if (query->n_by == 1)
		grouping->by_text = xcalloc(n + 1, sizeof *grouping->by_text);
	if (query->among)
		grouping->among_texts = xcalloc(n + 1, sizeof *grouping->among_texts);
	for (size_t i = 0; query->among && i < query->n_among; i++)
		grouping->among_texts[query->among[i].number] = true;
}

static void grouping_init(struct grouping *grouping, const struct query *query, const struct fetched *from,
                          const struct texts *texts)
{
	*grouping = (struct grouping){ .query = query, .from = from, .texts = texts };
	grouping->by_sort = xcalloc(from->n_sorts + 1, sizeof *grouping->by_sort);
	map_init(&grouping->index, 0);
	map_init(&grouping->among, 0);
	for (size_t i = 0; query->among && i < query->n_among; i++)
		map_put(&grouping->among, number_key(&query->among[i].number), NULL);
	for (size_t i = 0; i < query->n_by; i++)
		grouping->by_open |= column_is_open(query->by[i]);
	if (grouping->by_open)
		grouping->by_group = xcalloc(from->first[from->n_sorts] + 1, sizeof *grouping->by_group);
	if (query->n_by && column_is_open(query->by[0]))
		grouping_by_texts(grouping);
}

static void grouping_release(struct grouping *grouping)
{
	free(grouping->candidates);
	free(grouping->by_sort);
	free(grouping->by_group);
	free(grouping->by_text);
	free(grouping->among_texts);
	map_release(&grouping->index);
	map_release(&grouping->among);
}

void group_rows(const struct query *query, const struct fetched *from, const struct texts *texts,
                struct query_result *result)
{
	struct grouping grouping;

	grouping_init(&grouping, query, from, texts);
	count_groups(&grouping, &result->total);
	make_rows(&grouping, result);
	grouping_release(&grouping);
}
