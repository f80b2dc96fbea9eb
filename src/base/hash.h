/* hash.h - the steps that hashes are made of: multiply and fold, eight bytes at a
 * time. For who must mix several slices without copying them together.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/slice.h"

#define HASH_K1 UINT64_C(0xa0761d6478bd642f)
#define HASH_K2 UINT64_C(0xe7037ed1a0b428db)
#define HASH_K3 UINT64_C(0x8ebc6af09c88c6e3)

__extension__ typedef unsigned __int128 hash_wide;

static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
	hash_wide product = (hash_wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* All of a slice of one to seven bytes in one number. */
static inline uint64_t hash_read_short(struct slice s)
{
	if (s.n >= 4)
		return (uint64_t)slice_load32(s.p) << 32 | slice_load32(s.p + s.n - 4);
	return (uint64_t)(unsigned char)s.p[0] << 16 | (uint64_t)(unsigned char)s.p[s.n / 2] << 8 |
	       (unsigned char)s.p[s.n - 1];
}

#endif
