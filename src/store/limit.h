/* limit.h - of each day and open text no more values than are asked for (tally/fold.h).
 *
 * A day is looked at when it is over, before it is packed, and before that when so many
 * new texts came that it may hold DAY_FULL times as many values. Its tail is found by what the
 * day's rows hold then; what comes later, for a value that was folded, too, stands
 * beside it. SPDX-License-Identifier: MIT */
#ifndef STORE_LIMIT_H
#define STORE_LIMIT_H

#include "store/store.h"

/* How many times as many as are asked for: so many come into a day before anybody looks
 * (door.h); so many may stand there before it is over. */
enum { DAY_OPEN = 2, DAY_FULL = 3 };

/* Each open text, and the small table that has it; the cube has all. */
enum { N_OPEN_TEXTS = 3 };
extern const struct open_text {
	enum dimension dimension;
	enum table table;
} open_texts[N_OPEN_TEXTS];

/* Within a transaction: where more than `from` values stand in the rows of a day, those
 * beyond `keep` become TALLY_OTHER. Adds to *gone how many. -1 and *err. */
int limit_day(struct store *store, int64_t origin, int64_t day, int64_t from, int64_t keep, int64_t *gone,
              struct error *err);
/* All days of rows that may hold too many, each in a transaction. */
int limit_days(struct store *store, int64_t origin, int64_t keep, int64_t *gone, struct error *err);

#endif
