/* guess.c - SPDX-License-Identifier: MIT */
#include "pattern/guess.h"

enum { TEXTS = 16, ENOUGH = 12 }; /* fewer than so many alike do not pay for those that differ */

void guess_note(struct guess *guess, struct slice bytes)
{
	if (bytes.n == guess->n && slice_same(bytes.p, guess->bytes, bytes.n)) {
		guess->same++;
	} else if (bytes.n <= GUESS_MAX) {
		memcpy(guess->bytes, bytes.p, bytes.n);
		guess->n = (uint8_t)bytes.n;
	}
	if (++guess->seen == TEXTS) {
		guess->good = guess->same >= ENOUGH;
		guess->seen = guess->same = 0;
	}
}
