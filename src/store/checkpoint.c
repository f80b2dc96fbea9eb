/* checkpoint.c - the table `stream`. SPDX-License-Identifier: MIT */
#include "store/checkpoint.h"

#include "store/sql.h"

#include <stdlib.h>

void checkpoint_release(struct checkpoint *checkpoint)
{
	mark_release(&checkpoint->mark);
	buffer_release(&checkpoint->open);
	free(checkpoint->name);
	*checkpoint = (struct checkpoint){ 0 };
}

static void forget(struct checkpoints *checkpoints)
{
	for (size_t i = 0; i < checkpoints->n; i++)
		checkpoint_release(&checkpoints->list[i]);
	checkpoints->n = 0;
	checkpoints->last = 0;
}

void checkpoints_release(struct checkpoints *checkpoints)
{
	forget(checkpoints);
	free(checkpoints->list);
	*checkpoints = (struct checkpoints){ 0 };
}

/* --- reading ------------------------------------------------------------- */

static void take_blob(sqlite3_stmt *statement, int column, struct buffer *into)
{
	const char *p = sqlite3_column_blob(statement, column);

	into->n = 0;
	if (p)
		buffer_add(into, (struct slice){ p, (size_t)sqlite3_column_bytes(statement, column) });
}

static const char read_sql[] =
	"SELECT id, offset, tail, head, device, inode, size, changed, reference, name, open FROM stream"
	" WHERE origin = ? ORDER BY id";

static void take_row(sqlite3_stmt *statement, struct checkpoint *checkpoint)
{
	const char *name = (const char *)sqlite3_column_text(statement, 9);

	*checkpoint = (struct checkpoint){
		.stream = sqlite3_column_int64(statement, 0),
		.mark.offset = (uint64_t)sqlite3_column_int64(statement, 1),
		.mark.tail = (uint64_t)sqlite3_column_int64(statement, 2),
		.touch = { sqlite3_column_int64(statement, 4), sqlite3_column_int64(statement, 5),
		           sqlite3_column_int64(statement, 6), sqlite3_column_int64(statement, 7) },
		.reference = sqlite3_column_int64(statement, 8),
		.name = xstrdup(name ? name : ""),
	};
	take_blob(statement, 3, &checkpoint->mark.head);
	take_blob(statement, 10, &checkpoint->open);
}

static int read_all(struct store *store, struct checkpoints *checkpoints, struct error *err)
{
	sqlite3_stmt *statement = sql_prepare(store, read_sql, err);
	int step;

	if (!statement)
		return -1;
	forget(checkpoints);
	sqlite3_bind_int64(statement, 1, store->origin);
	while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
		GROW(checkpoints->list, checkpoints->n, checkpoints->capacity);
		take_row(statement, &checkpoints->list[checkpoints->n]);
		checkpoints->last = checkpoints->list[checkpoints->n++].stream;
	}
	if (step != SQLITE_DONE)
		sql_fail(store, err);
	sqlite3_finalize(statement);
	return step == SQLITE_DONE ? 0 : -1;
}

int checkpoints_read(struct store *store, struct checkpoints *checkpoints, struct error *err)
{
	int64_t version;

	if (sql_number(store, "PRAGMA data_version", 0, &version, err) != 0)
		return -1;
	if (checkpoints->read && version == checkpoints->version)
		return 0;
	checkpoints->version = version; /* from before, so that nothing is missed */
	checkpoints->read = read_all(store, checkpoints, err) == 0;
	return checkpoints->read ? 0 : -1;
}

/* --- moving -------------------------------------------------------------- */

/* Has another run begun with this log, or one that begins with the same line? */
static int is_begun(struct store *store, const struct checkpoints *known, const struct checkpoint *to, bool *begun,
                    struct error *err)
{
	sqlite3_stmt *statement = sql_prepare(store, "SELECT 1 FROM stream WHERE origin = ?1 AND id > ?2"
	                                             " AND substr(head, 1, 8) = ?3", err);
	int step;

	if (!statement)
		return -1;
	sqlite3_bind_int64(statement, 1, store->origin);
	sqlite3_bind_int64(statement, 2, known->last);
	sqlite3_bind_blob(statement, 3, to->mark.head.text, to->mark.head.n < 8 ? (int)to->mark.head.n : 8, SQLITE_STATIC);
	step = sqlite3_step(statement);
	*begun = step == SQLITE_ROW;
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		sql_fail(store, err);
	sqlite3_finalize(statement);
	return step == SQLITE_ROW || step == SQLITE_DONE ? 0 : -1;
}

static void bind_checkpoint(sqlite3_stmt *statement, const struct store *store, const struct checkpoint *to)
{
	sqlite3_bind_int64(statement, 1, store->origin);
	sqlite3_bind_int64(statement, 2, to->stream);
	sqlite3_bind_int64(statement, 3, (int64_t)to->mark.offset);
	sqlite3_bind_int64(statement, 4, (int64_t)to->mark.tail);
	sqlite3_bind_blob(statement, 5, to->mark.head.n ? to->mark.head.text : "", (int)to->mark.head.n, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 6, to->touch.device);
	sqlite3_bind_int64(statement, 7, to->touch.inode);
	sqlite3_bind_int64(statement, 8, to->touch.size);
	sqlite3_bind_int64(statement, 9, to->touch.changed);
	sqlite3_bind_int64(statement, 10, to->reference);
	sqlite3_bind_text(statement, 11, to->name, -1, SQLITE_STATIC);
	sqlite3_bind_blob(statement, 12, to->open.n ? to->open.text : "", (int)to->open.n, SQLITE_STATIC);
}

