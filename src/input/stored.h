/* stored.h - the bytes of an input as they are stored, front to end.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_STORED_H
#define INPUT_STORED_H

#include "input/content.h"

#include <sys/types.h>

enum { BLOCK_BYTES = 256 << 10 }; /* what an unpacker takes at once */

struct stored {
	int fd;
	char front[FRONT_BYTES];
	size_t front_n, front_used; /* read before, and given before fd is read again */
	uint64_t consumed;          /* bytes taken so far */
	int failure;                /* errno, when reading failed */
	int64_t until;              /* wait no longer for a pipe: milliseconds of CLOCK_MONOTONIC; 0: wait */
	bool late;                  /* nothing came until then */
};

/* At most n bytes; 0 at the end, -1 on failure, or late. */
ssize_t stored_read(struct stored *stored, void *into, size_t n);

#endif
