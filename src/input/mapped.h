/* mapped.h - a file of known size, read through windows.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_MAPPED_H
#define INPUT_MAPPED_H

#include "input/input.h"

struct mapped {
	const char *name;
	int fd;
	uint64_t start, at, end; /* of the file; what is written behind end is for the next run */
};

/* -1 when it is no log, or cannot be read. */
int mapped_open(struct mapped *mapped, struct error *err);
/* As input_next(). */
int mapped_next(struct mapped *mapped, struct chunk *chunk, struct error *err);

#endif
