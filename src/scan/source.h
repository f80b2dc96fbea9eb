/* source.h - one path on its way: opened when it is wanted, read chunk by chunk, and
 * closed when all its chunks are counted.
 *
 * Sources know nothing of each other; one thread at a time reads one, and many may count
 * its chunks (crew.h). SPDX-License-Identifier: MIT */
#ifndef SCAN_SOURCE_H
#define SCAN_SOURCE_H

#include "scan/worker.h"

struct source {
	const struct scan_options *options;
	size_t number;           /* of its path */
	struct scan_input *told; /* what is to be said of it */
	struct input *input;     /* NULL: not opened yet, or not any more */
	struct autumn autumn;
	struct turns turns;
	uint64_t weight;         /* bytes to be read, as stored, as far as is known before it is opened */
	uint64_t taken;          /* so many were read */
	uint64_t passed;         /* stand before its place */
	bool ended;
	/* Of this epoch: */
	struct job **jobs;       /* in order */
	size_t n, capacity;
	size_t counted;          /* of the jobs */
	uint64_t bytes, share;   /* read, and after how many it is the others' turn */
	struct job *left;        /* lines that were left open at the end; NULL: none */
};

/* Of a path, which is not looked into before source_next(). */
struct source *source_new(const struct scan_options *options, size_t number, uint64_t weight, struct scan_input *told);
void source_free(struct source *source);
/* The next chunk, to be counted; NULL: no more of it in this epoch, or for ever (ended). An
 * epoch ends at `until`, too, as scan_until() has it. */
struct job *source_next(struct source *source, int64_t until);
/* How many bytes of log may still come in this epoch, as far as one knows. */
uint64_t source_left(const struct source *source);
/* When its jobs of an epoch were all counted, and nobody reads it: what they have left is
 * passed on, or, if it has ended, counted. */
void source_close(struct source *source, struct worker *worker);
/* Its share in an epoch, which begins. */
void source_begin(struct source *source, uint64_t share);
/* As scan_open(). */
void source_open_ends(const struct source *source, struct buffer *out);

#endif
