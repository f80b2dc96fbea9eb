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

/* Eight and four bytes as they stand in memory. */
static inline uint64_t slice_load64(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

static inline uint32_t slice_load32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

/* memcmp() == 0 for the short texts that are compared many times a line: words of
 * eight, of which the last may overlap, and no call. */
static inline bool slice_same(const char *a, const char *b, size_t n)
{
	if (n >= 8) {
		for (size_t i = 0; i + 8 < n; i += 8)
			if (slice_load64(a + i) != slice_load64(b + i))
				return false;
		return slice_load64(a + n - 8) == slice_load64(b + n - 8);
	}
	if (n >= 4)
		return slice_load32(a) == slice_load32(b) && slice_load32(a + n - 4) == slice_load32(b + n - 4);
	for (size_t i = 0; i < n; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

static inline bool slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && slice_same(a.p, b.p, a.n);
}

static inline bool slice_starts(struct slice s, struct slice with)
{
	return s.n >= with.n && slice_same(s.p, with.p, with.n);
}

static inline bool slice_ends(struct slice s, struct slice with)
{
	return s.n >= with.n && slice_same(s.p + s.n - with.n, with.p, with.n);
}

/* The rest of s from byte `from`; empty when there is none. */
static inline struct slice slice_from(struct slice s, size_t from)
{
	return from < s.n ? (struct slice){ s.p + from, s.n - from } : (struct slice){ s.p + s.n, 0 };
}

/* The first eight bytes as a number, in the order of bytes. */
static inline uint64_t slice_front(struct slice s)
{
	uint64_t front = 0;

	for (size_t i = 0; i < sizeof front; i++)
		front = front << 8 | (i < s.n ? (unsigned char)s.p[i] : 0);
	return front;
}

/* ASCII case does not count, here and in all of mail. */
bool slice_eq_nocase(struct slice a, struct slice b);
bool slice_ends_nocase(struct slice s, struct slice with);
/* Order of bytes; a shorter one stands before its extensions. */
int slice_cmp(struct slice a, struct slice b);
/* Where `what` begins in s, or -1. */
ptrdiff_t slice_find(struct slice s, struct slice what);
ptrdiff_t slice_find_nocase(struct slice s, struct slice what);
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
