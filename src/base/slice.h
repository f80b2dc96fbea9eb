/* slice.h - bytes that somebody else owns.
 *
 * A slice points into a log window, a pack or an arena and is valid as long as
 * that is. It is never terminated, and it may hold any byte.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
	const char *p;
	size_t n;
};

/* A slice of a string literal: its length costs nothing at run time. */
#define SLICE(literal) ((struct slice){ "" literal, sizeof(literal) - 1 })
/* The same where only a constant may stand, in a table. */
#define SLICE_INIT(literal) { "" literal, sizeof(literal) - 1 }
/* For printf("%.*s"). */
#define SLICE_ARG(s) (int)(s).n, (s).p

static inline struct slice slice_of(const char *text)
{
	return (struct slice){ text, strlen(text) };
}

static inline struct slice slice_between(const char *from, const char *to)
{
	return (struct slice){ from, (size_t)(to - from) };
}

static inline bool slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool slice_starts(struct slice s, struct slice with)
{
	return s.n >= with.n && (with.n == 0 || memcmp(s.p, with.p, with.n) == 0);
}

static inline bool slice_ends(struct slice s, struct slice with)
{
	return s.n >= with.n && (with.n == 0 || memcmp(s.p + s.n - with.n, with.p, with.n) == 0);
}

/* The rest of s from byte `from`; empty when there is none. */
static inline struct slice slice_from(struct slice s, size_t from)
{
	return from < s.n ? (struct slice){ s.p + from, s.n - from } : (struct slice){ s.p + s.n, 0 };
}

/* ASCII case does not count, here and in all of mail. */
bool slice_eq_nocase(struct slice a, struct slice b);
bool slice_ends_nocase(struct slice s, struct slice with);
/* Order of bytes; a shorter one stands before its extensions. */
int slice_cmp(struct slice a, struct slice b);
/* Where `what` begins in s, or -1. */
ptrdiff_t slice_find(struct slice s, struct slice what);
/* Where byte c first stands in s, or -1. */
ptrdiff_t slice_find_byte(struct slice s, char c);
/* Without the spaces and tabs at both ends. */
struct slice slice_trim(struct slice s);
/* `*` any bytes (also none, also '/'), `?` one byte; ASCII case does not count. */
bool slice_glob(struct slice s, struct slice glob);
/* All of s as a decimal number of at most 18 digits. */
bool slice_to_u64(struct slice s, uint64_t *out);
/* Cut the part before `sep` off the front of *rest; false when *rest is used up
 * (its p is NULL then). "a,,b" gives "a", "", "b". */
bool slice_split(struct slice *rest, char sep, struct slice *part);

#endif
