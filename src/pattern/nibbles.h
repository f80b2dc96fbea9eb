/* nibbles.h - which of many literals stand in a text, thirty-two places at a
 * time, on processors that can. SPDX-License-Identifier: MIT */
#ifndef PATTERN_NIBBLES_H
#define PATTERN_NIBBLES_H

#include "base/slice.h"

struct nibbles;

/* As literals_new_for(); NULL where this processor or compiler lacks AVX2. */
struct nibbles *nibbles_new(const struct slice *literal, size_t n, struct slice typical);
void nibbles_free(struct nibbles *set);
/* Sets bits as literals_scan() does, but clears none. */
void nibbles_scan(const struct nibbles *set, struct slice text, uint64_t *found);
/* False: none of them begins at `from` or behind it. Faster, for few literals that are
 * rare. */
bool nibbles_may_find(const struct nibbles *set, struct slice text, size_t from);

#endif
