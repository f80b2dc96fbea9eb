/* worker.h - one thread's part of an epoch: chunks in, counts out.
 * SPDX-License-Identifier: MIT */
#ifndef SCAN_WORKER_H
#define SCAN_WORKER_H

#include "input/input.h"
#include "scan/carry.h"
#include "scan/scan.h"
#include "scan/turns.h"

/* A chunk on its way to a worker, and what the worker says of it. */
struct job {
	struct chunk chunk;
	struct turn turn;   /* and the index of the path it came from */
	int64_t reference;  /* see prefix_init() */
	uint64_t lines;     /* filled by the worker, as are the next three */
	uint64_t mail_lines, cut_lines;
	bool intact;        /* no byte was lost while it was read */
	struct strange *strange; /* NULL: not asked for */
	uint64_t offset;    /* of the chunk in its stream */
	uint64_t bytes;     /* of the chunk; filled by the worker, as is all that follows */
	/* Lines of which what stands before the chunk decides: */
	struct buffer open;       /* their bytes, each behind the other */
	struct joined *open_lines;
	size_t n_open, open_capacity;
	struct buffer front;      /* the log up to them */
	struct carry carry;       /* what the chunk leaves for later ones … */
	struct buffer tail;       /* … and its last lines */
};

/* A line that must wait for the chunk's turn. */
struct put_off {
	struct slice text;
	struct place place;
};

/* A line that looks like an earlier one, until that is certain. */
struct waiting {
	struct slice text;
	struct place place;
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
	struct job *job;         /* that is counted, with … */
	struct carry *carry;     /* … what lines before have left, and … */
	struct slice log;        /* … the log there is at hand … */
	uint64_t log_offset;     /* … and where it begins */
};

void worker_init(struct worker *worker, const struct scan_options *options, struct turns *turns);
void worker_release(struct worker *worker);
/* Counts the job's chunk and releases it, but for the lines in job->open. */
void worker_run(struct worker *worker, struct job *job);
/* Counts these, with what the stream has carried to the chunk's begin, and carries it on
 * to the chunk's end. Job after job of a stream. */
void worker_close(struct worker *worker, struct job *job, struct carry *carry);
/* Nothing follows: counts what is left open, as lines of a job of its own. */
void worker_finish(struct worker *worker, struct job *job, struct carry *carry);
/* What worker_run() has put into it. */
void job_release(struct job *job);

#endif
