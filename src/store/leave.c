/* leave.c - texts leave a day: their rows become some of TALLY_OTHER.
 *
 * One DELETE goes over the rows of the day, and asks here, for each, whether it is to go;
 * what goes is gathered, which makes few rows of many, and inserted again.
 * SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "base/map.h"
#include "tally/dimension.h"

#include <inttypes.h>
#include <stdlib.h>

struct moving {
	const struct leaving *leaving;
	int n_key;                     /* of a row, behind its origin */
	enum dimension texts[N_DIMENSIONS]; /* by place in it; 0: no text that may leave */
	struct map rows;               /* by the key that is left, the measures of what went */
};

static bool is_leaving(const struct leaving *leaving, enum dimension dimension, int64_t id)
{
	const unsigned char *texts = leaving->texts[dimension];

	return texts && id > 0 && id <= leaving->last && texts[id];
}

/* leaves(time, ..., sort, text, ..., measure, ...) */
static void leaves(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	struct moving *moving = sqlite3_user_data(context);
	int64_t key[N_DIMENSIONS + 1];
	struct measures measures;
	bool any = false;

	(void)argc;
	for (int i = 0; i < moving->n_key; i++) {
		key[i] = sqlite3_value_int64(*argv++);
		if (moving->texts[i] && is_leaving(moving->leaving, moving->texts[i], key[i])) {
			key[i] = moving->leaving->other;
			any = true;
		}
	}
	sqlite3_result_int(context, any);
	if (!any)
		return;
#define MEASURE(member, column, merge) measures.member = (uint64_t)sqlite3_value_int64(*argv++);
#include "tally/dimension.def"
	measures_add(map_enter(&moving->rows, (struct slice){ (const char *)key, (size_t)moving->n_key * sizeof *key }), &measures);
}

/* --- statements ------------------------------------------------------------ */

static void columns_write(struct buffer *sql, struct moving *moving, enum table table)
{
	times_write(sql, table, "");
	moving->n_key = table_has(table, DIMENSION_HOUR) ? 2 : 1;
	buffer_puts(sql, ", sort");
	moving->n_key++;
	for (int d = 0; d < N_DIMENSIONS; d++)
		if (row_has(table, (enum dimension)d) && dimension_is_text((enum dimension)d)) {
			buffer_printf(sql, ", %s", dimension_name((enum dimension)d));
			moving->texts[moving->n_key++] = (enum dimension)d;
		}
	for (int m = 0; m < N_MEASURES; m++)
		buffer_printf(sql, ", %s", measure_name((enum measure)m));
}

/* Only a row of the day is asked for: so the rest of the condition stands before it. */
static void delete_write(struct buffer *sql, struct moving *moving, enum table table)
{
	const struct leaving *leaving = moving->leaving;

	buffer_printf(sql, "DELETE FROM %s WHERE origin = %" PRId64 " AND ", table_name(table), leaving->origin);
	if (!table_has(table, DIMENSION_HOUR))
		buffer_printf(sql, "day = %" PRId64 " AND CASE WHEN day = %" PRId64, leaving->day, leaving->day);
	else if (leaving->day)
		buffer_printf(sql, "hour BETWEEN %" PRId64 " AND %" PRId64 " AND CASE WHEN hour <> 0 AND (hour + zone) / 86400 = %" PRId64,
		              (leaving->day - 1) * 86400, (leaving->day + 2) * 86400, leaving->day);
	else
		buffer_puts(sql, "hour = 0 AND CASE WHEN hour = 0");
	buffer_puts(sql, " THEN leaves(");
	columns_write(sql, moving, table);
	buffer_puts(sql, ") ELSE 0 END");
}

static int take_rows(struct store *store, struct moving *moving, enum table table, struct error *err)
{
	enum { FLAGS = SQLITE_UTF8 | SQLITE_DIRECTONLY };
	struct buffer sql = { 0 };
	int result;

	if (sqlite3_create_function(store->db, "leaves", -1, FLAGS, moving, leaves, NULL, NULL) != SQLITE_OK)
		return sql_fail(store, err);
	delete_write(&sql, moving, table);
	result = sql_exec(store, buffer_string(&sql), err);
	buffer_release(&sql);
	return result;
}

static sqlite3_stmt *prepare_insert(struct store *store, const struct moving *moving, enum table table, struct error *err)
{
	struct buffer sql = { 0 };
	sqlite3_stmt *statement;

	buffer_printf(&sql, "INSERT INTO %s VALUES (%" PRId64, table_name(table), moving->leaving->origin);
	for (int i = 0; i < moving->n_key + N_MEASURES; i++)
		buffer_puts(&sql, ", ?");
	buffer_puts(&sql, ")");
	conflict_write(&sql);
	statement = sql_prepare(store, buffer_string(&sql), err);
	buffer_release(&sql);
	return statement;
}

static int insert_rows(struct store *store, const struct moving *moving, enum table table, struct error *err)
{
	sqlite3_stmt *insert = prepare_insert(store, moving, table, err);
	int result = insert ? 0 : -1;

	for (uint32_t i = 0; result == 0 && i < moving->rows.count; i++) {
		const struct measures *measures = map_value(&moving->rows, i);
		int64_t key[N_DIMENSIONS + 1];
		int at = 1;

		memcpy(key, map_key(&moving->rows, i).p, (size_t)moving->n_key * sizeof *key);
		for (int k = 0; k < moving->n_key; k++)
			sqlite3_bind_int64(insert, at++, key[k]);
#define MEASURE(member, column, merge) sqlite3_bind_int64(insert, at++, (int64_t)measures->member);
#include "tally/dimension.def"
		result = sql_run(store, insert, err);
	}
	sqlite3_finalize(insert);
	return result;
}

static bool concerns(const struct leaving *leaving, enum table table)
{
	for (int d = 0; d < N_DIMENSIONS; d++)
		if (leaving->texts[d] && table_has(table, (enum dimension)d))
			return true;
	return false;
}

int leave_day(struct store *store, const struct leaving *leaving, struct error *err)
{
	int result = 0;

	for (int t = 0; result == 0 && t < N_TABLES; t++) {
		struct moving moving = { .leaving = leaving };

		if (!concerns(leaving, t))
			continue;
		map_init(&moving.rows, sizeof(struct measures));
		result = take_rows(store, &moving, t, err);
		if (result == 0)
			result = insert_rows(store, &moving, t, err);
		map_release(&moving.rows);
	}
	return result;
}
