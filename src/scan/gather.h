/* gather.h - what threads have counted comes together.
 * SPDX-License-Identifier: MIT */
#ifndef SCAN_GATHER_H
#define SCAN_GATHER_H

#include "tally/tally.h"

/* All (one at least) are added to the first; the others, which stay as they are, are to be
 * forgotten then. As many threads help as there are tallies. */
void gather(struct tally **tallies, size_t n);

#endif
