/* live.h - a report that is drawn anew on a terminal.
 * SPDX-License-Identifier: MIT */
#ifndef CLI_LIVE_H
#define CLI_LIVE_H

#include "base/slice.h"

#include <stdio.h>

/* Draw a text over the one before, as many of its lines as the terminal behind `out` has. */
void live_draw(FILE *out, struct slice text);
/* Wipe it, so that what follows begins at the top. */
void live_clear(FILE *out);

#endif
