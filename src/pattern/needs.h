/* needs.h - what every match of a regex holds. SPDX-License-Identifier: MIT */
#ifndef PATTERN_NEEDS_H
#define PATTERN_NEEDS_H

#include "base/mem.h"
#include "pattern/syntax.h"

/* Does every text that the regex matches hold the literal? Told from the source,
 * where the literal stands for itself outside of groups. When in doubt, no. */
bool regex_needs(struct slice source, struct slice literal);

/* A literal that every text holds which the regex matches, and that this text lacks: the
 * longest of them, out of the arena. Empty: none is known. `regex` NULL: nothing is known
 * of it. */
struct slice needs_but_lacks(const struct node *regex, struct slice text, struct arena *arena);

#endif
