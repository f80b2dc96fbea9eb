/* begin.h - how a text begins, and whether a regex could match one that begins so.
 *
 * A text's begin is its first bytes, or, where a message's id stands in front, the
 * bytes behind that: lines of one sort begin alike, and few patterns could match what
 * begins so. SPDX-License-Identifier: MIT */
#ifndef PATTERN_BEGIN_H
#define PATTERN_BEGIN_H

#include "base/slice.h"
#include "pattern/syntax.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* An id goes on to a byte that is below '-' or one of ":;<=>?@", and has a digit among its
 * first ID_DIGIT. */
enum { ID_DIGIT = 16, ID_REACH = 32, BEGIN_MAX = 8, BEGIN_REACH = ID_REACH + BEGIN_MAX };

struct begin {
	uint64_t key; /* the first eight bytes, or less behind an id; 0: there are not so many */
	size_t at;    /* where these stand: behind the id, or 0 */
};

/* Behind an id's colon six bytes tell what comes, behind a blank four: addresses may
 * follow. */
enum { BEHIND_COLON = 6, BEHIND_OTHER = 4 };

static inline size_t begin_length(bool behind_id, const char *p)
{
	return !behind_id ? BEGIN_MAX : *p == ':' ? BEHIND_COLON : BEHIND_OTHER;
}

/* These bits of eight bytes count, of which there are so many; byte order does not
 * matter to masks that are made in memory. */
static inline uint64_t begin_mask(size_t from, size_t to)
{
	unsigned char bytes[BEGIN_MAX] = { 0 };
	uint64_t mask;

	for (size_t i = from; i < to; i++)
		bytes[i] = 0xff;
	memcpy(&mask, bytes, sizeof mask);
	return mask;
}

/* Never what stands behind an id: words end in more than NULs. */
static inline struct begin begin_of_word(const char *p)
{
	uint64_t bytes = slice_load64(p);

	return (struct begin){ bytes & begin_mask(BEHIND_COLON, BEGIN_MAX) ? bytes : 0, 0 };
}

static inline struct begin begin_behind(const char *p, size_t at)
{
	uint64_t mask = p[at] == ':' ? begin_mask(0, BEHIND_COLON) : begin_mask(0, BEHIND_OTHER);

	return (struct begin){ slice_load64(p + at) & mask, at };
}

struct begin begin_of_short(struct slice text);

#ifdef __SSE2__

static inline unsigned begin_ends_of(__m128i bytes)
{
	__m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8('-')); /* and those that are not ASCII */
	__m128i value = _mm_sub_epi8(bytes, _mm_set1_epi8(':'));
	__m128i high = _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8('@' - ':')), value);

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(low, high));
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
		return begin_behind(text.p, (size_t)__builtin_ctz(ends));
	return begin_of_word(text.p);
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

/* True: a text with these bytes in front has no id there, whatever follows them. */
bool begin_is_word(struct slice known);
/* False: no text that begins with these bytes, or that has them behind an id, is
 * matched. `regex` NULL: nothing is known of it. */
bool begin_could_match(bool behind_id, struct slice known, const struct node *regex);
/* The same for a literal that the text is to start with. */
bool begin_could_start(bool behind_id, struct slice known, struct slice literal);
/* The same for one that stands anywhere, in a text that is no more than these bytes. */
bool begin_could_hold(bool behind_id, struct slice known, struct slice literal);
/* The same for one that begins before these bytes end, whatever stands behind them. */
bool begin_could_overlap(bool behind_id, struct slice known, struct slice literal);

#endif
