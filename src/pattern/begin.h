/* begin.h - how a text begins, and whether a regex could match one that begins so.
 *
 * A text's begin is its first bytes, or, where a message's id stands in front, the
 * bytes behind that: lines of one sort begin alike, and few patterns could match what
 * begins so. SPDX-License-Identifier: MIT */
#ifndef PATTERN_BEGIN_H
#define PATTERN_BEGIN_H

#include "base/slice.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* An id stands before the text's first blank or colon, with a digit among its first
 * bytes. */
enum { ID_DIGIT = 16, ID_REACH = 32, BEGIN_WORD = 8, BEGIN_BEHIND = 4, BEGIN_REACH = ID_REACH + BEGIN_BEHIND };

struct begin {
	uint64_t key; /* the first eight bytes, or four behind an id; 0: there are less */
	size_t at;    /* where these stand: behind the id, or 0 */
};

static inline struct begin begin_of_word(struct slice text)
{
	struct begin begin = { text.n >= BEGIN_WORD ? slice_load64(text.p) : 0, 0 };

	if (begin.key >> 32 == 0)
		begin.key = 0; /* as if it stood behind an id */
	return begin;
}

static inline struct begin begin_behind(struct slice text, size_t at)
{
	return (struct begin){ text.n - at >= BEGIN_BEHIND ? slice_load32(text.p + at) : 0, at };
}

struct begin begin_of_short(struct slice text);

#ifdef __SSE2__

static inline unsigned begin_ends_of(__m128i bytes)
{
	return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')),
	                                                _mm_cmpeq_epi8(bytes, _mm_set1_epi8(':'))));
}

static inline unsigned begin_digits_of(__m128i bytes)
{
	__m128i value = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value));
}

/* Of a text with ends and digits at the bits' places. */
static inline struct begin begin_at(struct slice text, unsigned ends, unsigned digits)
{
	if (ends && (digits & (ends - 1) & ~ends)) /* before the first end */
		return begin_behind(text, (size_t)__builtin_ctz(ends));
	return begin_of_word(text);
}

/* Of a text of BEGIN_REACH bytes at least. */
static inline struct begin begin_of_long(struct slice text)
{
	const __m128i *blocks = (const __m128i *)(const void *)text.p;
	__m128i first = _mm_loadu_si128(blocks);
	unsigned ends = begin_ends_of(first) | begin_ends_of(_mm_loadu_si128(blocks + 1)) << 16;

	return begin_at(text, ends, begin_digits_of(first));
}

#else

static inline struct begin begin_of_long(struct slice text)
{
	return begin_of_short(text);
}

#endif

static inline struct begin begin_of(struct slice text)
{
	return text.n < BEGIN_REACH ? begin_of_short(text) : begin_of_long(text);
}

/* False: no text that begins with these bytes, or that has them behind an id, is
 * matched. Told from the regex's source; what is not understood there could match. */
bool begin_could_match(bool behind_id, struct slice known, struct slice source);
/* The same for a literal that the text is to start with. */
bool begin_could_start(bool behind_id, struct slice known, struct slice literal);
/* The same for one that stands anywhere, in a text that is no more than these bytes. */
bool begin_could_hold(bool behind_id, struct slice known, struct slice literal);

#endif
