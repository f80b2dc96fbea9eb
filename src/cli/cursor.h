/* cursor.h - a journal's places are checkpoints, one for each sequence of entries.
 * SPDX-License-Identifier: MIT */
#ifndef CLI_CURSOR_H
#define CLI_CURSOR_H

#include "input/journal.h"
#include "store/checkpoint.h"

struct cursors {
	struct journal *journal; /* NULL: the input is no journal */
	struct checkpoint *to;   /* behind what was gathered */
	struct advance *advances;
	size_t n, capacity;
};

/* Tells the input what was counted of it. The checkpoint of the sequence that it begins with,
 * or NULL. */
const struct checkpoint *cursors_begin(struct cursors *cursors, struct input *input, const struct checkpoints *known);
/* An epoch was gathered: where the checkpoints are to stand. `like` is what else they tell. */
void cursors_gather(struct cursors *cursors, const struct checkpoints *known, const struct checkpoint *like);
/* They stand there. */
void cursors_committed(struct cursors *cursors);
/* Was something of it counted earlier? */
bool cursors_met(const struct cursors *cursors);
void cursors_release(struct cursors *cursors);

#endif
