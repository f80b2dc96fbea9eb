/* raise.c - groups that a table has already are raised where they stand.
 *
 * For each row SQLite's ON CONFLICT looks for its place twice, among all of a table. The
 * rows of one time stand side by side, so where not very many stand there one UPDATE goes
 * over them, and asks here, in their order, which to raise: a third of the time. What
 * is not met so is inserted, with ON CONFLICT, by commit.c.
 * SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "tally/dimension.h"

#include <stdlib.h>

/* Fewer are not worth the look; nor are more that stand there for each. */
enum { RAISED_FROM = 128, THERE_MAX = 4 };

/* Parts of a key behind origin and time. */
enum part {
	PART_SORT,
#define OPEN_TEXT(id, column, member, tables) PART_##id,
#include "tally/dimension.def"
	N_PARTS
};

struct raised {
	int64_t key[N_PARTS];
	const struct measures *measures;
	bool met;
};

struct raising {
	struct store *store;
	const struct sorts *sorts;
	enum table table;
	size_t n_key;
	sqlite3_stmt *count, *update;
	struct raised *rows; /* in the order of their keys */
	size_t n, at;
};

static int compare(const struct raising *raising, size_t row, const int64_t *key)
{
	const int64_t *own = raising->rows[row].key;

	for (size_t i = 0; i < raising->n_key; i++)
		if (own[i] != key[i])
			return own[i] < key[i] ? -1 : 1;
	return 0;
}

