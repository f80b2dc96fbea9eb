/* routes.h - from a line to the route it takes. A thread has its own.
 * SPDX-License-Identifier: MIT */
#ifndef PATTERN_ROUTES_H
#define PATTERN_ROUTES_H

#include "base/map.h"
#include "input/prefix.h"
#include "pattern/route.h"

struct routes;

/* `mtas`: globs of the packs that may read lines; NULL: all. */
struct routes *routes_new(const struct packs *packs, const char *const *mtas);
void routes_free(struct routes *routes);
/* NULL: no pack's line. `match` is room for shapes; a shape that PCRE2 gave up on is
 * added to *errors. */
struct route *routes_find(struct routes *routes, const struct line *line, struct regex_match *match, uint64_t *errors);

#endif
