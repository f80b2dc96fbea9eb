/* templates.c - which texts must have the same template.
 *
 * reason.c replaces "<user@example.org>" as a whole and looks no further, whatever
 * the address is; so two texts that differ in such addresses alone fall together.
 * That holds for plain addresses only, where nothing else can reach over them: no
 * quoted text, no address literal, no text so long that it is cut. A name of the
 * line that stands in the rest of the text is masked there, so then the template is
 * made anew. SPDX-License-Identifier: MIT */
#include "reply/templates.h"

#include "base/hash.h"
#include "reply/shape.h"

enum { PLAIN_MAX = 1024 };

void templates_init(struct templates *templates)
{
	*templates = (struct templates){ .made = { 0 } };
	map_init(&templates->known, sizeof(struct slice));
}

void templates_release(struct templates *templates)
{
	map_release(&templates->known);
	arena_release(&templates->texts);
	buffer_release(&templates->made);
}

static bool is_alnum(struct slice s, size_t i)
{
	return kind_at(s, i) & (DIGIT | UPPER | LOWER);
}

static bool in_local(char c)
{
	return (kind(c) & (DIGIT | UPPER | LOWER)) || c == '.' || c == '-' || c == '+' || c == '=';
}

/* The length of "<user@example.org>" at the front of s; 0: none, or no plain one. */
static size_t bracketed_length(struct slice s)
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

static bool is_plain(struct slice text)
{
	return text.n <= PLAIN_MAX && slice_find_byte(text, '"') < 0 && slice_find(text, SLICE("@[")) < 0;
}

static bool holds_name(struct slice text, const struct reason_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		if (names->name[i].n && slice_find_nocase(text, names->name[i]) >= 0)
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

/* Where the next plain address in brackets begins from `at` on, and its length; the
 * text's end and 0 when there is none. */
static size_t next_bracketed(struct slice text, size_t at, size_t *n)
{
	for (;; at++) {
		ptrdiff_t bracket = slice_find_byte(slice_from(text, at), '<');

		if (bracket < 0) {
			*n = 0;
			return text.n;
		}
		at += (size_t)bracket;
		*n = bracketed_length(slice_from(text, at));
		if (*n)
			return at;
	}
}

/* False: the template must be made. */
static bool fingerprint(struct slice text, const struct reason_names *names, struct fingerprint *f)
{
	size_t begin = 0, at, n;

	if (!is_plain(text) || !names_are_plain(names))
		return false;
	*f = fingerprint_of(0);
	do {
		struct slice piece;

		at = next_bracketed(text, begin, &n);
		piece = slice_between(text.p + begin, text.p + at);
		if (holds_name(piece, names))
			return false;
		fingerprint_text(f, piece);
		begin = at + n;
	} while (n);
	return true;
}

struct slice templates_of(struct templates *templates, struct slice text, const struct reason_names *names)
{
	struct fingerprint f;
	struct slice key = { (const char *)&f, sizeof f }, *known;

	templates->made.n = 0;
	if (!fingerprint(text, names, &f)) {
		reason_template(text, names, &templates->made);
		return buffer_slice(&templates->made);
	}
	if (templates->known.count == TEMPLATES_MAX) {
		map_clear(&templates->known);
		arena_release(&templates->texts);
	}
	known = map_enter(&templates->known, key);
	if (!known->p) {
		reason_template(text, names, &templates->made);
		*known = arena_copy(&templates->texts, buffer_slice(&templates->made));
	}
	return *known;
}
