/* letters.h - where letters and blanks stand in the next sixty-four bytes, as sets
 * of bits, the first byte's lowest. SPDX-License-Identifier: MIT */
#ifndef REPLY_LETTERS_H
#define REPLY_LETTERS_H

#include "base/slice.h"

enum { LETTERS_WINDOW = 64 };

struct letters {
	uint64_t letters;    /* of ASCII */
	uint64_t blanks;     /* ' ' only */
};

#ifdef __SSE2__

#include <emmintrin.h>

struct letters_part {
	unsigned letters, blanks;
};

static inline struct letters_part letters_of_sixteen(const char *p)
{
	const __m128i small = _mm_set1_epi8(0x20), to_top = _mm_set1_epi8(0x7f - 'z'), below_a = _mm_set1_epi8(0x7f - 26);
	const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
	const __m128i is_letter = _mm_cmpgt_epi8(_mm_add_epi8(_mm_or_si128(bytes, small), to_top), below_a);

	return (struct letters_part){ (unsigned)_mm_movemask_epi8(is_letter), (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, small)) };
}

static inline struct letters letters_at(const char *p)
{
	const struct letters_part a = letters_of_sixteen(p), b = letters_of_sixteen(p + 16);
	const struct letters_part c = letters_of_sixteen(p + 32), d = letters_of_sixteen(p + 48);

	return (struct letters){
		(uint64_t)(c.letters | d.letters << 16) << 32 | (a.letters | b.letters << 16),
		(uint64_t)(c.blanks | d.blanks << 16) << 32 | (a.blanks | b.blanks << 16),
	};
}

#else

#include <endian.h>

/* The top bits of eight bytes, together. */
static inline uint64_t letters_tops(uint64_t bytes)
{
	return (bytes >> 7 & UINT64_C(0x0101010101010101)) * UINT64_C(0x0102040810204080) >> 56;
}

static inline struct letters letters_at(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	struct letters at = { 0, 0 };

	for (int i = 0; i < LETTERS_WINDOW; i += 8) {
		uint64_t bytes = le64toh(slice_load64(p + i)), low = bytes & 0x7f * ones, small = low | 0x20 * ones;
		uint64_t is_letter = (small + (0x80 - 'a') * ones) & ~(small + (0x7f - 'z') * ones) & ~bytes;
		uint64_t is_blank = ~((low ^ 0x20 * ones) + 0x7f * ones) & ~bytes;

		at.letters |= letters_tops(is_letter) << i;
		at.blanks |= letters_tops(is_blank) << i;
	}
	return at;
}

#endif

#endif
