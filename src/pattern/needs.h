/* needs.h - what every match of a regex holds. SPDX-License-Identifier: MIT */
#ifndef PATTERN_NEEDS_H
#define PATTERN_NEEDS_H

#include "base/slice.h"

/* Does every text that the regex matches hold the literal? Told from the source,
 * where the literal stands for itself outside of groups. When in doubt, no. */
bool regex_needs(struct slice source, struct slice literal);

#endif
