/* query.c - a question becomes one SELECT over the smallest table that holds what
 * it names; its rows are grouped here.
 *
 * Grouping outside of SQL is faster than GROUP BY with a dozen aggregates, lets
 * sums stop at a limit where SQLite's sum() would fail, and needs the texts of
 * the groups only. SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "base/map.h"
#include "tally/dimension.h"

#include <inttypes.h>
#include <stdlib.h>

static const char *const facet_names[N_FACETS] = {
#define FACET(id, name, argument, help) name,
#include "pattern/filter.def"
};

#define NEEDS(dimension) (1u << DIMENSION_##dimension)

static bool facet_set(const struct query *query, int facet)
{
	return query->filter && query->filter->facet[facet].n > 0;
}

/* A facet has the name of the column that it is a condition on. */
static enum column facet_column(int facet)
{
	return (enum column)column_parse(slice_of(facet_names[facet]));
}

static bool has_period(const struct query *query)
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
		if (facet_set(query, f))
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

/* accepts(facet, value): the filter's own judgement, so that it is the same for
 * rows as for events. */
static void accepts(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	const struct filter *filter = sqlite3_user_data(context);
	const char *text = (const char *)sqlite3_value_text(argv[1]);
	struct slice value = { text ? text : "", (size_t)sqlite3_value_bytes(argv[1]) };

	(void)argc;
	sqlite3_result_int(context, filter_accepts(filter, (enum facet)sqlite3_value_int(argv[0]), value));
}

/* Texts are judged once each, not once a row. */
static void facet_write(struct buffer *sql, int facet)
{
	enum column column = facet_column(facet);

	if (column_value(column) == VALUE_TEXT) {
		buffer_printf(sql, " AND %s IN (SELECT id FROM text WHERE accepts(%d, value))",
		              column_sql(column), facet);
		return;
	}
	buffer_printf(sql, " AND accepts(%d, ", facet);
	column_readable(sql, column);
	buffer_puts(sql, ")");
}

static void mask_write(struct buffer *sql, enum column column, uint32_t mask)
{
	if (mask)
		buffer_printf(sql, " AND %" PRIu32 " >> %s & 1", mask, column_sql(column));
}

static void where_write(struct buffer *sql, const struct query *query, enum table table)
{
	buffer_printf(sql, " WHERE kind %s 0", query->trouble ? "=" : "<>");
	mask_write(sql, COLUMN_KIND, query->trouble ? 0 : query->kinds);
	mask_write(sql, COLUMN_DIRECTION, query->directions);
	mask_write(sql, COLUMN_OUTCOME, query->outcomes);
	mask_write(sql, COLUMN_STAGE, query->stages);
	if (query->code != CODE_ANY)
		buffer_printf(sql, " AND code %s 0", query->code == CODE_SOME ? "<>" : "=");
	for (int f = 0; f < N_FACETS; f++)
		if (facet_set(query, f))
			facet_write(sql, f);
	if (has_period(query)) {
		buffer_puts(sql, " AND ");
		if (table_has(table, DIMENSION_HOUR))
			hours_write(sql, query->filter->since, query->filter->until);
		else
			days_write(sql, query->filter->since, query->filter->until);
	}
}

/* Columns: those of `by`, outcome, code, the measures. */
static void select_write(struct buffer *sql, const struct query *query, enum table table)
{
	buffer_puts(sql, "SELECT ");
	for (size_t i = 0; i < query->n_by; i++)
		buffer_printf(sql, "%s, ", column_sql(query->by[i]));
	buffer_puts(sql, "outcome, code");
	for (int m = 0; m < N_MEASURES; m++)
		buffer_printf(sql, ", %s", measure_name((enum measure)m));
	buffer_puts(sql, " FROM ");
	source_write(sql, table);
	where_write(sql, query, table);
}

static int no_table(const struct query *query, bool cut, struct error *err)
{
	struct buffer names = { 0 };

	for (size_t i = 0; i < query->n_by; i++)
		buffer_printf(&names, "%s%s", i ? "," : "", column_name(query->by[i]));
	for (int f = 0; f < N_FACETS; f++)
		if (facet_set(query, f))
			buffer_printf(&names, "%s%s", names.n ? "," : "", facet_names[f]);
	error_set(err, "%s%s: the database does not hold these together; ask for fewer at a time%s, "
	               "or count the logs again without --db", buffer_string(&names),
	          cut ? " by the hour" : "", cut ? ", or for whole days" : "");
	buffer_release(&names);
	return -1;
}

static int choose_table(struct store *store, const struct query *query, enum table *table, struct error *err)
{
	uint32_t needs = needed(query);
	int64_t cuts = 0;

	if (has_period(query) && period_cuts_a_day(store, query->filter->since, query->filter->until, &cuts, err) != 0)
		return -1;
	*table = smallest_table(cuts ? needs | NEEDS(HOUR) : needs);
	if (!store_has(store, *table) && store_has(store, TABLE_TRAFFIC))
		return no_table(query, cuts != 0, err);
	return 0;
}

