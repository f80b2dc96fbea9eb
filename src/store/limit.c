/* limit.c - SPDX-License-Identifier: MIT */
#include "store/limit.h"

#include "store/sql.h"
#include "tally/dimension.h"
#include "tally/fold.h"

#include <inttypes.h>
#include <stdlib.h>

/* Each open text, and the small table that has it; the cube has all. */
static const struct {
	enum dimension dimension;
	enum table table;
} open_texts[] = {
	{ DIMENSION_DOMAIN, TABLE_DESTINATION },
	{ DIMENSION_RELAY, TABLE_PEER },
	{ DIMENSION_REASON, TABLE_REASON },
};
enum { N_OPEN = sizeof open_texts / sizeof *open_texts };

/* Ids of texts that go, ascending. */
struct tail {
	int64_t *ids;
	size_t n, capacity;
};

/* One dimension of one day. */
struct limiting {
	struct store *store;
	enum dimension dimension;
	enum table table;
	int64_t origin, day, other; /* other: the id of TALLY_OTHER */
	struct tail tail;
};

/* --- the tail -------------------------------------------------------------- */

static int number(struct store *store, char *sql, int64_t *value, struct error *err)
{
	int result = sql_number(store, sql, 0, value, err);

	free(sql);
	return result;
}

static int count_values(const struct limiting *limiting, int64_t *n, struct error *err)
{
	return number(limiting->store, xasprintf("SELECT count(DISTINCT %s) FROM %s WHERE origin = %" PRId64 " AND day = %" PRId64,
	              dimension_name(limiting->dimension), table_name(limiting->table), limiting->origin, limiting->day), n, err);
}

static int find_other(struct limiting *limiting, struct error *err)
{
	char *sql = xasprintf("INSERT INTO text (value) VALUES ('%.*s') ON CONFLICT DO NOTHING", SLICE_ARG(TALLY_OTHER));
	int result = sql_exec(limiting->store, sql, err);

	free(sql);
	return result != 0 ? -1 : number(limiting->store, xasprintf("SELECT id FROM text WHERE value = '%.*s'",
	                                 SLICE_ARG(TALLY_OTHER)), &limiting->other, err);
}

