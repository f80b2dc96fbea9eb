/* scan.c - the inputs one after the other, an epoch at a time.
 *
 * The calling thread reads; workers count. With one job, or when an epoch is a
 * single chunk, the calling thread does both and no thread is started.
 * SPDX-License-Identifier: MIT */
#include "scan/scan.h"

#include "scan/queue.h"
#include "scan/saved.h"
#include "tally/fold.h"

#include <stdlib.h>
#include <time.h>

enum { STRINGS_AT_ONCE = 4 << 20, MANY_GROUPS = 500000, SMALL_EPOCH = 64 << 20 };

struct thread {
	pthread_t id;
	struct worker *worker;
	struct queue *queue;
};

struct scan {
	struct scan_options options;
	struct scan_input *inputs;
	size_t current;        /* the path that is being read */
	struct input *input;   /* open, or NULL */
	struct worker *workers;
	struct turns turns;
	struct thread *threads;
	struct strange *strange;
	struct autumn autumn;  /* of the current path */
	uint64_t done_before, done, size; /* progress */
	int64_t until;         /* epochs end; 0: by their bytes only */
	uint64_t epoch_bytes;  /* EPOCH_BYTES, or a part of it where there are many groups */
};

/* What scan_open() told: what lines carry, behind that what ordered packs remember. */
static const struct slice carried = SLICE_INIT("carried ");

static struct slice take_carried(struct scan *scan)
{
	struct slice rest = scan->options.open;

	if (!slice_starts(rest, carried))
		return rest;
	rest = slice_from(rest, carried.n);
	if (!load_text(&rest, &scan->turns.carried))
		rest.n = 0;
	return rest;
}

struct scan *scan_new(const struct scan_options *options)
{
	struct scan *scan = xcalloc(1, sizeof *scan);

	scan->options = *options;
	scan->epoch_bytes = SMALL_EPOCH;
	scan->inputs = xcalloc(options->n_paths, sizeof *scan->inputs);
	scan->workers = xcalloc((size_t)options->jobs, sizeof *scan->workers);
	scan->threads = xcalloc((size_t)options->jobs, sizeof *scan->threads);
	scan->strange = options->strange ? strange_new() : NULL;
	turns_init(&scan->turns);
	memory_read(scan->turns.memory, take_carried(scan));
	for (int i = 0; i < options->jobs; i++)
		worker_init(&scan->workers[i], &scan->options, &scan->turns);
	return scan;
}

void scan_close(struct scan *scan)
{
	for (int i = 0; i < scan->options.jobs; i++) {
		tally_free(i ? scan->workers[i].tally : NULL);
		worker_release(&scan->workers[i]);
	}
	scan->options.jobs = 0;
}

void scan_free(struct scan *scan)
{
	scan_close(scan);
	turns_release(&scan->turns);
	for (size_t i = 0; i < scan->options.n_paths; i++)
		free(scan->inputs[i].problem);
	if (scan->input && !scan->options.input)
		input_close(scan->input);
	strange_free(scan->strange);
	free(scan->inputs);
	free(scan->workers);
	free(scan->threads);
	free(scan);
}

static void note_problem(struct scan_input *input, const char *text)
{
	if (!input->problem)
		input->problem = xstrdup(text);
}

int64_t scan_reference(const struct zone *zone, int year, const struct times *before, const struct input *input)
{
	enum { DAY = 86400, YEAR = 365 * DAY };
	int64_t reference = input_reference(input), limit = before->latest + YEAR - 2 * DAY;

	if (year == 0 && before->any && (reference > before->latest + YEAR + DAY || reference < before->latest - DAY))
		return limit < time(NULL) ? limit : time(NULL);
	if (year == 0)
		return reference;
	return zone_to_utc(zone, civil_days(year + 1, 1, 1) * DAY) - DAY - 1; /* prefix_year() allows a day */
}

static int64_t reference_of(const struct scan *scan)
{
	return scan_reference(scan->options.zone, scan->options.year, &scan->options.before, scan->input);
}

/* At most n bytes before the place, from the begin of a line on. */
static struct slice lines_before(const struct scan *scan, size_t n, struct buffer *room)
{
	struct slice lines;

	room->n = 0;
	input_before(scan->input, n, room);
	lines = buffer_slice(room);
	return lines.n == n ? slice_from(lines, (size_t)(slice_find_byte(lines, '\n') + 1)) : lines;
}

/* Which hour the first lines are of, where it comes twice, stands before them in the file:
 * a little tells, or all of that hour. */
static void take_before(struct scan *scan)
{
	enum { HOUR_BYTES = 64 << 20 };
	struct buffer room = { 0 };
	struct slice lines = lines_before(scan, BEFORE_BYTES, &room);
	struct second ignored;

	autumn_chunk(&scan->autumn, scan->options.zone, reference_of(scan), lines, &ignored);
	for (size_t n = 4 * BEFORE_BYTES; scan->autumn.came_in && input_is_plain(scan->input) && n <= HOUR_BYTES; n *= 4) {
		scan->autumn = (struct autumn){ 0 };
		autumn_chunk(&scan->autumn, scan->options.zone, reference_of(scan), lines_before(scan, n, &room), &ignored);
	}
	buffer_release(&room);
}

