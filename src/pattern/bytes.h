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

/* The bytes that are not in a set, in out[]; 0 when they are more than max. */
static inline unsigned bytes_lacking(const struct bytes *set, unsigned char *out, unsigned max)
{
	unsigned n = 0;

	for (unsigned i = 0; i < 4; i++)
		for (uint64_t left = ~set->in[i]; left; left &= left - 1) {
			if (n == max)
				return 0;
			out[n++] = (unsigned char)(64 * i + (unsigned)__builtin_ctzll(left));
		}
	return n;
}

#endif
