/* pieces.c - a text without the plain addresses in brackets that it names.
 * SPDX-License-Identifier: MIT */
#include "reply/pieces.h"

#include "reply/bracketed.h"
#include "reply/shape.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Of the few callers one is for all refusals. */
#define ALWAYS_INLINE inline __attribute__((always_inline))

/* What an address in brackets, or a text that is not plain, begins with. */
static bool is_special(char c)
{
	return c == '<' || c == '@' || c == '"';
}

#ifdef __SSE2__

/* Where they stand in sixteen bytes, a bit each. */
static inline unsigned special_in(const char *p)
{
	const __m128i block = _mm_loadu_si128((const __m128i *)(const void *)p);
	const __m128i brackets = _mm_cmpeq_epi8(block, _mm_set1_epi8('<')), signs = _mm_cmpeq_epi8(block, _mm_set1_epi8('@'));
	const __m128i quotes = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(brackets, signs), quotes));
}

/* Where the next special byte stands from `at` on, or text.n. */
static size_t next_special(struct slice text, size_t at)
{
	for (; at + sizeof(__m128i) <= text.n; at += sizeof(__m128i)) {
		unsigned mask = special_in(text.p + at);

		if (mask)
			return at + (size_t)__builtin_ctz(mask);
	}
	if (at < text.n && text.n >= sizeof(__m128i)) { /* the last block, what was seen of it left out */
		size_t begin = text.n - sizeof(__m128i);
		unsigned mask = special_in(text.p + begin) >> (at - begin);

		return mask ? at + (size_t)__builtin_ctz(mask) : text.n;
	}
	while (at < text.n && !is_special(text.p[at]))
		at++;
	return at;
}

#else

static size_t next_special(struct slice text, size_t at)
{
	while (at < text.n && !is_special(text.p[at]))
		at++;
	return at;
}

#endif

/* Where the next plain address in brackets begins from `at` on, and its length; the
 * text's end and 0 when there is none. False: the text is not plain. */
static ALWAYS_INLINE bool next_bracketed(struct slice text, size_t *at, size_t *n)
{
	for (*n = 0; (*at = next_special(text, *at)) < text.n; ++*at) {
		if (text.p[*at] == '"' || (text.p[*at] == '@' && char_at(text, *at + 1) == '['))
			return false;
		if (text.p[*at] == '<' && (*n = bracketed_length(slice_from(text, *at))) > 0)
			return true;
	}
	return true;
}

/* The piece that begins at *at, which goes to the next one's begin. False: the text is
 * not plain. The last piece is followed by no address. */
static ALWAYS_INLINE bool next_piece(struct slice text, size_t *at, struct slice *piece, bool *last)
{
	size_t end = *at, n;

	if (!next_bracketed(text, &end, &n))
		return false;
	*piece = slice_between(text.p + *at, text.p + end);
	*last = n == 0;
	*at = end + n;
	return true;
}

bool pieces_fingerprint(struct slice text, struct fingerprint *f)
{
	struct slice piece;
	bool last = false;

	for (size_t at = 0; !last; fingerprint_text(f, piece))
		if (!next_piece(text, &at, &piece, &last))
			return false;
	return true;
}

static bool holds_name(struct slice piece, const struct reason_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		if (names->name[i].n && slice_find_nocase(piece, names->name[i]) >= 0)
			return true;
	return false;
}

bool pieces_hold(struct slice text, const struct reason_names *names)
{
	struct slice piece;
	bool last = false;

	for (size_t i = 0; i < names->n; i++)
		if (slice_find_byte(names->name[i], '<') >= 0)
			return true;
	for (size_t at = 0; !last; )
		if (!next_piece(text, &at, &piece, &last) || holds_name(piece, names))
			return true;
	return false;
}

/* The same for both cases of a letter. */
static unsigned pair_of(char a, char b)
{
	return (a & 31u) << 5 | (b & 31u);
}

void pieces_pairs(struct slice text, struct pairs *pairs)
{
	struct slice piece;
	bool last = false;

	for (size_t at = 0; !last && next_piece(text, &at, &piece, &last); ) {
		/* behind the last byte: '<', or nothing that a name goes on with */
		for (size_t i = 0; i + last < piece.n; i++) {
			unsigned pair = pair_of(piece.p[i], piece.p[i + 1]);

			pairs->bits[pair / 64] |= (uint64_t)1 << pair % 64;
		}
	}
}

static bool may_hold(const struct pairs *pairs, struct slice name)
{
	for (size_t i = 0; i < name.n; i++) {
		unsigned pair = i ? pair_of(name.p[i - 1], name.p[i]) : 0;

		if (i && !(pairs->bits[pair / 64] >> pair % 64 & 1))
			return false;
		if (name.p[i] == '<')
			return true;
	}
	return true;
}

bool pairs_may_hold(const struct pairs *pairs, const struct slice *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (may_hold(pairs, names[i]))
			return true;
	return false;
}
