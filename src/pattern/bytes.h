/* bytes.h - sets of bytes. SPDX-License-Identifier: MIT */
#ifndef PATTERN_BYTES_H
#define PATTERN_BYTES_H

#include <stdbool.h>
#include <stdint.h>

struct bytes {
	uint64_t in[4];
};

static inline bool bytes_have(const struct bytes *set, unsigned char c)
{
	return set->in[c / 64] >> c % 64 & 1;
}

static inline void bytes_add(struct bytes *set, unsigned char c)
{
	set->in[c / 64] |= (uint64_t)1 << c % 64;
}

static inline void bytes_add_all(struct bytes *set, const struct bytes *more)
{
	for (int i = 0; i < 4; i++)
		set->in[i] |= more->in[i];
}

static inline void bytes_keep(struct bytes *set, const struct bytes *those)
{
	for (int i = 0; i < 4; i++)
		set->in[i] &= those->in[i];
}

static inline void bytes_remove(struct bytes *set, const struct bytes *those)
{
	for (int i = 0; i < 4; i++)
		set->in[i] &= ~those->in[i];
}

static inline void bytes_invert(struct bytes *set)
{
	for (int i = 0; i < 4; i++)
		set->in[i] = ~set->in[i];
}

/* Is each byte of a one of b? */
static inline bool bytes_within(const struct bytes *a, const struct bytes *b)
{
	uint64_t outside = 0;

	for (int i = 0; i < 4; i++)
		outside |= a->in[i] & ~b->in[i];
	return !outside;
}

static inline bool bytes_apart(const struct bytes *a, const struct bytes *b)
{
	uint64_t common = 0;

	for (int i = 0; i < 4; i++)
		common |= a->in[i] & b->in[i];
	return !common;
}

/* The one byte of a set that has no more, or 0. */
static inline unsigned char bytes_only(const struct bytes *set)
{
	unsigned char only = 0;

	for (unsigned i = 0; i < 4; i++) {
		if ((set->in[i] & (set->in[i] - 1)) || (set->in[i] && only))
			return 0;
		if (set->in[i])
			only = (unsigned char)(64 * i + (unsigned)__builtin_ctzll(set->in[i]));
	}
	return only;
}

static inline bool bytes_same(const struct bytes *a, const struct bytes *b)
{
	return bytes_within(a, b) && bytes_within(b, a);
}

/* One after the other: clang 14 adds the four at once, in eight bits, of which 256 is 0. */
static inline unsigned bytes_count(const struct bytes *set)
{
	unsigned n = 0;

	for (int i = 0; i < 4; i++)
		for (uint64_t left = set->in[i]; left; left &= left - 1)
			n++;
	return n;
}

/* Which of the sixteen bytes with this high half are in a set, a bit each. */
static inline uint16_t bytes_row(const struct bytes *set, unsigned high)
{
	return (uint16_t)(set->in[high / 4] >> 16 * (high % 4));
}

#endif
