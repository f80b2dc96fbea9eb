/* crew.c - SPDX-License-Identifier: MIT */
#include "scan/crew.h"

#include "scan/gather.h"
#include "tally/fold.h"

#include <stdlib.h>

/* What a thread of its own pays for: a few milliseconds' work. */
enum { THREAD_BYTES = 2 << 20 };
enum { STRINGS_AT_ONCE = 4 << 20 };

struct thread {
	pthread_t id;
	struct crew *crew;
	struct worker *worker;
	const struct tally *like;
};

void crew_init(struct crew *crew, const struct scan_options *options)
{
	*crew = (struct crew){ .options = options };
	crew->workers = xcalloc((size_t)options->jobs, sizeof *crew->workers);
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->moved, NULL);
}

void crew_dismiss(struct crew *crew)
{
	for (int i = 0; i < crew->options->jobs; i++) {
		tally_free(i ? crew->workers[i].tally : NULL);
		if (crew->workers[i].matcher)
			worker_release(&crew->workers[i]);
		crew->workers[i] = (struct worker){ 0 };
	}
}

void crew_release(struct crew *crew)
{
	crew_dismiss(crew);
	pthread_cond_destroy(&crew->moved);
	pthread_mutex_destroy(&crew->lock);
	free(crew->workers);
	free(crew->is_read);
	free(crew->is_done);
}

/* The first that nobody reads; n: there is none. */
static size_t free_source(struct crew *crew)
{
	while (crew->first < crew->n && crew->is_done[crew->first])
		crew->first++;
	for (size_t i = crew->first; i < crew->n; i++)
		if (!crew->is_read[i] && !crew->is_done[i])
			return i;
	return crew->n;
}

/* Whoever makes it so closes it. The lock is held. */
static bool is_over(const struct crew *crew, size_t i)
{
	return crew->is_done[i] && crew->sources[i]->counted == crew->sources[i]->n;
}

static void note_read(struct crew *crew, size_t i, const struct job *job, uint64_t taken)
{
	struct source *source = crew->sources[i];

	crew->is_read[i] = false;
	crew->is_done[i] = !job;
	crew->progress.done += source->taken - taken;
	crew->progress.bytes += job ? job->chunk.bytes.n : 0;
	crew->progress.files += source->ended;
	if (job)
		pthread_cond_signal(&crew->moved);
	else
		pthread_cond_broadcast(&crew->moved); /* perhaps all are done */
}

/* The next job, and of which source; NULL: the epoch's sources are used up. */
static struct job *take(struct crew *crew, struct worker *worker, size_t *at)
{
	struct job *job = NULL;

	pthread_mutex_lock(&crew->lock);
	while (!job) {
		size_t i = free_source(crew);
		uint64_t taken;

		if (crew->first == crew->n)
			break;
		if (i == crew->n) {
			pthread_cond_wait(&crew->moved, &crew->lock);
			continue;
		}
		crew->is_read[i] = true;
		taken = crew->sources[i]->taken;
		pthread_mutex_unlock(&crew->lock);
		job = source_next(crew->sources[i], crew->until);
		pthread_mutex_lock(&crew->lock);
		note_read(crew, i, job, taken);
		if (!job && is_over(crew, i)) {
			pthread_mutex_unlock(&crew->lock);
			source_close(crew->sources[i], worker);
			pthread_mutex_lock(&crew->lock);
		}
		*at = i;
	}
	pthread_mutex_unlock(&crew->lock);
	return job;
}

/* A chunk of nothing but new names: no mail server's log comes near. */
static void fold_early(const struct crew *crew, struct worker *worker)
{
	const struct scan_options *options = crew->options;

	if (options->max_values)
		tally_fold_early(worker->tally, 4 * (uint64_t)options->max_values + STRINGS_AT_ONCE / (uint64_t)options->jobs,
		                 options->max_values);
}

