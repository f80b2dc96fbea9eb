/* period.c - a period of instants as a condition on hours and on days.
 *
 * Days are those of the log's own clock, whose offset a period does not know and
 * which changes in spring and autumn. The hours that were counted tell: each has
 * its offset with it. SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include <inttypes.h>

/* Hours without a time (0) lie in no period. */
void hours_write(struct buffer *sql, int64_t since, int64_t until)
{
	buffer_puts(sql, "hour <> 0");
	if (since != TIME_NONE)
		buffer_printf(sql, " AND hour > %" PRId64, since - 3600);
	if (until != TIME_NONE)
		buffer_printf(sql, " AND hour < %" PRId64, until);
}

void days_write(struct buffer *sql, int64_t since, int64_t until)
{
	buffer_puts(sql, "day IN (SELECT (hour + zone) / 86400 FROM accounting WHERE ");
	hours_write(sql, since, until);
	buffer_puts(sql, ")");
}

int query_cuts_a_day(struct store *store, int64_t since, int64_t until, bool *cuts, struct error *err)
{
	struct buffer sql = { 0 };
	int64_t any = 0;
	int result;

	buffer_puts(&sql, "SELECT 1 FROM (SELECT (hour + zone) / 86400 AS day, ");
	hours_write(&sql, since, until);
	buffer_puts(&sql, " AS inside FROM accounting WHERE hour <> 0) "
	                  "GROUP BY day HAVING min(inside) <> max(inside) LIMIT 1");
	result = sql_number(store, buffer_string(&sql), 0, &any, err);
	*cuts = any != 0;
	buffer_release(&sql);
	return result;
}
