/* carry.h - what the lines of a stream leave for later ones: all that is open where a
 * chunk or the file ends, in one piece, to be kept with a checkpoint.
 *
 * Lines that wait for others (join.h), lines that may be said again (twice.h), and the
 * last JOIN_REACH bytes of log, in which is looked for what was repeated (repeat.h).
 * SPDX-License-Identifier: MIT */
#ifndef SCAN_CARRY_H
#define SCAN_CARRY_H

#include "scan/join.h"
#include "scan/twice.h"

struct carry {
	struct joins joins;
	struct twice twice;
	struct buffer tail; /* whole lines */
	uint64_t end;       /* where they end in the stream */
};

/* Of the stream's begin, or, fresh, of a part of it that begins at `start`. */
void carry_init(struct carry *carry, bool fresh, uint64_t start);
void carry_release(struct carry *carry);
/* On to the end of a part of so many lines and bytes, which left `part`, and ended with
 * `tail` (carry_tail()). */
void carry_pass(struct carry *carry, struct carry *part, struct slice tail, uint64_t lines, uint64_t bytes);
/* The whole lines within the last `reach` bytes of log. */
struct slice carry_tail(struct slice log, size_t reach);

/* As bytes, a few hundred for a usual log, and back; -1, and the carry of a stream's begin:
 * these are none. *prefix is one that reads the stream's lines; what follows begins at
 * `end`, at least CARRY_BEGIN, since what is carried stands before that. */
enum { CARRY_BEGIN = 4 * JOIN_REACH };
void carry_save(const struct carry *carry, struct prefix *prefix, struct buffer *out);
int carry_load(struct carry *carry, struct slice bytes, uint64_t end);

#endif
