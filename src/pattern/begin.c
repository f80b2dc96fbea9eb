/* begin.c - a regex is walked over with the set of all places of the text that it could
 * have come to.
 *
 * Places are those in the id, before and behind its first digit, those between the bytes
 * that are known, and the one behind them, from which on everything could be. Of a
 * group or a loop the set of places behind it follows from the set before it, so that
 * nothing is tried twice. SPDX-License-Identifier: MIT */
#include "pattern/begin.h"

#include "pattern/outline.h"

static inline bool is_end(unsigned char c)
{
	return c < '-' || c > 0x7f || (c >= ':' && c <= '@');
}

static struct begin begin_of_any(struct slice text)
{
	size_t at = 0;
	bool digit = false;

	if (text.n < BEGIN_MAX)
		return (struct begin){ 0, 0 };
	for (; at < text.n && at < ID_REACH && !is_end((unsigned char)text.p[at]); at++)
		digit |= at < ID_DIGIT && text.p[at] >= '0' && text.p[at] <= '9';
	if (!digit || at == text.n || at == ID_REACH)
		return begin_of_word(text.p);
	return text.n - at < BEGIN_MAX ? (struct begin){ 0, 0 } : begin_behind(text.p, at);
}

bool begin_is_word(struct slice known)
{
	size_t end = 0;

	while (end < known.n && !is_end((unsigned char)known.p[end])) {
		if (known.p[end] >= '0' && known.p[end] <= '9')
			return false;
		end++;
	}
	return end < known.n;
}

#ifdef __SSE2__

/* The second block overlaps the first, and ends with the text if that is short. */
struct begin begin_of_short(struct slice text)
{
	size_t second = text.n < ID_REACH ? text.n - ID_DIGIT : ID_REACH - ID_DIGIT;
	__m128i bytes;
	unsigned ends;

	if (text.n < ID_DIGIT)
		return begin_of_any(text);
	bytes = _mm_loadu_si128((const __m128i *)(const void *)text.p);
	ends = begin_ends_of(bytes) |
	       begin_ends_of(_mm_loadu_si128((const __m128i *)(const void *)(text.p + second))) << second;
	if (ends && text.n - (size_t)__builtin_ctz(ends) < BEGIN_MAX)
		return begin_of_any(text);
	return begin_at(text, ends, begin_digits_of(bytes));
}

#else

struct begin begin_of_short(struct slice text)
{
	return begin_of_any(text);
}

#endif

/* Sets of places: bits. */
enum { IN_ID = 1, BEHIND_DIGIT = 2, KNOWN = 4, KNOWN_MAX = 24 };

struct walk {
	struct slice known; /* bytes */
	unsigned steps;
	bool could;         /* a match goes on behind them, or nobody knows */
};

enum { STEPS_MAX = 5000, LEAST_MAX = 16 };

static unsigned at_known(size_t i)
{
	return (unsigned)KNOWN << i;
}

static unsigned first_places(bool behind_id)
{
	return behind_id ? IN_ID : KNOWN;
}

static struct walk walk_of(struct slice known)
{
	return (struct walk){ .known = { known.p, known.n < KNOWN_MAX ? known.n : KNOWN_MAX } };
}

/* The places behind one byte of the set. */
static unsigned consume(struct walk *w, unsigned places, const struct bytes *set)
{
	bool digit = set->in[0] >> '0' & 0x3ff;
	bool other = set->in[0] >> '-' & 0x1fff || set->in[1] >> ('A' - 64); /* no end of an id */
	unsigned behind = 0;

	if ((places & IN_ID) && other)
		behind |= IN_ID;
	if (((places & IN_ID) && digit) || ((places & BEHIND_DIGIT) && other))
		behind |= BEHIND_DIGIT;
	if (places & BEHIND_DIGIT)
		places |= KNOWN; /* the id may end here */
	for (size_t i = 0; places >= at_known(i) && i < w->known.n; i++)
		if ((places & at_known(i)) && bytes_have(set, (unsigned char)w->known.p[i]))
			behind |= at_known(i + 1);
	w->could |= (behind & at_known(w->known.n)) != 0 || ++w->steps > STEPS_MAX;
	return behind;
}

static unsigned walk_nodes(struct walk *w, const struct node *node, unsigned places);

/* Looks may be said to hold: the set is but larger. */
static unsigned walk_once(struct walk *w, const struct node *node, unsigned places)
{
	unsigned behind = 0;

	switch (node->kind) {
	case NODE_SET: return consume(w, places, &node->set);
	case NODE_GROUP: break;
	case NODE_END: return 0; /* there are more bytes */
	case NODE_BEGIN: case NODE_AHEAD: case NODE_BEHIND: case NODE_EDGE: case NODE_PLACE: return places;
	}
	for (const struct branch *branch = node->first_branch; branch; branch = branch->next)
		behind |= walk_nodes(w, branch->first, places);
	return behind;
}

/* That it need not be repeated more than LEAST_MAX times makes the set but larger. */
static unsigned walk_node(struct walk *w, const struct node *node, unsigned places)
{
	uint32_t least = node->min < LEAST_MAX ? node->min : LEAST_MAX;
	unsigned all = 0;

	for (uint32_t n = 0; places && !w->could; n++) {
		if (n >= least && (all | places) == all)
			break;
		if (n >= least)
			all |= places;
		if (n == node->max)
			break;
		places = walk_once(w, node, places);
	}
	return all;
}

static unsigned walk_nodes(struct walk *w, const struct node *node, unsigned places)
{
	for (; node && places && !w->could; node = node->next)
		places = walk_node(w, node, places);
	return places;
}

bool begin_could_match(bool behind_id, struct slice known, const struct node *regex)
{
	struct walk w = walk_of(known);

	return !regex || !outline_suits(regex) || walk_nodes(&w, regex, first_places(behind_id)) || w.could;
}

static unsigned walk_literal(struct walk *w, unsigned places, struct slice literal)
{
	for (size_t i = 0; i < literal.n && places; i++) {
		struct bytes set = { { 0 } };

		bytes_add(&set, (unsigned char)literal.p[i]);
		places = consume(w, places, &set);
	}
	return places;
}

bool begin_could_start(bool behind_id, struct slice known, struct slice literal)
{
	struct walk w = walk_of(known);

	return walk_literal(&w, first_places(behind_id), literal) || w.could;
}

/* *could: it may go on behind the bytes. */
static bool could_begin_within(bool behind_id, struct slice known, struct slice literal, bool *could)
{
	struct walk w = walk_of(known);
	unsigned places = at_known(w.known.n) - 1; /* all but the last */

	if (!behind_id)
		places &= ~(unsigned)(IN_ID | BEHIND_DIGIT);
	places = walk_literal(&w, places, literal);
	*could = w.could;
	return known.n > KNOWN_MAX || !known.n || places;
}

bool begin_could_hold(bool behind_id, struct slice known, struct slice literal)
{
	bool could;

	return could_begin_within(behind_id, known, literal, &could);
}

bool begin_could_overlap(bool behind_id, struct slice known, struct slice literal)
{
	bool could;

	return could_begin_within(behind_id, known, literal, &could) || could;
}
