/* dimension.h - what dimension.def says, for code that walks dimensions and
 * measures instead of naming them. SPDX-License-Identifier: MIT */
#ifndef TALLY_DIMENSION_H
#define TALLY_DIMENSION_H

#include "tally/tally.h"

enum measure {
#define MEASURE(member, column, merge) MEASURE_##member,
#include "tally/dimension.def"
	N_MEASURES
};

const char *table_name(enum table table);
const char *dimension_name(enum dimension dimension); /* its column */
const char *measure_name(enum measure measure);       /* its column */
/* Kept as the largest (true) or as the sum? */
bool measure_is_max(enum measure measure);
bool dimension_is_text(enum dimension dimension);
bool dimension_in_sort(enum dimension dimension);
bool table_has(enum table table, enum dimension dimension);

/* Sums of numbers up to INT64_MAX, the largest that SQLite holds, stop there. */
static inline uint64_t sum_capped(uint64_t a, uint64_t b)
{
	return a + b > INT64_MAX ? INT64_MAX : a + b;
}

static inline void measures_add(struct measures *into, const struct measures *from)
{
#define SUM(a, b) sum_capped((a), (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MEASURE(member, column, merge) into->member = merge(into->member, from->member);
#include "tally/dimension.def"
#undef SUM
#undef MAX
}

#endif
