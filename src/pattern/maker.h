/* maker.h - what a pattern captured of a line becomes events.
 *
 * A line's events differ in domain and count only: `base` is what they have in common,
 * each share of the recipients is one. SPDX-License-Identifier: MIT */
#ifndef PATTERN_MAKER_H
#define PATTERN_MAKER_H

#include "pattern/answer.h"
#include "pattern/classify.h"
#include "pattern/extract.h"
#include "pattern/matcher.h"
#include "pattern/places.h"
#include "pattern/recipients.h"
#include "pattern/verdict.h"
#include "reply/templates.h"

/* The keys of places: whose domains are with which peer. */
struct place_keys {
	bool kept;
	struct fingerprint peer, first; /* first: of the first recipient, or none */
};

struct maker {
	const struct matcher_options *options;
	struct scratch scratch;
	struct templates templates;
	struct classifier classifier;
	struct places places;
	struct verdicts verdicts;
	struct recipients recipients;
	struct event base;
	struct reason_names names; /* from maker_begin() to maker_end(), as are the next three */
	struct place_keys keys;
	bool keyed;
	struct fingerprint verdict;
};

void maker_init(struct maker *maker, const struct packs *packs, const struct matcher_options *options);
void maker_release(struct maker *maker);
/* In two steps, between which what the second needs comes from memory: sets base and
 * recipients; no recipients: the line only says something about others. Blanks are put into
 * what was captured, where the pack asks for it. `answer`: of the outline that did it; or NULL. */
void maker_begin(struct maker *maker, const struct pattern *pattern, const struct line *line,
                 const struct answer *answer, struct captured *captured);
void maker_end(struct maker *maker, const struct pattern *pattern, const struct line *line,
               const struct captured *captured);
/* After maker_begin(), instead of maker_end(): true when its place and its verdict may be
 * known. Some lines later maker_seen() tells: see matcher_seen(). */
bool maker_glance(struct maker *maker, const struct pattern *pattern, const struct line *line,
                  const struct captured *captured, struct seen *seen);
bool maker_seen(struct maker *maker, const struct seen *seen, struct again *again);

#endif
