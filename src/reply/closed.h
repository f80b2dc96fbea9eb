/* closed.h - a copy of a text that can be looked at without bounds (shape.h).
 * SPDX-License-Identifier: MIT */
#ifndef REPLY_CLOSED_H
#define REPLY_CLOSED_H

#include "reply/shape.h"

/* Longer texts are cut at a blank. */
enum { INPUT_MAX = 4096, CLOSED_MAX = INPUT_MAX + CLOSING };

/* The copy, in room, is valid UTF-8: what is not becomes '?'. */
struct slice closed_copy(struct slice text, char room[CLOSED_MAX]);

#endif
