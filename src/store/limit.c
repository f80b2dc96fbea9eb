/* limit.c - SPDX-License-Identifier: MIT */
#include "store/limit.h"

#include "store/sql.h"
#include "tally/dimension.h"
#include "tally/fold.h"

#include <inttypes.h>
#include <stdlib.h>

const struct open_text open_texts[N_OPEN_TEXTS] = {
	{ DIMENSION_DOMAIN, TABLE_DESTINATION },
	{ DIMENSION_RELAY, TABLE_PEER },
	{ DIMENSION_REASON, TABLE_REASON },
};

/* To read all texts takes less than to look for more than one in so many. */
enum { FOUND_ALL = 8 };

/* The texts of a dimension in a day, by id. */
struct present {
	struct store *store;
	int64_t origin, day, last; /* last: the highest id of all texts */
	uint64_t *counts;          /* events; MUST_STAY */
	int64_t n;                 /* how many are there */
};
#define MUST_STAY UINT64_MAX

static int number(struct store *store, char *sql, int64_t *value, struct error *err)
{
	int result = sql_number(store, sql, 0, value, err);

	free(sql);
	return result;
}

/* --- who is there ---------------------------------------------------------- */

/* Each row of `sql`, of a day, has an id, and what that adds to its count. */
static int add_counts(struct present *present, char *sql, struct error *err)
{
	sqlite3_stmt *statement = sql_prepare(present->store, sql, err);
	int step = SQLITE_DONE;

	free(sql);
	if (!statement)
		return -1;
	sqlite3_bind_int64(statement, 1, present->origin);
	sqlite3_bind_int64(statement, 2, present->day);
	while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(statement, 0), count = sqlite3_column_int64(statement, 1);

		if (id <= 0 || id > present->last)
			continue;
		present->n += present->counts[id] == 0;
		present->counts[id] = count < 0 ? MUST_STAY : sum_capped(present->counts[id], (uint64_t)count);
	}
	if (step != SQLITE_DONE)
		sql_fail(present->store, err);
	sqlite3_finalize(statement);
	return step == SQLITE_DONE ? 0 : -1;
}

static int count_present(struct present *present, const struct open_text *text, struct error *err)
{
	present->counts = xcalloc((size_t)present->last + 1, sizeof *present->counts);
	return add_counts(present, xasprintf("SELECT %s, count FROM %s WHERE origin = ? AND day = ?",
	                  dimension_name(text->dimension), table_name(text->table)), err);
}

/* See tally_must_stay(). */
static int mark_trouble(struct present *present, const struct open_text *text, struct error *err)
{
	return add_counts(present, xasprintf("SELECT text.id, -1 FROM %s AS t JOIN text ON text.id = t.%s WHERE origin = ? AND day = ?"
	                  " AND sort IN (SELECT id FROM sort WHERE kind = 0)"
	                  " AND (value GLOB 'fatal:*' OR value GLOB 'panic:*' OR instr(value, 'SYSERR'))",
	                  table_name(text->table), dimension_name(text->dimension)), err);
}

/* --- who leaves ------------------------------------------------------------ */

static int compare_counts(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x < *y) - (*x > *y);
}

/* The count of the last of those that stay, and how many of that count do. */
static uint64_t least_that_stays(const struct present *present, int64_t keep, int64_t *of_it)
{
	uint64_t *sorted = xcalloc((size_t)present->n, sizeof *sorted), least;
	int64_t n = 0;

	for (int64_t id = 1; id <= present->last; id++)
		if (present->counts[id])
			sorted[n++] = present->counts[id];
	qsort(sorted, (size_t)n, sizeof *sorted, compare_counts);
	least = keep ? sorted[keep - 1] : MUST_STAY;
	for (n = keep; n > 0 && sorted[n - 1] == least; n--)
		;
	*of_it = keep - n;
	free(sorted);
	return least;
}

/* The texts by their bytes: of few in many only those of the day. */
static sqlite3_stmt *prepare_texts(const struct present *present, const struct open_text *text, struct error *err)
{
	sqlite3_stmt *statement;
	char *sql;

	if (present->n > present->last / FOUND_ALL)
		return sql_prepare(present->store, "SELECT id FROM text ORDER BY value", err);
	sql = xasprintf("SELECT id FROM text WHERE id IN (SELECT %s FROM %s WHERE origin = ? AND day = ?) ORDER BY value",
	                dimension_name(text->dimension), table_name(text->table));
	statement = sql_prepare(present->store, sql, err);
	free(sql);
	if (statement) {
		sqlite3_bind_int64(statement, 1, present->origin);
		sqlite3_bind_int64(statement, 2, present->day);
	}
	return statement;
}

