/* store.c - a database in memory, and one that is only read. What adds to a file is in
 * writer.c. SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "tally/dimension.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

void store_close(struct store *store)
{
	if (!store)
		return;
	ahead_wait(store);
	fetch_forget(store);
	if (store->made && !store->committed)
		remove_files(store);
	sqlite3_close(store->db);
	free(store->path);
	free(store);
}

static bool is_writable_directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *directory = slash ? xasprintf("%.*s", (int)(slash - path + 1), path) : xstrdup(".");
	bool writable = access(directory, W_OK) == 0;

	free(directory);
	return writable;
}

/* SQLite reads a database in WAL mode with a -shm file, which it makes when there
 * is none. Where it cannot, and nothing stands in a -wal, the file alone is all. */
static bool stands_alone(const char *path)
{
	char *wal = xasprintf("%s-wal", path), *shm = xasprintf("%s-shm", path);
	struct stat st;
	bool alone = access(shm, F_OK) != 0 && (stat(wal, &st) != 0 || st.st_size == 0);

	free(wal);
	free(shm);
	return alone && !is_writable_directory_of(path);
}

/* The path as given, but never one of SQLite's special names (":memory:"). */
static void name_write(struct buffer *name, const char *path, bool immutable)
{
	if (!immutable) {
		buffer_printf(name, "%s%s", *path == '/' ? "" : "./", path);
		return;
	}
	buffer_puts(name, "file:");
	for (; *path; path++)
		buffer_printf(name, "%%%02x", (unsigned char)*path);
	buffer_puts(name, "?immutable=1");
}

int open_database(struct store *store, const char *path, int flags, struct error *err)
{
	bool immutable = (flags & SQLITE_OPEN_READONLY) && stands_alone(path);
	struct buffer name = { 0 };
	int result;

	if (path)
		name_write(&name, path, immutable);
	else
		buffer_puts(&name, ":memory:");
	result = sqlite3_open_v2(buffer_string(&name), &store->db,
	                         flags | SQLITE_OPEN_NOMUTEX | (immutable ? SQLITE_OPEN_URI : 0), NULL);
	buffer_release(&name);
	if (!store->db)
		return error_set(err, "SQLite could not be started: %s", sqlite3_errstr(result));
	if (result != SQLITE_OK)
		return sql_fail(store, err);
	sqlite3_busy_timeout(store->db, flags & SQLITE_OPEN_READONLY ? READER_MS : WRITER_MS);
	if (path) /* what is damaged is seen when it is read, not when it is believed */
		sqlite3_exec(store->db, "PRAGMA cell_size_check = ON", NULL, NULL, NULL);
	return 0;
}

/* A random UUID (RFC 9562 section 5.4). */
static int make_uuid(char text[37], struct error *err)
{
	unsigned char b[16];
	char *at = text;

	if (getentropy(b, sizeof b) != 0)
		return error_set(err, "no random bytes: %s", strerror(errno));
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < sizeof b; i++)
		at += sprintf(at, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", b[i]);
	return 0;
}

int write_schema(struct store *store, struct error *err)
{
	struct buffer sql = { 0 };
	char uuid[37];
	int result;

	if (make_uuid(uuid, err) != 0)
		return -1;
	schema_write(&sql);
	buffer_printf(&sql, "INSERT INTO origin VALUES (1, '%s');\n", uuid);
	result = sql_exec(store, buffer_string(&sql), err);
	buffer_release(&sql);
	store->origin = 1;
	return result;
}

struct store *close_failed(struct store *store)
{
	store_close(store);
	return NULL;
}

/* Is it an SQLite file in which nothing was ever committed? 0 bytes are one. */
bool holds_nothing(struct store *store)
{
	struct error ignored;
	int64_t something;

	return sql_number(store, "SELECT EXISTS (SELECT 1 FROM sqlite_master) OR application_id OR user_version"
	                         " FROM pragma_application_id, pragma_user_version", 1, &something, &ignored) == 0 &&
	       !something;
}

