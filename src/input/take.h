/* take.h - taking a line apart from its front.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_TAKE_H
#define INPUT_TAKE_H

#include "base/slice.h"

static inline bool skip(struct slice *s, struct slice what)
{
	if (!slice_starts(*s, what))
		return false;
	*s = slice_from(*s, what.n);
	return true;
}

/* A number of at most nine digits off the front; false when there is none. */
static inline bool skip_number(struct slice *s, uint32_t *out)
{
	uint32_t value = 0;
	size_t n = 0;

	while (n < s->n && n < 9 && s->p[n] >= '0' && s->p[n] <= '9')
		value = value * 10 + (uint32_t)(s->p[n++] - '0');
	*s = slice_from(*s, n);
	*out = value;
	return n > 0;
}

/* The bytes up to the next blank, which is skipped too; empty: none are left. */
static inline struct slice take_token(struct slice *s)
{
	const char *blank = s->n ? memchr(s->p, ' ', s->n) : NULL;
	struct slice token = { s->p, blank ? (size_t)(blank - s->p) : s->n };

	*s = slice_from(*s, token.n + 1);
	return token;
}

#endif
