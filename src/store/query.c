/* query.c - a question is put to the smallest table that holds what it names.
 * SPDX-License-Identifier: MIT */
#include "store/sql.h"

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

static bool is_fetched(const struct store *store, enum table table)
{
	return store->fetched[table][0].columns || store->fetched[table][1].columns;
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
	ahead_wait_for(store, *table);
	if (!is_fetched(store, *table) && !store_has(store, *table) && store_has(store, TABLE_TRAFFIC))
		return no_table(query, cuts, err);
	return 0;
}

static int compare_values(const struct query_value *x, const struct query_value *y)
{
	if (x->text.p)
		return slice_cmp(x->text, y->text);
	return x->number < y->number ? -1 : 1;
}

static int compare_keys(const void *a, const void *b)
{
	const struct query_row *x = a, *y = b;

	for (size_t i = 0; i < QUERY_BY_MAX; i++)
		if (x->by[i].number != y->by[i].number)
			return compare_values(&x->by[i], &y->by[i]);
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

		value->text = text_at(texts, (size_t)value->number);
	}
}

int query_run(struct store *store, const struct query *query, struct query_result *result, struct error *err)
{
	const struct fetched *from = fetch(store, query, err);

	*result = (struct query_result){ 0 };
	if (!from)
		return -1;
	group_rows(query, from, &store->texts, result);
	for (size_t i = 0; i < query->n_by; i++)
		if (column_value(query->by[i]) == VALUE_TEXT)
			put_texts(result, i, &store->texts);
	if (result->n)
		qsort(result->rows, result->n, sizeof *result->rows,
		      query->order == ORDER_COUNT ? compare_counts : compare_keys);
	return 0;
}

int query_text(struct store *store, struct slice text, struct query_value *value, bool *any, struct error *err)
{
	*any = false;
	if (texts_read(store, err) != 0)
		return -1;
	for (size_t i = 0; !*any && i < store->texts.n; i++)
		if (slice_eq(text_at(&store->texts, i), text)) {
			*value = (struct query_value){ .number = (int64_t)i, .text = text_at(&store->texts, i) };
			*any = true;
		}
	return 0;
}

void query_result_release(struct query_result *result)
{
	free(result->rows);
	*result = (struct query_result){ 0 };
}