int check_identity(struct store *store, int64_t *version, struct error *err)
{
	int64_t application;

	if (sql_number(store, "PRAGMA application_id", 0, &application, err) != 0) {
		if (sqlite3_errcode(store->db) != SQLITE_NOTADB)
			return -1;
		application = 0;
	}
	if (application != STORE_APPLICATION_ID)
		return error_set(err, "%s: is not a smtplog-stats database; give one that --db made, "
		                      "or name log files without --db", store->path);
	if (sql_number(store, "PRAGMA user_version", 0, version, err) != 0)
		return -1;
	if (*version < STORE_OLDEST)
		return error_set(err, "%s: was made by an older smtplog-stats (its format is %lld, this program "
		                      "knows %d to %d); count the logs again with --db and a new name",
		                 store->path, (long long)*version, STORE_OLDEST, STORE_VERSION);
	if (*version > STORE_VERSION)
		return error_set(err, "%s: was made by a newer smtplog-stats (its format is %lld, this program "
		                      "knows %d); install that version", store->path, (long long)*version, STORE_VERSION);
	return 0;
}

/* What was begun, and nothing was counted into, is nothing to report from. */
static int check_counts(struct store *store, struct error *err)
{
	int64_t version = 0, any = 0;

	if (!holds_nothing(store) &&
	    (check_identity(store, &version, err) != 0 ||
	     sql_number(store, "SELECT EXISTS (SELECT 1 FROM accounting)", 0, &any, err) != 0))
		return -1;
	if (!any)
		return error_set(err, "%s: holds no counts: the run that made it was interrupted or is not done yet; "
		                      "name the log files again with --db to begin afresh", store->path);
	store->packs = version >= STORE_PACKS;
	return 0;
}

static int check_file(const char *path, struct error *err)
{
	struct stat st;

	if (stat(path, &st) != 0 && errno == ENOENT)
		return error_set(err, "%s: there is no such database; name log files with --db to make it", path);
	if (access(path, R_OK) != 0)
		return error_set(err, "%s: cannot be read: %s; check its permissions", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return error_set(err, "%s: is not a file; give the database file itself", path);
	return 0;
}

struct store *store_open(const char *path, struct error *err)
{
	struct store *store;

	if (check_file(path, err) != 0)
		return NULL;
	store = xcalloc(1, sizeof *store);
	store->path = xstrdup(path);
	if (open_database(store, path, SQLITE_OPEN_READONLY, err) != 0 || sql_exec(store, "BEGIN", err) != 0 ||
	    check_counts(store, err) != 0)
		return close_failed(store);
	return store;
}

struct store *store_live(struct error *err)
{
	struct store *store = xcalloc(1, sizeof *store);

	if (open_database(store, NULL, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err) != 0 ||
	    sql_exec(store, "PRAGMA temp_store = MEMORY", err) != 0 || write_schema(store, err) != 0)
		return close_failed(store);
	return store;
}

int store_hold(struct store *store, struct error *err)
{
	return sqlite3_get_autocommit(store->db) ? sql_exec(store, "BEGIN", err) : 0;
}

void store_let_go(struct store *store)
{
	if (!sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
	fetch_forget(store);
}

bool store_has(const struct store *store, enum table table)
{
	const char *name = table_name(table);
	sqlite3_stmt *statement;
	bool has = false;
	char *sql;

	if (store->tally)
		return tally_has(store->tally, table);
	sql = store->packs && table_is_packed(table)
	      ? xasprintf("SELECT 1 WHERE EXISTS (SELECT 1 FROM %s) OR EXISTS (SELECT 1 FROM %s_pack)", name, name)
	      : xasprintf("SELECT 1 FROM %s LIMIT 1", name);
	if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK)
		has = sqlite3_step(statement) == SQLITE_ROW;
	sqlite3_finalize(statement);
	free(sql);
	return has;
}

const char *store_sqlite_version(void)
{
	return sqlite3_libversion();
}
