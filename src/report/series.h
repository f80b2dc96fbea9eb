/* series.h - rows over time, the quiet times included.
 * SPDX-License-Identifier: MIT */
#ifndef REPORT_SERIES_H
#define REPORT_SERIES_H

#include "store/query.h"

/* Puts the rows of a query by {HOUR, ZONE}, {DAY} or {CLOCK} into the order of
 * time, adds a zero row for each step of the span in which nothing happened, and
 * puts what has no time last. A gap of more than 62 steps is not filled: it is no
 * quiet time, but another log. */
void series_fill(struct query_result *result, enum column column, const struct query_span *span);

#endif
