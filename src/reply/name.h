/* name.h - a line's local parts and user names, found as words of its text.
 * SPDX-License-Identifier: MIT */
#ifndef REPLY_NAME_H
#define REPLY_NAME_H

#include "reply/reason.h"

/* A line's names with the set of their first bytes modulo 32, so of either case. */
struct names {
	const struct reason_names *list;
	const char *end;     /* of the closed text (shape.h) that they are looked for in */
	uint32_t starts;
};

/* The bit of a word's first byte in such a set. */
static inline uint32_t start_bit(char c)
{
	return UINT32_C(1) << (c & 31);
}

struct names names_of(const struct reason_names *list, const char *end);
/* The length of the name that stands at p as a whole word; 0: none. */
size_t name_found(const struct names *names, const char *p);

static inline size_t name_length(const struct names *names, const char *p)
{
	return names->starts & start_bit(*p) ? name_found(names, p) : 0;
}

#endif
