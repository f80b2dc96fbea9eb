/* sql.c - running statements, and SQLite's errors in words.
 * SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include <errno.h>

static const char *advice(int code)
{
	switch (code & 0xff) {
	case SQLITE_FULL: return "free some space on that disk and run it again";
	case SQLITE_LOCKED: return "another program is using the database; run it again when that is done";
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH: return "check the permissions of the file and of its directory";
	case SQLITE_CANTOPEN: return "check the permissions of the file and of its directory; a copy needs the -wal "
	                             "file of the original beside it, and write access there";
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB: return "the file is damaged; restore it from a backup or count the logs again";
	case SQLITE_IOERR: return "check the disk";
	default: return "this should not happen; please report it";
	}
}

static int fail_busy(struct store *store, struct error *err)
{
	struct buffer who = { 0 };

	holder_write(store, &who);
	error_set(err, "%s: is locked; %s; run it again when that is done", store->path, buffer_string(&who));
	buffer_release(&who);
	return -1;
}

/* Why a file could not be used, where the system has said so: SQLite calls a full disk an
 * I/O error when it was the -shm file that found no room. */
static int system_reason(struct store *store, int *code)
{
	int number = sqlite3_system_errno(store->db);

	if ((*code & 0xff) != SQLITE_IOERR && (*code & 0xff) != SQLITE_CANTOPEN)
		return 0;
	if (number == ENOSPC || number == EDQUOT)
		*code = SQLITE_FULL;
	if (number == EROFS || number == EACCES || number == EPERM)
		*code = SQLITE_READONLY;
	return number;
}

int sql_fail(struct store *store, struct error *err)
{
	int code = sqlite3_extended_errcode(store->db), number = system_reason(store, &code);

	if (store->path && (code & 0xff) == SQLITE_BUSY)
		return fail_busy(store, err);
	return error_set(err, "%s: %s%s%s%s; %s", store->path ? store->path : "the database in memory",
	                 sqlite3_errmsg(store->db), number ? " (" : "", number ? strerror(number) : "",
	                 number ? ")" : "", advice(code));
}

int sql_exec(struct store *store, const char *sql, struct error *err)
{
	return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : sql_fail(store, err);
}

sqlite3_stmt *sql_prepare(struct store *store, const char *sql, struct error *err)
{
	sqlite3_stmt *statement;

	if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK)
		return statement;
	sql_fail(store, err);
	return NULL;
}

int sql_run(struct store *store, sqlite3_stmt *statement, struct error *err)
{
	int result = sqlite3_step(statement) == SQLITE_DONE ? 0 : sql_fail(store, err);

	sqlite3_reset(statement);
	return result;
}

int sql_number(struct store *store, const char *sql, int64_t none, int64_t *value, struct error *err)
{
	sqlite3_stmt *statement = sql_prepare(store, sql, err);
	int step;

	if (!statement)
		return -1;
	step = sqlite3_step(statement);
	*value = step == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : none;
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		sql_fail(store, err);
	sqlite3_finalize(statement);
	return step == SQLITE_ROW || step == SQLITE_DONE ? 0 : -1;
}

int sql_end(struct store *store, int result, struct error *err)
{
	if (result == 0 && sql_exec(store, "COMMIT", err) == 0)
		return 0;
	store->busy = (sqlite3_errcode(store->db) & 0xff) == SQLITE_BUSY;
	if (!sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}
