/* door.h - of a flood of new names most never come into the database.
 *
 * To write a million made-up names, and to take most of them away again, takes ten times
 * as long as to count them. So a run that meets many for one day lets in those that come
 * first, until the day has DAY_OPEN times as many as are asked for; of what comes then,
 * while it has no more than DAY_FULL times as many, those that came more often than the
 * least of so many as are asked for. The others' counts become TALLY_OTHER's before they
 * are written. Names that come again while they are remembered are counted together.
 * SPDX-License-Identifier: MIT */
#ifndef STORE_DOOR_H
#define STORE_DOOR_H

#include "store/store.h"
#include "tally/fold.h"

struct door;

/* `values`: of each open text and day (limit.h). */
struct door *door_new(struct store *store, uint32_t values);
void door_free(struct door *door);
/* What of `more` is to stay outside, when it is added to `gathered`, or else NULL; both come
 * to the database when the look is over. Valid until the next look. */
const struct tail *door_look(struct door *door, const struct tally *gathered, const struct tally *more);

#endif
