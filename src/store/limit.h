/* limit.h - of each day and open text no more values than are asked for (tally/fold.h).
 *
 * A day is looked at when it is over, before it is packed, and before that when so many
 * new texts came that it may hold twice as many values. Its tail is found by what the
 * day's rows hold then; what comes later, for a value that was folded, too, stands
 * beside it. SPDX-License-Identifier: MIT */
#ifndef STORE_LIMIT_H
#define STORE_LIMIT_H

#include "store/store.h"

/* Within a transaction: where more than `from` values stand in the rows of a day, those
 * beyond `keep` become TALLY_OTHER. Adds to *gone how many. -1 and *err. */
int limit_day(struct store *store, int64_t origin, int64_t day, int64_t from, int64_t keep, int64_t *gone,
              struct error *err);
/* All days of rows that may hold too many, each in a transaction. */
int limit_days(struct store *store, int64_t origin, int64_t keep, int64_t *gone, struct error *err);

#endif
