/* step.h - what an outline's tree is made of: steps.c makes it, walk.c goes along it.
 * SPDX-License-Identifier: MIT */
#ifndef PATTERN_STEP_H
#define PATTERN_STEP_H

#include "pattern/guess.h"
#include "pattern/steps.h"

#include <stdalign.h>

enum { BLOCK = 16, HALVES = 16, ALL_PLACES = 0xffff, EDGES_MAX = 6 };

/* What ends a step: nothing, a hole that is as long as can be, one of a certain length or
 * first byte, the last one of some whose lengths are given, one that ends where some bytes
 * stand last, the last one of all, which goes up to a tail, the text's end. */
enum stop_kind { STOP_HOLE, STOP_NONE, STOP_BOUND, STOP_FIXED, STOP_LAST_OF, STOP_LAST, STOP_END };

/* Holes whose lengths are given, all of one set, and the bytes between them: a block, or
 * less. */
struct fixed {
	uint16_t inside;          /* the block's places in holes, a bit each */
	uint8_t n_edges;
	uint8_t edges[EDGES_MAX]; /* where holes begin and end, by turns */
};

struct stop {
	enum stop_kind kind;
	bool any;                         /* a hole holds any bytes at all … */
	bool bars;                        /* of the next two one is not empty */
	struct bytes holds;               /* … or these */
	struct bytes not_first, not_last; /* what the hole does not begin with and, of STOP_LAST, end with */
	struct slice last_of;             /* of STOP_LAST_OF */
	uint16_t least, most;
	struct fixed fixed;               /* of STOP_FIXED */
	struct slice tail;                /* behind the last one, up to the end */
	struct answer *answer;            /* of STOP_LAST and STOP_END */
};

/* Bytes, maybe none, then a stop. Which bytes a hole holds is told by two tables, one for
 * each half of a byte: a bit for each set of low halves that the hole has with some high
 * half. What the two have in common is nothing for a byte that is outside. */
struct step {
	alignas(BLOCK) char bytes[BLOCK];
	alignas(BLOCK) unsigned char low[HALVES];
	alignas(BLOCK) unsigned char high[HALVES];
	uint32_t beyond;     /* a bit for each of a block's places that is none of the bytes' */
	uint8_t n;           /* bytes; of STOP_FIXED with the holes */
	uint8_t kind;        /* of the stop */
	uint8_t n_bounds;    /* of the stop's holes */
	uint16_t spare;      /* so many bytes more than the least a hole may have */
	struct guess *guess; /* the text from here on, as it is nearly always; or NULL */
	struct step *next;   /* NULL: behind the last stop */
	struct step *other;  /* where this one does not fit, or the way behind it ends */
	struct stop stop;
	struct guess *seen;  /* what may become one; NULL: nothing yet */
};

#endif
