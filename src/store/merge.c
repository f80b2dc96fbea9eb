/* merge.c - rows of other databases, with this one's ids.
 *
 * An origin's rows are replaced as a whole, so merging can be repeated, and in any order:
 * of two databases that hold the same origin the one counts that has counted more of it.
 * Checkpoints stay where they are: only the database that counted goes on counting.
 * SPDX-License-Identifier: MIT */
#include "store/merge.h"

#include "store/sql.h"
#include "tally/dimension.h"

#include <inttypes.h>
#include <stdlib.h>

/* What becomes of a column. */
enum becomes { SAME, A_TEXT, A_SORT };

static int ids_init(struct other_ids *ids, struct store *from, const char *last, struct error *err)
{
	if (sql_number(from, last, 0, &ids->n, err) != 0)
		return -1;
	ids->own = xcalloc((size_t)++ids->n, sizeof *ids->own);
	return 0;
}

/* --- rows ---------------------------------------------------------------- */

static void bind(const struct merging *merging, sqlite3_stmt *to, int at, enum becomes becomes, sqlite3_stmt *row, int column)
{
	if (becomes == SAME)
		sqlite3_bind_value(to, at, sqlite3_column_value(row, column));
	else
		sqlite3_bind_int64(to, at, own_id(becomes == A_TEXT ? &merging->texts : &merging->sorts,
		                                  sqlite3_column_int64(row, column)));
}

/* Each row that `read` gives, its columns as `becomes` says, into `write` behind `origin`. */
static int copy_rows(const struct merging *merging, const char *read, const char *write, const enum becomes *becomes,
                     int64_t origin, struct error *err)
{
	sqlite3_stmt *from = sql_prepare(merging->from, read, err);
	sqlite3_stmt *to = from ? sql_prepare(merging->into, write, err) : NULL;
	int step = SQLITE_ERROR, result = to ? 0 : -1;

	while (result == 0 && (step = sqlite3_step(from)) == SQLITE_ROW) {
		sqlite3_bind_int64(to, 1, origin);
		for (int i = 0; i < sqlite3_column_count(from); i++)
			bind(merging, to, 2 + i, becomes ? becomes[i] : SAME, from, i);
		result = sql_run(merging->into, to, err);
	}
	if (result == 0 && step != SQLITE_DONE)
		result = sql_fail(merging->from, err);
	sqlite3_finalize(from);
	sqlite3_finalize(to);
	return result;
}

/* --- texts and sorts ------------------------------------------------------ */

/* The id of what `row` has behind its own: found, or entered. */
static int enter(const struct merging *merging, sqlite3_stmt *find, sqlite3_stmt *insert, const enum becomes *becomes,
                 sqlite3_stmt *row, int64_t *id, struct error *err)
{
	int n = sqlite3_column_count(row) - 1, step;

	for (int i = 0; i < n; i++)
		bind(merging, find, i + 1, becomes[i], row, i + 1);
	step = sqlite3_step(find);
	if (step == SQLITE_ROW)
		*id = sqlite3_column_int64(find, 0);
	sqlite3_reset(find);
	if (step == SQLITE_ROW)
		return 0;
	if (step != SQLITE_DONE)
		return sql_fail(merging->into, err);
	for (int i = 0; i < n; i++)
		bind(merging, insert, i + 1, becomes[i], row, i + 1);
	if (sql_run(merging->into, insert, err) != 0)
		return -1;
	*id = sqlite3_last_insert_rowid(merging->into->db);
	return 0;
}

