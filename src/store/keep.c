/* keep.c - what becomes of days that are over: packed, then taken away when they are old.
 *
 * Whole days of the log go, so a period that is kept gives what it gave before. The table
 * `kept` says from which day on an origin's cube is whole, and never goes back: what is
 * counted late for a day before goes with the next run. Pages that become free are used
 * again by the days to come, so the file stays as large as it was at its largest, and is
 * never written anew as a whole. Counts without a time stay.
 * SPDX-License-Identifier: MIT */
#include "store/keep.h"

#include "store/limit.h"
#include "store/sql.h"
#include "input/zone.h"
#include "tally/dimension.h"


#include <inttypes.h>
#include <stdlib.h>

enum {
	DAY = 86400,
	PACK_FROM = 1000, /* groups of a day: fewer stay rows */
};

/* --- taking away --------------------------------------------------------- */

/* The first part is what an index helps with; no clock is a day or more from UTC. */
static void hours_before_write(struct buffer *sql, int64_t origin, int64_t day)
{
	buffer_printf(sql, " WHERE origin = %" PRId64 " AND hour <> 0 AND hour < %" PRId64
	              " AND (hour + zone) / 86400 < %" PRId64, origin, (day + 1) * DAY, day);
}

static void before_write(struct buffer *sql, bool by_hours, int64_t origin, int64_t day)
{
	if (by_hours)
		hours_before_write(sql, origin, day);
	else
		buffer_printf(sql, " WHERE origin = %" PRId64 " AND day <> 0 AND day < %" PRId64, origin, day);
	buffer_puts(sql, ";\n");
}

static void table_prune(struct buffer *sql, enum table table, int64_t origin, int64_t day)
{
	const bool by_hours = table_has(table, DIMENSION_HOUR);

	buffer_printf(sql, "DELETE FROM %s", table_name(table));
	before_write(sql, by_hours, origin, day);
	if (!table_is_packed(table))
		return;
	buffer_printf(sql, "DELETE FROM %s_pack", table_name(table));
	before_write(sql, by_hours, origin, day);
}

static void rest_prune(struct buffer *sql, int64_t origin, int64_t day)
{
	for (int t = 0; t < N_TABLES; t++)
		table_prune(sql, t, origin, day);
	buffer_puts(sql, "INSERT INTO kept SELECT origin, 'lines', sum(\"lines\") FROM accounting");
	hours_before_write(sql, origin, day);
	buffer_puts(sql, " GROUP BY origin ON CONFLICT DO UPDATE SET value = value + excluded.value;\nDELETE FROM accounting");
	before_write(sql, true, origin, day);
	buffer_puts(sql, "DELETE FROM deferred");
	before_write(sql, false, origin, day);
}

static int kept_day(struct store *store, int64_t origin, const char *name, int64_t *day, struct error *err)
{
	char *sql = xasprintf("SELECT value FROM kept WHERE origin = %" PRId64 " AND name = '%s'", origin, name);
	int result = sql_number(store, sql, 0, day, err);

	free(sql);
	return result;
}

/* Moves the first day that is kept on, never back. */
static int move_day(struct store *store, struct buffer *sql, int64_t origin, const char *name, int64_t last,
                    int64_t days, int64_t *first, struct error *err)
{
	int64_t before;

	if (kept_day(store, origin, name, &before, err) != 0)
		return -1;
	*first = days == KEEP_ALL || last - days < before ? before : last - days;
	if (*first > before)
		buffer_printf(sql, "INSERT INTO kept VALUES (%" PRId64 ", '%s', %" PRId64 ")"
		              " ON CONFLICT DO UPDATE SET value = excluded.value;\n", origin, name, *first);
	return 0;
}

/* Of a database that is new there is nothing to be swept for as long as of one that was. */
static const char first_sweep[] =
	"INSERT INTO kept SELECT 1, 'swept', max(value) FROM kept WHERE name IN ('cube', 'rest') HAVING count(*) > 0"
	" ON CONFLICT DO NOTHING;\n";

static int prune(struct store *store, const struct keep *keep, int64_t origin, int64_t last, struct error *err)
{
	struct buffer sql = { 0 };
	int64_t cube, rest;
	int result = -1;

	if (move_day(store, &sql, origin, "cube", last, keep->cube, &cube, err) == 0 &&
	    move_day(store, &sql, origin, "rest", last, keep->rest, &rest, err) == 0) {
		buffer_puts(&sql, first_sweep);
		if (cube > 0)
			table_prune(&sql, TABLE_CUBE, origin, cube);
		if (rest > 0)
			rest_prune(&sql, origin, rest);
		result = sql_exec(store, buffer_string(&sql), err);
	}
	buffer_release(&sql);
	return result;
}

/* A run of store_keep(). */
struct keeping {
	struct store *store;
	const struct keep *keep;
	int64_t gone; /* values that were folded */
};

/* --- packing ------------------------------------------------------------- */

/* The earliest day after `after` that stands in rows; 0: none. */
static int next_day(struct store *store, enum table table, int64_t origin, int64_t after, int64_t *day, struct error *err)
{
	char *sql = table_has(table, DIMENSION_HOUR)
	            ? xasprintf("SELECT (hour + zone) / 86400 FROM %s WHERE origin = %" PRId64 " AND hour > %" PRId64
	                        " AND (hour + zone) / 86400 > %" PRId64 " ORDER BY hour LIMIT 1",
	                        table_name(table), origin, after * DAY, after)
	            : xasprintf("SELECT min(day) FROM %s WHERE origin = %" PRId64 " AND day > %" PRId64,
	                        table_name(table), origin, after);
	int result = sql_number(store, sql, 0, day, err);

	free(sql);
	return result;
}

