/* merge.h - several databases in one, each origin's counts once.
 * SPDX-License-Identifier: MIT */
#ifndef STORE_MERGE_H
#define STORE_MERGE_H

#include "store/store.h"

/* Everything that databases at `paths` hold, in the place of what `store` held of their
 * origins; of an origin that it knows further on, what it knows stays. All of them or
 * none: -1 and *err. Refused: the database itself and copies of it. */
int store_merge(struct store *store, const char *const *paths, size_t n, struct error *err);

#endif