static sqlite3_stmt *prepare(struct store *store, const struct query *query, struct error *err)
{
	struct buffer sql = { 0 };
	sqlite3_stmt *statement;
	enum table table;

	if (choose_table(store, query, &table, err) != 0)
		return NULL;
	if (sqlite3_create_function(store->db, "accepts", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
	                            (void *)(uintptr_t)query->filter, accepts, NULL, NULL) != SQLITE_OK) {
		sql_fail(store, err);
		return NULL;
	}
	select_write(&sql, query, table);
	statement = sql_prepare(store, buffer_string(&sql), err);
	buffer_release(&sql);
	return statement;
}

static void row_add(struct query_row *row, int64_t outcome, int64_t code, const struct measures *measures)
{
	struct measures sum;
	int64_t class = code / 100;

#define MEASURE(member, column, merge) sum.member = row->member;
#include "tally/dimension.def"
	measures_add(&sum, measures);
#define MEASURE(member, column, merge) row->member = sum.member;
#include "tally/dimension.def"
	if (outcome >= 0 && outcome < N_OUTCOMES)
		row->outcome[outcome] = sum_capped(row->outcome[outcome], measures->count);
	if (class >= 0 && class < (int64_t)(sizeof row->class / sizeof *row->class))
		row->class[class] = sum_capped(row->class[class], measures->count);
}

static void take_row(sqlite3_stmt *statement, size_t n_by, struct map *groups, struct query_row *total)
{
	int64_t by[QUERY_BY_MAX + 1] = { 0 };
	struct slice key = { (const char *)by, n_by * sizeof *by };
	int at = (int)n_by;
	int64_t outcome = sqlite3_column_int64(statement, at++), code = sqlite3_column_int64(statement, at++);
	struct measures measures;
	struct query_row *row;
	bool is_new;

	for (int i = 0; i < (int)n_by; i++)
		by[i] = sqlite3_column_int64(statement, i);
#define MEASURE(member, column, merge) measures.member = (uint64_t)sqlite3_column_int64(statement, at++);
#include "tally/dimension.def"
	row = map_value(groups, map_put(groups, key, &is_new));
	for (size_t i = 0; is_new && i < n_by; i++)
		row->by[i].number = by[i];
	row_add(row, outcome, code, &measures);
	row_add(total, outcome, code, &measures);
}

static int take_rows(struct store *store, const struct query *query, struct map *groups,
                     struct query_row *total, struct error *err)
{
	sqlite3_stmt *statement = prepare(store, query, err);
	int step;

	if (!statement)
		return -1;
	while ((step = sqlite3_step(statement)) == SQLITE_ROW)
		take_row(statement, query->n_by, groups, total);
	if (step != SQLITE_DONE)
		sql_fail(store, err);
	sqlite3_finalize(statement);
	return step == SQLITE_DONE ? 0 : -1;
}

static int fetch_texts(struct store *store, struct query_result *result, size_t column, struct error *err)
{
	sqlite3_stmt *statement = sql_prepare(store, "SELECT value FROM text WHERE id = ?", err);

	if (!statement)
		return -1;
	for (size_t i = 0; i < result->n; i++) {
		struct query_value *value = &result->rows[i].by[column];
		struct slice text = SLICE("");

		sqlite3_bind_int64(statement, 1, value->number);
		if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0))
			text = (struct slice){ (const char *)sqlite3_column_text(statement, 0),
			                       (size_t)sqlite3_column_bytes(statement, 0) };
		value->text = arena_copy(&result->texts, text);
		value->number = 0;
		sqlite3_reset(statement);
	}
	sqlite3_finalize(statement);
	return 0;
}

/* Text columns have number 0, the others an empty text. */
static int compare_keys(const void *a, const void *b)
{
	const struct query_row *x = a, *y = b;

	for (size_t i = 0; i < QUERY_BY_MAX; i++) {
		int order = slice_cmp(x->by[i].text, y->by[i].text);

		if (order)
			return order;
		if (x->by[i].number != y->by[i].number)
			return x->by[i].number < y->by[i].number ? -1 : 1;
	}
	return 0;
}

static int compare_counts(const void *a, const void *b)
{
	const struct query_row *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return compare_keys(a, b);
}

int query_run(struct store *store, const struct query *query, struct query_result *result, struct error *err)
{
	struct map groups;
	int failed;

	*result = (struct query_result){ 0 };
	map_init(&groups, sizeof(struct query_row));
	failed = take_rows(store, query, &groups, &result->total, err);
	result->n = groups.count;
	result->rows = xcalloc(result->n, sizeof *result->rows);
	for (uint32_t i = 0; i < groups.count; i++)
		result->rows[i] = *(struct query_row *)map_value(&groups, i);
	map_release(&groups);
	for (size_t i = 0; !failed && i < query->n_by; i++)
		if (column_value(query->by[i]) == VALUE_TEXT)
			failed = fetch_texts(store, result, i, err);
	if (failed) {
		query_result_release(result);
		return -1;
	}
	qsort(result->rows, result->n, sizeof *result->rows,
	      query->order == ORDER_COUNT ? compare_counts : compare_keys);
	return 0;
}

void query_result_release(struct query_result *result)
{
	free(result->rows);
	arena_release(&result->texts);
	*result = (struct query_result){ 0 };
}
