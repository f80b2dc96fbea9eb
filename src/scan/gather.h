/* gather.h - what threads have counted comes together.
 * SPDX-License-Identifier: MIT */
#ifndef SCAN_GATHER_H
#define SCAN_GATHER_H

#include "tally/tally.h"

/* All (one at least) into the first; the others are empty then. As many threads help as there are
 * tallies. */
void gather(struct tally **tallies, size_t n);

#endif
