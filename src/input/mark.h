/* mark.h - what a log is known by: its first lines, and the bytes before the place up
 * to which it was read.
 *
 * Names change when logs are rotated, inodes when they are copied or compressed;
 * content only grows. Its first lines tell logs apart, since they begin with a time;
 * the bytes before the place tell a log that went on from one that was cut and written
 * anew. All counts from the first byte that is no NUL: copytruncate leaves as many of
 * these as the log was long.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_MARK_H
#define INPUT_MARK_H

#include "base/buffer.h"

enum { MARK_BYTES = 4096 }; /* of the front, and of what stands before the place */

struct mark {
	uint64_t offset;    /* the place, in uncompressed bytes */
	struct buffer head; /* a digest after each of the first lines, eight bytes each; the
	                       last is of the first MARK_BYTES, or of all up to the place */
	uint64_t tail;      /* digest of the MARK_BYTES before the place */
};

void mark_release(struct mark *mark);
/* Of a log that begins with `front`, read up to offset; `before` ends there. */
void mark_set(struct mark *mark, uint64_t offset, struct slice front, struct slice before);

/* What a log that begins with `front` (MARK_BYTES, or all that it has) is to one that
 * was read up to the mark. */
enum mark_fit {
	MARK_OTHER,
	MARK_BEGINS, /* begins like it; whether it goes on like it the tail decides */
	MARK_WITHIN  /* all its whole lines are among the first of it */
};
enum mark_fit mark_fits(const struct mark *mark, struct slice front);
/* Is `before` what stood before the place? */
bool mark_ends(const struct mark *mark, struct slice before);

#endif
