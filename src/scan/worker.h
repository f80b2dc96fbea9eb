/* worker.h - one thread's part of an epoch: chunks in, counts out.
 * SPDX-License-Identifier: MIT */
#ifndef SCAN_WORKER_H
#define SCAN_WORKER_H

#include "input/input.h"
#include "scan/repeat.h"
#include "scan/scan.h"
#include "scan/turns.h"

/* A chunk on its way to a worker, and what the worker says of it. */
struct job {
	struct chunk chunk;
	struct turn turn;   /* and the index of the path it came from */
	int64_t reference;  /* see prefix_init() */
	struct second second;
	uint64_t lines;     /* filled by the worker, as are the next three */
	uint64_t mail_lines, cut_lines;
	struct times times; /* of lines without a year */
	bool intact;        /* no byte was lost while it was read */
	struct strange *strange; /* NULL: not asked for */
	/* Lines of which the chunk before must tell what was repeated (repeat.h). */
	struct buffer open;      /* the lines */
	uint64_t *open_numbers;  /* theirs in the chunk */
	size_t n_open, open_capacity;
	struct buffer tail;      /* what the next chunk may ask for */
};

/* A line that must wait for the chunk's turn. */
struct put_off {
	struct slice text;
	uint64_t number;
};

/* A line that looks like an earlier one, until that is certain. */
struct waiting {
	struct slice text;
	uint64_t number;
	int64_t time;
	int32_t zone;
	bool found;        /* it is: */
	struct again again;
	struct seen seen;
};
enum { WAITING_MAX = 8 };

/* The counters of an instant's hour, kept at hand. */
struct hour {
	struct accounting *lines; /* NULL: of none */
	int64_t time;
	int32_t zone;
};

struct worker {
	const struct scan_options *options;
	struct matcher *matcher;
	struct turns *turns; /* of all workers */
	struct tally *tally; /* what it counts into; not its own */
	struct hour hour;    /* in that */
	uint64_t errors_seen;
	struct put_off *put_off; /* of the chunk that is counted */
	size_t n_put_off, put_off_capacity;
	struct waiting waiting[WAITING_MAX]; /* by the number of the line that waits, modulo WAITING_MAX */
	size_t waited, looked_up, arrived;   /* so many are done, were looked up, came */
};

void worker_init(struct worker *worker, const struct scan_options *options, struct turns *turns);
void worker_release(struct worker *worker);
/* Counts the job's chunk and releases it, but for the lines in job->open. */
void worker_run(struct worker *worker, struct job *job);
/* Counts these, with the tail of the chunk before. */
void worker_close(struct worker *worker, struct job *job, struct slice tail);

#endif
