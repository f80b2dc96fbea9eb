/* texts.c - the strings of a database: entering those of a tally, reading all.
 * SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "base/utf8.h"

#include <stdlib.h>

/* Texts a statement: a third of the time of one by one. Reading all that are there takes
 * less than asking for each of more than one in so many of them. */
enum { BATCH = 32, FOUND_ALL = 8 };

/* --- in order, as a database holds them ------------------------------------ */

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

static int compare_texts(const void *a, const void *b)
{
	const struct clean_text *x = a, *y = b;

	return slice_cmp(x->text, y->text);
}

struct clean_text *texts_clean(const struct tally *tally, struct arena *arena)
{
	const uint32_t *order = tally_string_order(tally), n = tally_strings(tally);
	struct clean_text *list = xcalloc((size_t)n + 1, sizeof *list);
	struct buffer scratch = { 0 };
	bool changed = false;

	for (uint32_t i = 0; i < n; i++) {
		struct slice text = tally_string(tally, order[i]), clean = text_clean(text, &scratch);
		bool is_clean = clean.p == text.p;

		list[i] = (struct clean_text){ is_clean ? text : arena_copy(arena, clean), order[i] };
		changed |= !is_clean;
	}
	if (changed)
		qsort(list, n, sizeof *list, compare_texts);
	buffer_release(&scratch);
	return list;
}

/* A tally's strings in order, and their ids once these are known. */
struct entering {
	struct store *store;
	const struct clean_text *list;
	uint32_t n;
	int64_t *ids; /* by id in the tally; 0: not known */
};

static void bind_text(sqlite3_stmt *statement, int at, struct slice text)
{
	sqlite3_bind_text(statement, at, text.p, (int)text.n, SQLITE_STATIC);
}

/* --- those that are there -------------------------------------------------- */

static int find_each(const struct entering *entering, struct error *err)
{
	sqlite3_stmt *find = sql_prepare(entering->store, "SELECT id FROM text WHERE value = ?", err);
	int result = find ? 0 : -1;

	for (uint32_t i = 0; result == 0 && i < entering->n; i++) {
		int step;

		bind_text(find, 1, entering->list[i].text);
		step = sqlite3_step(find);
		if (step == SQLITE_ROW)
			entering->ids[entering->list[i].id] = sqlite3_column_int64(find, 0);
		else if (step != SQLITE_DONE)
			result = sql_fail(entering->store, err);
		sqlite3_reset(find);
	}
	sqlite3_finalize(find);
	return result;
}

/* Both stand in the same order. */
static void meet(const struct entering *entering, uint32_t *at, int64_t id, struct slice text)
{
	int order = -1;

	while (*at < entering->n && (order = slice_cmp(entering->list[*at].text, text)) < 0)
		++*at;
	for (; *at < entering->n && order == 0; ++*at) {
		entering->ids[entering->list[*at].id] = id;
		order = *at + 1 < entering->n ? slice_cmp(entering->list[*at + 1].text, text) : 1;
	}
}

static int find_all(const struct entering *entering, struct error *err)
{
	sqlite3_stmt *all = sql_prepare(entering->store, "SELECT id, value FROM text ORDER BY value", err);
	int step = SQLITE_DONE;

	for (uint32_t at = 0; all && at < entering->n && (step = sqlite3_step(all)) == SQLITE_ROW;) {
		const char *value = (const char *)sqlite3_column_text(all, 1);

		meet(entering, &at, sqlite3_column_int64(all, 0),
		     (struct slice){ value, (size_t)sqlite3_column_bytes(all, 1) });
	}
	if (all && step != SQLITE_ROW && step != SQLITE_DONE)
		sql_fail(entering->store, err);
	sqlite3_finalize(all);
	return all && (step == SQLITE_ROW || step == SQLITE_DONE) ? 0 : -1;
}

static int find(const struct entering *entering, struct error *err)
{
	int64_t last;

	if (sql_number(entering->store, "SELECT max(id) FROM text", 0, &last, err) != 0)
		return -1;
	if (last == 0)
		return 0;
	return (entering->n > last / FOUND_ALL ? find_all : find_each)(entering, err);
}

/* --- new ones -------------------------------------------------------------- */

static sqlite3_stmt *prepare_insert(struct store *store, uint32_t n, struct error *err)
{
	struct buffer sql = { 0 };
	sqlite3_stmt *statement;

	buffer_puts(&sql, "INSERT INTO text (value) VALUES (?)");
	for (uint32_t i = 1; i < n; i++)
		buffer_puts(&sql, ", (?)");
	statement = sql_prepare(store, buffer_string(&sql), err);
	buffer_release(&sql);
	return statement;
}

/* n texts, `at_once` a statement; their ids follow each other. */
static int enter_by(const struct entering *entering, const struct clean_text *list, uint32_t n, uint32_t at_once,
                    struct error *err)
{
	sqlite3_stmt *insert = n ? prepare_insert(entering->store, at_once, err) : NULL;
	int result = n && !insert ? -1 : 0;

	for (uint32_t i = 0; result == 0 && i < n; i += at_once) {
		for (uint32_t k = 0; k < at_once; k++)
			bind_text(insert, (int)k + 1, list[i + k].text);
		result = sql_run(entering->store, insert, err);
		for (uint32_t k = 0; k < at_once; k++)
			entering->ids[list[i + k].id] = sqlite3_last_insert_rowid(entering->store->db) - at_once + 1 + k;
	}
	sqlite3_finalize(insert);
	return result;
}

/* Each once. */
static struct clean_text *unknown(const struct entering *entering, uint32_t *n)
{
	struct clean_text *list = xcalloc((size_t)entering->n + 1, sizeof *list);

	*n = 0;
	for (uint32_t i = 0; i < entering->n; i++)
		if (!entering->ids[entering->list[i].id] &&
		    (*n == 0 || !slice_eq(entering->list[i].text, list[*n - 1].text)))
			list[(*n)++] = entering->list[i];
	return list;
}

/* What is the same when it is clean comes one behind the other. */
static void share_ids(const struct entering *entering)
{
	for (uint32_t i = 1; i < entering->n; i++)
		if (!entering->ids[entering->list[i].id])
			entering->ids[entering->list[i].id] = entering->ids[entering->list[i - 1].id];
}

static int enter(const struct entering *entering, struct error *err)
{
	uint32_t n, rest;
	struct clean_text *list = unknown(entering, &n);
	int result;

	rest = n % BATCH;
	result = enter_by(entering, list, n - rest, BATCH, err);
	if (result == 0)
		result = enter_by(entering, list + n - rest, rest, rest, err);
	free(list);
	share_ids(entering);
	return result;
}

int texts_commit(struct store *store, const struct tally *tally, int64_t *ids, struct error *err)
{
	struct arena arena = { 0 };
	struct clean_text *list = texts_clean(tally, &arena);
	struct entering entering = { .store = store, .list = list, .n = tally_strings(tally), .ids = ids };
	int result = find(&entering, err) == 0 ? enter(&entering, err) : -1;

	free(list);
	arena_release(&arena);
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

