/* answer.h - what a regex does on the texts of one outline: whether it matches, where its
 * groups begin and end, and what of them decides the event, for the memo.
 * SPDX-License-Identifier: MIT */
#ifndef PATTERN_ANSWER_H
#define PATTERN_ANSWER_H

#include "pattern/extract.h"
#include "pattern/regex.h"
#include "pattern/steps.h"

/* Somewhere in a text: so many bytes behind a bound (steps.h). */
struct spot {
	uint8_t bound;
	uint16_t after;
};

struct span {
	struct spot begin, end;
};

struct answer {
	bool matches, found; /* found: by a text after it was learnt */
	bool anchored;       /* each text has an anchor of the pattern */
	/* Of the memo's key (memo.h): what all texts of the outline have in common, and where
	 * the rest is, but for what has to be looked for in each text. NULL: there is none, as
	 * with the delay. */
	struct fingerprint common;
	struct span *parts;
	size_t n_parts;
	const struct span *reply, *recipients;
	const struct span *delay;
	uint64_t set; /* of slots */
	uint64_t fixed; /* those of them that are the same in all texts ... */
	struct fingerprint said; /* ... and what they say: verdict.h */
	struct span slots[]; /* of the set, in their order */
};

/* An answer, and where in a text its bounds are. */
struct found {
	const struct answer *answer;
	struct bounds bounds;
};

/* text: the outline's. `name`: no other answer's that the memo may still know of. */
struct answer *answer_new(struct arena *arena, const struct outline *outline, struct slice text,
                          const struct regex *regex, struct fingerprint name);
void found_captured(const struct found *found, struct captured *captured);
/* As memo_key() and captured_delay() of what was captured, which is not needed for it.
 * False: it is. */
bool found_key(const struct found *found, const struct pattern *pattern, const struct line *line, struct fingerprint *key);
int64_t found_delay(const struct found *found);

#endif
