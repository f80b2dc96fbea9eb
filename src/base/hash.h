/* hash.h - hashes of bytes: multiply and fold. Same result for the same bytes on
 * machines of one byte order. SPDX-License-Identifier: MIT */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/slice.h"

/* Open addressing in a table of any size: where looking for a hash begins, and goes on. */
static inline uint32_t hash_place(uint32_t hash, uint32_t size)
{
	return (uint32_t)((uint64_t)hash * size >> 32);
}
static inline uint32_t hash_next(uint32_t place, uint32_t size)
{
	return place + 1 < size ? place + 1 : 0;
}
/* Its size when it is full: doubled, but where it is memory that counts in two steps. */
enum { HASH_LARGE = 1 << 18 };
static inline uint32_t hash_grown(uint32_t size)
{
	return size < HASH_LARGE ? 2 * size : size & (size - 1) ? size / 3 * 4 : size / 2 * 3;
}
/* So many are full: half, of a large one three in four. */
static inline uint32_t hash_full(uint32_t size)
{
	return size < HASH_LARGE ? size / 2 : size / 4 * 3;
}

/* 64 bits. hash_bytes() is seeded per process; hash_fixed() is the same for ever,
 * for what is stored or compared between processes. */
uint64_t hash_bytes(struct slice s);
uint64_t hash_fixed(struct slice s);

/* A hash of 128 bits of several texts, seeded per process: that two lists of texts
 * share one by chance will not happen. Each step multiplies two words of text, mixed
 * with all before, and keeps the whole product. */
struct fingerprint {
	uint64_t a, b;
};

/* Words that nobody outside the process knows, each of its own; the last is odd. */
extern uint64_t hash_secret[3];

__extension__ typedef unsigned __int128 hash_wide;

static inline struct fingerprint fingerprint_of(uint64_t kind)
{
	return (struct fingerprint){ hash_secret[0] ^ kind, hash_secret[1] };
}

static inline void fingerprint_words(struct fingerprint *f, uint64_t x, uint64_t y)
{
	hash_wide product = (hash_wide)(f->a ^ x) * (f->b ^ y);
	uint64_t a = f->a;

	f->a = f->b ^ (uint64_t)product;
	f->b = a ^ (uint64_t)(product >> 64);
}

/* All of a slice of one to seven bytes in one number. */
static inline uint64_t hash_short(struct slice s)
{
	if (s.n >= 4)
		return (uint64_t)slice_load32(s.p) << 32 | slice_load32(s.p + s.n - 4);
	return (uint64_t)(unsigned char)s.p[0] << 16 | (uint64_t)(unsigned char)s.p[s.n / 2] << 8 |
	       (unsigned char)s.p[s.n - 1];
}

/* Sixteen bytes a step, of which the last may overlap; the length, which tells texts
 * apart that follow each other, is hidden in the last step. */
static inline void fingerprint_text(struct fingerprint *f, struct slice s)
{
	uint64_t length = s.n * hash_secret[2];

	for (size_t i = 0; i + 16 < s.n; i += 16)
		fingerprint_words(f, slice_load64(s.p + i), slice_load64(s.p + i + 8));
	if (s.n >= 16)
		fingerprint_words(f, slice_load64(s.p + s.n - 16), slice_load64(s.p + s.n - 8) ^ length);
	else if (s.n >= 8)
		fingerprint_words(f, slice_load64(s.p), slice_load64(s.p + s.n - 8) ^ length);
	else
		fingerprint_words(f, s.n ? hash_short(s) : 0, length);
}

#endif