static void open_current(struct scan *scan)
{
	struct scan_input *in = &scan->inputs[scan->current];
	const char *path = scan->options.paths[scan->current];
	struct error err;

	in->name = strcmp(path, "-") == 0 ? "standard input" : path;
	if (scan->options.input) {
		scan->input = scan->options.input;
		take_before(scan);
		return;
	}
	scan->input = input_open(path, &err);
	if (!scan->input) {
		note_problem(in, err.text);
		scan->current++;
	}
}

static void close_current(struct scan *scan)
{
	uint64_t size;

	scan->inputs[scan->current].bytes = input_offset(scan->input);
	scan->autumn = (struct autumn){ 0 };
	input_progress(scan->input, &scan->done, &size);
	scan->done_before += scan->done;
	scan->done = 0;
	if (!scan->options.input)
		input_close(scan->input);
	scan->input = NULL;
	scan->current++;
}

/* The next chunk of whatever input comes; false when all are used up, or none came in time. */
static bool next_job(struct scan *scan, struct job *job)
{
	while (scan->current < scan->options.n_paths) {
		struct error err;
		int rc;

		if (!scan->input) {
			open_current(scan);
			continue;
		}
		*job = (struct job){
			.turn.input = scan->current,
			.reference = reference_of(scan),
		};
		input_until(scan->input, scan->until);
		rc = input_next(scan->input, &job->chunk, &err);
		job->offset = CARRY_BEGIN + input_offset(scan->input) - job->chunk.bytes.n;
		if (rc == INPUT_LATER)
			return false;
		if (rc > 0) {
			autumn_chunk(&scan->autumn, scan->options.zone, job->reference, job->chunk.bytes, &job->second);
			return true;
		}
		if (rc < 0)
			note_problem(&scan->inputs[scan->current], err.text);
		close_current(scan);
	}
	return false;
}

/* A chunk of nothing but new names: no mail server's log comes near. */
static void run_job(struct worker *worker, struct job *job)
{
	const struct scan_options *options = worker->options;

	worker_run(worker, job);
	if (options->max_values)
		tally_fold_early(worker->tally, 4 * (uint64_t)options->max_values + STRINGS_AT_ONCE / (uint64_t)options->jobs,
		                 options->max_values);
}

static void *thread_main(void *arg)
{
	struct thread *thread = arg;
	struct job *job;

	while (queue_take(thread->queue, &job))
		run_job(thread->worker, job);
	return NULL;
}

/* A thread that cannot be started leaves its work to the others. */
static int start_threads(struct scan *scan, struct queue *queue)
{
	int started = 0;

	while (started < scan->options.jobs) {
		struct thread *thread = &scan->threads[started];

		*thread = (struct thread){ .worker = &scan->workers[started], .queue = queue };
		if (pthread_create(&thread->id, NULL, thread_main, thread) != 0)
			break;
		started++;
	}
	return started;
}

/* An epoch's jobs, in order; they stay until all are counted. */
struct epoch {
	struct job **jobs;
	size_t n, capacity;
	uint64_t bytes;
};

static bool is_over(const struct scan *scan, const struct epoch *epoch)
{
	struct timespec now;

	if (epoch->bytes >= scan->epoch_bytes)
		return true;
	if (!scan->until || !epoch->n)
		return false;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 >= scan->until;
}

static bool epoch_add(struct scan *scan, struct epoch *epoch)
{
	struct job job;

	if (is_over(scan, epoch) || !next_job(scan, &job))
		return false;
	GROW(epoch->jobs, epoch->n, epoch->capacity);
	job.strange = scan->strange ? strange_new() : NULL;
	epoch->jobs[epoch->n] = xmalloc(sizeof job);
	job.turn.job = epoch->jobs[epoch->n];
	*job.turn.job = job;
	turns_add(&scan->turns, epoch->n ? &epoch->jobs[epoch->n - 1]->turn : NULL, &job.turn.job->turn);
	epoch->n++;
	epoch->bytes += job.chunk.bytes.n;
	return true;
}

static void count_alone(struct scan *scan, struct epoch *epoch, size_t from)
{
	do {
		for (; from < epoch->n; from++)
			run_job(&scan->workers[0], epoch->jobs[from]);
	} while (epoch_add(scan, epoch));
}

static void count_epoch(struct scan *scan, struct epoch *epoch)
{
	struct queue queue;
	int threads;

	if (scan->options.jobs == 1 || !epoch_add(scan, epoch)) {
		count_alone(scan, epoch, 0);
		return;
	}
	queue_init(&queue, (size_t)scan->options.jobs);
	threads = start_threads(scan, &queue);
	if (threads == 0) {
		count_alone(scan, epoch, 0);
	} else {
		for (size_t i = 0; i < epoch->n; i++)
			queue_put(&queue, epoch->jobs[i]);
		while (epoch_add(scan, epoch))
			queue_put(&queue, epoch->jobs[epoch->n - 1]);
	}
	queue_close(&queue);
	for (int i = 0; i < threads; i++)
		pthread_join(scan->threads[i].id, NULL);
	queue_release(&queue);
}

