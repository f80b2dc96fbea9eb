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
bool table_has(enum table table, enum dimension dimension);

int64_t group_value(const struct group *group, enum dimension dimension);

/* Sums stop at INT64_MAX, the largest number that SQLite holds. */
uint64_t sum_capped(uint64_t a, uint64_t b);
void measures_add(struct measures *into, const struct measures *from);

#endif
