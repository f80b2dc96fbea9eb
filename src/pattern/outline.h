/* outline.h - a text as far as it matters to a regex: bytes that must be these, and
 * holes that may hold anything of a class.
 *
 * What a regex does on a text is followed once, with holes wherever it does not look
 * closer; on every text of the same outline it does the same, step by step, so its
 * captures are known from where the holes begin and end. SPDX-License-Identifier: MIT */
#ifndef PATTERN_OUTLINE_H
#define PATTERN_OUTLINE_H

#include "pattern/bytes.h"
#include "pattern/syntax.h"

enum { OUTLINE_TEXT_MAX = 2048, STRETCHES_MAX = 64, TAIL_MAX = 96 };

/* A hole is as long as it can be, or of a given length; or, if it is a wide one and the
 * last, it goes up to the bytes that the text ends with. */
struct stretch {
	bool hole, wide;         /* wide: it may hold nearly any byte */
	uint16_t begin, end;     /* in the text that it was made from */
	struct bytes holds;      /* of a hole: with at most HOLE_ROWS_MAX rows that differ */
	struct bytes not_first;  /* of a hole: what it does not begin with */
	uint8_t last_of;         /* of a hole: so many bytes behind it stand nowhere further behind; or 0 */
	uint16_t least, most;    /* bytes, of a hole */
};

/* Groups by number; GROUP_UNSET: took no part. Each begin and end is that of a stretch, or
 * within one that is no hole. */
#define GROUP_UNSET UINT16_MAX
struct outline {
	struct stretch stretches[STRETCHES_MAX];
	size_t n;
	bool matches;
	uint16_t group[SYNTAX_GROUPS_MAX][2];
	struct bytes not_last; /* what the last hole does not end with; it is a wide one then */
};

/* In how many ways may the high half of a byte say which low halves a hole has with it? */
enum { HOLE_ROWS_MAX = 8 };

/* Follow a regex on a text of at most OUTLINE_TEXT_MAX bytes. False: nothing was found
 * out. `regex` must be bound to the text's begin: see outline_suits(). */
bool outline_make(const struct node *regex, struct slice text, struct outline *outline);
bool outline_suits(const struct node *regex);

#endif
