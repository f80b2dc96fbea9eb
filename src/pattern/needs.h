/* needs.h - what every match of a regex holds. SPDX-License-Identifier: MIT */
#ifndef PATTERN_NEEDS_H
#define PATTERN_NEEDS_H

#include "base/mem.h"
#include "pattern/syntax.h"

/* A literal that every text holds which the regex matches, and that this text lacks: the
 * longest of them, out of the arena. Empty: none is known. `regex` NULL: nothing is known
 * of it. */
struct slice needs_but_lacks(const struct node *regex, struct slice text, struct arena *arena);

#endif
