/* report.h - what a report says, apart from how it is written down.
 *
 * A report is built once from a store and handed to one renderer, a pure function
 * of it. A new section touches no renderer, a new renderer no section.
 * SPDX-License-Identifier: MIT */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "reply/taxonomy.h"
#include "store/query.h"
#include "tally/fold.h"
#include "tally/strange.h"

/* One file that was read, for the line accounting. */
struct report_input {
	const char *name;
	uint64_t lines;
	uint64_t bytes;
	const char *problem; /* what went wrong with it, or NULL */
};

/* One that was not. */
struct report_skipped {
	const char *name;
	const char *why, *why_label; /* the word, and for people */
	const char *of;              /* what was read instead, or NULL */
};

struct report_request {
	enum lang lang;
	size_t top;                  /* rows a table, 0: all */
	enum column by[QUERY_BY_MAX]; /* --by: this one table instead of the sections */
	size_t n_by;
	const struct filter *filter; /* the period and filters, for the heading */
	bool filter_in_store;        /* true: apply them now (database); false: counting did */
	const struct report_input *inputs;
	size_t n_inputs;
	const struct report_skipped *skipped;
	size_t n_skipped;
	const struct zone *zone;     /* the clock that the heading is written in where the
	                                log has none of its own */
	const struct strange *strange; /* these lines instead of the sections; NULL: not asked for */
	const struct folded *folded;   /* by who has counted what the report is on; NULL: not known */
	bool raw;                    /* with nobody masked */
	const char *version;         /* of the program */
};

struct report; /* sections, columns, rows: report/model.h */

struct report *report_build(struct store *store, const struct report_request *request, struct error *err);
void report_free(struct report *report);

struct report_style {
	enum lang lang;
	bool colour;
	bool utf8;     /* may draw bars with block characters */
	int width;     /* columns of the terminal */
};

/* Renderers: 0, or -1 with errno when writing failed. */
int report_text(const struct report *report, const struct report_style *style, FILE *out);
int report_json(const struct report *report, const struct report_style *style, FILE *out);

#endif
