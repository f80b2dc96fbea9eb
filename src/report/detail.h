/* detail.h - what belongs to a table's row but is grouped more finely: its most frequent
 * refusal, the bases of its code. It comes from queries of its own, and is gathered by the
 * row's first column. SPDX-License-Identifier: MIT */
#ifndef REPORT_DETAIL_H
#define REPORT_DETAIL_H

#include "report/table.h"

/* Of one value of the first column. */
struct detail {
	uint64_t by_basis[N_BASES];
	uint64_t refusals; /* of the most frequent one */
	int code;
	uint32_t enhanced;
};

void details_init(struct map *details);
/* Those that `row` shows, for the rows that the query gave. */
int details_gather(struct build *build, const struct section_row *row, const struct query *query,
                   const struct query_result *result, struct map *details, struct error *err);
/* All zero where there is none. */
const struct detail *detail_of(const struct map *details, const struct query *query, const struct query_row *row);

#endif