static size_t first_from(const struct raising *raising, const int64_t *key)
{
	size_t low = 0, high = raising->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (compare(raising, middle, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Rows are asked for in order, so the next is near; if they are not, it is found all
 * the same. */
static struct raised *find(struct raising *raising, const int64_t *key)
{
	if (raising->at > 0 && compare(raising, raising->at - 1, key) >= 0)
		raising->at = first_from(raising, key);
	while (raising->at < raising->n && compare(raising, raising->at, key) < 0)
		raising->at++;
	return raising->at < raising->n && compare(raising, raising->at, key) == 0 ? &raising->rows[raising->at] : NULL;
}

static struct raised *asked(sqlite3_context *context, sqlite3_value **argv)
{
	struct raising *raising = sqlite3_user_data(context);
	int64_t key[N_PARTS];

	for (size_t i = 0; i < raising->n_key; i++)
		key[i] = sqlite3_value_int64(argv[i]);
	return find(raising, key);
}

/* is_raised(sort, text, ...) */
static void is_raised(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	struct raised *row = asked(context, argv);

	(void)argc;
	if (row)
		row->met = true;
	sqlite3_result_int(context, row != NULL);
}

static uint64_t measure_of(const struct measures *measures, int measure)
{
	switch ((enum measure)measure) {
#define MEASURE(member, column, merge) case MEASURE_##member: return measures->member;
#include "tally/dimension.def"
	case N_MEASURES: break;
	}
	return 0;
}

/* raised(measure, value, sort, text, ...): the value, raised. */
static void raise_value(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	const struct raised *row = asked(context, argv + 2);
	int measure = sqlite3_value_int(argv[0]);
	uint64_t value = (uint64_t)sqlite3_value_int64(argv[1]), more = row ? measure_of(row->measures, measure) : 0;

	(void)argc;
	if (!measure_is_max((enum measure)measure))
		value = sum_capped(value, more);
	else if (more > value)
		value = more;
	sqlite3_result_int64(context, (int64_t)value);
}

/* --- statements ------------------------------------------------------------ */

static bool is_in_key(enum table table, enum dimension dimension, bool text)
{
	return row_has(table, dimension) && dimension_is_text(dimension) == text;
}

static void key_write(struct buffer *sql, enum table table)
{
	buffer_puts(sql, "sort");
	for (int d = 0; d < N_DIMENSIONS; d++)
		if (is_in_key(table, d, true))
			buffer_printf(sql, ", %s", dimension_name(d));
}

static void where_write(struct buffer *sql, enum table table)
{
	int n = 1;

	buffer_printf(sql, " WHERE origin = ?%d", n++);
	for (int d = 0; d < N_DIMENSIONS; d++)
		if (is_in_key(table, d, false))
			buffer_printf(sql, " AND %s = ?%d", dimension_name(d), n++);
}

static sqlite3_stmt *prepare(struct store *store, struct buffer *sql, struct error *err)
{
	sqlite3_stmt *statement = sql_prepare(store, buffer_string(sql), err);

	buffer_release(sql);
	return statement;
}

static sqlite3_stmt *prepare_count(struct store *store, enum table table, struct error *err)
{
	struct buffer sql = { 0 };

	buffer_printf(&sql, "SELECT count(*) FROM (SELECT 1 FROM %s", table_name(table));
	where_write(&sql, table);
	buffer_puts(&sql, " LIMIT ?9)");
	return prepare(store, &sql, err);
}

static sqlite3_stmt *prepare_update(struct store *store, enum table table, struct error *err)
{
	struct buffer sql = { 0 };

	buffer_printf(&sql, "UPDATE %s SET ", table_name(table));
	for (int m = 0; m < N_MEASURES; m++) {
		buffer_printf(&sql, "%s%s = raised(%d, %s, ", m ? ", " : "", measure_name(m), m, measure_name(m));
		key_write(&sql, table);
		buffer_puts(&sql, ")");
	}
	where_write(&sql, table);
	buffer_puts(&sql, " AND is_raised(");
	key_write(&sql, table);
	buffer_puts(&sql, ")");
	return prepare(store, &sql, err);
}

static int make_functions(struct raising *raising, struct error *err)
{
	enum { FLAGS = SQLITE_UTF8 | SQLITE_DIRECTONLY };
	sqlite3 *db = raising->store->db;

	if (sqlite3_create_function(db, "is_raised", -1, FLAGS, raising, is_raised, NULL, NULL) == SQLITE_OK &&
	    sqlite3_create_function(db, "raised", -1, FLAGS, raising, raise_value, NULL, NULL) == SQLITE_OK)
		return 0;
	return sql_fail(raising->store, err);
}

/* --- the rows of one time -------------------------------------------------- */

static void bind_time(const struct raising *raising, sqlite3_stmt *statement, const struct group_time *time)
{
	int at = 1;

	sqlite3_bind_int64(statement, at++, raising->store->origin);
#define TIME_DIMENSION(id, column, type, member, tables) \
	if (row_has(raising->table, DIMENSION_##id)) \
		sqlite3_bind_int64(statement, at++, (int64_t)time->member);
#include "tally/dimension.def"
}

/* How many stand there; no more than are worth it, and one, are counted. */
static int count_there(const struct raising *raising, const struct group_time *time, size_t n, int64_t *there,
                       struct error *err)
{
	int result = 0;

	bind_time(raising, raising->count, time);
	sqlite3_bind_int64(raising->count, 9, (int64_t)(THERE_MAX * n + 1));
	if (sqlite3_step(raising->count) == SQLITE_ROW)
		*there = sqlite3_column_int64(raising->count, 0);
	else
		result = sql_fail(raising->store, err);
	sqlite3_reset(raising->count);
	return result;
}

static struct raised raised_of(const struct raising *raising, const struct tally_row *row)
{
	struct raised raised = { .measures = &row->measures };
	size_t n = 0;

	raised.key[n++] = raising->sorts->ids[row->key.sort];
#define OPEN_TEXT(id, column, member, tables) \
	if (row_has(raising->table, DIMENSION_##id)) \
		raised.key[n++] = raising->sorts->texts[row->key.member];
#include "tally/dimension.def"
	return raised;
}

static int raise_those(struct raising *raising, const struct tally_row **rows, size_t n, size_t *left, struct error *err)
{
	int result;

	raising->rows = xcalloc(n, sizeof *raising->rows);
	raising->n = n;
	raising->at = 0;
	for (size_t i = 0; i < n; i++)
		raising->rows[i] = raised_of(raising, rows[i]);
	bind_time(raising, raising->update, tally_time(raising->sorts->tally, rows[0]->key.time));
	result = sql_run(raising->store, raising->update, err);
	*left = 0;
	for (size_t i = 0; i < n; i++)
		if (!raising->rows[i].met)
			rows[(*left)++] = rows[i];
	free(raising->rows);
	return result;
}

/* *left: of the rows of one time, how many are to be inserted; they are moved to the front. */
static int raise_time(struct raising *raising, const struct tally_row **rows, size_t n, size_t *left, struct error *err)
{
	int64_t there = 0;

	*left = n;
	if (n >= RAISED_FROM &&
	    count_there(raising, tally_time(raising->sorts->tally, rows[0]->key.time), n, &there, err) != 0)
		return -1;
	return there == 0 || there > (int64_t)(THERE_MAX * n) ? 0 : raise_those(raising, rows, n, left, err);
}

static int raise_all(struct raising *raising, const struct tally_row **rows, size_t n, size_t *left, struct error *err)
{
	*left = 0;
	for (size_t i = 0, end; i < n; i = end) {
		size_t more;

		for (end = i + 1; end < n && rows[end]->key.time == rows[i]->key.time; end++)
			;
		if (raise_time(raising, &rows[i], end - i, &more, err) != 0)
			return -1;
		memmove(&rows[*left], &rows[i], more * sizeof *rows);
		*left += more;
	}
	return 0;
}

int raise_rows(const struct sorts *sorts, enum table table, const struct tally_row **rows, size_t n, size_t *left,
               struct error *err)
{
	struct raising raising = { .store = sorts->store, .sorts = sorts, .table = table, .n_key = 1 };
	int result = -1;

	*left = n;
	if (n < RAISED_FROM)
		return 0;
	for (int d = 0; d < N_DIMENSIONS; d++)
		raising.n_key += is_in_key(table, d, true);
	if (make_functions(&raising, err) == 0 &&
	    (raising.count = prepare_count(sorts->store, table, err)) != NULL &&
	    (raising.update = prepare_update(sorts->store, table, err)) != NULL)
		result = raise_all(&raising, rows, n, left, err);
	sqlite3_finalize(raising.count);
	sqlite3_finalize(raising.update);
	return result;
}
