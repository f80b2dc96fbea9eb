/* series.c - rows over time, the quiet times included: an hour without mail is
 * what one looks for. SPDX-License-Identifier: MIT */
#include "report/series.h"

#include <stdlib.h>

enum { GAP_MAX = 62, HOUR = 3600, DAY = 86400 };

struct series {
	struct query_row *rows;
	size_t n, capacity;
	enum column column;
	int64_t step;
	int64_t next; /* the first place that has no row yet */
	int64_t zone; /* of the last row */
};

/* Where a row stands: the UTC second, the day, the hour of the day. (Without a
 * second column its value is 0.) */
static int64_t place_of(const struct query_row *row)
{
	return row->by[0].number - row->by[1].number;
}

static bool has_time(const struct query_row *row, enum column column)
{
	return column == COLUMN_CLOCK ? row->by[0].number >= 0 : row->by[0].number != 0;
}

static int compare_rows(const void *a, const void *b)
{
	const struct query_row *x = a, *y = b;
	int64_t p = place_of(x), q = place_of(y);

	if (p == q) {
		p = x->by[1].number;
		q = y->by[1].number;
	}
	return (p > q) - (p < q);
}

static void push(struct series *series, const struct query_row *row)
{
	GROW(series->rows, series->n, series->capacity);
	series->rows[series->n++] = *row;
}

static void fill_until(struct series *series, int64_t end)
{
	if (end - series->next > GAP_MAX * series->step)
		return;
	for (; series->next < end; series->next += series->step) {
		struct query_row row = { 0 };

		row.by[0].number = series->next + series->zone;
		row.by[1].number = series->zone;
		push(series, &row);
	}
}

static struct series series_new(enum column column, const struct query_span *span)
{
	switch (column) {
	case COLUMN_HOUR:
		return (struct series){ .column = column, .step = HOUR, .next = span->first, .zone = span->first_zone };
	case COLUMN_DAY:
		return (struct series){ .column = column, .step = 1, .next = (span->first + span->first_zone) / DAY };
	default:
		return (struct series){ .column = column, .step = 1 };
	}
}

static int64_t series_end(enum column column, const struct query_span *span)
{
	switch (column) {
	case COLUMN_HOUR: return span->last + HOUR;
	case COLUMN_DAY: return (span->last + span->last_zone) / DAY + 1;
	default: return 24;
	}
}

void series_fill(struct query_result *result, enum column column, const struct query_span *span)
{
	struct series series = series_new(column, span);

	qsort(result->rows, result->n, sizeof *result->rows, compare_rows);
	for (size_t i = 0; i < result->n; i++) {
		const struct query_row *row = &result->rows[i];

		if (!has_time(row, column))
			continue;
		fill_until(&series, place_of(row));
		push(&series, row);
		series.next = place_of(row) + series.step;
		series.zone = row->by[1].number;
	}
	fill_until(&series, series_end(column, span));
	for (size_t i = 0; i < result->n; i++)
		if (!has_time(&result->rows[i], column))
			push(&series, &result->rows[i]);
	free(result->rows);
	result->rows = series.rows;
	result->n = series.n;
}
