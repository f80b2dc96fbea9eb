/* plain.c - keeping what needs no closer look. SPDX-License-Identifier: MIT */
#include "reply/plain.h"

#include "reply/date.h"
#include "reply/letters.h"
#include "reply/word.h"

/* Can the byte at p, behind letters, make them a part of a longer shape? */
static bool goes_on(const char *p, bool before_at)
{
	unsigned k = kind(*p), next = kind(p[1]);

	if (k & BLANK)
		return false;
	if ((k & ALNUM) || *p == '@' || ((k & ATEXT) && before_at && ((next & ATEXT) || p[1] == '@')))
		return true;
	if (!(k & JOINER) && *p != ':' && *p != '/' && *p != '+')
		return false;
	return (next & ALNUM) || p[1] == ':' || p[1] == '/';
}

/* Can a date begin with these three letters? None goes on with a small letter. */
static bool may_date(const char *word)
{
	return (kind(*word) & UPPER) && !(kind(word[4]) & LOWER) && begins_date(word);
}

/* Words in the next LETTERS_WINDOW bytes, one gap between each two. */
struct words {
	uint64_t letters;
	uint64_t ends;       /* the bytes behind the words */
	bool more;           /* others may follow outside */
};

/* The bits below n, which is less than 64. */
static uint64_t below(size_t n)
{
	return (UINT64_C(1) << n) - 1;
}

static size_t lowest(uint64_t bits)
{
	return (size_t)__builtin_ctzll(bits);
}

static size_t highest(uint64_t bits)
{
	return 63 - (size_t)__builtin_clzll(bits);
}

/* The words at p, whatever they are, that do not go on. */
static struct words words_at(const char *p, bool before_at)
{
	const uint64_t one = 1, last = one << (LETTERS_WINDOW - 1);
	struct letters at = letters_at(p);
	struct words w = { .letters = at.letters, .ends = at.blanks & at.letters << 1 & at.letters >> 1 };
	uint64_t others = ~(w.letters | w.ends) | last;
	size_t stop;

	for (;; others &= others - 1) {
		stop = lowest(others);
		if (stop + 2 >= LETTERS_WINDOW || gap_length(p + stop) != 2 || !(w.letters >> (stop + 2) & 1))
			break;
		w.ends |= one << stop;
		others &= others - 1;
	}
	w.ends &= below(stop);
	if (stop > 0 && stop < LETTERS_WINDOW - 1 && !goes_on(p + stop, before_at))
		w.ends |= one << stop;
	w.more = stop + 2 >= LETTERS_WINDOW;
	return w;
}

/* Where words begin that end here. */
static uint64_t starts(const struct words *w)
{
	return w->ends ? w->letters & ~(w->letters << 1) & below(highest(w->ends)) : 0;
}

/* The last bytes of WORD_MAX + 1 letters in a row. */
static uint64_t too_long(uint64_t letters)
{
	uint64_t all = letters & letters << 1;

	all &= all << 2;
	all &= all << 4;
	all &= all << 8;
	return all & all << 16 & letters << WORD_MAX;
}

/* Leaves out what begins with a word that is too long or may be a date. */
static void stop_at_shape(struct words *w, const char *p)
{
	const uint64_t letters = w->letters, many = too_long(letters);
	uint64_t three;

	if (many)
		w->ends &= below(lowest(many));
	three = starts(w) & letters >> 1 & letters >> 2 & ~(letters >> 3);
	for (; three; three &= three - 1)
		if (may_date(p + lowest(three))) {
			w->ends &= below(lowest(three));
			break;
		}
}

/* Leaves out what ends behind the next `room` bytes, where a cut may have to go
 * between two words, but the first one if nothing stands before it. */
static void stop_at_cut(struct words *w, size_t room, bool first)
{
	uint64_t ends = w->ends & below(room + 1);

	if (ends == w->ends)
		return;
	w->ends = ends || !first ? ends : w->ends & -w->ends;
	w->more = false;
}

/* Leaves out what begins with a name. */
static void stop_at_name(struct words *w, const char *p, const struct names *names)
{
	for (uint64_t left = starts(w); left; left &= left - 1)
		if (name_length(names, p + lowest(left))) {
			w->ends &= below(lowest(left));
			break;
		}
}

bool plain_words(struct draft *d, size_t gap)
{
	const char *const begin = d->at, *const first = begin + gap;
	const char *word = first, *kept = begin;
	struct words w;

	do {
		size_t used = draft_length(d) + 1 + (size_t)(word - begin);

		w = words_at(word, word < d->last_at);
		stop_at_shape(&w, word);
		if (used + LETTERS_WINDOW - 1 > UNCUT_MAX)
			stop_at_cut(&w, used < UNCUT_MAX ? UNCUT_MAX - used : 0, word == begin);
		if (d->names.starts)
			stop_at_name(&w, word, &d->names);
		if (!w.ends)
			break;
		kept = word + highest(w.ends);
		word = kept + gap_length(kept);
	} while (w.more && word > kept && (kind(*word) & ASCII_LETTER));
	d->shaped = word;
	if (kept == begin)
		return false;
	draft_keep_words(d, (size_t)(kept - begin), slice_between(first, kept));
	return true;
}

/* Does what stands behind a number of n digits leave it alone? A blank does, if
 * no month can follow. */
static bool stands_alone(const char *end, size_t n)
{
	if (*end == ' ')
		return !(kind(end[1]) & (DIGIT | UPPER | BLANK)) || n == 3 || n > 4;
	return !(kind(*end) & (ALNUM | ATEXT | BLANK)) && *end != ',' && *end != ':' && *end != '@';
}

bool plain_number(struct draft *d, const char *end)
{
	if (!stands_alone(end, (size_t)(end - d->at)) || (d->names.starts & start_bit(*d->at)))
		return false;
	draft_mask(d, (size_t)(end - d->at), MASK_N);
	return true;
}
