/* fold.c - the groups of a table, read out of a database.
 *
 * Folded over the columns that nobody asked for, days and hours first of all: that
 * leaves less than counting had to hold. The filter's facets and its period are applied
 * here, in SQL, to sorts before their rows; what else a query wants is up to grouping.c.
 * SPDX-License-Identifier: MIT */
#include "store/reading.h"

#include "tally/dimension.h"

#include <stdlib.h>

/* --- which rows ---------------------------------------------------------- */

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

static void facets_write(struct buffer *sql, const struct query *query, bool in_sort)
{
	buffer_puts(sql, " WHERE true");
	for (int f = 0; f < N_FACETS; f++)
		if (query_has_facet(query, f) && column_in_sort(facet_column(f)) == in_sort)
			facet_write(sql, f);
}

void period_write(struct buffer *sql, const struct query *query, enum table table)
{
	if (query_has_period(query)) {
		buffer_puts(sql, " AND origin IN (SELECT id FROM origin) AND "); /* a key begins with it */
		if (table_has(table, DIMENSION_HOUR))
			hours_write(sql, query->filter->since, query->filter->until);
		else
			days_write(sql, query->filter->since, query->filter->until);
	}
}

static void where_write(struct buffer *sql, const struct query *query, enum table table)
{
	facets_write(sql, query, false);
	period_write(sql, query, table);
}

void condition_write(struct buffer *condition, const struct query *query, enum table table)
{
	facets_write(condition, query, true);
	where_write(condition, query, table);
	for (int f = 0; query->filter && f < N_FACETS; f++)
		for (size_t i = 0; i < query->filter->facet[f].n; i++)
			buffer_printf(condition, "\n%d %s", f, query->filter->facet[f].values[i]);
}

/* --- groups -------------------------------------------------------------- */

static void reading_init(struct reading *reading, const struct texts *texts, struct fetched *into)
{
	*reading = (struct reading){ .texts = texts, .into = into };
	map_init(&reading->undated, 0);
	map_init(&reading->dated, 0);
	map_init(&into->rows, sizeof(struct measures));
	for (int c = 0; c < N_COLUMNS; c++)
		if (is_asked(into, c) && column_in_sort(c)) {
			reading->is_text[reading->n_sort] = column_value(c) == VALUE_TEXT;
			into->place[c] = reading->n_sort++;
		}
	for (int c = 0; c < N_COLUMNS; c++)
		if (is_asked(into, c) && column_is_open(c))
			reading->n_open++;
		else if (is_asked(into, c) && !column_in_sort(c))
			into->place[c] = reading->n_sort + reading->n_times++;
	into->width = reading->n_sort + reading->n_times;
}

static void reading_release(struct reading *reading)
{
	map_release(&reading->undated);
	map_release(&reading->dated);
	free(reading->wanted);
	for (size_t i = 0; i < reading->n_texts; i++)
		free(reading->accepted[i]);
}

/* A sort's index in a map of them. */
static uint32_t enter(struct map *sorts, const int64_t *values, size_t n)
{
	return map_put(sorts, (struct slice){ (const char *)values, n * sizeof *values }, NULL);
}

/* enter(id, column, ...): a sort that the filter accepts. An aggregate function, as
 * the next: it gets a row's values for two thirds of what asking a statement for
 * them costs. */
static void enter_sort(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	struct reading *reading = sqlite3_user_data(context);
	int64_t id = sqlite3_value_int64(*argv++), sort[N_COLUMNS];

	(void)argc;
	for (size_t i = 0; i < reading->n_sort; i++) {
		sort[i] = sqlite3_value_int64(*argv++);
		if (reading->is_text[i])
			sort[i] = text_place(reading->texts, sort[i]);
	}
	if (id > 0 && id <= reading->n)
		reading->wanted[id] = 1 + enter(&reading->undated, sort, reading->n_sort);
}

uint32_t reading_dated(struct reading *reading, uint32_t sort, sqlite3_value **times)
{
	int64_t with_times[N_COLUMNS];
	size_t n = reading->n_sort;

	if (!reading->n_times)
		return sort;
	memcpy(with_times, map_key(&reading->undated, sort).p, n * sizeof *with_times);
	for (size_t i = 0; i < reading->n_times; i++)
		with_times[n++] = sqlite3_value_int64(times[i]);
	return enter(&reading->dated, with_times, n);
}

/* fold(sort, time, ..., text, ..., measure, ...): what each row adds. */
static void fold(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	struct reading *reading = sqlite3_user_data(context);
	uint32_t wanted = reading_wanted(reading, sqlite3_value_int64(*argv++)), group[1 + N_COLUMNS];
	struct slice key = { (const char *)group, (1 + reading->n_open) * sizeof *group };
	struct measures measures;

	(void)argc;
	if (!wanted)
		return;
	group[0] = reading_dated(reading, wanted - 1, argv);
	argv += reading->n_times;
	for (size_t i = 1; i <= reading->n_open; i++)
		group[i] = text_known(reading->texts, sqlite3_value_int64(*argv++));
#define MEASURE(member, column, merge) measures.member = (uint64_t)sqlite3_value_int64(*argv++);
#include "tally/dimension.def"
	measures_add(map_enter(&reading->into->rows, key), &measures);
}

