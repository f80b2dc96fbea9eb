/* settled.h - what settles a text: that it begins with a literal, holds another one where
 * its row asks for that, and lacks all that could overrule the row.
 *
 * A pattern cannot match a text that lacks its anchors, nor one that lacks a literal
 * which every match of its regex holds. SPDX-License-Identifier: MIT */
#ifndef PATTERN_SETTLED_H
#define PATTERN_SETTLED_H

#include "pattern/route.h"

struct settled {
	struct slice literal;    /* right behind the begin */
	uint64_t front, back;    /* its first and last eight bytes … */
	uint64_t counts;         /* … in which these bits count */
	size_t back_at;
	struct slice wanted;     /* stands somewhere; empty: nothing more is asked for */
	struct literals *others; /* of which none may stand in the text; NULL: there are none */
	size_t free;             /* these cannot begin before so many bytes of the literal; 0: who knows */
	bool at_once;            /* no more than the literal is asked for … */
	bool if_last;            /* … of a text that ends with it */
	const struct try_known *row;
};

/* Does the literal stand there? Only where eight bytes are left it is found here. */
static inline bool settled_at(const struct settled *settled, const char *at, size_t left)
{
	size_t n = settled->literal.n;

	return left >= n && left >= 8 && (slice_load64(at) & settled->counts) == settled->front &&
	       (slice_load64(at + settled->back_at) & settled->counts) == settled->back &&
	       (n <= 16 || slice_same(at + 8, settled->literal.p + 8, n - 8));
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
