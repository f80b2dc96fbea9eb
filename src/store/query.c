/* query.c - a question is put to the smallest table that holds what it names; its
 * rows are grouped here.
 *
 * Grouping outside of SQL is faster than GROUP BY with a dozen aggregates, lets
 * sums stop at a limit where SQLite's sum() would fail, and shares what was read
 * with the next question. SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "base/map.h"
#include "tally/dimension.h"

#include <stdlib.h>

static const char *const facet_names[N_FACETS] = {
#define FACET(id, name, argument, help) name,
#include "pattern/filter.def"
};

#define NEEDS(dimension) (1u << DIMENSION_##dimension)

bool query_has_facet(const struct query *query, int facet)
{
	return query->filter && query->filter->facet[facet].n > 0;
}

enum column facet_column(int facet)
{
	return (enum column)column_parse(slice_of(facet_names[facet]));
}

bool query_has_period(const struct query *query)
{
	return query->filter && (query->filter->since != TIME_NONE || query->filter->until != TIME_NONE);
}

/* The dimensions that are named, as a mask. */
static uint32_t needed(const struct query *query)
{
	uint32_t needs = NEEDS(KIND) | NEEDS(CODE) | NEEDS(OUTCOME);

	for (size_t i = 0; i < query->n_by; i++)
		needs |= 1u << column_needs(query->by[i]);
	for (int f = 0; f < N_FACETS; f++)
		if (query_has_facet(query, f))
			needs |= 1u << column_needs(facet_column(f));
	if (query->directions)
		needs |= NEEDS(DIRECTION);
	if (query->stages)
		needs |= NEEDS(STAGE);
	return needs;
}

/* The day follows from the hour: see source_write(). */
static bool table_holds(enum table table, uint32_t needs)
{
	if (table_has(table, DIMENSION_HOUR))
		needs &= ~NEEDS(DAY);
	for (int d = 0; d < N_DIMENSIONS; d++)
		if (needs & 1u << d && !table_has(table, (enum dimension)d))
			return false;
	return true;
}

/* Domains are fewer than relays, reasons fewer than domains. */
static enum table smallest_table(uint32_t needs)
{
	static const enum table by_size[] = { TABLE_TRAFFIC, TABLE_REASON, TABLE_DESTINATION, TABLE_PEER };

	for (size_t i = 0; i < sizeof by_size / sizeof *by_size; i++)
		if (table_holds(by_size[i], needs))
			return by_size[i];
	return TABLE_CUBE;
}

enum table query_table(const struct query *query)
{
	return smallest_table(needed(query));
}

static int no_table(const struct query *query, bool cut, struct error *err)
{
	struct buffer names = { 0 };

	for (size_t i = 0; i < query->n_by; i++)
		buffer_printf(&names, "%s%s", i ? "," : "", column_name(query->by[i]));
	for (int f = 0; f < N_FACETS; f++)
		if (query_has_facet(query, f))
			buffer_printf(&names, "%s%s", names.n ? "," : "", facet_names[f]);
	error_set(err, "%s%s: the database does not hold these together; ask for fewer at a time%s, "
	               "or count the logs again without --db", buffer_string(&names),
	          cut ? " by the hour" : "", cut ? ", or for whole days" : "");
	buffer_release(&names);
	return -1;
}

int choose_table(struct store *store, const struct query *query, enum table *table, struct error *err)
{
	uint32_t needs = needed(query);
	bool cuts = false;

	if (query_has_period(query) && query_cuts_a_day(store, query->filter->since, query->filter->until, &cuts, err) != 0)
		return -1;
	*table = smallest_table(cuts ? needs | NEEDS(HOUR) : needs);
	if (check_kept(store, query, *table, err) != 0)
		return -1;
	if (!store->fetched[*table].columns && !store_has(store, *table) && store_has(store, TABLE_TRAFFIC))
		return no_table(query, cuts, err);
	return 0;
}

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