/* *moved: a row was written. */
static int write_checkpoint(struct store *store, const char *sql, const struct checkpoint *to, uint64_t from,
                            bool *moved, struct error *err)
{
	sqlite3_stmt *statement = sql_prepare(store, sql, err);
	int result;

	if (!statement)
		return -1;
	bind_checkpoint(statement, store, to);
	if (sqlite3_bind_parameter_count(statement) > 12)
		sqlite3_bind_int64(statement, 13, (int64_t)from);
	result = sql_run(store, statement, err);
	*moved = sqlite3_changes(store->db) == 1;
	sqlite3_finalize(statement);
	return result;
}

/* Version 3 did not note what it had counted: its lines stand with no stream. Only what
 * is later than the last of them is surely none of them. */
static int check_unnoted(struct store *store, const struct tally *tally, const struct checkpoint *to, struct error *err)
{
	struct tally_hour *hours;
	size_t n = tally_hours(tally, &hours), i = 0;
	int64_t last;
	bool before;
	int result = sql_number(store, "SELECT max(hour) FROM accounting WHERE stream = 0", 0, &last, err);

	while (i < n && hours[i].hour == TIME_NONE)
		i++;
	before = i < n && hours[i].hour <= last;
	free(hours);
	if (result == 0 && before)
		return error_set(err, "%s: an older smtplog-stats has counted up to a later hour than that in which %s "
		                 "begins, and did not note which lines; give a new database", store->path, to->name);
	return result;
}

static int begin_stream(struct store *store, const struct tally *tally, const struct checkpoints *known,
                        struct checkpoint *to, bool *moved, struct error *err)
{
	struct buffer sql = { 0 };
	bool begun;
	int result = is_begun(store, known, to, &begun, err);

	*moved = false;
	if (result != 0 || begun)
		return result;
	if (check_unnoted(store, tally, to, err) != 0)
		return -1;
	buffer_printf(&sql, "SELECT max(id) + 1 FROM stream WHERE origin = %lld", (long long)store->origin);
	result = sql_number(store, buffer_string(&sql), 1, &to->stream, err);
	buffer_release(&sql);
	if (to->stream == 0)
		to->stream = 1;
	return result != 0 ? -1 : write_checkpoint(store, "INSERT INTO stream VALUES"
	                                           " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)", to, 0, moved, err);
}

static int move(struct store *store, const struct tally *tally, const struct checkpoints *known, uint64_t from,
                struct checkpoint *to, bool *moved, struct error *err)
{
	if (to->stream == 0)
		return begin_stream(store, tally, known, to, moved, err);
	return write_checkpoint(store, "UPDATE stream SET offset = ?3, tail = ?4, head = ?5, device = ?6, inode = ?7,"
	                        " size = ?8, changed = ?9, reference = ?10, name = ?11, open = ?12"
	                        " WHERE origin = ?1 AND id = ?2 AND offset = ?13", to, from, moved, err);
}

static void copy_buffer(struct buffer *into, const struct buffer *from)
{
	into->n = 0;
	buffer_add(into, buffer_slice(from));
}

static struct checkpoint *find_known(const struct checkpoints *known, int64_t stream)
{
	for (size_t i = 0; i < known->n; i++)
		if (known->list[i].stream == stream)
			return &known->list[i];
	return NULL;
}

/* What the database holds now stands among those known. */
static void learn(struct checkpoints *known, const struct checkpoint *to)
{
	struct checkpoint *own = find_known(known, to->stream);

	if (!own) {
		GROW(known->list, known->n, known->capacity);
		own = &known->list[known->n++];
		*own = (struct checkpoint){ .stream = to->stream };
		known->last = to->stream;
	}
	own->mark.offset = to->mark.offset;
	own->mark.tail = to->mark.tail;
	copy_buffer(&own->mark.head, &to->mark.head);
	copy_buffer(&own->open, &to->open);
	own->touch = to->touch;
	own->reference = to->reference;
	free(own->name);
	own->name = xstrdup(to->name);
}

static int move_all(struct store *store, const struct tally *tally, const struct checkpoints *known,
                    const struct advance *advances, size_t n, bool *moved, struct error *err)
{
	*moved = true;
	for (size_t i = 0; *moved && i < n; i++)
		if (move(store, tally, known, advances[i].from, advances[i].to, moved, err) != 0)
			return -1;
	return 0;
}

int store_advance_all(struct store *store, const struct tally *tally, struct checkpoints *known,
                      const struct advance *advances, size_t n, struct error *err)
{
	bool moved = false;
	int result = -1;

	fetch_forget(store);
	if (store_lock(store, err) == 0 && move_all(store, tally, known, advances, n, &moved, err) == 0)
		result = !moved ? 0 : commit_counts(store, tally, advances[0].to->stream, err) == 0 &&
		                      sql_exec(store, "COMMIT", err) == 0 ? 1 : -1;
	if (result == 1) {
		store->committed = true;
		for (size_t i = 0; i < n; i++)
			learn(known, advances[i].to);
		return 1;
	}
	sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	for (size_t i = 0; i < n; i++)
		if (!find_known(known, advances[i].to->stream))
			advances[i].to->stream = 0;
	return result;
}

int store_advance(struct store *store, const struct tally *tally, struct checkpoints *known, uint64_t from,
                  struct checkpoint *to, struct error *err)
{
	return store_advance_all(store, tally, known, &(struct advance){ from, to }, 1, err);
}
