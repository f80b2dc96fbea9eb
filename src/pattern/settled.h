/* settled.h - what settles a text: that it begins with a literal, holds another one where
 * its row asks for that, and lacks all that could overrule the row.
 *
 * A pattern cannot match a text that lacks its anchors, nor one that lacks a literal
 * which every match of its regex holds. SPDX-License-Identifier: MIT */
#ifndef PATTERN_SETTLED_H
#define PATTERN_SETTLED_H

#include "pattern/route.h"

enum { SETTLED_WORDS = 4 };

struct settled {
	struct slice literal;    /* right behind the begin */
	size_t least;            /* so many bytes must be left there */
	struct {
		size_t at[SETTLED_WORDS];
		uint64_t bytes[SETTLED_WORDS];
		uint64_t counts; /* these bits of each */
	} words;                 /* of the literal, eight bytes each, which may overlap */
	struct slice wanted;     /* stands somewhere; empty: nothing more is asked for */
	struct literals *others; /* of which none may stand in the text; NULL: there are none */
	size_t free;             /* these cannot begin before so many bytes of the literal; 0: who knows */
	bool at_once;            /* no more than the literal is asked for … */
	bool if_last;            /* … of a text that ends with it */
	const struct try_known *row;
};

/* Does the literal stand there? Only where eight bytes are left it is found here. All words
 * are compared, whatever its length: neighbouring lines are of different ones, and a loop
 * would have to guess. */
static inline bool settled_at(const struct settled *settled, const char *at, size_t left)
{
	uint64_t differs = 0;

	if (left < settled->least)
		return false;
	for (size_t i = 0; i < SETTLED_WORDS; i++)
		differs |= slice_load64(at + settled->words.at[i]) ^ settled->words.bytes[i];
	if (differs & settled->words.counts)
		return false;
	return settled->literal.n <= 8 * SETTLED_WORDS || slice_same(at, settled->literal.p, settled->literal.n);
}

/* Then: is it certain already? */
static inline bool settled_by_literal(const struct settled *settled, size_t left)
{
	return settled->at_once || (settled->if_last && left == settled->literal.n);
}

/* Or is it when the text has been searched? Where it may hold one of the others, nothing
 * is certain. */
static inline bool settled_by_search(const struct settled *settled, const struct slice *text, size_t at)
{
	size_t from = settled->free ? at + settled->free : 0;

	return (!settled->others || !literals_may_stand(settled->others, *text, from)) &&
	       (!settled->wanted.n || slice_find(*text, settled->wanted) >= 0);
}

/* What settles texts like this one, which the row fits, as the first of the route's, and
 * no pattern matches. False: it cannot be told from literals. */
bool settled_make(struct settled *settled, struct route *route, struct slice text, size_t at,
                  const struct try_known *row);
void settled_release(struct settled *settled);
/* Would a text be asked no more than this one was? Then the entry is for both. */
bool settled_suits(const struct settled *settled, struct slice text, size_t at);

#endif
