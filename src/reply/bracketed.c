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
	uint64_t alnum, joiner, local, sign; /* local: of local parts only */
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
	sorts->local |= bits_of(_mm_or_si128(equal(bytes, '+'), equal(bytes, '='))) << at;
	sorts->sign |= bits_of(equal(bytes, '@')) << at;
}

/* Bits from `from` up to `to`, which is less than 64. */
static uint64_t span(unsigned from, unsigned to)
{
	return ((uint64_t)1 << to) - ((uint64_t)1 << from);
}

/* '>' stands at `end`. */
static bool is_plain(const struct sorts *s, unsigned end)
{
	const uint64_t sign = s->sign & span(1, end);
	unsigned at;
	uint64_t domain;

	if (!(s->alnum & 2) || !sign || (sign & (sign - 1)))
		return false;
	at = (unsigned)__builtin_ctzll(sign);
	domain = span(at + 1, end);
	return !(span(1, at) & ~(s->alnum | s->joiner | s->local)) && !(domain & ~(s->alnum | s->joiner)) &&
	       !(((s->joiner & domain) << 1 | sign << 1) & ~(s->alnum & domain));
}

size_t bracketed_length(struct slice s)
{
	struct sorts sorts = { 0, 0, 0, 0 };

	for (unsigned at = 0; at < 64 && at + sizeof(__m128i) <= s.n; at += sizeof(__m128i)) {
		const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(s.p + at));
		const uint64_t ends = bits_of(equal(bytes, '>'));

		sort_out(bytes, at, &sorts);
		if (ends) {
			unsigned end = at + (unsigned)__builtin_ctzll(ends);

			return is_plain(&sorts, end) ? end + 1 : 0;
		}
	}
	return length_by_bytes(s);
}

#else

size_t bracketed_length(struct slice s)
{
	return length_by_bytes(s);
}

#endif
