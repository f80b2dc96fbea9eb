/* reading.h - the lines of one stream in order, put together: one after the other.
 *
 * For who reads a log with one thread and from its begin. SPDX-License-Identifier: MIT */
#ifndef SCAN_READING_H
#define SCAN_READING_H

#include "input/input.h"
#include "scan/carry.h"

struct reading {
	const struct zone *zone;
	int64_t reference;
	struct autumn autumn;
	struct second second; /* in the chunk */
	struct prefix prefix, other; /* other: of lines that were put together or repeated */
	struct carry carry;
	struct slice chunk, rest;
	struct buffer log;   /* the tail of the chunk before, and this one's front */
	uint64_t offset;     /* of the chunk */
	uint64_t lines;      /* of the log, so far */
	struct joined whole; /* that is to come, … */
	bool whole_comes;
	struct line line;    /* … and behind it this */
	struct joined self;
	bool self_comes, ends;
};

/* A line: of the log, or put together. */
struct logical {
	struct joined whole;
	struct line line;
	struct prefix *prefix; /* that has read it */
};

void reading_init(struct reading *reading, const struct zone *zone, int64_t reference);
void reading_release(struct reading *reading);
/* The chunk that follows; it must stay until, when reading_next() is false, it is left. */
void reading_chunk(struct reading *reading, struct slice chunk);
void reading_leave(struct reading *reading);
/* No other chunk follows: then come the lines that are left open. */
void reading_end(struct reading *reading);
/* The next line, good until the next call; false: the chunk is used up. */
bool reading_next(struct reading *reading, struct logical *out);
/* How many of its line->repeats are echoes, if the server may say it twice. */
uint64_t reading_echoes(struct reading *reading, const struct logical *logical, struct slice id);

#endif
