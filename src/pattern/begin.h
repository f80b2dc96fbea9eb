/* begin.h - how a text begins, and whether a regex could match one that begins so.
 *
 * A text's begin is its first bytes, or, where a message's id stands in front, the
 * bytes behind that: lines of one sort begin alike, and few patterns could match what
 * begins so. SPDX-License-Identifier: MIT */
#ifndef PATTERN_BEGIN_H
#define PATTERN_BEGIN_H

#include "base/slice.h"

/* An id stands before the text's first blank or colon, with a digit among its first
 * bytes. */
enum { ID_DIGIT = 16, ID_REACH = 32, BEGIN_WORD = 8, BEGIN_BEHIND = 4 };

struct begin {
	uint64_t key; /* the first eight bytes, or four behind an id; 0: there are less */
	size_t at;    /* where these stand: behind the id, or 0 */
};

struct begin begin_of(struct slice text);

/* False: no text that begins with these bytes, or that has them behind an id, is
 * matched. Told from the regex's source; what is not understood there could match. */
bool begin_could_match(bool behind_id, struct slice known, struct slice source);
/* The same for a literal that the text is to start with. */
bool begin_could_start(bool behind_id, struct slice known, struct slice literal);

#endif
