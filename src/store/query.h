/* query.h - questions to a store: groups, filtered, ordered, from the smallest
 * table that holds what is asked. SPDX-License-Identifier: MIT */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include "pattern/filter.h"
#include "store/store.h"

enum column {
#define COLUMN(id, name, value, sql, needs, en, ru) COLUMN_##id,
#include "store/column.def"
	N_COLUMNS
};
enum column_value {
	VALUE_TEXT, VALUE_CODE, VALUE_CLASS, VALUE_CATEGORY, VALUE_ENHANCED, VALUE_DAY, VALUE_HOUR,
	VALUE_CLOCK, VALUE_ZONE, VALUE_ENUM_BASIS, VALUE_ENUM_KIND, VALUE_ENUM_DIRECTION, VALUE_ENUM_STAGE,
	VALUE_ENUM_OUTCOME, VALUE_ENUM_REASON_CLASS
};

const char *column_name(enum column column);           /* as in --by, JSON and SQL */
const char *column_label(enum column column, int lang); /* 0 English, 1 Russian */
enum column_value column_value(enum column column);
int column_parse(struct slice name);                    /* `-` is `_`; -1: no such column */

enum { QUERY_BY_MAX = 6 };
enum order { ORDER_COUNT, /* count descending, then the columns' values */
             ORDER_KEY }; /* the columns' values; texts by their bytes */

struct query_value {
	int64_t number;    /* of a text: one of its own; "" is 0 */
	struct slice text; /* for VALUE_TEXT; "" is none; the store's, until it is committed to */
};

/* All zero asks for everything in one group. Masks are 1 << value; 0 is all. */
struct query {
	enum column by[QUERY_BY_MAX];
	size_t n_by;
	uint32_t kinds, directions, outcomes, stages;
	enum { CODE_ANY, CODE_SOME, CODE_WITHOUT } code; /* with a reply code, or without */
	const struct query_value *among; /* if not NULL: the first column's values, from a result */
	size_t n_among;
	const struct filter *filter; /* NULL when events were filtered before counting */
	enum order order;
	size_t top;                  /* only so many rows, the first in that order; 0: all */
	bool trouble;                /* the trouble templates (kind 0) instead of events */
};

struct query_row {
	struct query_value by[QUERY_BY_MAX];
	uint64_t count, timed, late, delay, delay_max; /* delays in milliseconds */
	uint64_t outcome[N_OUTCOMES]; /* count by outcome */
	uint64_t class[6];            /* count by the code's first digit; [0] without a code */
};
struct query_result {
	struct query_row *rows;
	size_t n;
	size_t n_rest;           /* rows that `top` left out ... */
	uint64_t rest;           /* ... and their count */
	struct query_row total;  /* over all rows, these, too; its `by` is empty */
};

/* -1 and *err for a database error or when no table holds the crossing. */
int query_run(struct store *store, const struct query *query, struct query_result *result, struct error *err);
/* A text as a value to ask among; *any is false where nothing has it. */
int query_text(struct store *store, struct slice text, struct query_value *value, bool *any, struct error *err);
void query_result_release(struct query_result *result);
/* The table that a query with these columns and this filter reads, if the filter's
 * period cuts none of the log's days in two; a period that does needs a table by
 * hours, which query_run() finds out. An hour that a period only touches counts
 * whole; what has no time lies in no period. */
enum table query_table(const struct query *query);

/* Line accounting over a period (TIME_NONE: open), hours without a time included. */
int query_accounting(struct store *store, int64_t since, int64_t until, struct accounting *sum, struct error *err);
/* Lines that were counted, and taken away since (keep.h). */
int query_no_longer(struct store *store, uint64_t *lines, struct error *err);
/* Lies a day of the log partly in the period, so that what is kept by day cannot tell? */
int query_cuts_a_day(struct store *store, int64_t since, int64_t until, bool *cuts, struct error *err);
/* Distinct deferred recipients of a direction in a period that cuts no day. *exact is false for an estimate. */
int query_deferred(struct store *store, enum direction direction, int64_t since, int64_t until,
                   uint64_t *recipients, bool *exact, struct error *err);
/* The clocks of a period's lines: each hour with each offset, by the hour. The caller frees
 * the list. */
struct query_clock {
	int64_t hour;
	int32_t zone;
	uint64_t lines;
};
int query_clocks(struct store *store, int64_t since, int64_t until, struct query_clock **clocks, size_t *n,
                 struct error *err);
/* May all be of one zone? Its offsets differ by an hour at most, and change no more often than
 * in spring and autumn. */
bool clocks_agree(const struct query_clock *clocks, size_t n);
/* First and last hour of a period (UTC second of their begin) and their zones; false: no hour. */
struct query_span {
	int64_t first, last;
	int32_t first_zone, last_zone;
};
int query_span(struct store *store, int64_t since, int64_t until, struct query_span *span, bool *any,
               struct error *err);

#endif
