/* word.c - taking words from a text and telling what they look like.
 *
 * Kept on purpose: words of capitals with up to four digits (TSS04, S3150,
 * OU-002) are a provider's own name for the cause.
 * SPDX-License-Identifier: MIT */
#include "reply/word.h"

#include "reply/shape.h"

/* "mailbox.Please": the end of a sentence, not a host. */
static bool is_sentence_end(const char *dot)
{
	unsigned char after = (unsigned char)dot[2];

	if ((unsigned char)dot[1] == 0xd0) /* a Cyrillic capital */
		return after == 0x81 || (after >= 0x90 && after < 0xb0);
	return !(kind(dot[-1]) & UPPER) && (kind(dot[1]) & UPPER) && (kind(dot[2]) & LOWER);
}

static bool is_top_level(const char *label, const char *end)
{
	if (end - label < 2)
		return false;
	if (slice_starts(slice_between(label, end), SLICE("xn--")))
		return true;
	while (label < end && (kind(*label) & LETTER) && *label != '_')
		label++;
	return label == end;
}

/* The letters and digits at p, counted; their end. */
static const char *take_run(struct word *w, const char *p, unsigned *before)
{
	const char *end;

	while (kind(*p) & ALNUM) {
		unsigned is = kind(*p) & DIGIT ? DIGIT : LETTER;

		end = run_end(p, is);
		w->digits += is == DIGIT ? (unsigned)(end - p) : 0;
		w->turns += *before != is;
		*before = is;
		p = end;
	}
	return p;
}

struct word word_at(const char *begin, const struct names *stop)
{
	struct word w = { .s.p = begin };
	const char *p = begin, *label = NULL;
	unsigned before = kind(*p) & DIGIT ? DIGIT : LETTER;

	for (;; p++) {
		p = take_run(&w, p, &before);
		if (!(kind(*p) & JOINER) || !(kind(p[1]) & ALNUM) || (stop && name_length(stop, p + 1)))
			break;
		if (*p == '-') {
			w.hyphens++;
		} else if (is_sentence_end(p)) {
			break;
		} else {
			w.dots++;
			label = p + 1;
		}
		w.joined |= start_bit(p[1]);
	}
	w.s.n = (size_t)(p - begin);
	w.letters = (unsigned)w.s.n - w.digits - w.dots - w.hyphens;
	w.is_host = label && is_top_level(label, p);
	return w;
}

static bool has_lower(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (kind(s.p[i]) & LOWER)
			return true;
	return false;
}

bool word_is_id(const struct word *w)
{
	unsigned n = w->digits + w->letters;

	if (!w->digits)
		return n > WORD_MAX && !w->hyphens && !w->dots;
	return w->digits >= 5 || (n >= 20 && !w->hyphens) || (n >= 10 && w->digits >= 2) ||
	       (w->digits >= 2 && !w->dots && has_lower(w->s)) || (w->turns >= 2 && n >= 6 && w->digits >= 2);
}

size_t base64_length(const struct word *w)
{
	const char *p = w->s.p + w->s.n;
	unsigned seen = 0, digits = 0;

	if ((*p != '+' && *p != '/') || !(kind(p[1]) & ALNUM))
		return 0;
	for (p = w->s.p; (kind(*p) & ALNUM) || *p == '+' || *p == '/'; p++) {
		seen |= kind(*p);
		digits += kind(*p) & DIGIT;
	}
	return p - w->s.p >= 20 && digits >= 2 && (seen & UPPER) && (seen & LOWER) ? (size_t)(p - w->s.p) : 0;
}
