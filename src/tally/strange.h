/* strange.h - lines of a mail server that nobody reads, by their shape.
 *
 * Lines of one service whose texts have the same template (reason.h) are of one shape.
 * Kept for a chunk each and joined in the order of the log, so that what is kept of
 * many shapes depends on the log alone. SPDX-License-Identifier: MIT */
#ifndef TALLY_STRANGE_H
#define TALLY_STRANGE_H

#include "input/prefix.h"

enum { STRANGE_SHAPES_MAX = 10000, STRANGE_SAMPLE_MAX = 400 };

struct strange;

struct strange_shape {
	struct slice service, text; /* text: the template */
	struct slice sample;        /* the front of the first such line, as it is in the log */
	uint64_t count;
	size_t input;               /* where that line is: of the paths, and its number there, from 1 */
	uint64_t line;
};

struct strange *strange_new(void);
void strange_free(struct strange *strange);
/* `number`: of the line in its chunk, from 1. */
void strange_add(struct strange *strange, const struct line *line, uint64_t number);
/* A later chunk: of this input, behind so many lines of it. */
void strange_join(struct strange *into, const struct strange *chunk, size_t input, uint64_t lines_before);
/* All shapes, the most frequent first, then in the order of the log; valid until the
 * next change. The caller frees *shapes. */
size_t strange_shapes(const struct strange *strange, struct strange_shape **shapes);
/* Lines of further shapes, of which too many were there. */
uint64_t strange_rest(const struct strange *strange);

#endif
