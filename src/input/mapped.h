/* mapped.h - a file of known size, read through windows.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_MAPPED_H
#define INPUT_MAPPED_H

#include "input/input.h"

struct mapped {
	const char *name;
	int fd;
	uint64_t start, at, end; /* of the file; what is written behind end is for the next run */
	uint64_t pause;          /* see input_pause(); 0: none */
};

/* -1 when it is no log, or cannot be read. `front`: the first bytes, at most FRONT_BYTES. */
int mapped_open(struct mapped *mapped, struct slice front, struct error *err);
/* As input_next(). */
int mapped_next(struct mapped *mapped, struct chunk *chunk, struct error *err);
/* Go on at a place of the file: 1, or 0 when it is shorter. */
int mapped_skip(struct mapped *mapped, uint64_t to);
/* What lies behind the last newline is for the next run. */
void mapped_leave_half_line(struct mapped *mapped);
/* At most n bytes from a place on, not through a window. */
size_t mapped_read(const struct mapped *mapped, uint64_t from, char *into, size_t n);
/* n bytes that were given, up to where it stands. */
void mapped_before(const struct mapped *mapped, size_t n, struct buffer *out);
/* Of the file now. */
uint64_t mapped_size(const struct mapped *mapped);

#endif
