/* settled.c - SPDX-License-Identifier: MIT */
#include "pattern/settled.h"

#include "pattern/begin.h"
#include "pattern/needs.h"

enum { OTHERS_MAX = 256 };

/* Literals of which none may stand in the text. */
struct others {
	struct slice literal[OTHERS_MAX];
	size_t n;
};

static bool add_other(struct others *others, struct slice literal)
{
	if (others->n == OTHERS_MAX || !literal.n)
		return false;
	others->literal[others->n++] = literal;
	return true;
}

static bool add_others(struct others *others, const struct texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		if (!add_other(others, texts->text[i]))
			return false;
	return true;
}

static bool judges_alike(const struct try_known *a, const struct try_known *b)
{
	return a->known->trouble == b->known->trouble && (!a->known->trouble || a->pack == b->pack);
}

/* The first of them that stands in the text; empty: none does. */
static struct slice first_in(struct slice text, const struct slice *literal, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_find(text, literal[i]) >= 0)
			return literal[i];
	return (struct slice){ NULL, 0 };
}

/* Where an anchor stands in the text, something else must be what it lacks. */
static bool add_pattern(struct others *others, struct route *route, const struct try_pattern *try, struct slice text)
{
	const struct texts *anchors = &try->pattern->anchors;

	if (first_in(text, anchors->text, anchors->n).n)
		return add_other(others, needs_but_lacks(try->regex, text, &route->syntax));
	return add_others(others, anchors);
}

/* What could overrule the row in texts like this one that begin so; false: more than
 * literals. */
static bool find_others(struct route *route, const struct try_known *row, struct slice text, bool behind_id,
                        struct slice begin, struct others *others)
{
	for (size_t i = 0; i < route->n_patterns; i++)
		if (begin_could_match(behind_id, begin, route->patterns[i].regex) &&
		    !add_pattern(others, route, &route->patterns[i], text))
			return false;
	for (const struct try_known *earlier = route->known; earlier < row; earlier++) {
		if (judges_alike(earlier, row) || !known_could_fit(earlier->known, behind_id, begin))
			continue;
		if (!earlier->known->has.n || !add_others(others, &earlier->known->has))
			return false;
	}
	return !first_in(text, others->literal, others->n).n;
}

/* Before so many bytes of the literal none of them begins, nor in the id; 0: who knows. */
static size_t bytes_free_of(const struct others *others, bool behind_id, struct slice literal)
{
	for (size_t i = 0; i < others->n; i++)
		while (literal.n && begin_could_overlap(behind_id, literal, others->literal[i]))
			literal.n--;
	return literal.n;
}

static bool could_hold_any(bool behind_id, struct slice text, const struct others *others)
{
	for (size_t i = 0; i < others->n; i++)
		if (begin_could_hold(behind_id, text, others->literal[i]))
			return true;
	return false;
}

static struct slice first_at(struct slice text, const struct texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		if (slice_starts(text, texts->text[i]))
			return texts->text[i];
	return (struct slice){ NULL, 0 };
}

/* All that the row asks for, as a literal at the text's begin and one that is wanted. */
static void find_literals(const struct known *known, struct slice text, size_t at, struct settled *settled)
{
	struct slice rest = slice_from(text, at);

	if (at == 0)
		settled->literal = first_at(text, &known->starts);
	if (!known->starts.n)
		settled->literal = first_at(rest, &known->has);
	if (known->has.n && (known->starts.n || !settled->literal.n))
		settled->wanted = first_in(text, known->has.text, known->has.n);
}

/* The last word ends with the literal; one that is shorter stands in each. */
static void set_literal(struct settled *settled, struct slice literal)
{
	enum { WORD = sizeof *settled->words.bytes };
	const size_t last = literal.n < WORD ? 0 : literal.n - WORD;
	char room[WORD] = { 0 };

	settled->literal = literal;
	settled->least = last + WORD;
	memset(&settled->words.counts, 0, WORD);
	memset(&settled->words.counts, 0xff, literal.n < WORD ? literal.n : WORD);
	for (size_t i = 0; i < SETTLED_WORDS; i++) {
		size_t at = i * WORD < last && i + 1 < SETTLED_WORDS ? i * WORD : last;

		memcpy(room, literal.p + at, literal.n < WORD ? literal.n : WORD);
		settled->words.at[i] = at;
		memcpy(&settled->words.bytes[i], room, WORD);
	}
}

bool settled_make(struct settled *settled, struct route *route, struct slice text, size_t at,
                  const struct try_known *row)
{
	struct others others = { .n = 0 };

	*settled = (struct settled){ .row = row };
	find_literals(row->known, text, at, settled);
	if (!settled->literal.n && row->known->starts.n)
		return false; /* it stands before the begin */
	if (!settled->literal.n)
		settled->literal = arena_copy(&route->syntax, (struct slice){ text.p + at, begin_length(at, text.p + at) });
	if (!find_others(route, row, text, at, settled->literal, &others))
		return false;
	set_literal(settled, settled->literal);
	settled->others = others.n ? literals_new_for(others.literal, others.n, text) : NULL;
	settled->free = bytes_free_of(&others, at, settled->literal);
	settled->at_once = !settled->others && !settled->wanted.n;
	settled->if_last = !could_hold_any(at, settled->literal, &others) && !settled->wanted.n;
	return true;
}

bool settled_suits(const struct settled *settled, struct slice text, size_t at)
{
	return slice_starts(slice_from(text, at), settled->literal) &&
	       (!settled->wanted.n || slice_find(text, settled->wanted) >= 0);
}

void settled_release(struct settled *settled)
{
	literals_free(settled->others);
}
