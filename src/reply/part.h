/* part.h - the codes before the parts of a multi-line reply that a server wrote
 * into one line: "550-5.7.1 first 550 5.7.1 second". SPDX-License-Identifier: MIT */
#ifndef REPLY_PART_H
#define REPLY_PART_H

#include "reply/shape.h"
#include "reply/draft.h"

/* Can a code stand at p? */
static inline bool part_begins(const char *p)
{
	return ((kind(p[0]) & DIGIT) && (p[1] == '.' || ((kind(p[1]) & DIGIT) && (kind(p[2]) & DIGIT)))) || *p == '#';
}

/* Leaves out the codes at d->at, where a part may begin; false: none. */
bool part_take(struct draft *d);

#endif