static void take_strange(struct scan *scan, struct job *job)
{
	if (job->strange)
		strange_join(scan->strange, job->strange, job->turn.input, scan->inputs[job->turn.input].lines);
	strange_free(job->strange);
}

/* An input has ended: what was left open comes to nothing more. */
static void take_ended(struct scan *scan, struct job *job)
{
	scan->inputs[job->turn.input].mail_lines += job->mail_lines;
	take_strange(scan, job);
	free(job);
}

/* The caller's input goes on one day. */
static bool must_finish(const struct scan *scan)
{
	return scan->turns.carries && !scan->options.input && (!scan->input || scan->current != scan->turns.input);
}

static void take_records(struct scan *scan, struct epoch *epoch)
{
	for (size_t i = 0; i < epoch->n; i++) {
		struct scan_input *in = &scan->inputs[epoch->jobs[i]->turn.input];

		if (epoch->jobs[i]->ended)
			take_ended(scan, epoch->jobs[i]->ended);
		take_strange(scan, epoch->jobs[i]);
		in->lines += epoch->jobs[i]->lines;
		in->mail_lines += epoch->jobs[i]->mail_lines;
		in->cut_lines += epoch->jobs[i]->cut_lines;
		times_join(&in->times, &epoch->jobs[i]->times);
		if (!epoch->jobs[i]->intact) {
			struct error err;

			in->lost = true;
			chunk_lost(in->name, &err);
			note_problem(in, err.text);
		}
		job_release(epoch->jobs[i]);
		free(epoch->jobs[i]);
	}
	free(epoch->jobs);
	turns_begin(&scan->turns);
	if (must_finish(scan))
		take_ended(scan, worker_finish(&scan->workers[0]));
}

/* For one thread there is nothing to merge. */
static void give_tallies(struct scan *scan, struct tally *into)
{
	scan->workers[0].tally = into;
	for (int i = 1; i < scan->options.jobs; i++)
		if (!scan->workers[i].tally)
			scan->workers[i].tally = tally_like(into);
}

static void merge_tallies(struct scan *scan, struct tally *into)
{
	for (int i = 0; i < scan->options.jobs; i++)
		tally_settle(scan->workers[i].tally);
	for (int i = 1; i < scan->options.jobs; i++) {
		tally_merge(into, scan->workers[i].tally);
		tally_clear(scan->workers[i].tally);
	}
}

/* Workers hold what an epoch has. Where that is very much, the next one is small, as is the
 * first, of which nobody knows: the bytes alone decide that, too. */
static void set_epoch_bytes(struct scan *scan, const struct tally *into)
{
	size_t many = scan->epoch_bytes == EPOCH_BYTES ? MANY_GROUPS : MANY_GROUPS / (EPOCH_BYTES / SMALL_EPOCH);

	scan->epoch_bytes = tally_size(into) > many ? SMALL_EPOCH : EPOCH_BYTES;
}

bool scan_epoch(struct scan *scan, struct tally *into)
{
	struct epoch epoch = { 0 };

	if (!epoch_add(scan, &epoch) && scan->current < scan->options.n_paths)
		return true; /* nothing came in time */
	if (!epoch.n && !must_finish(scan))
		return false;
	give_tallies(scan, into);
	if (epoch.n)
		count_epoch(scan, &epoch);
	worker_close(&scan->workers[0]);
	take_records(scan, &epoch);
	merge_tallies(scan, into);
	set_epoch_bytes(scan, into);
	if (scan->input)
		input_progress(scan->input, &scan->done, &scan->size);
	return true;
}

void scan_until(struct scan *scan, int64_t until)
{
	scan->until = until;
}

void scan_open(const struct scan *scan, struct buffer *out)
{
	struct buffer bytes = { 0 };
	struct prefix prefix;

	prefix_init(&prefix, scan->options.zone, scan->turns.reference);
	if (scan->turns.carries)
		carry_save(&scan->turns.carry, &prefix, &bytes);
	else
		buffer_add(&bytes, scan->turns.carried);
	prefix_release(&prefix);
	buffer_add(out, carried);
	save_text(out, buffer_slice(&bytes));
	buffer_release(&bytes);
	memory_write(scan->turns.memory, out);
}

const struct scan_input *scan_inputs(const struct scan *scan)
{
	return scan->inputs;
}

const struct strange *scan_strange(const struct scan *scan)
{
	return scan->strange;
}

void scan_progress(const struct scan *scan, uint64_t *done, uint64_t *size)
{
	*done = scan->done_before + scan->done;
	*size = scan->size;
}
