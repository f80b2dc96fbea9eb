/* literal.h - which of many literals stand in a text, in one pass over it.
 *
 * A line is looked at once for all anchors and `has` literals of the packs that
 * may read it; only then patterns are tried. SPDX-License-Identifier: MIT */
#ifndef PATTERN_LITERAL_H
#define PATTERN_LITERAL_H

#include "base/slice.h"

struct literals;

/* The literals must outlive the set. Numbered 0 .. n-1; each has at least one
 * byte. */
struct literals *literals_new(const struct slice *literal, size_t n);
/* The same for texts like this one, in which few of them stand or none. */
struct literals *literals_new_for(const struct slice *literal, size_t n, struct slice typical);
/* The same without instructions that only some processors have. */
struct literals *literals_new_plain(const struct slice *literal, size_t n);
void literals_free(struct literals *set);
/* Sets bit i of found[] (64 a word, cleared here) for each literal i in text. */
void literals_scan(const struct literals *set, struct slice text, uint64_t *found);
/* False: none of them begins at `from` or behind it. True is no promise. */
bool literals_may_stand(const struct literals *set, struct slice text, size_t from);
static inline size_t literals_words(size_t n) { return n ? (n + 63) / 64 : 1; }

#endif
