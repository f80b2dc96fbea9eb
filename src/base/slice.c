/* slice.c - comparing, finding and cutting borrowed bytes.
 * SPDX-License-Identifier: MIT */
#include "base/slice.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static unsigned char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : (unsigned char)c;
}

bool slice_eq_nocase(struct slice a, struct slice b)
{
	if (slice_eq(a, b))
		return true;
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

bool slice_ends_nocase(struct slice s, struct slice with)
{
	return s.n >= with.n && slice_eq_nocase(slice_from(s, s.n - with.n), with);
}

int slice_cmp(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	return order ? order : (a.n > b.n) - (a.n < b.n);
}

ptrdiff_t slice_find_byte(struct slice s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? at - s.p : -1;
}

static inline bool same(const char *p, struct slice what, bool nocase)
{
	return nocase ? slice_eq_nocase((struct slice){ p, what.n }, what) : slice_same(p, what.p, what.n);
}

static inline ptrdiff_t find_from(struct slice s, size_t at, struct slice what, bool nocase)
{
	for (; at + what.n <= s.n; at++)
		if (same(s.p + at, what, nocase))
			return (ptrdiff_t)at;
	return -1;
}

#ifdef __SSE2__

static inline __m128i load_block(const char *p, __m128i fold)
{
	return _mm_or_si128(_mm_loadu_si128((const __m128i *)(const void *)p), fold);
}

/* The first byte of `what`, and its last one at its distance. */
struct ends {
	__m128i first, last;
};

/* Only where both ends stand the rest is compared. */
static inline __attribute__((always_inline)) ptrdiff_t
find_in_block(struct slice s, size_t at, struct slice what, const struct ends *ends, __m128i fold, bool nocase)
{
	__m128i both = _mm_and_si128(_mm_cmpeq_epi8(load_block(s.p + at, fold), ends->first),
	                             _mm_cmpeq_epi8(load_block(s.p + at + what.n - 1, fold), ends->last));

	for (int left = _mm_movemask_epi8(both); left; left &= left - 1) {
		size_t place = at + (size_t)__builtin_ctz((unsigned)left);

		if (same(s.p + place, what, nocase))
			return (ptrdiff_t)place;
	}
	return -1;
}

/* Sixteen places at a time, of which the last may be looked at twice. Bit 5 is what
 * letters of both cases differ in. */
static inline __attribute__((always_inline)) ptrdiff_t find(struct slice s, struct slice what, bool nocase)
{
	const char bit = nocase ? 0x20 : 0;
	const __m128i fold = _mm_set1_epi8(bit);
	const struct ends ends = { _mm_set1_epi8(what.p[0] | bit), _mm_set1_epi8(what.p[what.n - 1] | bit) };
	const size_t reach = what.n - 1 + sizeof fold;
	ptrdiff_t found;

	if (s.n < reach)
		return find_from(s, 0, what, nocase);
	for (size_t at = 0; at + reach < s.n; at += sizeof fold)
		if ((found = find_in_block(s, at, what, &ends, fold, nocase)) >= 0)
			return found;
	return find_in_block(s, s.n - reach, what, &ends, fold, nocase);
}

#else

static ptrdiff_t find(struct slice s, struct slice what, bool nocase)
{
	return find_from(s, 0, what, nocase);
}

#endif

ptrdiff_t slice_find(struct slice s, struct slice what)
{
	return what.n > 1 ? find(s, what, false) : what.n ? slice_find_byte(s, *what.p) : 0;
}

ptrdiff_t slice_find_nocase(struct slice s, struct slice what)
{
	return what.n ? find(s, what, true) : 0;
}

struct slice slice_trim(struct slice s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
		s.p++, s.n--;
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

static bool fits_byte(struct slice s, size_t i, char glob)
{
	return glob == '?' || lower(glob) == lower(s.p[i]);
}

/* Do the first byte, and what stands behind the last '*', fit? Mostly this tells. That
 * begins at *tail; 0: there is no '*'. */
static bool ends_fit(struct slice s, struct slice glob, size_t *tail)
{
	size_t i = s.n, g = glob.n;

	if (s.n && g && *glob.p != '*' && !fits_byte(s, 0, *glob.p))
		return false;
	for (; g > 0 && glob.p[g - 1] != '*'; g--, i--)
		if (i == 0 || !fits_byte(s, i - 1, glob.p[g - 1]))
			return false;
	*tail = g;
	return true;
}

/* Greedy with one way back: only the last '*' can need more bytes. */
bool slice_glob(struct slice s, struct slice glob)
{
	size_t i = 0, g = 0, star = SIZE_MAX, star_i = 0, tail;

	if (!ends_fit(s, glob, &tail))
		return false;
	while (i < s.n) {
		if (g < glob.n && glob.p[g] == '*') {
			star = g++;
			star_i = i;
			if (g == tail)
				return s.n - i >= glob.n - tail;
		} else if (g < glob.n && fits_byte(s, i, glob.p[g])) {
			g++, i++;
		} else if (star != SIZE_MAX) {
			g = star + 1;
			i = ++star_i;
		} else {
			return false;
		}
	}
	while (g < glob.n && glob.p[g] == '*')
		g++;
	return g == glob.n;
}

bool slice_to_u64(struct slice s, uint64_t *out)
{
	uint64_t value = 0;

	if (s.n == 0 || s.n > 18)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(s.p[i] - '0');
	}
	*out = value;
	return true;
}

bool slice_split(struct slice *rest, char sep, struct slice *part)
{
	ptrdiff_t at;

	if (rest->p == NULL)
		return false;
	at = slice_find_byte(*rest, sep);
	if (at < 0) {
		*part = *rest;
		*rest = (struct slice){ NULL, 0 };
	} else {
		*part = (struct slice){ rest->p, (size_t)at };
		*rest = slice_from(*rest, (size_t)at + 1);
	}
	return true;
}