static int compare_ids(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* As tally_fold() ranks them. */
static sqlite3_stmt *prepare_tail(const struct limiting *limiting, int64_t keep, struct error *err)
{
	const char *name = dimension_name(limiting->dimension);
	char *sql = xasprintf("SELECT t.%s FROM %s AS t JOIN text ON text.id = t.%s JOIN sort ON sort.id = t.sort"
	                      " WHERE t.origin = %" PRId64 " AND t.day = %" PRId64 " AND t.%s NOT IN (0, %" PRId64 ") GROUP BY t.%s"
	                      " ORDER BY max(sort.kind = 0 AND (value GLOB 'fatal:*' OR value GLOB 'panic:*' OR instr(value, 'SYSERR')))"
	                      " DESC, total(t.count) DESC, value LIMIT -1 OFFSET %" PRId64,
	                      name, table_name(limiting->table), name, limiting->origin, limiting->day, name,
	                      limiting->other, name, keep);
	sqlite3_stmt *statement = sql_prepare(limiting->store, sql, err);

	free(sql);
	return statement;
}

static int find_tail(struct limiting *limiting, int64_t keep, struct error *err)
{
	struct tail *tail = &limiting->tail;
	sqlite3_stmt *statement = prepare_tail(limiting, keep, err);
	int step = SQLITE_DONE;

	while (statement && (step = sqlite3_step(statement)) == SQLITE_ROW) {
		GROW(tail->ids, tail->n, tail->capacity);
		tail->ids[tail->n++] = sqlite3_column_int64(statement, 0);
	}
	if (statement && step != SQLITE_DONE)
		sql_fail(limiting->store, err);
	sqlite3_finalize(statement);
	if (tail->n)
		qsort(tail->ids, tail->n, sizeof *tail->ids, compare_ids);
	return statement && step == SQLITE_DONE ? 0 : -1;
}

/* in_tail(id) */
static void in_tail(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	const struct tail *tail = sqlite3_user_data(context);
	int64_t id = sqlite3_value_int64(argv[0]);

	(void)argc;
	sqlite3_result_int(context, bsearch(&id, tail->ids, tail->n, sizeof id, compare_ids) != NULL);
}

/* --- rows ------------------------------------------------------------------ */

static void where_write(struct buffer *sql, const struct limiting *limiting, enum table table)
{
	buffer_printf(sql, " FROM %s WHERE origin = %" PRId64 " AND ", table_name(table), limiting->origin);
	if (!table_has(table, DIMENSION_HOUR))
		buffer_printf(sql, "day = %" PRId64, limiting->day);
	else if (limiting->day)
		buffer_printf(sql, "hour <> 0 AND hour BETWEEN %" PRId64 " AND %" PRId64 " AND (hour + zone) / 86400 = %" PRId64,
		              (limiting->day - 1) * 86400, (limiting->day + 2) * 86400, limiting->day);
	else
		buffer_puts(sql, "hour = 0");
	buffer_printf(sql, " AND in_tail(%s)", dimension_name(limiting->dimension));
}

static void fold_write(struct buffer *sql, const struct limiting *limiting, enum table table)
{
	buffer_printf(sql, "INSERT INTO %s SELECT origin, ", table_name(table));
	times_write(sql, table, "");
	buffer_puts(sql, ", sort");
	for (int d = 0; d < N_DIMENSIONS; d++) {
		if (!row_has(table, (enum dimension)d) || !dimension_is_text((enum dimension)d))
			continue;
		if (d == (int)limiting->dimension)
			buffer_printf(sql, ", %" PRId64, limiting->other);
		else
			buffer_printf(sql, ", %s", dimension_name((enum dimension)d));
	}
	for (int m = 0; m < N_MEASURES; m++)
		buffer_printf(sql, ", %s", measure_name(m));
	where_write(sql, limiting, table);
	conflict_write(sql);
	buffer_puts(sql, ";\nDELETE");
	where_write(sql, limiting, table);
	buffer_puts(sql, ";\n");
}

static int fold_tail(struct limiting *limiting, struct error *err)
{
	enum { FLAGS = SQLITE_UTF8 | SQLITE_DIRECTONLY };
	struct buffer sql = { 0 };
	int result;

	if (sqlite3_create_function(limiting->store->db, "in_tail", 1, FLAGS, &limiting->tail, in_tail, NULL, NULL) != SQLITE_OK)
		return sql_fail(limiting->store, err);
	fold_write(&sql, limiting, limiting->table);
	fold_write(&sql, limiting, TABLE_CUBE);
	result = sql_exec(limiting->store, buffer_string(&sql), err);
	buffer_release(&sql);
	return result;
}

static int limit(struct limiting *limiting, int64_t from, int64_t keep, int64_t *gone, struct error *err)
{
	int64_t values;
	int result = count_values(limiting, &values, err);

	if (result != 0 || values <= from)
		return result;
	result = find_other(limiting, err);
	if (result == 0)
		result = find_tail(limiting, keep, err);
	if (result == 0 && limiting->tail.n)
		result = fold_tail(limiting, err);
	*gone += (int64_t)limiting->tail.n;
	free(limiting->tail.ids);
	return result;
}

int limit_day(struct store *store, int64_t origin, int64_t day, int64_t from, int64_t keep, int64_t *gone,
              struct error *err)
{
	int result = 0;

	for (int i = 0; result == 0 && i < N_OPEN; i++) {
		struct limiting limiting = { .store = store, .dimension = open_texts[i].dimension, .table = open_texts[i].table,
			                         .origin = origin, .day = day };

		result = limit(&limiting, from, keep, gone, err);
	}
	return result;
}

/* --- days ------------------------------------------------------------------ */

/* Made-up names are new texts: without them there is nothing to look for. */
static int are_due(struct store *store, int64_t origin, int64_t keep, bool *due, struct error *err)
{
	int64_t texts, looked;

	if (sql_number(store, "SELECT max(id) FROM text", 0, &texts, err) != 0 ||
	    number(store, xasprintf("SELECT value FROM kept WHERE origin = %" PRId64 " AND name = 'texts'", origin), &looked, err) != 0)
		return -1;
	*due = texts < looked || texts - looked > keep / 4;
	return 0;
}

static int note_look(struct store *store, int64_t origin, struct error *err)
{
	char *sql = xasprintf("INSERT INTO kept SELECT %" PRId64 ", 'texts', max(id) FROM text"
	                      " WHERE true ON CONFLICT DO UPDATE SET value = excluded.value", origin);
	int result = sql_exec(store, sql, err);

	free(sql);
	return result;
}

/* The first day after `after` that holds too many; INT64_MAX: none. */
static int next_day(struct store *store, int64_t origin, int64_t after, int64_t from, int64_t *day, struct error *err)
{
	*day = INT64_MAX;
	for (int i = 0; i < N_OPEN; i++) {
		char *sql = xasprintf("SELECT day FROM %s WHERE origin = %" PRId64 " AND day > %" PRId64 " GROUP BY day"
		                      " HAVING count(*) > %" PRId64 " AND count(DISTINCT %s) > %" PRId64 " ORDER BY day LIMIT 1",
		                      table_name(open_texts[i].table), origin, after, from, dimension_name(open_texts[i].dimension), from);
		int64_t found;
		int result = sql_number(store, sql, INT64_MAX, &found, err);

		free(sql);
		if (result != 0)
			return -1;
		*day = found < *day ? found : *day;
	}
	return 0;
}

int limit_days(struct store *store, int64_t origin, int64_t keep, int64_t *gone, struct error *err)
{
	int64_t day = INT64_MIN;
	bool due;
	int result = are_due(store, origin, keep, &due, err);

	while (result == 0 && due && (result = next_day(store, origin, day, 2 * keep, &day, err)) == 0 && day != INT64_MAX) {
		result = store_lock(store, err);
		if (result == 0)
			result = limit_day(store, origin, day, 2 * keep, keep, gone, err);
		result = sql_end(store, result, err);
	}
	if (result != 0 || !due)
		return result;
	result = store_lock(store, err);
	if (result == 0)
		result = note_look(store, origin, err);
	return sql_end(store, result, err);
}
