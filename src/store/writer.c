/* writer.c - a database file that is added to.
 *
 * Nobody holds it while logs are read: a transaction is as long as a commit. Tables and
 * identity are one transaction, so a run that is interrupted, even by a power failure,
 * leaves a file in which nothing stands or a whole database. The -wal and -shm files
 * stay: a reader that may not write needs them. SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? xasprintf("%.*s", (int)(slash - path + 1), path) : xstrdup("./");
}

static bool is_open_to_all(const char *path)
{
	char *directory = directory_of(path);
	struct stat st;
	bool open = stat(directory, &st) == 0 && (st.st_mode & S_IWOTH);

	free(directory);
	return open;
}

static int make_file(const char *path, struct error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);

	if (fd >= 0)
		return close(fd);
	if (errno == EEXIST)
		return 0;
	return error_set(err, "%s: cannot be made: %s; check that its directory exists and that you may write there",
	                 path, strerror(errno));
}

/* The file itself, links followed; the caller frees it. */
static char *find_file(const char *path, struct error *err)
{
	struct stat link, st;
	char *real = NULL;

	if (lstat(path, &link) != 0)
		error_set(err, "%s: cannot be opened: %s", path, strerror(errno));
	else if (S_ISLNK(link.st_mode) && is_open_to_all(path))
		error_set(err, "%s: is a link in a directory where everybody may put one; name the file itself", path);
	else if (stat(path, &st) != 0 && errno == ENOENT)
		error_set(err, "%s: is a link to nothing; name the file itself", path);
	else if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		error_set(err, "%s: is not a file; give the database file itself", path);
	else if ((real = realpath(path, NULL)) == NULL)
		error_set(err, "%s: cannot be opened: %s", path, strerror(errno));
	return real;
}

/* Is the file that is open not the one of that name any more? */
static bool has_moved(struct store *store)
{
	int moved = 0;

	sqlite3_file_control(store->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	return moved;
}

int store_lock(struct store *store, struct error *err)
{
	if (sql_exec(store, "BEGIN IMMEDIATE", err) != 0)
		return -1;
	return has_moved(store) ? error_set(err, "%s: was removed meanwhile; run it again", store->path) : 0;
}

static void remove_file(const char *path, const char *suffix)
{
	char *name = xasprintf("%s%s", path, suffix);

	unlink(name);
	free(name);
}

void remove_files(struct store *store)
{
	const char *path = sqlite3_db_filename(store->db, "main");
	struct error ignored;
	int64_t counted = 1;

	sqlite3_busy_timeout(store->db, 0);
	if (sql_exec(store, "PRAGMA journal_mode = DELETE", &ignored) != 0) /* others have it open */
		return;
	if (store_lock(store, &ignored) != 0 ||
	    sql_number(store, "SELECT EXISTS (SELECT 1 FROM stream)", 1, &counted, &ignored) != 0 || counted)
		return;
	remove_file(path, "-wal"); /* while it is locked, so that no other run has begun with it */
	remove_file(path, "-shm");
	remove_file(path, "");
}

static int migrate(struct store *store, int64_t version, struct error *err)
{
	struct buffer sql = { 0 };
	int result;

	schema_migrate(&sql, version);
	result = sql_exec(store, buffer_string(&sql), err);
	buffer_release(&sql);
	return result;
}

/* Else what is counted would belong to nobody. */
static int check_origin(struct store *store, struct error *err)
{
	int64_t there;

	if (sql_number(store, "SELECT count(*) FROM origin WHERE id = 1 AND length(uuid) = 36", 0, &there, err) != 0)
		return -1;
	store->origin = 1;
	return there ? 0 : error_set(err, "%s: its table origin is damaged; restore the file from a backup or count "
	                             "the logs again", store->path);
}

/* Within a transaction. */
static int bring_up(struct store *store, struct error *err)
{
	int64_t version;

	store->packs = true;
	if (holds_nothing(store)) {
		store->made = true;
		return write_schema(store, err);
	}
	if (check_identity(store, &version, err) != 0 || check_origin(store, err) != 0)
		return -1;
	return version < STORE_VERSION ? migrate(store, version, err) : 0;
}

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Two that begin a database stand in each other's way here, and SQLite does not have one
 * of them wait: it says at once that it is locked. */
static int set_journal(struct store *store, struct error *err)
{
	const struct timespec nap = { .tv_nsec = 20000000 };
	const int64_t until = milliseconds() + WRITER_MS;
	int result;

	while ((result = sql_exec(store, "PRAGMA journal_mode = WAL", err)) != 0 &&
	       sqlite3_errcode(store->db) == SQLITE_BUSY && milliseconds() < until)
		nanosleep(&nap, NULL);
	return result == 0 ? sql_exec(store, "PRAGMA journal_size_limit = 0", err) : -1;
}

static int set_up(struct store *store, struct error *err)
{
	int64_t version;
	int persist = 1;

	if (!holds_nothing(store) && check_identity(store, &version, err) != 0)
		return -1;
	if (set_journal(store, err) != 0)
		return -1;
	sqlite3_file_control(store->db, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
	if (store_lock(store, err) == 0 && bring_up(store, err) == 0 && sql_exec(store, "COMMIT", err) == 0)
		return 0;
	store->made = false;
	return -1;
}

/* *again: another run has taken the file away, in which nothing stood. */
static struct store *extend(const char *path, bool *again, struct error *err)
{
	struct store *store;
	char *file;
	int result;

	*again = false;
	if (make_file(path, err) != 0)
		return NULL;
	file = find_file(path, err);
	if (!file)
		return NULL;
	store = xcalloc(1, sizeof *store);
	store->path = xstrdup(path);
	result = open_database(store, file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, err);
	free(file);
	if (result == 0 && set_up(store, err) == 0)
		return store;
	*again = result == 0 && has_moved(store);
	return close_failed(store);
}

struct store *store_extend(const char *path, struct error *err)
{
	struct store *store;
	bool again;

	for (int tries = 0; (store = extend(path, &again, err)) == NULL && again && tries < 10; tries++)
		;
	return store;
}
