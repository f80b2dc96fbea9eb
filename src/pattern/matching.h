/* matching.h - the inside of a matcher, for matcher.c and matched.c.
 * SPDX-License-Identifier: MIT */
#ifndef PATTERN_MATCHING_H
#define PATTERN_MATCHING_H

#include "pattern/maker.h"
#include "pattern/memo.h"
#include "pattern/routes.h"

struct matcher {
	struct matcher_options options;
	struct routes *routes;
	struct regex_match *match;
	struct found found;          /* by an outline; what follows is filled from it when needed */
	struct captured captured;
	struct maker maker;
	size_t next_share;           /* of the maker's recipients, for matcher_next() */
	struct memory *memory;       /* of the stream that is read; or NULL */
	bool not_yet;                /* the line is for a pattern that needs it */
	struct memo memo;
	struct seen *seen;           /* to be filled, if the line looks like one of an earlier event; or NULL */
	const struct memo_slot *again; /* the line's one event, but for time, id, delay */
	const struct line *line;     /* the last one */
	const struct try_known *known; /* the row that decided the line; NULL: none */
	const struct pattern *also;  /* to be tried on it when its events are taken; or NULL */
	uint64_t errors;
};

/* Does the pattern match the last line? Then its events are there to be taken. */
bool matcher_try(struct matcher *m, const struct pattern *pattern);

#endif