void reading_done(sqlite3_context *context)
{
	sqlite3_result_null(context);
}

static int make_functions(struct store *store, const struct query *query, const struct reading *reading,
                          struct error *err)
{
	enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY };
	void *filter = (void *)(uintptr_t)query->filter, *into = (void *)(uintptr_t)reading;

	if (sqlite3_create_function(store->db, "accepts", 2, FLAGS, filter, accepts, NULL, NULL) == SQLITE_OK &&
	    sqlite3_create_function(store->db, "enter", -1, FLAGS, into, NULL, enter_sort, reading_done) == SQLITE_OK &&
	    sqlite3_create_function(store->db, "fold", -1, FLAGS, into, NULL, fold, reading_done) == SQLITE_OK)
		return 0;
	return sql_fail(store, err);
}

int reading_run(struct store *store, struct buffer *sql, struct error *err)
{
	int64_t null;
	int result = sql_number(store, buffer_string(sql), 0, &null, err);

	buffer_release(sql);
	return result;
}

/* Ids are not dense: sorts that nothing has any more are taken away (sweep.c). */
static int read_sorts(struct store *store, const struct query *query, struct reading *reading, struct error *err)
{
	struct buffer sql = { 0 };

	if (sql_number(store, "SELECT max(id) FROM sort", 0, &reading->n, err) != 0)
		return -1;
	reading->wanted = xcalloc((size_t)reading->n + 1, sizeof *reading->wanted);
	buffer_puts(&sql, "SELECT enter(id");
	for (int c = 0; c < N_COLUMNS; c++)
		if (is_asked(reading->into, c) && column_in_sort(c))
			buffer_printf(&sql, ", %s", column_sql(c));
	buffer_puts(&sql, ") FROM sort");
	facets_write(&sql, query, true);
	return reading_run(store, &sql, err);
}

static int read_rows(struct store *store, const struct query *query, enum table table, const struct fetched *fetched,
                     struct error *err)
{
	struct buffer sql = { 0 };

	buffer_puts(&sql, "SELECT fold(sort");
	for (int open = 0; open <= 1; open++)
		for (int c = 0; c < N_COLUMNS; c++)
			if (is_asked(fetched, c) && !column_in_sort(c) && column_is_open(c) == open)
				buffer_printf(&sql, ", %s", column_sql(c));
	for (int m = 0; m < N_MEASURES; m++)
		buffer_printf(&sql, ", %s", measure_name(m));
	buffer_puts(&sql, ") FROM ");
	source_write(&sql, table, false);
	where_write(&sql, query, table);
	return reading_run(store, &sql, err);
}

/* --- in order of sorts ----------------------------------------------------- */

static void copy_sorts(const struct map *sorts, struct fetched *into)
{
	into->n_sorts = sorts->count;
	into->sorts = xcalloc(into->n_sorts + 1, into->width * sizeof *into->sorts);
	for (uint32_t i = 0; i < sorts->count; i++)
		memcpy(into->sorts + i * into->width, map_key(sorts, i).p, into->width * sizeof *into->sorts);
}

/* Of a row its sort, and behind that the ids of its texts, in the order of columns. */
static uint32_t key_part(const struct map *rows, uint32_t row, size_t i)
{
	uint32_t part;

	memcpy(&part, map_key(rows, row).p + i * sizeof part, sizeof part);
	return part;
}

static void expect_rows(const struct map *rows, struct fetched *into)
{
	fetched_make_room(into, rows->count);
	for (uint32_t i = 0; i < rows->count; i++) {
		uint32_t sort = key_part(rows, i, 0);

		fetched_expect(into, sort);
		measures_add(&into->sums[sort], map_value(rows, i));
	}
	fetched_settle(into);
}

static void groups_by_sort(const struct texts *texts, struct fetched *into)
{
	const struct map *rows = &into->rows;
	uint32_t *open[N_COLUMNS];
	size_t n_open = 0;

	expect_rows(rows, into);
	for (int c = 0; c < N_COLUMNS; c++)
		if (into->texts[c])
			open[n_open++] = into->texts[c];
	for (uint32_t i = 0; i < rows->count; i++) {
		uint32_t at = fetched_put(into, key_part(rows, i, 0), map_value(rows, i));

		for (size_t k = 0; k < n_open; k++)
			open[k][at] = text_place(texts, key_part(rows, i, 1 + k));
	}
}

static int read_groups(struct store *store, const struct query *query, enum table table, struct reading *reading,
                       struct error *err)
{
	if (make_functions(store, query, reading, err) != 0 || read_sorts(store, query, reading, err) != 0 ||
	    read_rows(store, query, table, reading->into, err) != 0)
		return -1;
	return unfold_packs(store, query, table, reading, err);
}

int fold_table(struct store *store, const struct query *query, enum table table, struct fetched *into, struct error *err)
{
	struct arena room = { 0 };
	struct reading reading;
	int result;

	reading_init(&reading, &store->texts, into);
	reading.room = &room;
	result = read_groups(store, query, table, &reading, err);
	if (result == 0) {
		copy_sorts(reading.n_times ? &reading.dated : &reading.undated, into);
		groups_by_sort(&store->texts, into);
	}
	reading_release(&reading);
	arena_release(&room);
	return result;
}
