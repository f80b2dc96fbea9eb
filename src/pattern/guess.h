/* guess.h - what a hole holds again and again.
 *
 * To find where a hole ends takes as long as a processor needs for a dozen things that wait
 * for each other, and the next step waits for that. Many holes hold the same in
 * nearly every text: a driver's name, a cipher. Where the bytes are those that stood
 * there last, the hole ends where it did. SPDX-License-Identifier: MIT */
#ifndef PATTERN_GUESS_H
#define PATTERN_GUESS_H

#include "base/slice.h"

enum { GUESS_MAX = 64 };

/* All that was looked at: a step's bytes, the hole, the byte behind it. */
struct guess {
	char bytes[GUESS_MAX];
	uint8_t n;
	uint8_t seen, same; /* texts of late, and those that had what the one before had */
	bool good;
};

static inline bool guess_holds(const struct guess *guess, const char *p, const char *end)
{
	return end - p >= guess->n && slice_same(p, guess->bytes, guess->n);
}

/* These stand in a text that is looked at closer. */
void guess_note(struct guess *guess, struct slice bytes);

#endif
