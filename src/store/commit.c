/* commit.c - adding a tally to a database, all of it or nothing.
 *
 * Texts go first, in the order of their bytes, so that in a fresh database their
 * ids ascend like them and groups then arrive in the order of their keys.
 * SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "base/utf8.h"
#include "tally/dimension.h"

#include <stdlib.h>

/* Rows a statement: half the time of one by one; more gain nothing. */
enum { BATCH = 32 };

/* s with '?' for each byte that is no UTF-8 and for NUL. */
static struct slice clean(struct slice s, struct buffer *scratch)
{
	if (utf8_valid(s) && slice_find_byte(s, '\0') < 0)
		return s;
	scratch->n = 0;
	for (size_t n; s.n; s = slice_from(s, n)) {
		if (utf8_next(s, &n) <= 0)
			buffer_byte(scratch, '?');
		else
			buffer_add(scratch, (struct slice){ s.p, n });
	}
	return buffer_slice(scratch);
}

/* The database's id of a text, entered when it is new; -1 and *err. */
static int64_t text_id(struct store *store, sqlite3_stmt *insert, sqlite3_stmt *find, struct slice text,
                       struct error *err)
{
	int64_t id = -1;

	sqlite3_bind_text(insert, 1, text.p, (int)text.n, SQLITE_STATIC);
	if (sql_run(store, insert, err) != 0)
		return -1;
	if (sqlite3_changes(store->db))
		return sqlite3_last_insert_rowid(store->db);
	sqlite3_bind_text(find, 1, text.p, (int)text.n, SQLITE_STATIC);
	if (sqlite3_step(find) == SQLITE_ROW)
		id = sqlite3_column_int64(find, 0);
	else
		sql_fail(store, err);
	sqlite3_reset(find);
	return id;
}

/* ids[id in the tally] = id in the database, for all strings. */
static int commit_texts(struct store *store, const struct tally *tally, int64_t *ids, struct error *err)
{
	sqlite3_stmt *insert = sql_prepare(store, "INSERT INTO text (value) VALUES (?1) ON CONFLICT DO NOTHING", err);
	sqlite3_stmt *find = sql_prepare(store, "SELECT id FROM text WHERE value = ?1", err);
	const uint32_t *order = tally_string_order(tally);
	uint32_t n = tally_strings(tally);
	struct buffer scratch = { 0 };
	int result = insert && find ? 0 : -1;

	for (uint32_t i = 0; result == 0 && i < n; i++) {
		ids[order[i]] = text_id(store, insert, find, clean(tally_string(tally, order[i]), &scratch), err);
		result = ids[order[i]] < 0 ? -1 : 0;
	}
	buffer_release(&scratch);
	sqlite3_finalize(insert);
	sqlite3_finalize(find);
	return result;
}

/* What to do with a group that is there already. */
static void conflict_write(struct buffer *sql)
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

/* A statement that inserts `rows` rows of a table. */
static sqlite3_stmt *prepare_insert(struct store *store, enum table table, size_t columns, size_t rows,
                                    struct error *err)
{
	struct buffer sql = { 0 };
	sqlite3_stmt *statement;

	buffer_printf(&sql, "INSERT INTO %s VALUES ", table_name(table));
	for (size_t i = 0; i < rows * columns; i++)
		buffer_puts(&sql, i % columns ? ", ?" : i ? "), (?" : "(?");
	buffer_puts(&sql, ")");
	if (store->keyed)
		conflict_write(&sql);
	statement = sql_prepare(store, buffer_string(&sql), err);
	buffer_release(&sql);
	return statement;
}

struct table_commit {
	enum dimension key[N_DIMENSIONS];
	size_t n_key;
	sqlite3_stmt *many, *one; /* insert BATCH rows, one row */
};

/* Binds a row from parameter *at on; moves it behind the row. */
static void bind_row(struct store *store, sqlite3_stmt *statement, const struct table_commit *commit,
                     const struct tally_row *row, const int64_t *ids, int *at)
{
	sqlite3_bind_int64(statement, (*at)++, store->origin);
	for (size_t i = 0; i < commit->n_key; i++) {
		int64_t value = group_value(row->group, commit->key[i]);

		sqlite3_bind_int64(statement, (*at)++, dimension_is_text(commit->key[i]) ? ids[value] : value);
	}
#define MEASURE(member, column, merge) \
	sqlite3_bind_int64(statement, (*at)++, (int64_t)row->measures->member);
#include "tally/dimension.def"
}

static int commit_rows(struct store *store, const struct table_commit *commit, const struct tally_row *rows,
                       size_t n, const int64_t *ids, struct error *err)
{
	for (size_t i = 0, batch; i < n; i += batch) {
		sqlite3_stmt *statement = n - i >= BATCH ? commit->many : commit->one;
		int at = 1;

		batch = n - i >= BATCH ? BATCH : 1;
		for (size_t k = 0; k < batch; k++)
			bind_row(store, statement, commit, &rows[i + k], ids, &at);
		if (sql_run(store, statement, err) != 0)
			return -1;
	}
	return 0;
}

static int commit_table(struct store *store, const struct tally *tally, enum table table, const int64_t *ids,
                        struct error *err)
{
	struct table_commit commit;
	struct tally_row *rows;
	size_t n = (store->keyed ? tally_rows : tally_unsorted)(tally, table, &rows), columns;
	int result = -1;

	commit.n_key = key_dimensions(table, commit.key);
	columns = 1 + commit.n_key + N_MEASURES;
	commit.many = prepare_insert(store, table, columns, BATCH, err);
	commit.one = prepare_insert(store, table, columns, 1, err);
	if (commit.many && commit.one)
		result = commit_rows(store, &commit, rows, n, ids, err);
	sqlite3_finalize(commit.many);
	sqlite3_finalize(commit.one);
	free(rows);
	return result;
}

static const char accounting_sql[] =
	"INSERT INTO accounting VALUES (?, ?, ?, 0"
#define COUNTER(member) ", ?"
#include "tally/counter.def"
	") ON CONFLICT DO UPDATE SET stream = stream"
#define COUNTER(member) ", \"" #member "\" = \"" #member "\" + excluded.\"" #member "\""
#include "tally/counter.def"
	;

static int commit_hours(struct store *store, const struct tally *tally, struct error *err)
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
#define COUNTER(member) sqlite3_bind_int64(statement, at++, (int64_t)hours[i].lines->member);
#include "tally/counter.def"
		result = sql_run(store, statement, err);
	}
	sqlite3_finalize(statement);
	free(hours);
	return result;
}

static int commit_all(struct store *store, const struct tally *tally, struct error *err)
{
	int64_t *ids = xcalloc((size_t)tally_strings(tally) + 1, sizeof *ids);
	int result = commit_texts(store, tally, ids, err);

	for (int t = 0; result == 0 && t < N_TABLES; t++)
		result = commit_table(store, tally, t, ids, err);
	free(ids);
	if (result == 0)
		result = commit_hours(store, tally, err);
	return result == 0 ? deferred_commit(store, tally, err) : -1;
}

int store_commit(struct store *store, const struct tally *tally, struct error *err)
{
	fetch_forget(store);
	if (sqlite3_get_autocommit(store->db) && sql_exec(store, "BEGIN IMMEDIATE", err) != 0)
		return -1;
	if (commit_all(store, tally, err) != 0 || sql_exec(store, "COMMIT", err) != 0) {
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
		return -1;
	}
	store->committed = true;
	return 0;
}
