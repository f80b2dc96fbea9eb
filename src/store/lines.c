/* lines.c - questions that groups of events do not answer: how many lines, which
 * hours. SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "base/mem.h"

#include <stdlib.h>

int query_accounting(struct store *store, int64_t since, int64_t until, struct accounting *sum, struct error *err)
{
	struct buffer sql = { 0 };
	sqlite3_stmt *statement;
	int step, at = 0;

	if (store->tally) {
		tallied_accounting(store->tally, since, until, sum);
		return 0;
	}
	buffer_puts(&sql, "SELECT 0"
#define COUNTER(member) ", coalesce(sum(\"" #member "\"), 0)"
#include "tally/counter.def"
	            " FROM accounting WHERE hour = 0 OR (");
	hours_write(&sql, since, until);
	buffer_puts(&sql, ")");
	statement = sql_prepare(store, buffer_string(&sql), err);
	buffer_release(&sql);
	if (!statement)
		return -1;
	step = sqlite3_step(statement);
	*sum = (struct accounting){ 0 };
	if (step != SQLITE_ROW) {
		sql_fail(store, err);
	} else {
#define COUNTER(member) sum->member = (uint64_t)sqlite3_column_int64(statement, ++at);
#include "tally/counter.def"
	}
	sqlite3_finalize(statement);
	return step == SQLITE_ROW ? 0 : -1;
}

static int end_of_span(struct store *store, int64_t since, int64_t until, const char *order, int64_t *hour,
                       int32_t *zone, bool *any, struct error *err)
{
	struct buffer sql = { 0 };
	sqlite3_stmt *statement;
	int step;

	buffer_puts(&sql, "SELECT hour, zone FROM accounting WHERE ");
	hours_write(&sql, since, until);
	buffer_printf(&sql, " ORDER BY hour %s, zone LIMIT 1", order);
	statement = sql_prepare(store, buffer_string(&sql), err);
	buffer_release(&sql);
	if (!statement)
		return -1;
	step = sqlite3_step(statement);
	*any = step == SQLITE_ROW;
	if (*any) {
		*hour = sqlite3_column_int64(statement, 0);
		*zone = sqlite3_column_int(statement, 1);
	} else if (step != SQLITE_DONE) {
		sql_fail(store, err);
	}
	sqlite3_finalize(statement);
	return step == SQLITE_ROW || step == SQLITE_DONE ? 0 : -1;
}

int query_span(struct store *store, int64_t since, int64_t until, struct query_span *span, bool *any,
               struct error *err)
{
	if (store->tally) {
		*any = tallied_span(store->tally, since, until, span);
		return 0;
	}
	if (end_of_span(store, since, until, "ASC", &span->first, &span->first_zone, any, err) != 0)
		return -1;
	return end_of_span(store, since, until, "DESC", &span->last, &span->last_zone, any, err);
}

int query_clocks(struct store *store, int64_t since, int64_t until, struct query_clock **clocks, size_t *n,
                 struct error *err)
{
	struct buffer sql = { 0 };
	struct query_clock *list = NULL;
	size_t capacity = 0;
	sqlite3_stmt *statement;
	int step;

	*clocks = NULL;
	*n = 0;
	if (store->tally) {
		*n = tallied_clocks(store->tally, since, until, clocks);
		return 0;
	}
	buffer_puts(&sql, "SELECT hour, zone, sum(lines) FROM accounting WHERE ");
	hours_write(&sql, since, until);
	buffer_puts(&sql, " GROUP BY hour, zone ORDER BY hour, zone");
	statement = sql_prepare(store, buffer_string(&sql), err);
	buffer_release(&sql);
	if (!statement)
		return -1;
	while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
		GROW(list, *n, capacity);
		list[(*n)++] = (struct query_clock){ sqlite3_column_int64(statement, 0), sqlite3_column_int(statement, 1),
		                                     (uint64_t)sqlite3_column_int64(statement, 2) };
	}
	if (step != SQLITE_DONE) {
		sql_fail(store, err);
		free(list);
	} else {
		*clocks = list;
	}
	sqlite3_finalize(statement);
	return step == SQLITE_DONE ? 0 : -1;
}

bool clocks_agree(const struct query_clock *clocks, size_t n)
{
	enum { HOUR = 3600, SEASON = 28 * 24 * HOUR };
	int64_t changed = INT64_MIN;
	int32_t least = INT32_MAX, most = INT32_MIN;

	for (size_t i = 0; i < n; i++) {
		least = clocks[i].zone < least ? clocks[i].zone : least;
		most = clocks[i].zone > most ? clocks[i].zone : most;
		if (most - least > HOUR)
			return false;
		if (i == 0 || clocks[i].zone == clocks[i - 1].zone)
			continue;
		if (changed != INT64_MIN && clocks[i].hour - changed < SEASON)
			return false;
		changed = clocks[i].hour;
	}
	return true;
}
