/* scan.h - drive a run: paths → chunks → workers → tallies, epoch by epoch.
 *
 * An epoch is about EPOCH_BYTES of input: so much of one path, or of each of several
 * paths its share. Which paths, and where in them it ends, the bytes alone decide. All
 * counts are sums, so any number of threads gives the same.
 * SPDX-License-Identifier: MIT */
#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

#include "input/input.h"
#include "pattern/filter.h"
#include "pattern/matcher.h"
#include "tally/strange.h"
#include "tally/tally.h"

enum { EPOCH_BYTES = 256 << 20 };

struct scan_options {
	const struct packs *packs;
	const struct matcher_options *matcher;
	const struct filter *filter;  /* events that it refuses are not counted; NULL: all */
	const char *const *paths;     /* "-" is standard input */
	size_t n_paths;
	struct input *input;          /* not NULL: what paths[0] names, opened by the caller,
	                                 who closes it; it is read on from its place */
	struct slice open;            /* with what scan_open() told of the lines before */
	const struct zone *zone;      /* of times without an offset */
	int year;                     /* of times without one; 0: from each file's own date */
	struct times before;          /* of the input's lines before its place */
	int jobs;                     /* threads, at least 1 */
	bool clients_whole;           /* false: client names only by their registrable part */
	uint32_t max_values;          /* of each open text, when very many come at once (fold.h); 0: all */
	bool strange;                 /* keep what scan_strange() tells */
	size_t apart;                 /* see scan_epoch() */
	void (*between)(void *arg);   /* called by scan_epoch() between chunks, for a display; NULL: nothing */
	void *between_arg;
};

/* What became of one path. */
struct scan_input {
	const char *name;
	uint64_t lines, bytes;
	uint64_t mail_lines; /* not foreign */
	uint64_t cut_lines;  /* over LINE_MAX_BYTES, read only up to there */
	struct times times;  /* of lines without a year */
	bool known;          /* what stands before its new lines was counted earlier */
	bool lost;           /* bytes were lost under the scan: nobody knows what was counted */
	char *problem; /* why it was not read, or not to its end; NULL: all was read */
};

struct scan;

struct scan *scan_new(const struct scan_options *options);
void scan_free(struct scan *scan);
/* End epochs at this time (in milliseconds of CLOCK_MONOTONIC; 0: never), so that an input
 * that comes slowly can be committed; such an epoch may be empty. For who keeps counts by
 * epoch their ends then depend on timing. */
void scan_until(struct scan *scan, int64_t until);
/* Count the next epoch into `into`, which nobody else counts into. False when the inputs
 * are used up. What other threads count may come to `into` later: as long as they know
 * fewer than options.apart strings together, and the inputs are not used up. */
bool scan_epoch(struct scan *scan, struct tally *into);
/* After an epoch: what the lines so far leave for those that follow, to the end of *out. */
void scan_open(const struct scan *scan, struct buffer *out);
/* Valid once scan_epoch() has returned false. */
const struct scan_input *scan_inputs(const struct scan *scan);
/* The lines that no pattern and no known row fits, so far; NULL: not asked for. */
const struct strange *scan_strange(const struct scan *scan);
/* For a display; also within an epoch. */
struct scan_progress {
	size_t files, n_files; /* read to their end, and all */
	uint64_t done, size;   /* bytes to be read, as stored; size 0: not known */
	uint64_t bytes, lines; /* of log */
};
struct scan_progress scan_progress(struct scan *scan);

/* What the years of an input's RFC 3164 times are reckoned from: the end of `year`,
 * or the input's own date where it is 0; but what goes on behind `before` does so within
 * a year. */
int64_t scan_reference(const struct zone *zone, int year, const struct times *before, const struct input *input);

#endif
