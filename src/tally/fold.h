/* fold.h - no more values than are asked for: the rest count together.
 *
 * Strangers make up domains, relays, reasons and enhanced codes, so a tally would grow as
 * long as they do. Of each open text those with the most events stay, of as many those
 * that come first by their bytes; the others' groups become groups of TALLY_OTHER. Of
 * pairs of code and enhanced code PAIRS_MAX stay, the others' enhanced codes become X.0.0.
 * Only that is lost: sums over anything else are what they were. What stays follows from
 * the tally's content alone. SPDX-License-Identifier: MIT */
#ifndef TALLY_FOLD_H
#define TALLY_FOLD_H

#include "tally/tally.h"

enum { PAIRS_MAX = 4096, MAX_VALUES = 250000 /* if nothing else is said */, VALUES_UNBOUNDED = INT32_MAX };

/* No value of a log: tally_real_text(). */
#define TALLY_OTHER SLICE("(other)")
#define TALLY_NOT_OURS SLICE("(not ours)")

/* What was folded. A value that came again afterwards, and was folded again, is told twice. */
struct folded {
	uint64_t values[N_DIMENSIONS];
	uint64_t pairs;
	bool early; /* see tally_fold_early() */
};

/* Values that are not to be merged as they are. */
struct tail {
	unsigned char *texts[N_DIMENSIONS]; /* by id: of which days it becomes TALLY_OTHER, a bit each; NULL: none */
	unsigned char *days;                /* by time: the bit of its day, if it has one; NULL: all are one, 1 */
	struct map *pairs;                  /* of code and enhanced code, that stay; NULL: all */
};
/* As tally_merge(). */
void tally_merge_but(struct tally *into, const struct tally *from, const struct tail *tail);
/* Trouble is in the server's own words: the worst of it comes once, and stays. */
bool tally_must_stay(const struct tally *tally, const struct group_key *key);

/* Where there are more than `from` values of an open text, or 2 * PAIRS_MAX pairs, those
 * beyond `keep` (PAIRS_MAX) are folded. */
void tally_fold(struct tally *tally, uint32_t from, uint32_t keep);
/* The same for a part of what is counted, where it holds more than `strings`, or than a
 * sixteenth of that of sorts; what stays then depends on how the whole was divided. */
void tally_fold_early(struct tally *tally, uint64_t strings, uint32_t keep);
const struct folded *tally_folded(const struct tally *tally);

/* A text of a log as it is counted: one that reads like ours gets another pair of brackets. */
static inline struct slice tally_real_text(struct slice text)
{
	if (text.n == TALLY_OTHER.n && slice_eq(text, TALLY_OTHER))
		return SLICE("((other))");
	if (text.n == TALLY_NOT_OURS.n && slice_eq(text, TALLY_NOT_OURS))
		return SLICE("((not ours))");
	return text;
}

#endif
