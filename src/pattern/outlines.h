/* outlines.h - texts that need no regex any more: what one does on them was found out
 * on others of the same outline.
 *
 * Outlines are learnt from texts that the regex was run on, when there are enough of
 * them to pay for it, and forgotten when there are too many. A thread has its own.
 * SPDX-License-Identifier: MIT */
#ifndef PATTERN_OUTLINES_H
#define PATTERN_OUTLINES_H

#include "pattern/answer.h"

struct outlines;

/* `anchors`: of its pattern; they must outlive it. */
struct outlines *outlines_new(struct slice source, const struct texts *anchors);
void outlines_free(struct outlines *outlines);

/* What the regex would answer, 1 or 0, with *found; -1: it must be asked. */
int outlines_find(struct outlines *outlines, struct slice text, struct found *found);
/* Tell what it answered (1 or 0) and captured, so that it can be learnt from. */
void outlines_learn(struct outlines *outlines, const struct regex *regex, struct slice text, int answer,
                    const struct captured *captured);

#endif
