/* counts.c - all that a database counts, as lines of text that do not depend on the order
 * in which it was counted: for each row its dimensions in words, then its measures. Exit
 * status 1 when PRAGMA integrity_check finds anything. SPDX-License-Identifier: MIT */
#include "store/sql.h"
#include "tally/dimension.h"

#include <stdio.h>
#include <stdlib.h>

static int print_row(void *unused, int n, char **values, char **names)
{
	(void)unused;
	(void)names;
	for (int i = 0; i < n; i++)
		printf("%s%s", i ? "|" : "", values[i] ? values[i] : "-");
	putchar('\n');
	return 0;
}

static void print(sqlite3 *db, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(db, sql, print_row, NULL, &message) == SQLITE_OK)
		return;
	fprintf(stderr, "%s: %s\n", message, sql);
	exit(EXIT_FAILURE);
}

static void column_write(struct buffer *sql, enum dimension dimension)
{
	buffer_printf(sql, dimension_is_text(dimension) ? ", (SELECT value FROM text WHERE id = %s)" : ", %s",
	              dimension_name(dimension));
}

static void print_table(sqlite3 *db, enum table table)
{
	struct buffer sql = { 0 };

	buffer_printf(&sql, "SELECT '%s'", table_name(table));
	for (int d = 0; d < N_DIMENSIONS; d++)
		if (table_has(table, d))
			column_write(&sql, d);
	for (int m = 0; m < N_MEASURES; m++)
		buffer_printf(&sql, ", %s(%s)", measure_is_max(m) ? "max" : "sum", measure_name(m));
	buffer_puts(&sql, " FROM ");
	source_write(&sql, table, true);
	buffer_puts(&sql, " JOIN sort ON sort.id = sort");
	for (int order = 0; order <= 1; order++) {
		buffer_puts(&sql, order ? " ORDER BY 1" : " GROUP BY 1");
		for (int d = 0, n = 2; d < N_DIMENSIONS; d++)
			if (table_has(table, d))
				buffer_printf(&sql, ", %d", n++);
	}
	print(db, buffer_string(&sql));
	buffer_release(&sql);
}

static int take_verdict(void *sound, int n, char **values, char **names)
{
	(void)names;
	if (n != 1 || strcmp(values[0], "ok") != 0) {
		*(bool *)sound = false;
		fprintf(stderr, "%s\n", values[0]);
	}
	return 0;
}

int main(int argc, char **argv)
{
	bool sound = true;
	sqlite3 *db;

	if (argc != 2 || sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
	    sqlite3_busy_timeout(db, 10000) != SQLITE_OK ||
	    sqlite3_exec(db, "PRAGMA integrity_check", take_verdict, &sound, NULL) != SQLITE_OK || !sound) {
		fprintf(stderr, "%s: is damaged\n", argc > 1 ? argv[1] : "?");
		return EXIT_FAILURE;
	}
	print(db, "SELECT 'lines', hour, zone"
#define COUNTER(member) ", sum(\"" #member "\")"
#include "tally/counter.def"
	          " FROM accounting GROUP BY hour, zone ORDER BY 2, 3");
	print(db, "SELECT 'deferred', day, direction, hex(hashes) FROM deferred ORDER BY 2, 3");
	for (int t = 0; t < N_TABLES; t++)
		print_table(db, t);
	sqlite3_close(db);
	return EXIT_SUCCESS;
}
