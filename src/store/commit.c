/* commit.c - adding a tally to a database, all of it or nothing.
 *
 * Texts go first, in the order of their bytes, then sorts in theirs, so that in a
 * fresh database ids ascend like what they stand for, and groups arrive in the order
 * of their keys.
 * SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "tally/dimension.h"

#include <stdlib.h>

/* Rows a statement: half the time of one by one; more gain nothing. Making it takes
 * what the first hundred rows would gain. */
enum { BATCH = 32, BATCHED_FROM = 128 };

void conflict_write(struct buffer *sql)
{
	buffer_puts(sql, " ON CONFLICT DO UPDATE SET ");
	for (int m = 0; m < N_MEASURES; m++) {
		const char *name = measure_name(m), *separator = m ? ", " : "";

		if (measure_is_max(m))
			buffer_printf(sql, "%s%s = max(%s, excluded.%s)", separator, name, name, name);
		else
			buffer_printf(sql, "%s%s = %s + excluded.%s", separator, name, name, name);
	}
}

/* Inserts rows, and what its parameters are bound to: rows have much in common, and
 * a parameter keeps its value until it is given another. */
struct insert {
	sqlite3_stmt *statement;
	int64_t *bound;
	int at, n;
};

/* For `rows` rows of a table at a time. */
static int insert_init(struct insert *insert, struct store *store, enum table table, size_t columns, size_t rows,
                       struct error *err)
{
	struct buffer sql = { 0 };

	buffer_printf(&sql, "INSERT INTO %s VALUES ", table_name(table));
	for (size_t i = 0; i < rows * columns; i++)
		buffer_puts(&sql, i % columns ? ", ?" : i ? "), (?" : "(?");
	buffer_puts(&sql, ")");
	conflict_write(&sql);
	insert->statement = sql_prepare(store, buffer_string(&sql), err);
	insert->bound = xcalloc(rows * columns, sizeof *insert->bound);
	buffer_release(&sql);
	return insert->statement ? 0 : -1;
}

static void insert_release(struct insert *insert)
{
	sqlite3_finalize(insert->statement);
	free(insert->bound);
}

struct table_commit {
	struct store *store;
	bool keeps[N_DIMENSIONS];
	const int64_t *texts;
	const struct sorts *sorts;
	struct insert many, one; /* BATCH rows, one row */
};

static void bind_next(struct insert *insert, int64_t value)
{
	int at = insert->at++;

	if (at < insert->n && insert->bound[at] == value)
		return;
	insert->bound[at] = value;
	sqlite3_bind_int64(insert->statement, at + 1, value);
}

