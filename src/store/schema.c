/* schema.c - the tables, written out from dimension.def and counter.def.
 *
 * A row's key is its origin, its time, its sort, then its open texts; a sort is all
 * that takes few values, once for some thousand rows. Sorts and texts have ids of
 * this database's own, which stay; other databases' are found by what they stand for.
 * Texts are UTF-8 without NUL; what a log held otherwise became '?'. What
 * `hashes` are is told in deferred.c, what stands in `stream` in checkpoint.h. Names of counters are quoted: "foreign" is a
 * word of SQL.
 * SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "tally/dimension.h"

/* The day follows from the hour: see source_write(). */
bool row_has(enum table table, enum dimension dimension)
{
	return table_has(table, dimension) && !dimension_in_sort(dimension) &&
	       !(dimension == DIMENSION_DAY && table_has(table, DIMENSION_HOUR));
}

static void key_write(struct buffer *sql, enum table table, const char *suffix)
{
	buffer_printf(sql, "origin%s", suffix);
	for (int texts = 0; texts <= 1; texts++) {
		for (int d = 0; d < N_DIMENSIONS; d++)
			if (row_has(table, d) && dimension_is_text(d) == texts)
				buffer_printf(sql, ", %s%s", dimension_name(d), suffix);
		if (!texts)
			buffer_printf(sql, ", sort%s", suffix);
	}
}

void sort_write(struct buffer *sql, const char *suffix)
{
	const char *separator = "";

	for (int texts = 0; texts <= 1; texts++)
		for (int d = 0; d < N_DIMENSIONS; d++)
			if (dimension_in_sort(d) && dimension_is_text(d) == texts) {
				buffer_printf(sql, "%s%s%s", separator, dimension_name(d), suffix);
				separator = ", ";
			}
}

void source_write(struct buffer *sql, enum table table, bool packs)
{
	const bool timed = table_has(table, DIMENSION_HOUR);

	if (!packs || !table_is_packed(table)) {
		buffer_printf(sql, timed ? "(SELECT *, (hour + zone) / 86400 AS day FROM %s)" : "%s", table_name(table));
		return;
	}
	buffer_printf(sql, "(SELECT *%s FROM (SELECT * FROM %s UNION ALL ", timed ? ", (hour + zone) / 86400 AS day" : "",
	              table_name(table));
	unpacked_write(sql, table);
	buffer_puts(sql, "))");
}

static void sorts_write(struct buffer *sql)
{
	buffer_puts(sql, "CREATE TABLE sort (id INTEGER PRIMARY KEY, ");
	sort_write(sql, " INTEGER NOT NULL");
	buffer_puts(sql, ", UNIQUE (");
	sort_write(sql, "");
	buffer_puts(sql, "));\n");
}

static void table_write(struct buffer *sql, enum table table)
{
	const char *type = " INTEGER NOT NULL";

	buffer_printf(sql, "CREATE TABLE %s (", table_name(table));
	key_write(sql, table, type);
	for (int m = 0; m < N_MEASURES; m++)
		buffer_printf(sql, ", %s%s", measure_name(m), type);
	buffer_puts(sql, ", PRIMARY KEY (");
	key_write(sql, table, "");
	buffer_puts(sql, ")) WITHOUT ROWID;\n");
}

/* Since version 4. */
static void streams_write(struct buffer *sql)
{
	buffer_puts(sql,
	            "CREATE TABLE stream (origin INTEGER NOT NULL, id INTEGER NOT NULL, offset INTEGER NOT NULL,"
	            " tail INTEGER NOT NULL, head BLOB NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL,"
	            " size INTEGER NOT NULL, changed INTEGER NOT NULL, reference INTEGER NOT NULL, name TEXT NOT NULL,"
	            " open BLOB NOT NULL, PRIMARY KEY (origin, id)) WITHOUT ROWID;\n");
}

/* Since version 5: packs of days that are over. `kept` is of keep.c: of an origin the first day
 * that the `cube` and the `rest` have, how many `lines` went, when it was `swept`. */
static void history_write(struct buffer *sql)
{
	packs_write(sql);
	buffer_puts(sql, "CREATE TABLE kept (origin INTEGER NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL,"
	                 " PRIMARY KEY (origin, name)) WITHOUT ROWID;\n");
}

bool schema_migrate(struct buffer *sql, int64_t version)
{
	if (version < 3)
		return false;
	if (version < 4)
		streams_write(sql);
	if (version < 5) {
		view_drop(sql);
		history_write(sql);
		view_write(sql);
	}
	buffer_printf(sql, "PRAGMA user_version = %d;\n", STORE_VERSION);
	return true;
}

void schema_write(struct buffer *sql)
{
	buffer_printf(sql, "PRAGMA application_id = %d;\nPRAGMA user_version = %d;\n",
	              STORE_APPLICATION_ID, STORE_VERSION);
	buffer_puts(sql,
	            "CREATE TABLE origin (id INTEGER PRIMARY KEY, uuid TEXT UNIQUE NOT NULL);\n"
	            "CREATE TABLE text (id INTEGER PRIMARY KEY, value TEXT UNIQUE NOT NULL);\n"
	            "INSERT INTO text VALUES (0, '');\n");
	sorts_write(sql);
	for (int t = 0; t < N_TABLES; t++)
		table_write(sql, t);
	buffer_puts(sql,
	            "CREATE TABLE accounting (origin INTEGER NOT NULL, hour INTEGER NOT NULL,"
	            " zone INTEGER NOT NULL, stream INTEGER NOT NULL"
#define COUNTER(member) ", \"" #member "\" INTEGER NOT NULL"
#include "tally/counter.def"
	            ", PRIMARY KEY (origin, hour, zone, stream)) WITHOUT ROWID;\n"
	            "CREATE TABLE deferred (origin INTEGER NOT NULL, day INTEGER NOT NULL,"
	            " direction INTEGER NOT NULL, hashes BLOB NOT NULL,"
	            " PRIMARY KEY (origin, day, direction)) WITHOUT ROWID;\n");
	streams_write(sql);
	history_write(sql);
	view_write(sql);
}