static int enter_all(const struct merging *merging, struct other_ids *ids, const char *table, const char *columns,
                     const char *parameters, const enum becomes *becomes, struct error *err)
{
	char *read = xasprintf("SELECT id, %s FROM %s WHERE id > 0 ORDER BY %s", columns, table, columns);
	char *find = xasprintf("SELECT id FROM %s WHERE (%s) = (%s)", table, columns, parameters);
	char *insert = xasprintf("INSERT INTO %s (%s) VALUES (%s)", table, columns, parameters);
	sqlite3_stmt *rows = sql_prepare(merging->from, read, err);
	sqlite3_stmt *finding = rows ? sql_prepare(merging->into, find, err) : NULL;
	sqlite3_stmt *inserting = finding ? sql_prepare(merging->into, insert, err) : NULL;
	int step = SQLITE_ERROR, result = inserting ? 0 : -1;

	while (result == 0 && (step = sqlite3_step(rows)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(rows, 0);

		if (id < ids->n)
			result = enter(merging, finding, inserting, becomes, rows, &ids->own[id], err);
	}
	if (result == 0 && step != SQLITE_DONE)
		result = sql_fail(merging->from, err);
	sqlite3_finalize(rows);
	sqlite3_finalize(finding);
	sqlite3_finalize(inserting);
	free(read);
	free(find);
	free(insert);
	return result;
}

static int enter_sorts(struct merging *merging, struct error *err)
{
	enum becomes becomes[N_DIMENSIONS];
	struct buffer columns = { 0 }, parameters = { 0 };
	size_t n = 0;
	int result;

	for (int texts = 0; texts <= 1; texts++)
		for (int d = 0; d < N_DIMENSIONS; d++)
			if (dimension_in_sort((enum dimension)d) && dimension_is_text((enum dimension)d) == texts) {
				buffer_puts(&parameters, n ? ", ?" : "?");
				becomes[n++] = texts ? A_TEXT : SAME;
			}
	sort_write(&columns, "");
	result = enter_all(merging, &merging->sorts, "sort", buffer_string(&columns), buffer_string(&parameters), becomes, err);
	buffer_release(&columns);
	buffer_release(&parameters);
	return result;
}

static int enter_ids(struct merging *merging, struct error *err)
{
	static const enum becomes same[] = { SAME };

	if (ids_init(&merging->texts, merging->from, "SELECT max(id) FROM text", err) != 0 ||
	    ids_init(&merging->sorts, merging->from, "SELECT max(id) FROM sort", err) != 0 ||
	    enter_all(merging, &merging->texts, "text", "value", "?", same, err) != 0)
		return -1;
	return enter_sorts(merging, err);
}

/* --- an origin ------------------------------------------------------------ */

static int copy_table(const struct merging *merging, enum table table, int64_t theirs, int64_t own, struct error *err)
{
	struct buffer read = { 0 }, write = { 0 };
	enum becomes becomes[N_DIMENSIONS + 1 + N_MEASURES];
	size_t n = 0;
	int result;

	buffer_puts(&read, "SELECT ");
	buffer_printf(&write, "INSERT INTO %s VALUES (?", table_name(table));
	for (int texts = 0; texts <= 1; texts++) {
		for (int d = 0; d < N_DIMENSIONS; d++)
			if (row_has(table, (enum dimension)d) && dimension_is_text((enum dimension)d) == texts) {
				buffer_printf(&read, "%s, ", dimension_name((enum dimension)d));
				becomes[n++] = texts ? A_TEXT : SAME;
			}
		if (!texts) {
			buffer_puts(&read, "sort, ");
			becomes[n++] = A_SORT;
		}
	}
	for (int m = 0; m < N_MEASURES; m++) {
		buffer_printf(&read, "%s%s", m ? ", " : "", measure_name((enum measure)m));
		becomes[n++] = SAME;
	}
	buffer_puts(&read, " FROM ");
	source_write(&read, table, false);
	buffer_printf(&read, " WHERE origin = %" PRId64, theirs);
	for (size_t i = 0; i < n; i++)
		buffer_puts(&write, ", ?");
	buffer_puts(&write, ")");
	conflict_write(&write);
	result = copy_rows(merging, buffer_string(&read), buffer_string(&write), becomes, own, err);
	buffer_release(&read);
	buffer_release(&write);
	return result;
}

/* Tables that have nothing of this database's own but the origin. */
static int copy_plain(const struct merging *merging, const char *table, const char *columns, const char *parameters,
                      int64_t theirs, int64_t own, struct error *err)
{
	char *read = xasprintf("SELECT %s FROM %s WHERE origin = %" PRId64, columns, table, theirs);
	char *write = xasprintf("INSERT OR IGNORE INTO %s (origin, %s) VALUES (?, %s)", table, columns, parameters);
	int result = copy_rows(merging, read, write, NULL, own, err);

	free(read);
	free(write);
	return result;
}

static int copy_origin(const struct merging *merging, int64_t theirs, int64_t own, struct error *err)
{
	for (int t = 0; t < N_TABLES; t++)
		if (copy_table(merging, t, theirs, own, err) != 0 ||
		    (merging->from->packs && table_is_packed(t) && copy_packs(merging, t, theirs, own, err) != 0))
			return -1;
	if (copy_plain(merging, "accounting", "hour, zone, stream"
#define COUNTER(member) ", \"" #member "\""
#include "tally/counter.def"
	               , "?, ?, ?"
#define COUNTER(member) ", ?"
#include "tally/counter.def"
	               , theirs, own, err) != 0 ||
	    copy_plain(merging, "deferred", "day, direction, hashes", "?, ?, ?", theirs, own, err) != 0)
		return -1;
	return merging->from->packs ? copy_plain(merging, "kept", "name, value", "?, ?", theirs, own, err) : 0;
}

static int delete_origin(const struct merging *merging, int64_t own, struct error *err)
{
	struct buffer sql = { 0 };
	int result;

	for (int t = 0; t < N_TABLES; t++) {
		buffer_printf(&sql, "DELETE FROM %s WHERE origin = %" PRId64 ";\n", table_name(t), own);
		if (table_is_packed(t))
			buffer_printf(&sql, "DELETE FROM %s_pack WHERE origin = %" PRId64 ";\n", table_name(t), own);
	}
	buffer_printf(&sql, "DELETE FROM accounting WHERE origin = %" PRId64 ";\nDELETE FROM deferred WHERE origin = %" PRId64
	              ";\nDELETE FROM kept WHERE origin = %" PRId64 ";\n", own, own, own);
	result = sql_exec(merging->into, buffer_string(&sql), err);
	buffer_release(&sql);
	return result;
}

/* How far an origin was counted: its last hour, and of equal ones the lines. */
static int progress(struct store *store, int64_t origin, int64_t progress[2], struct error *err)
{
	char *hour = xasprintf("SELECT max(hour) FROM accounting WHERE origin = %" PRId64, origin);
	char *lines = xasprintf("SELECT sum(\"lines\") FROM accounting WHERE origin = %" PRId64, origin);
	int result = sql_number(store, hour, 0, &progress[0], err) == 0 ? sql_number(store, lines, 0, &progress[1], err) : -1;

	free(hour);
	free(lines);
	return result;
}

static int replace_origin(const struct merging *merging, int64_t theirs, int64_t own, struct error *err)
{
	int64_t there[2], here[2];

	if (progress(merging->from, theirs, there, err) != 0 || progress(merging->into, own, here, err) != 0)
		return -1;
	if (there[0] < here[0] || (there[0] == here[0] && there[1] < here[1]))
		return 0;
	return delete_origin(merging, own, err) == 0 ? copy_origin(merging, theirs, own, err) : -1;
}

/* The id here of an origin; 1 is this database's own. */
static int find_origin(struct store *into, const char *uuid, int64_t *id, struct error *err)
{
	sqlite3_stmt *insert = sql_prepare(into, "INSERT INTO origin (uuid) VALUES (?) ON CONFLICT DO UPDATE SET uuid = uuid"
	                                         " RETURNING id", err);
	int step;

	if (!insert)
		return -1;
	sqlite3_bind_text(insert, 1, uuid, -1, SQLITE_STATIC);
	step = sqlite3_step(insert);
	if (step == SQLITE_ROW)
		*id = sqlite3_column_int64(insert, 0);
	else
		sql_fail(into, err);
	sqlite3_finalize(insert);
	return step == SQLITE_ROW ? 0 : -1;
}

static int merge_origin(const struct merging *merging, int64_t theirs, const char *uuid, struct error *err)
{
	int64_t own;

	if (find_origin(merging->into, uuid, &own, err) != 0)
		return -1;
	if (own != merging->into->origin)
		return replace_origin(merging, theirs, own, err);
	return theirs == 1 ? error_set(err, "%s: is the database that is merged into, or a copy of it; leave it out",
	                               merging->from->path) : 0;
}

/* --- databases ------------------------------------------------------------ */

static int merge_origins(const struct merging *merging, struct error *err)
{
	sqlite3_stmt *origins = sql_prepare(merging->from, "SELECT id, uuid FROM origin ORDER BY id", err);
	int step = SQLITE_ERROR, result = origins ? 0 : -1;

	while (result == 0 && (step = sqlite3_step(origins)) == SQLITE_ROW)
		result = merge_origin(merging, sqlite3_column_int64(origins, 0), (const char *)sqlite3_column_text(origins, 1), err);
	if (result == 0 && step != SQLITE_DONE)
		result = sql_fail(merging->from, err);
	sqlite3_finalize(origins);
	return result;
}

static int merge_one(struct store *store, const char *path, struct error *err)
{
	struct merging merging = { .into = store, .from = store_open(path, err) };
	int result = -1;

	if (merging.from && enter_ids(&merging, err) == 0)
		result = merge_origins(&merging, err);
	free(merging.texts.own);
	free(merging.sorts.own);
	store_close(merging.from);
	return result;
}

int store_merge(struct store *store, const char *const *paths, size_t n, struct error *err)
{
	int result = store_lock(store, err);

	fetch_forget(store);
	for (size_t i = 0; result == 0 && i < n; i++)
		result = merge_one(store, paths[i], err);
	result = sql_end(store, result, err);
	store->committed |= result == 0;
	return result;
}
