/* bracketed.c - SPDX-License-Identifier: MIT */
#include "reply/bracketed.h"

#include "reply/shape.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static bool is_alnum(struct slice s, size_t i)
{
	return kind_at(s, i) & (DIGIT | UPPER | LOWER);
}

static bool in_local(char c)
{
	return (kind(c) & (DIGIT | UPPER | LOWER)) || c == '.' || c == '-' || c == '+' || c == '=';
}

static size_t length_by_bytes(struct slice s)
{
	size_t i = 1;

	if (!is_alnum(s, i))
		return 0;
	while (i < s.n && in_local(s.p[i]))
		i++;
	if (char_at(s, i) != '@')
		return 0;
	do {
		if (!is_alnum(s, ++i))
			return 0;
		while (is_alnum(s, i))
			i++;
	} while (char_at(s, i) == '.' || char_at(s, i) == '-');
	return char_at(s, i) == '>' ? i + 1 : 0;
}

#ifdef __SSE2__

/* Where bytes of each sort stand, a bit each. */
struct sorts {
	uint64_t alnum, joiner;
};

static uint64_t bits_of(__m128i bytes)
{
	return (uint64_t)(unsigned)_mm_movemask_epi8(bytes);
}

static __m128i equal(__m128i bytes, char c)
{
	return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}

/* From `first` on, so many of them; both ASCII. */
static __m128i within(__m128i bytes, char first, char n)
{
	const __m128i moved = _mm_add_epi8(bytes, _mm_set1_epi8((char)(0x80 - first)));

	return _mm_cmplt_epi8(moved, _mm_set1_epi8((char)(-0x80 + n)));
}

static void sort_out(__m128i bytes, unsigned at, struct sorts *sorts)
{
	const __m128i letters = within(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 26);
	const __m128i alnum = _mm_or_si128(_mm_or_si128(letters, within(bytes, '0', 10)), equal(bytes, '_'));

	sorts->alnum |= bits_of(alnum) << at;
	sorts->joiner |= bits_of(_mm_or_si128(equal(bytes, '.'), equal(bytes, '-'))) << at;
}

/* '>' stands at `end`, which is less than 64. Nearly always there is one byte of another
 * sort between the brackets, the '@'. */
static size_t length_by_sorts(struct slice s, const struct sorts *sorts, unsigned end)
{
	const uint64_t inside = ((uint64_t)1 << end) - 2, sign = inside & ~(sorts->alnum | sorts->joiner);
	uint64_t domain, starts;

	if (!sign || (sign & (sign - 1)) || s.p[__builtin_ctzll(sign)] != '@')
		return length_by_bytes(s);
	domain = inside & -sign;
	starts = ((sorts->joiner & domain) | sign) << 1;
	return (sorts->alnum & 2) && !(starts & ~(sorts->alnum & domain)) ? end + 1 : 0;
}

size_t bracketed_length(struct slice s)
{
	struct sorts sorts = { 0, 0 };

	for (unsigned at = 0; at < 64 && at + sizeof(__m128i) <= s.n; at += sizeof(__m128i)) {
		const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(s.p + at));
		const uint64_t ends = bits_of(equal(bytes, '>'));

		sort_out(bytes, at, &sorts);
		if (ends)
			return length_by_sorts(s, &sorts, at + (unsigned)__builtin_ctzll(ends));
	}
	return length_by_bytes(s);
}

#else

size_t bracketed_length(struct slice s)
{
	return length_by_bytes(s);
}

#endif
