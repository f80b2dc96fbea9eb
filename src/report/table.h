/* table.h - a section's rows from a query. SPDX-License-Identifier: MIT */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include "report/section.h"

/* What the parts of a report under construction share. */
struct build {
	struct store *store;
	const struct report_request *request;
	struct report *report;
	struct query_span span;
	bool any_span;           /* false: no line has a time */
	bool short_span;         /* up to 48 hours */
	struct accounting lines; /* of the whole period */
};

/* A query with the request's filter. */
struct query build_query(const struct build *build);
/* One about a kind and direction. */
struct query build_headline(const struct build *build, enum kind kind, enum direction direction);
/* The total alone. */
int build_total(struct build *build, const struct query *query, struct query_row *total, struct error *err);
/* Does the user ask for certain kinds, directions ...? */
bool build_filters(const struct build *build, enum facet facet);
/* Is anything asked for but a period? Lines cannot be told apart by that as events
 * can, so what is told of lines (their accounting, trouble, disagreements) is left
 * out then. */
bool build_is_filtered(const struct build *build);
/* Adds the section that `row` describes, unless it would be empty. */
int table_add(struct build *build, const struct section_row *row, struct error *err);
struct report_column figure_column(enum figure figure, enum lang lang);
/* A section with these columns and no rows. */
struct section *table_section(struct build *build, const char *key, const char *title,
                              const struct report_column *columns, size_t n_columns);

#endif
