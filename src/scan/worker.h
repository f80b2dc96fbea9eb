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
	struct turn turn;
	int64_t reference;  /* see prefix_init() */
	struct second second;
	bool is_last;       /* of its source */
	uint64_t lines;     /* filled by the worker, as are the next three */
	uint64_t mail_lines, cut_lines;
	struct times times; /* of lines without a year */
	bool intact;        /* no byte was lost while it was read */
	struct strange *strange; /* NULL: not asked for */
	uint64_t offset;    /* of the chunk in its stream */
	uint64_t bytes;     /* of the chunk; filled by the worker, as is all that follows */
	struct late *late;  /* lines that wait for the chunk's turn … */
	size_t n_late, late_capacity;
	struct buffer late_text; /* … and their bytes, each behind the other */
	struct carry carry; /* what the chunk leaves for later ones … */
	struct buffer tail; /* … and its last lines */
};

struct late {
	struct joined line;
	bool open;
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

/* What lines are counted with: what those before have left, and the log there is at hand,
 * from where it begins. */
struct at_hand {
	struct carry *carry;
	struct slice log;
	uint64_t log_offset;
};

struct worker {
	const struct scan_options *options;
	struct matcher *matcher;
	struct turns *turns; /* of the job's source */
	struct tally *tally; /* what it counts into; not its own */
	struct hour hour;    /* in that */
	struct line moment;  /* of which only time and zone are set, one by one: all of it would cost more */
	const uint64_t *errors; /* the matcher's, so far */
	uint64_t errors_seen;
	struct waiting waiting[WAITING_MAX]; /* by the number of the line that waits, modulo WAITING_MAX */
	size_t waited, looked_up, arrived;   /* so many are done, were looked up, came */
	struct prefix again;                 /* of those that are read once more */
	struct job *job;       /* that is counted, with … */
	struct at_hand here;   /* … what its own lines have left, or … */
	struct at_hand stream; /* … in its turn all lines before; carry NULL: it is not */
};

void worker_init(struct worker *worker, const struct scan_options *options, struct turns *turns);
void worker_release(struct worker *worker);
/* Counts the job's chunk and releases it. */
void worker_run(struct worker *worker, struct job *job);
/* An epoch's jobs were all run: passes on what they have left. */
void worker_close(struct worker *worker);
/* Nothing follows in the input: counts what is left open, as lines of a job of its own, which
 * the caller frees. */
struct job *worker_finish(struct worker *worker);
/* What worker_run() has put into it. */
void job_release(struct job *job);

#endif
