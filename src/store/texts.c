/* texts.c - the strings of a database: entering those of a tally, reading all.
 * SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "base/utf8.h"

#include <stdlib.h>

/* Texts a statement: a third of the time of one by one. */
enum { BATCH = 32 };

/* --- entering ------------------------------------------------------------ */

/* ASCII without NUL, as nearly all are? Eight bytes at a time; where no highest bit is set,
 * taking one off each byte sets that of NULs alone. */
static bool is_plain(struct slice s)
{
	const uint64_t lowest = 0x0101010101010101, highest = lowest << 7;

	for (; s.n >= 8; s = slice_from(s, 8))
		if ((slice_load64(s.p) | (slice_load64(s.p) - lowest)) & highest)
			return false;
	for (size_t i = 0; i < s.n; i++)
		if ((signed char)s.p[i] <= 0)
			return false;
	return true;
}

struct slice text_clean(struct slice s, struct buffer *scratch)
{
	if (is_plain(s) || (utf8_valid(s) && slice_find_byte(s, '\0') < 0))
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

static void bind_text(sqlite3_stmt *statement, int at, struct slice text)
{
	struct buffer scratch = { 0 };
	struct slice cleaned = text_clean(text, &scratch);

	sqlite3_bind_text(statement, at, cleaned.p, (int)cleaned.n, scratch.n ? SQLITE_TRANSIENT : SQLITE_STATIC);
	buffer_release(&scratch);
}

struct entering {
	struct store *store;
	const struct tally *tally;
	int64_t *ids;
	sqlite3_stmt *find;
};

static sqlite3_stmt *prepare_insert(struct store *store, uint32_t n, struct error *err)
{
	struct buffer sql = { 0 };
	sqlite3_stmt *statement;

	buffer_puts(&sql, "INSERT INTO text (value) VALUES (?)");
	for (uint32_t i = 1; i < n; i++)
		buffer_puts(&sql, ", (?)");
	buffer_puts(&sql, " ON CONFLICT DO NOTHING");
	statement = sql_prepare(store, buffer_string(&sql), err);
	buffer_release(&sql);
	return statement;
}

static int find_each(const struct entering *entering, const uint32_t *strings, uint32_t n, struct error *err)
{
	for (uint32_t i = 0; i < n; i++) {
		bind_text(entering->find, 1, tally_string(entering->tally, strings[i]));
		if (sqlite3_step(entering->find) != SQLITE_ROW)
			return sql_fail(entering->store, err);
		entering->ids[strings[i]] = sqlite3_column_int64(entering->find, 0);
		sqlite3_reset(entering->find);
	}
	return 0;
}

/* As many as `insert` takes. When all are new, their ids follow each other. */
static int enter(const struct entering *entering, sqlite3_stmt *insert, const uint32_t *strings, struct error *err)
{
	uint32_t n = (uint32_t)sqlite3_bind_parameter_count(insert);
	int64_t last;

	for (uint32_t i = 0; i < n; i++)
		bind_text(insert, (int)i + 1, tally_string(entering->tally, strings[i]));
	if (sql_run(entering->store, insert, err) != 0)
		return -1;
	if (sqlite3_changes(entering->store->db) != (int)n)
		return find_each(entering, strings, n, err);
	last = sqlite3_last_insert_rowid(entering->store->db);
	for (uint32_t i = 0; i < n; i++)
		entering->ids[strings[i]] = last - n + 1 + i;
	return 0;
}

/* n texts, `at_once` a statement. */
static int enter_by(const struct entering *entering, const uint32_t *strings, uint32_t n, uint32_t at_once,
                    struct error *err)
{
	sqlite3_stmt *insert;
	int result = 0;

	if (n == 0)
		return 0;
	insert = prepare_insert(entering->store, at_once, err);
	if (!insert)
		return -1;
	for (uint32_t i = 0; result == 0 && i < n; i += at_once)
		result = enter(entering, insert, strings + i, err);
	sqlite3_finalize(insert);
	return result;
}

int texts_commit(struct store *store, const struct tally *tally, int64_t *ids, struct error *err)
{
	struct entering entering = { .store = store, .tally = tally, .ids = ids };
	const uint32_t *order = tally_string_order(tally);
	uint32_t n = tally_strings(tally), rest = n % BATCH;
	int result = -1;

	entering.find = sql_prepare(store, "SELECT id FROM text WHERE value = ?", err);
	if (entering.find && enter_by(&entering, order, n - rest, BATCH, err) == 0)
		result = enter_by(&entering, order + n - rest, rest, rest, err);
	sqlite3_finalize(entering.find);
	return result;
}

/* --- reading ------------------------------------------------------------- */

void texts_release(struct texts *texts)
{
	free(texts->values);
	free(texts->places);
	arena_release(&texts->arena);
	*texts = (struct texts){ 0 };
}

/* Ids are not dense: texts that nothing has any more are taken away (sweep.c). */
int texts_read(struct store *store, struct error *err)
{
	struct texts *texts = &store->texts;
	sqlite3_stmt *statement;
	int64_t count, last;
	int step = SQLITE_DONE;

	if (texts->n)
		return 0;
	if (store->tally) {
		tallied_texts(store->tally, texts);
		return 0;
	}
	if (sql_number(store, "SELECT count(*) FROM text", 0, &count, err) != 0 ||
	    sql_number(store, "SELECT max(id) FROM text", 0, &last, err) != 0)
		return -1;
	texts->n_places = last < UINT32_MAX ? (size_t)last + 1 : 0;
	statement = sql_prepare(store, "SELECT id, value FROM text ORDER BY value", err);
	if (!statement)
		return -1;
	texts->values = xcalloc((size_t)count + 1, sizeof *texts->values);
	texts->places = xcalloc(texts->n_places + 1, sizeof *texts->places);
	while (texts->n < (size_t)count && (step = sqlite3_step(statement)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(statement, 0);
		const char *value = (const char *)sqlite3_column_text(statement, 1);
		struct slice text = { value, (size_t)sqlite3_column_bytes(statement, 1) };

		if (id >= 0 && id < (int64_t)texts->n_places)
			texts->places[id] = (uint32_t)texts->n;
		texts->values[texts->n++] = arena_copy(&texts->arena, text);
	}
	if (step != SQLITE_ROW && step != SQLITE_DONE) {
		sql_fail(store, err);
		texts_release(texts);
	}
	sqlite3_finalize(statement);
	return step == SQLITE_ROW || step == SQLITE_DONE ? 0 : -1;
}

