/* sketch.h - what of a text is known to matter, while a regex is followed on it.
 *
 * The text begins as one hole of any bytes. Where a question cannot be answered for
 * all that a hole may hold, the hole becomes less: up to where the answer is the same, a
 * set gives way to a smaller one, a word is split off, a byte becomes fixed. That never
 * undoes an answer given before, for what is left could have been there before.
 *
 * Places are offsets in the text at which a stretch begins, or its end; a fixed byte is
 * a stretch of its own. SPDX-License-Identifier: MIT */
#ifndef PATTERN_SKETCH_H
#define PATTERN_SKETCH_H

#include "pattern/outline.h"

enum { SETS_MAX = 64 };

/* A stretch stands where it begins. */
struct mark {
	bool hole;
	uint8_t set, barred; /* which of the sets a hole holds bytes of, and does not begin with */
	uint8_t last_of; /* of a hole, as in outline.h */
	uint16_t end, least, most;
	uint16_t back; /* where the stretch before this place begins */
};

struct sketch {
	struct slice text;
	bool lost; /* a question could not be answered at all */
	struct bytes sets[SETS_MAX];
	bool wide[SETS_MAX]; /* they lack but a few bytes */
	unsigned n_sets;
	struct bytes not_last; /* of these no byte stands before `last`, where a wide hole ended */
	size_t last;
	struct mark marks[OUTLINE_TEXT_MAX + 1];
};

void sketch_begin(struct sketch *s, struct slice text);

/* What the hole at `at` and a set have in common. */
enum relation { APART, WITHIN, BOTH };
enum relation sketch_relation(const struct sketch *s, size_t at, const struct bytes *set);

/* Does a byte of the set stand at `at`? If so, _take() fixes it. Before `at`? */
bool sketch_take(struct sketch *s, const struct bytes *set, size_t at);
bool sketch_has(struct sketch *s, const struct bytes *set, size_t at);
bool sketch_behind(struct sketch *s, const struct bytes *set, size_t at);
/* The end of the stretch at `at` if all of it is of the set, `at` if nothing of it is. */
size_t sketch_pass(struct sketch *s, const struct bytes *set, size_t at);
/* The end of as many bytes of the set as there are, at most `max`; SIZE_MAX: no limit. */
size_t sketch_pass_run(struct sketch *s, const struct bytes *set, size_t max, size_t begin);
/* Are there `min` bytes between the places? And at least and at most how many? */
bool sketch_has_least(struct sketch *s, size_t begin, size_t at, size_t min);
void sketch_count(const struct sketch *s, size_t begin, size_t at, size_t *lo, size_t *hi);

/* Make less of a hole: of its front, where it begins at `at`; of its back, where it ends
 * there, so that the byte before is fixed. */
void sketch_split_front(struct sketch *s, size_t at);
void sketch_split_back(struct sketch *s, size_t at);
/* Where these bytes stand last in the text, if that is in a hole from `begin` on and before
 * `at`, which ends there. False: nothing was done. */
bool sketch_split_last(struct sketch *s, struct slice bytes, size_t begin, size_t at, size_t *place);
/* The hole holds nothing of the set. False: it does. */
bool sketch_without(struct sketch *s, size_t hole, const struct bytes *set);
/* When all has been asked: what the last hole does not end with. */
struct bytes sketch_not_last(struct sketch *s);

#endif