/* In the order of the table's columns: numbers, sort, texts, measures. */
static void bind_row(const struct table_commit *commit, struct insert *insert, const struct tally_row *row)
{
	const struct group_time *time = tally_time(commit->sorts->tally, row->key.time);

	bind_next(insert, commit->store->origin);
#define TIME_DIMENSION(id, column, type, member, tables) \
	if (commit->keeps[DIMENSION_##id]) \
		bind_next(insert, (int64_t)time->member);
#include "tally/dimension.def"
	bind_next(insert, commit->sorts->ids[row->key.sort]);
#define OPEN_TEXT(id, column, member, tables) \
	if (commit->keeps[DIMENSION_##id]) \
		bind_next(insert, commit->texts[row->key.member]);
#include "tally/dimension.def"
#define MEASURE(member, column, merge) bind_next(insert, (int64_t)row->measures.member);
#include "tally/dimension.def"
}

static int insert_rows(const struct table_commit *commit, struct insert *insert, const struct tally_row **rows,
                       size_t n, struct error *err)
{
	insert->at = 0;
	for (size_t i = 0; i < n; i++)
		bind_row(commit, insert, rows[i]);
	insert->n = insert->at;
	return sql_run(commit->store, insert->statement, err);
}

static int commit_rows(struct table_commit *commit, const struct tally_row **rows, size_t n, struct error *err)
{
	size_t i = 0;

	for (; n >= BATCHED_FROM && n - i >= BATCH; i += BATCH)
		if (insert_rows(commit, &commit->many, &rows[i], BATCH, err) != 0)
			return -1;
	for (; i < n; i++)
		if (insert_rows(commit, &commit->one, &rows[i], 1, err) != 0)
			return -1;
	return 0;
}

static int commit_table(struct store *store, enum table table, const int64_t *texts, const struct sorts *sorts,
                        struct error *err)
{
	struct table_commit commit = { .store = store, .texts = texts, .sorts = sorts };
	const struct tally_row **rows;
	size_t all = rows_in_order(sorts, table, &rows), n = 0, columns = 2 + N_MEASURES;
	int result = -1;

	for (int d = 0; d < N_DIMENSIONS; d++)
		columns += commit.keeps[d] = row_has(table, (enum dimension)d);
	if (raise_rows(sorts, table, rows, all, &n, err) == 0 &&
	    (n < BATCHED_FROM || insert_init(&commit.many, store, table, columns, BATCH, err) == 0) &&
	    insert_init(&commit.one, store, table, columns, 1, err) == 0)
		result = commit_rows(&commit, rows, n, err);
	insert_release(&commit.many);
	insert_release(&commit.one);
	free(rows);
	return result;
}

static const char accounting_sql[] =
	"INSERT INTO accounting VALUES (?, ?, ?, ?"
#define COUNTER(member) ", ?"
#include "tally/counter.def"
	") ON CONFLICT DO UPDATE SET stream = stream"
#define COUNTER(member) ", \"" #member "\" = \"" #member "\" + excluded.\"" #member "\""
#include "tally/counter.def"
	;

static int commit_hours(struct store *store, const struct tally *tally, int64_t stream, struct error *err)
{
	sqlite3_stmt *statement = sql_prepare(store, accounting_sql, err);
	struct tally_hour *hours;
	size_t n = tally_hours(tally, &hours);
	int result = statement ? 0 : -1;

	for (size_t i = 0; result == 0 && i < n; i++) {
		int at = 1;

		sqlite3_bind_int64(statement, at++, store->origin);
		sqlite3_bind_int64(statement, at++, hours[i].hour == TIME_NONE ? 0 : hours[i].hour);
		sqlite3_bind_int64(statement, at++, hours[i].zone);
		sqlite3_bind_int64(statement, at++, stream);
#define COUNTER(member) sqlite3_bind_int64(statement, at++, (int64_t)hours[i].lines->member);
#include "tally/counter.def"
		result = sql_run(store, statement, err);
	}
	sqlite3_finalize(statement);
	free(hours);
	return result;
}

static int commit_groups(struct store *store, const struct tally *tally, const int64_t *texts, struct error *err)
{
	struct sorts sorts;
	int result = sorts_init(&sorts, store, tally, texts, err);

	if (result == 0)
		result = sorts_enter(&sorts, err);
	for (int t = 0; result == 0 && t < N_TABLES; t++)
		result = commit_table(store, t, texts, &sorts, err);
	sorts_release(&sorts);
	return result;
}

int commit_counts(struct store *store, const struct tally *tally, int64_t stream, struct error *err)
{
	int64_t *texts = xcalloc((size_t)tally_strings(tally) + 1, sizeof *texts);
	int result = texts_commit(store, tally, texts, err);

	if (result == 0)
		result = commit_groups(store, tally, texts, err);
	free(texts);
	if (result == 0)
		result = commit_hours(store, tally, stream, err);
	return result == 0 ? deferred_commit(store, tally, err) : -1;
}

int store_commit(struct store *store, const struct tally *tally, struct error *err)
{
	fetch_forget(store);
	if (sqlite3_get_autocommit(store->db) && sql_exec(store, "BEGIN", err) != 0)
		return -1;
	if (commit_counts(store, tally, 0, err) != 0 || sql_exec(store, "COMMIT", err) != 0) {
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
		return -1;
	}
	store->committed = true;
	return 0;
}