/* Ranked as tally_fold() does: of as many those stay that come first by their bytes. */
static int find_leaving(const struct present *present, const struct open_text *text, int64_t keep, unsigned char *leave,
                        int64_t *gone, struct error *err)
{
	sqlite3_stmt *texts = prepare_texts(present, text, err);
	int64_t stay;
	uint64_t least = least_that_stays(present, keep, &stay);
	int step = SQLITE_DONE;

	while (texts && (step = sqlite3_step(texts)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(texts, 0);
		uint64_t count = id > 0 && id <= present->last ? present->counts[id] : 0;

		if (!count || count > least || (count == least && (least == MUST_STAY || stay-- > 0)))
			continue;
		leave[id] = 1;
		++*gone;
	}
	if (texts && step != SQLITE_DONE)
		sql_fail(present->store, err);
	sqlite3_finalize(texts);
	return texts && step == SQLITE_DONE ? 0 : -1;
}

static int find_other(struct store *store, int64_t *other, struct error *err)
{
	char *sql = xasprintf("INSERT INTO text (value) VALUES ('%.*s') ON CONFLICT DO NOTHING", SLICE_ARG(TALLY_OTHER));
	int result = sql_exec(store, sql, err);

	free(sql);
	return result != 0 ? -1 : number(store, xasprintf("SELECT id FROM text WHERE value = '%.*s'", SLICE_ARG(TALLY_OTHER)),
	                                 other, err);
}

/* Those of a dimension, when there are more than `from`. */
static int look_at_text(struct present *present, const struct open_text *text, int64_t from, int64_t keep,
                        struct leaving *leaving, int64_t *gone, struct error *err)
{
	int result = count_present(present, text, err);

	if (result == 0 && leaving->other <= present->last && present->counts[leaving->other]) {
		present->counts[leaving->other] = 0;
		present->n--;
	}
	if (result == 0 && present->n > from) {
		leaving->texts[text->dimension] = xcalloc((size_t)present->last + 1, 1);
		result = mark_trouble(present, text, err) == 0
		         ? find_leaving(present, text, keep, leaving->texts[text->dimension], gone, err) : -1;
	}
	free(present->counts);
	present->counts = NULL;
	present->n = 0;
	return result;
}

int limit_day(struct store *store, int64_t origin, int64_t day, int64_t from, int64_t keep, int64_t *gone,
              struct error *err)
{
	struct present present = { .store = store, .origin = origin, .day = day };
	struct leaving leaving = { .origin = origin, .day = day };
	int64_t before = *gone;
	int result = find_other(store, &leaving.other, err);

	if (result == 0)
		result = sql_number(store, "SELECT max(id) FROM text", 0, &present.last, err);
	leaving.last = present.last;
	for (int i = 0; result == 0 && i < N_OPEN_TEXTS; i++)
		result = look_at_text(&present, &open_texts[i], from, keep, &leaving, gone, err);
	if (result == 0 && *gone > before)
		result = leave_day(store, &leaving, err);
	for (int d = 0; d < N_DIMENSIONS; d++)
		free(leaving.texts[d]);
	return result;
}

/* --- days ------------------------------------------------------------------ */

/* Made-up names are new texts: without them there is nothing to look for. */
static int are_due(struct store *store, int64_t origin, int64_t keep, bool *due, struct error *err)
{
	int64_t texts, looked;

	if (sql_number(store, "SELECT max(id) FROM text", 0, &texts, err) != 0 ||
	    number(store, xasprintf("SELECT value FROM kept WHERE origin = %" PRId64 " AND name = 'texts'", origin), &looked, err) != 0)
		return -1;
	*due = texts < looked || texts - looked > keep / 4;
	return 0;
}

static int note_look(struct store *store, int64_t origin, struct error *err)
{
	char *sql = xasprintf("INSERT INTO kept SELECT %" PRId64 ", 'texts', max(id) FROM text"
	                      " WHERE true ON CONFLICT DO UPDATE SET value = excluded.value", origin);
	int result = sql_exec(store, sql, err);

	free(sql);
	return result;
}

/* The first day after `after` that may hold too many; INT64_MAX: none. */
static int next_day(struct store *store, int64_t origin, int64_t after, int64_t from, int64_t *day, struct error *err)
{
	*day = INT64_MAX;
	for (int i = 0; i < N_OPEN_TEXTS; i++) {
		char *sql = xasprintf("SELECT day FROM %s WHERE origin = %" PRId64 " AND day > %" PRId64 " GROUP BY day"
		                      " HAVING count(*) > %" PRId64 " ORDER BY day LIMIT 1",
		                      table_name(open_texts[i].table), origin, after, from);
		int64_t found;
		int result = sql_number(store, sql, INT64_MAX, &found, err);

		free(sql);
		if (result != 0)
			return -1;
		*day = found < *day ? found : *day;
	}
	return 0;
}

int limit_days(struct store *store, int64_t origin, int64_t keep, int64_t *gone, struct error *err)
{
	int64_t day = INT64_MIN;
	bool due;
	int result = are_due(store, origin, keep, &due, err);

	while (result == 0 && due && (result = next_day(store, origin, day, DAY_FULL * keep, &day, err)) == 0 && day != INT64_MAX) {
		result = store_lock(store, err);
		if (result == 0)
			result = limit_day(store, origin, day, DAY_FULL * keep, keep, gone, err);
		result = sql_end(store, result, err);
	}
	if (result != 0 || !due)
		return result;
	result = store_lock(store, err);
	if (result == 0)
		result = note_look(store, origin, err);
	return sql_end(store, result, err);
}
