/* word.c - taking words from a text and telling what they look like.
 *
 * Kept on purpose: words of capitals with up to four digits (TSS04, S3150,
 * OU-002) are a provider's own name for the cause.
 * SPDX-License-Identifier: MIT */
#include "reply/word.h"

#include "reply/shape.h"

struct names names_of(const struct reason_names *list)
{
	struct names names = { list, 0 };

	for (size_t i = 0; list && i < list->n; i++)
		if (list->name[i].n)
			names.starts |= 1u << (*list->name[i].p & 31);
	return names;
}

size_t name_found(const struct names *names, struct slice s, size_t i)
{
	struct slice rest = slice_from(s, i);

	for (size_t k = 0; k < names->list->n; k++) {
		struct slice name = names->list->name[k];

		if (name.n && rest.n >= name.n && !(kind_at(s, i + name.n) & ALNUM) &&
		    slice_eq_nocase((struct slice){ rest.p, name.n }, name))
			return name.n;
	}
	return 0;
}

/* "mailbox.Please": the end of a sentence, not a host. */
static bool is_sentence_end(struct slice s, size_t dot)
{
	unsigned char after = (unsigned char)char_at(s, dot + 2);

	if ((unsigned char)char_at(s, dot + 1) == 0xd0) /* a Cyrillic capital */
		return after == 0x81 || (after >= 0x90 && after < 0xb0);
	return !(kind_at(s, dot - 1) & UPPER) && (kind_at(s, dot + 1) & UPPER) && (kind_at(s, dot + 2) & LOWER);
}

struct word word_at(struct slice s, size_t at, const struct names *stop)
{
	struct word w = { .last_label = 0 };
	unsigned before = 0;
	size_t i = at;

	for (; i < s.n; i++) {
		unsigned k = kind(s.p[i]);

		if (k & LETTER) {
			w.letters++;
			w.uppers += !!(k & UPPER);
			w.lowers += !!(k & LOWER);
		} else if (k & DIGIT) {
			w.digits++;
		} else if ((k & JOINER) && (kind_at(s, i + 1) & ALNUM)) {
			if (stop && name_length(stop, s, i + 1))
				break;
			if (s.p[i] == '-') {
				w.hyphens++;
			} else if (is_sentence_end(s, i)) {
				break;
			} else {
				w.dots++;
				w.last_label = i + 1 - at;
			}
			continue;
		} else {
			break;
		}
		w.turns += before && (before ^ k) & DIGIT;
		before = k;
	}
	w.s = slice_between(s.p + at, s.p + i);
	return w;
}

bool word_is_host(const struct word *w)
{
	struct slice label = slice_from(w->s, w->last_label);

	if (!w->dots || label.n < 2)
		return false;
	if (slice_starts(label, SLICE("xn--")))
		return true;
	for (size_t i = 0; i < label.n; i++)
		if (!(kind(label.p[i]) & LETTER) || label.p[i] == '_')
			return false;
	return true;
}

bool word_is_id(const struct word *w)
{
	unsigned n = w->digits + w->letters;

	if (!w->digits)
		return n > WORD_MAX && !w->hyphens && !w->dots;
	return w->digits >= 5 || (n >= 20 && !w->hyphens) || (n >= 10 && w->digits >= 2) ||
	       (w->lowers && w->digits >= 2 && !w->dots) || (w->turns >= 2 && n >= 6 && w->digits >= 2);
}

size_t base64_length(struct slice s, size_t at, const struct word *w)
{
	unsigned seen = 0, digits = 0;
	size_t i = at + w->s.n;

	if ((char_at(s, i) != '+' && char_at(s, i) != '/') || !(kind_at(s, i + 1) & ALNUM))
		return 0;
	for (i = at; (kind_at(s, i) & ALNUM) || char_at(s, i) == '+' || char_at(s, i) == '/'; i++) {
		seen |= kind_at(s, i);
		digits += !!(kind_at(s, i) & DIGIT);
	}
	return i - at >= 20 && digits >= 2 && (seen & UPPER) && (seen & LOWER) ? i - at : 0;
}
