/* maker.h - what a pattern captured of a line becomes events.
 *
 * A line's events differ in domain and count only: `base` is what they have in common,
 * each share of the recipients is one. SPDX-License-Identifier: MIT */
#ifndef PATTERN_MAKER_H
#define PATTERN_MAKER_H

#include "pattern/classify.h"
#include "pattern/extract.h"
#include "pattern/matcher.h"
#include "pattern/names.h"
#include "pattern/recipients.h"
#include "pattern/verdict.h"
#include "reply/templates.h"

struct maker {
	const struct matcher_options *options;
	struct scratch scratch;
	struct templates templates;
	struct classifier classifier;
	struct names domains, peers;
	struct verdicts verdicts;
	struct recipients recipients;
	struct event base;
};

void maker_init(struct maker *maker, const struct packs *packs, const struct matcher_options *options);
void maker_release(struct maker *maker);
/* Sets base and recipients; no recipients: the line only says something about others.
 * Blanks are put into what was captured, where the pack asks for it. */
void maker_make(struct maker *maker, const struct pattern *pattern, const struct line *line, struct captured *captured);

#endif
