/* keep.h - how long counts are kept.
 * SPDX-License-Identifier: MIT */
#ifndef STORE_KEEP_H
#define STORE_KEEP_H

#include "store/store.h"

/* Days before the last that was counted, or before `now` when that is earlier: neither
 * a clock that was wrong nor a log's wrong date takes counts away. */
struct keep {
	int64_t cube, rest; /* days; KEEP_ALL */
	int64_t now;        /* UTC seconds */
	int64_t values;     /* of each open text and day (limit.h); 0: all */
};
enum { KEEP_ALL = -1, KEEP_CUBE = 35, KEEP_REST = 400 /* days, if nothing else is said */ };

/* Take away what is older, whole days of the log only, pack the days that are over, and
 * now and then take away texts that nothing has any more. When another program is
 * writing, that is left to the next run. -1 and *err; what was counted stays. */
int store_keep(struct store *store, const struct keep *keep, struct error *err);

#endif
