/* section.h - the sections of a report as rows: what each asks and shows.
 * SPDX-License-Identifier: MIT */
#ifndef REPORT_SECTION_H
#define REPORT_SECTION_H

#include "report/model.h"

enum figure {
#define FIGURE(id, key, kind, drop, en, ru) FIGURE_##id,
#include "report/figure.def"
	N_FIGURES
};

enum { SHOW_MAX = QUERY_BY_MAX + 12 };
/* In `show`: a figure, DATA(figure) for one that stands in documents only, or
 * BY(n), the n-th column that is grouped by. */
#define BY(n) (-1 - (n))
#define DATA(figure) (N_FIGURES + 1 + (int)(figure))
#define SHOW_END N_FIGURES

enum section_when { WHEN_ALWAYS, WHEN_HOURS, WHEN_DAYS }; /* HOURS: up to 48 of them */

struct section_row {
	const char *key;
	struct words title;
	enum direction direction;
	enum section_when when;
	uint32_t kinds, stages, outcomes; /* as in struct query */
	int code;                         /* CODE_ANY, CODE_SOME, CODE_WITHOUT */
	bool trouble;
	bool one_relay;                   /* say so above it when one relay takes nearly all */
	bool named;                       /* not told when its one row has no name */
	size_t n_by;
	enum column by[QUERY_BY_MAX];
	int show[SHOW_MAX];               /* ends with SHOW_END */
};

extern const struct section_row section_rows[];
extern const size_t n_section_rows;

bool section_shows(const struct section_row *row, enum figure figure);

#endif
