/* steps.h - outlines as a tree, so that what they begin with is compared once.
 *
 * A step is some bytes and what stands behind them; where outlines part, their next
 * steps stand side by side. Several outlines may fit a text, and then all say the same
 * about it, for each says what the regex does. SPDX-License-Identifier: MIT */
#ifndef PATTERN_STEPS_H
#define PATTERN_STEPS_H

#include "pattern/outline.h"

struct step;
struct answer; /* whatever is known of an outline's texts */

struct steps {
	struct arena arena; /* of the steps, and for answers */
	struct step *root;  /* NULL: there are none */
	size_t n;
	uint64_t found;     /* texts */
};

/* Where a text's holes stand: [0] is its begin, [2 * h + 1] and [2 * h + 2] are begin
 * and end of hole h, or of nothing at the text's end. */
enum { BOUNDS_MAX = 2 * STRETCHES_MAX + 3 + 6 }; /* and a few that are written too many */

struct bounds {
	size_t n;
	const char *at[BOUNDS_MAX];
};

/* NULL: the text is of no outline. */
struct answer *steps_find(struct steps *steps, struct slice text, struct bounds *bounds);
/* The outline of a text, which is of none so far. */
void steps_add(struct steps *steps, const struct outline *outline, struct slice text, struct answer *answer);
void steps_clear(struct steps *steps);
/* Can this processor do it? Else nothing may be looked for. */
bool steps_work(void);

#endif
