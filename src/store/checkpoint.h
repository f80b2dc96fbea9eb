/* checkpoint.h - how far each log was counted.
 *
 * A stream is one log under any name (input/mark.h); its checkpoint moves in the same
 * transaction as the counts, from the place that the counting began at. When it does
 * not stand there any more, another run was faster, and nothing is added.
 * SPDX-License-Identifier: MIT */
#ifndef STORE_CHECKPOINT_H
#define STORE_CHECKPOINT_H

#include "input/input.h"
#include "input/mark.h"
#include "store/store.h"

struct checkpoint {
	int64_t stream;           /* 0: not in the database yet */
	struct mark mark;
	struct input_touch touch; /* of the file that was counted to its end; else zero */
	int64_t reference;        /* the latest time without a year that was counted; 0: none */
	char *name;               /* of the file, when it was counted last */
	struct buffer open;       /* what its lines leave for those that follow */
};
void checkpoint_release(struct checkpoint *checkpoint);

/* All that a database holds. */
struct checkpoints {
	struct checkpoint *list;
	size_t n, capacity;
	int64_t last;    /* the highest stream */
	int64_t version; /* changes when another program has written */
	bool read;
};
void checkpoints_release(struct checkpoints *checkpoints);
/* Read them, unless nobody has written since. -1 and *err. */
int checkpoints_read(struct store *store, struct checkpoints *checkpoints, struct error *err);

/* Adds a tally's counts and moves the stream's checkpoint from `from` to *to, which is
 * given its number when it is a new one, and is then among `known`. 1 done; 0 another
 * run was faster; -1 error: nothing was added. */
int store_advance(struct store *store, const struct tally *tally, struct checkpoints *known, uint64_t from,
                  struct checkpoint *to, struct error *err);

/* The same for several streams that were counted into one tally, which stands for the first:
 * all move, or none. */
struct advance {
	uint64_t from;
	struct checkpoint *to;
};
int store_advance_all(struct store *store, const struct tally *tally, struct checkpoints *known,
                      const struct advance *advances, size_t n, struct error *err);

#endif