static void total_add(struct query_row *total, const struct query_row *row)
{
	struct measures measures;

#define MEASURE(member, column, merge) measures.member = row->member;
#include "tally/dimension.def"
	add_measures(total, &measures);
	for (size_t i = 0; i < sizeof row->outcome / sizeof *row->outcome; i++)
		total->outcome[i] = sum_capped(total->outcome[i], row->outcome[i]);
	for (size_t i = 0; i < sizeof row->class / sizeof *row->class; i++)
		total->class[i] = sum_capped(total->class[i], row->class[i]);
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

struct grouping {
	const struct query *query;
	const struct fetched *from;
	struct query_row *rows;
	size_t n, capacity;
	bool by_open;           /* is an open column among those that are grouped by? */
	struct sort_row *sorts; /* by a sort's index */
	struct map index;       /* of a row by its numbers */
	uint32_t *by_text;      /* the same by a text's place, plus 1, where that is all: 0 no row yet */
	struct map among;       /* numbers of the first column */
	bool *among_texts;      /* the same by a text's place */
};

/* What a query makes of a sort's groups. */
struct sort_row {
	bool is_wanted;
	uint32_t row; /* plus 1; 0: none yet, or it depends on open columns */
};

static struct slice number_key(const int64_t *number)
{
	return (struct slice){ (const char *)number, sizeof *number };
}

static int64_t value_of(const struct fetched *from, const uint32_t *group, const int64_t *sort, enum column column)
{
	size_t place = from->place[column];

	return column_is_open(column) ? (int64_t)group[place] : sort[place];
}

static uint32_t add_row(struct grouping *grouping, const int64_t *by)
{
	struct query_row *row;

	GROW(grouping->rows, grouping->n, grouping->capacity);
	row = &grouping->rows[grouping->n];
	*row = (struct query_row){ 0 };
	for (size_t i = 0; i < grouping->query->n_by; i++)
		row->by[i].number = by[i];
	return (uint32_t)grouping->n++;
}

/* The row of a group: by what the query names of it. */
static uint32_t row_of(struct grouping *grouping, const uint32_t *group, const int64_t *sort)
{
	const struct query *query = grouping->query;
	int64_t by[QUERY_BY_MAX] = { 0 };
	struct slice key = { (const char *)by, query->n_by * sizeof *by };
	uint32_t at;
	bool is_new;

	for (size_t i = 0; i < query->n_by; i++)
		by[i] = value_of(grouping->from, group, sort, query->by[i]);
	if (grouping->by_text) {
		if (!grouping->by_text[by[0]])
			grouping->by_text[by[0]] = add_row(grouping, by) + 1;
		return grouping->by_text[by[0]] - 1;
	}
	at = map_put(&grouping->index, key, &is_new);
	return is_new ? add_row(grouping, by) : at;
}

static bool is_among(const struct grouping *grouping, const uint32_t *group, const int64_t *sort)
{
	int64_t first;

	if (!grouping->query->among)
		return true;
	first = value_of(grouping->from, group, sort, grouping->query->by[0]);
	if (grouping->among_texts)
		return grouping->among_texts[first];
	return map_find(&grouping->among, number_key(&first)) >= 0;
}

static void take_group(struct grouping *grouping, const uint32_t *group, const struct measures *measures)
{
	const struct fetched *from = grouping->from;
	struct sort_row *known = &grouping->sorts[group[0]];
	const int64_t *sort = (const void *)map_key(&from->sorts, group[0]).p;
	uint32_t row = known->row;

	if (!known->is_wanted || !is_among(grouping, group, sort))
		return;
	if (!row) {
		row = row_of(grouping, group, sort) + 1;
		known->row = grouping->by_open ? 0 : row;
	}
	row_add(&grouping->rows[row - 1], sort[from->place[COLUMN_OUTCOME]], sort[from->place[COLUMN_CODE]], measures);
}

static void take_groups(struct grouping *grouping)
{
	const struct fetched *from = grouping->from;

	for (uint32_t i = 0; i < from->sorts.count; i++)
		grouping->sorts[i].is_wanted = is_wanted(grouping->query, from, (const void *)map_key(&from->sorts, i).p);
	for (uint32_t i = 0; i < from->groups.count; i++)
		take_group(grouping, (const void *)map_key(&from->groups, i).p, map_value(&from->groups, i));
}

/* A text's number is its place among all texts. */
static int compare_keys(const void *a, const void *b)
{
	const struct query_row *x = a, *y = b;

	for (size_t i = 0; i < QUERY_BY_MAX; i++)
		if (x->by[i].number != y->by[i].number)
			return x->by[i].number < y->by[i].number ? -1 : 1;
	return 0;
}

static int compare_counts(const void *a, const void *b)
{
	const struct query_row *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return compare_keys(a, b);
}

static void put_texts(struct query_result *result, size_t column, const struct texts *texts)
{
	for (size_t i = 0; i < result->n; i++) {
		struct query_value *value = &result->rows[i].by[column];

		value->text = texts->values[value->number];
	}
}

static struct query_row total_of(const struct query_row *rows, size_t n)
{
	struct query_row total = { 0 };

	for (size_t i = 0; i < n; i++)
		total_add(&total, &rows[i]);
	return total;
}

/* Where the first column is an open one there may be very many rows: texts have places,
 * which need no hashing. */
static void grouping_by_texts(struct grouping *grouping, size_t n)
{
	const struct query *query = grouping->query;

	if (query->n_by == 1)
		grouping->by_text = xcalloc(n + 1, sizeof *grouping->by_text);
	if (query->among)
		grouping->among_texts = xcalloc(n + 1, sizeof *grouping->among_texts);
	for (size_t i = 0; query->among && i < query->n_among; i++)
		grouping->among_texts[query->among[i].number] = true;
}

static void grouping_init(struct grouping *grouping, const struct query *query, const struct fetched *from, size_t n_texts)
{
	*grouping = (struct grouping){ .query = query, .from = from };
	grouping->sorts = xcalloc(from->sorts.count, sizeof *grouping->sorts);
	map_init(&grouping->index, 0);
	map_init(&grouping->among, 0);
	for (size_t i = 0; query->among && i < query->n_among; i++)
		map_put(&grouping->among, number_key(&query->among[i].number), NULL);
	for (size_t i = 0; i < query->n_by; i++)
		grouping->by_open |= column_is_open(query->by[i]);
	if (query->n_by && column_is_open(query->by[0]))
		grouping_by_texts(grouping, n_texts);
}

/* But for the rows. */
static void grouping_release(struct grouping *grouping)
{
	free(grouping->sorts);
	free(grouping->by_text);
	free(grouping->among_texts);
	map_release(&grouping->index);
	map_release(&grouping->among);
}

int query_run(struct store *store, const struct query *query, struct query_result *result, struct error *err)
{
	const struct fetched *from = fetch(store, query, err);
	struct grouping grouping;

	*result = (struct query_result){ 0 };
	if (!from)
		return -1;
	grouping_init(&grouping, query, from, store->texts.n);
	take_groups(&grouping);
	grouping_release(&grouping);
	*result = (struct query_result){ grouping.rows, grouping.n, total_of(grouping.rows, grouping.n) };
	if (result->n)
		qsort(result->rows, result->n, sizeof *result->rows,
		      query->order == ORDER_COUNT ? compare_counts : compare_keys);
	for (size_t i = 0; i < query->n_by; i++)
		if (column_value(query->by[i]) == VALUE_TEXT)
			put_texts(result, i, &store->texts);
	return 0;
}

void query_result_release(struct query_result *result)
{
	free(result->rows);
	*result = (struct query_result){ 0 };
}
