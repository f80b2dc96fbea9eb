/* autumn.h - which of the two: when clocks are put back, they show an hour twice.
 *
 * A time without an offset does not tell which one it means. The order of the lines
 * does, when they go back by AUTUMN_MINUTES or more within such an hour: from there on it
 * is the second. Where they do not (few lines, or a log that begins in the second), it is
 * taken for the first. SPDX-License-Identifier: MIT */
#ifndef INPUT_AUTUMN_H
#define INPUT_AUTUMN_H

#include "base/slice.h"
#include "input/zone.h"

enum { AUTUMN_MINUTES = 10, AUTUMN_PARTS = 8 };

/* Where in a chunk lines are of the second: its parts of consecutive lines. */
struct second {
	struct slice parts[AUTUMN_PARTS];
	size_t n;
};

/* What the chunks of an input so far have told; all zero before the first. */
struct autumn {
	bool inside;    /* the last line was in such an hour, which ... */
	int64_t begin;  /* ... began so, on the clock */
	int64_t latest; /* the latest in it */
	bool second;
	bool came_in;   /* the first line of the last chunk was in one, too */
};

/* The next chunk of an input, whose times are read with zone and reference. */
void autumn_chunk(struct autumn *autumn, const struct zone *zone, int64_t reference, struct slice chunk,
                  struct second *second);

static inline bool second_has(const struct second *second, const char *p)
{
	for (size_t i = 0; i < second->n; i++)
		if ((uintptr_t)p - (uintptr_t)second->parts[i].p < second->parts[i].n)
			return true;
	return false;
}

#endif
