/* templates.c - which texts must have the same template.
 *
 * reason.c replaces "<user@example.org>" as a whole and looks no further, whatever
 * the address is; so two texts that differ in such addresses alone fall together.
 * That holds for plain addresses only, where nothing else can reach over them: no
 * quoted text, no address literal, no text so long that it is cut. A name of the
 * line that stands in the rest of the text is masked there, so then the template is
 * made anew. SPDX-License-Identifier: MIT */
#include "reply/templates.h"

#include "reply/bracketed.h"
#include "reply/shape.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

void templates_init(struct templates *templates)
{
	*templates = (struct templates){ .made = { 0 } };
	map_init(&templates->known, sizeof(uint32_t));
	map_init(&templates->texts, 0);
}

void templates_release(struct templates *templates)
{
	map_release(&templates->known);
	map_release(&templates->texts);
	buffer_release(&templates->made);
}

static bool holds_name(struct slice text, const struct reason_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		if (names->name[i].n && names->name[i].n <= text.n && slice_find_nocase(text, names->name[i]) >= 0)
			return true;
	return false;
}

/* Names that could reach into an address in brackets. */
static bool names_are_plain(const struct reason_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		if (slice_find_byte(names->name[i], '<') >= 0)
			return false;
	return true;
}

/* What an address in brackets, or a text that is not plain, begins with. */
static bool is_special(char c)
{
	return c == '<' || c == '@' || c == '"';
}

#ifdef __SSE2__

/* Where the next special byte stands from `at` on, or text.n. */
static size_t next_special(struct slice text, size_t at)
{
	const __m128i bracket = _mm_set1_epi8('<'), sign = _mm_set1_epi8('@'), quote = _mm_set1_epi8('"');

	for (; at + sizeof bracket <= text.n; at += sizeof bracket) {
		__m128i block = _mm_loadu_si128((const __m128i *)(const void *)(text.p + at));
		__m128i hits = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, bracket), _mm_cmpeq_epi8(block, sign)),
		                            _mm_cmpeq_epi8(block, quote));
		int mask = _mm_movemask_epi8(hits);

		if (mask)
			return at + (size_t)__builtin_ctz((unsigned)mask);
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
static bool next_bracketed(struct slice text, size_t *at, size_t *n)
{
	for (*n = 0; (*at = next_special(text, *at)) < text.n; ++*at) {
		if (text.p[*at] == '"' || (text.p[*at] == '@' && char_at(text, *at + 1) == '['))
			return false;
		if (text.p[*at] == '<' && (*n = bracketed_length(slice_from(text, *at))) > 0)
			return true;
	}
	return true;
}

bool templates_fingerprint(struct slice text, const struct reason_names *names, struct fingerprint *f)
{
	size_t begin = 0, at, n;

	if (text.n > TEMPLATES_TEXT_MAX || !names_are_plain(names))
		return false;
	do {
		struct slice piece;

		at = begin;
		if (!next_bracketed(text, &at, &n))
			return false;
		piece = slice_between(text.p + begin, text.p + at);
		if (holds_name(piece, names))
			return false;
		fingerprint_text(f, piece);
		begin = at + n;
	} while (n);
	return true;
}

static void forget(struct templates *templates)
{
	templates->forgotten += templates->texts.count;
	map_clear(&templates->known);
	map_clear(&templates->texts);
}

/* The index of the text's template, made anew. */
static uint32_t make(struct templates *templates, struct slice text, const struct reason_names *names)
{
	templates->made.n = 0;
	reason_template(text, names, &templates->made);
	return map_put(&templates->texts, buffer_slice(&templates->made), NULL);
}

struct template templates_of(struct templates *templates, struct slice text, const struct reason_names *names)
{
	struct fingerprint f = fingerprint_of(0);
	struct slice key = { (const char *)&f, sizeof f };
	uint32_t index, *known;

	if (templates->known.count == TEMPLATES_MAX || templates->texts.count == TEMPLATES_MAX)
		forget(templates);
	if (!templates_fingerprint(text, names, &f)) {
		index = make(templates, text, names);
	} else {
		known = map_enter(&templates->known, key);
		if (!*known)
			*known = make(templates, text, names) + 1;
		index = *known - 1;
	}
	return (struct template){ map_key(&templates->texts, index), templates->forgotten + index + 1 };
}
