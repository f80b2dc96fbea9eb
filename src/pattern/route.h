/* route.h - which patterns and known rows a service's lines are tried against.
 *
 * Made once for all services that select the same, so that a line costs one look-up
 * and one pass for all literals that matter to it. SPDX-License-Identifier: MIT */
#ifndef PATTERN_ROUTE_H
#define PATTERN_ROUTE_H

#include "pattern/literal.h"
#include "pattern/outlines.h"
#include "pattern/pack.h"

/* Literals as bits of the route's sets, one of anchors and one of what known rows ask
 * for; NULL: none are asked for. */
struct try_pattern {
	const struct pattern *pattern;
	const struct node *regex;  /* NULL: not read, or not understood */
	struct outlines *outlines; /* of its regex; as that, the same in all forks */
	uint64_t *anchors;
};

struct try_known {
	const struct known *known;
	const struct pack *pack;
	uint64_t *has;
};

enum { KNOWN_WORDS = 4 };

struct forks;

struct route {
	struct try_pattern *patterns;
	size_t n_patterns;
	struct try_known *known;
	size_t n_known;
	/* Which of the first known rows can fit, 64 rows a word: a text that begins with
	 * a byte, and one that holds a literal, by its number. Those without `has` fit
	 * any. Rows beyond the last word are always looked at. */
	size_t known_words;
	uint64_t by_first_byte[256][KNOWN_WORDS], without_has[KNOWN_WORDS];
	uint64_t (*by_literal)[KNOWN_WORDS];
	struct finder {
		struct literals *literals;
		size_t words;    /* of found and of every mask */
		uint64_t *found; /* the last scan's result */
	} anchors, has;
	uint64_t *ordered;       /* anchors of patterns that remember or recall */
	bool has_ordered;        /* there are such patterns */
	bool leaves_foreign;     /* lines that nothing fits */
	int luck;                /* how well the first pattern did lately, up to LUCK_MAX */
	struct arena syntax;     /* of the regexes, once there is a fork */
	struct forks *forks;     /* see fork.h; NULL: it is one's */
};

/* Which packs, patterns and rows a service selects, appended as bytes; false when no
 * pack claims it. */
bool route_select(const struct packs *packs, struct slice service, struct buffer *selection);
/* The route of a service that some pack claims. */
struct route *route_new(const struct packs *packs, struct slice service);
/* The route of lines that belong to a pack by shape or time stamp: all of it. */
struct route *route_of_pack(const struct pack *pack);
/* Could a text with these bytes at its begin, or behind an id there, fit the row? */
bool known_could_fit(const struct known *known, bool behind_id, struct slice begin);
/* The route of texts that begin so, out of that of any: what could fit them. */
struct route *route_of_begin(struct route *route, bool behind_id, struct slice begin);
void route_free(struct route *route);
/* Look for all anchors of the route in one pass, of which the next tells. */
void route_scan(struct route *route, struct slice text);
/* The first pattern from `from` on of which an anchor stands in the text that was
 * scanned last; n_patterns when there is none. */
size_t route_next_pattern(const struct route *route, size_t from);
/* May a pattern that remembers or recalls match the text? */
bool route_minds_order(struct route *route, struct slice text);
/* Two failures in a row end the guessing, two matches start it again. */
enum { LUCK_MAX = 3, LUCKY = 2 };

/* Is the first pattern likely to match, so that it should be tried at once? Known from
 * what was told of the lines before. */
static inline bool route_guesses(const struct route *route)
{
	return route->luck >= LUCKY;
}

static inline void route_learn(struct route *route, bool first_matched)
{
	route->luck += first_matched ? route->luck < LUCK_MAX : -(route->luck > 0);
}

/* The first known row that fits the text, or NULL. */
const struct try_known *route_known(struct route *route, struct slice text);

#endif