/* A transaction of its own, so that nobody waits for long. */
static int pack_one(struct keeping *keeping, enum table table, int64_t origin, int64_t day, struct error *err)
{
	struct store *store = keeping->store;
	int64_t groups, values = keeping->keep->values;
	int result;

	if (pack_count(store, table, origin, day, &groups, err) != 0)
		return -1;
	if (groups < PACK_FROM)
		return 0;
	result = store_lock(store, err);
	if (result == 0 && values && groups > values)
		result = limit_day(store, origin, day, values, values, &keeping->gone, err);
	if (result == 0)
		result = pack_day(store, table, origin, day, err);
	return sql_end(store, result, err);
}

static int pack_table(struct keeping *keeping, enum table table, int64_t origin, int64_t before, struct error *err)
{
	struct store *store = keeping->store;
	int64_t day = 0;
	int result = next_day(store, table, origin, day, &day, err);

	while (result == 0 && day > 0 && day < before) {
		result = pack_one(keeping, table, origin, day, err);
		if (result == 0)
			result = next_day(store, table, origin, day, &day, err);
	}
	return result;
}

/* The last day, and the one before it, are still being counted. */
static int pack(struct keeping *keeping, int64_t origin, int64_t last, struct error *err)
{
	for (int t = 0; t < N_TABLES; t++)
		if (table_is_packed(t) && pack_table(keeping, t, origin, last - 1, err) != 0)
			return -1;
	return 0;
}

/* --- both ---------------------------------------------------------------- */

/* A log's day begins up to one before UTC's. */
static int last_day(struct store *store, int64_t origin, int64_t now, int64_t *day, struct error *err)
{
	char *sql = xasprintf("SELECT min(max((hour + zone) / 86400), %" PRId64 ") FROM accounting"
	                      " WHERE origin = %" PRId64 " AND hour <> 0", now / DAY + 1, origin);
	int result = sql_number(store, sql, 0, day, err);

	free(sql);
	return result;
}

static int keep_origin(struct keeping *keeping, int64_t origin, struct error *err)
{
	struct store *store = keeping->store;
	const struct keep *keep = keeping->keep;
	int64_t last;
	int result;

	if (last_day(store, origin, keep->now, &last, err) != 0)
		return -1;
	result = store_lock(store, err);
	if (result == 0)
		result = prune(store, keep, origin, last, err);
	result = sql_end(store, result, err);
	if (result == 0 && keep->values)
		result = limit_days(store, origin, keep->values, &keeping->gone, err);
	return result == 0 ? pack(keeping, origin, last, err) : -1;
}

static int keep_origins(struct keeping *keeping, struct error *err)
{
	struct store *store = keeping->store;
	int64_t origin = 0;
	int result = 0;

	do {
		char *sql = xasprintf("SELECT min(id) FROM origin WHERE id > %" PRId64, origin);

		result = sql_number(store, sql, 0, &origin, err);
		free(sql);
		if (result == 0 && origin > 0)
			result = keep_origin(keeping, origin, err);
	} while (result == 0 && origin > 0);
	return result;
}

int store_keep(struct store *store, const struct keep *keep, struct error *err)
{
	struct keeping keeping = { .store = store, .keep = keep };
	int result;

	fetch_forget(store);
	store->busy = false;
	result = keep_origins(&keeping, err);
	if (result == 0)
		result = sweep(store, keeping.gone ? 4 * keep->values : 0, err);
	return store->busy ? 0 : result;
}

/* --- asking -------------------------------------------------------------- */

static int too_old(const struct store *store, int64_t kept, struct error *err)
{
	int year, month, day;

	civil_from_days(kept, &year, &month, &day);
	return error_set(err, "%s: what is asked for together is kept from %04d-%02d-%02d on only; add --since %04d-%02d-%02d, "
	                 "ask for fewer dimensions at a time or for whole days, or keep it longer (--keep)",
	                 store->path, year, month, day, year, month, day);
}

int query_no_longer(struct store *store, uint64_t *lines, struct error *err)
{
	int64_t sum = 0;
	int result = store->packs ? sql_number(store, "SELECT sum(value) FROM kept WHERE name = 'lines'", 0, &sum, err) : 0;

	*lines = (uint64_t)sum;
	return result;
}

int check_kept(struct store *store, const struct query *query, enum table table, struct error *err)
{
	int64_t since = query->filter ? query->filter->since : TIME_NONE;
	int64_t until = query->filter ? query->filter->until : TIME_NONE, day;
	struct buffer sql = { 0 };
	int result;

	if (!store->packs || table != TABLE_CUBE)
		return 0;
	buffer_puts(&sql, "SELECT max(value) FROM kept JOIN accounting USING (origin)"
	                  " WHERE name = 'cube' AND (hour + zone) / 86400 < value AND ");
	hours_write(&sql, since, until);
	result = sql_number(store, buffer_string(&sql), 0, &day, err);
	buffer_release(&sql);
	return result != 0 || day == 0 ? result : too_old(store, day, err);
}
