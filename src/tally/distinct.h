/* distinct.h - how many different things were seen, in bounded room.
 *
 * A set keeps the DISTINCT_MAX smallest hashes that it was given (bottom-k
 * sketch): below that number it is exact, above it the largest kept hash tells
 * how dense they lie. What is kept depends neither on the order of adding nor on
 * how sets were merged. SPDX-License-Identifier: MIT */
#ifndef TALLY_DISTINCT_H
#define TALLY_DISTINCT_H

#include "base/slice.h"

/* All zero is an empty set. */
struct distinct {
	uint64_t *slots; /* open addressing; 0 is free */
	uint32_t mask, count;
	uint64_t bound;  /* not 0: this hash and larger ones need not be added */
};

void distinct_add(struct distinct *set, uint64_t hash);
/* A hash will be added soon: what is needed comes from memory meanwhile. */
void distinct_expect(const struct distinct *set, uint64_t hash);
void distinct_merge(struct distinct *into, const struct distinct *from);
void distinct_release(struct distinct *set);
/* The kept hashes, ascending, into out[], which has room for set->count.
 * Returns how many, at most DISTINCT_MAX. */
size_t distinct_list(const struct distinct *set, uint64_t *out);

#endif
