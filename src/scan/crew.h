/* crew.h - threads that read and count an epoch's sources together.
 *
 * Whoever is free reads the next chunk of the earliest source that nobody else reads, and
 * counts it. So one thread unpacks a file while others count what it held before, small
 * files are opened, unpacked and counted side by side, and no thread only reads. The
 * calling thread is one of the crew; another is started when there is enough for it to do.
 * SPDX-License-Identifier: MIT */
#ifndef SCAN_CREW_H
#define SCAN_CREW_H

#include "scan/source.h"

#include <pthread.h>

struct crew {
	const struct scan_options *options;
	struct worker *workers;  /* as many as jobs; [0] is the calling thread's */
	struct source **sources; /* of the epoch; all zero before it */
	size_t n;
	int64_t until;           /* see scan_until() */
	pthread_mutex_t lock;    /* of all that follows, and of what sources count */
	pthread_cond_t moved;    /* a source was read from */
	bool *is_read;           /* by source: somebody reads it, … */
	bool *is_done;           /* … or there is nothing left to read in this epoch */
	size_t first;            /* all before it are done */
	struct scan_progress progress;
};

void crew_init(struct crew *crew, const struct scan_options *options);
void crew_release(struct crew *crew);
/* It has no more to count: gives back what workers hold. */
void crew_dismiss(struct crew *crew);
/* Count the epoch of these sources; the first worker into `into`, the others into tallies
 * of their own, which are theirs until they are merged. */
void crew_count(struct crew *crew, struct source **sources, size_t n, struct tally *into);
/* All that was counted comes to the first worker's tally; the others are empty then. More
 * is to be counted: their room is kept. */
void crew_merge(struct crew *crew, bool more);
/* As scan_progress(). */
struct scan_progress crew_progress(struct crew *crew);

#endif