static void count(struct crew *crew, struct worker *worker, struct job *job, size_t at)
{
	struct source *source = crew->sources[at];
	bool over;

	worker->turns = &source->turns;
	worker_run(worker, job);
	fold_early(crew, worker);
	pthread_mutex_lock(&crew->lock);
	source->counted++;
	crew->progress.lines += job->lines;
	over = is_over(crew, at);
	pthread_mutex_unlock(&crew->lock);
	if (over)
		source_close(source, worker);
}

static void set_up(struct crew *crew, struct worker *worker)
{
	if (!worker->matcher)
		worker_init(worker, crew->options, NULL);
}

static void *thread_main(void *arg)
{
	struct thread *thread = arg;
	struct worker *worker = thread->worker;
	struct job *job;
	size_t at;

	set_up(thread->crew, worker);
	if (!worker->tally)
		worker->tally = tally_like(thread->like);
	while ((job = take(thread->crew, worker, &at)))
		count(thread->crew, worker, job, at);
	return NULL;
}

/* How many threads there is work for, with the calling one, which is the only one yet. */
static int threads_wanted(const struct crew *crew)
{
	uint64_t left = 0;

	for (size_t i = crew->first; i < crew->n; i++)
		left += source_left(crew->sources[i]);
	left = 1 + left / THREAD_BYTES;
	return left < (uint64_t)crew->options->jobs ? (int)left : crew->options->jobs;
}

/* A thread that cannot be started leaves its work to the others. */
static int start_threads(struct crew *crew, struct thread *threads, int wanted, const struct tally *like)
{
	int started = 0;

	while (started < wanted) {
		struct thread *thread = &threads[started];

		*thread = (struct thread){ .crew = crew, .worker = &crew->workers[1 + started], .like = like };
		if (pthread_create(&thread->id, NULL, thread_main, thread) != 0)
			break;
		started++;
	}
	return started;
}

static void begin(struct crew *crew, struct source **sources, size_t n)
{
	free(crew->is_read);
	free(crew->is_done);
	crew->sources = sources;
	crew->n = n;
	crew->is_read = xcalloc(n, sizeof *crew->is_read);
	crew->is_done = xcalloc(n, sizeof *crew->is_done);
	crew->first = 0;
}

void crew_count(struct crew *crew, struct source **sources, size_t n, struct tally *into)
{
	struct worker *own = &crew->workers[0];
	struct thread *threads;
	int started;
	size_t at;
	struct job *job;

	begin(crew, sources, n);
	set_up(crew, own);
	own->tally = into;
	job = take(crew, own, &at);
	threads = xcalloc((size_t)crew->options->jobs, sizeof *threads);
	started = job ? start_threads(crew, threads, threads_wanted(crew) - 1, into) : 0;
	for (; job; job = take(crew, own, &at)) {
		count(crew, own, job, at);
		if (crew->options->between)
			crew->options->between(crew->options->between_arg);
	}
	for (int i = 0; i < started; i++)
		pthread_join(threads[i].id, NULL);
	free(threads);
}

/* What was counted elsewhere now: forgotten, for what comes, or for good. */
static void forget(struct worker *worker, bool more)
{
	if (more) {
		tally_clear(worker->tally);
	} else {
		tally_free(worker->tally);
		worker->tally = NULL;
	}
}

void crew_merge(struct crew *crew, bool more)
{
	const int jobs = crew->options->jobs;
	struct tally **tallies = xcalloc((size_t)jobs, sizeof *tallies);
	size_t n = 0;

	for (int i = 0; i < jobs; i++)
		if (crew->workers[i].tally)
			tallies[n++] = crew->workers[i].tally;
	gather(tallies, n);
	for (int i = 1; i < jobs; i++)
		if (crew->workers[i].tally)
			forget(&crew->workers[i], more);
	free(tallies);
}

struct scan_progress crew_progress(struct crew *crew)
{
	struct scan_progress progress;

	pthread_mutex_lock(&crew->lock);
	progress = crew->progress;
	pthread_mutex_unlock(&crew->lock);
	return progress;
}
