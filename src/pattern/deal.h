/* deal.h - which bytes of each literal are looked for, and in which of a few buckets, so
 * that little of what is searched looks like a literal and is none.
 * SPDX-License-Identifier: MIT */
#ifndef PATTERN_DEAL_H
#define PATTERN_DEAL_H

#include "base/slice.h"

/* So many bytes of a literal are its print; of the first ones the high half counts, too. */
enum { PRINT = 4, HIGHS = 2, BUCKETS = 8, SHORTS = BUCKETS - 1 };

struct dealt {
	uint32_t offset; /* of the print in the literal */
	uint32_t bucket;
};

/* Where there are literals shorter than a print, they have the bucket SHORTS for
 * themselves. `typical` is a text like those that are going to be searched, or empty. */
void deal(const struct slice *literal, size_t n, struct slice typical, struct dealt *dealt);

#endif
