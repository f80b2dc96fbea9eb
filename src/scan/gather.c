/* gather.c - by pairs, and pairs of these; stage after stage, all pairs side by side.
 * SPDX-License-Identifier: MIT */
#include "scan/gather.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct gathering {
	struct tally **tallies;
	size_t n, step;        /* each into the one that stands so far before it */
	struct merge **merges; /* by pair */
	enum merge_stage stage;
	void (*task)(struct gathering *gathering, size_t i);
	size_t n_tasks;
	atomic_size_t next;    /* task that nobody does */
};

static void *do_tasks(void *arg)
{
	struct gathering *gathering = arg;
	size_t i;

	while ((i = atomic_fetch_add(&gathering->next, 1)) < gathering->n_tasks)
		gathering->task(gathering, i);
	return NULL;
}

/* A thread that cannot be started leaves its tasks to the others. */
static void side_by_side(struct gathering *gathering, void (*task)(struct gathering *, size_t), size_t n_tasks)
{
	size_t helpers = (n_tasks < gathering->n ? n_tasks : gathering->n) - 1, started = 0;
	pthread_t *threads = xcalloc(helpers, sizeof *threads);

	gathering->task = task;
	gathering->n_tasks = n_tasks;
	atomic_store(&gathering->next, 0);
	while (started < helpers && pthread_create(&threads[started], NULL, do_tasks, gathering) == 0)
		started++;
	do_tasks(gathering);
	while (started)
		pthread_join(threads[--started], NULL);
	free(threads);
}

static void settle(struct gathering *gathering, size_t i)
{
	tally_settle(gathering->tallies[i]);
}

static struct tally **pair_at(const struct gathering *gathering, size_t i)
{
	return &gathering->tallies[2 * i * gathering->step];
}

static void merge_one_part(struct gathering *gathering, size_t i)
{
	size_t parts = merge_parts(gathering->stage);

	merge_part(gathering->merges[i / parts], gathering->stage, i % parts);
}

static void merge_pairs(struct gathering *gathering, size_t n_pairs)
{
	for (size_t i = 0; i < n_pairs; i++) {
		struct tally **pair = pair_at(gathering, i);

		gathering->merges[i] = merge_begin(pair[0], pair[gathering->step]);
	}
	for (gathering->stage = 0; gathering->stage < MERGE_STAGES; gathering->stage++)
		side_by_side(gathering, merge_one_part, n_pairs * merge_parts(gathering->stage));
	for (size_t i = 0; i < n_pairs; i++)
		merge_end(gathering->merges[i]);
}

void gather(struct tally **tallies, size_t n)
{
	struct gathering gathering = { .tallies = tallies, .n = n, .merges = xcalloc(n, sizeof *gathering.merges) };

	side_by_side(&gathering, settle, n);
	for (gathering.step = 1; gathering.step < n; gathering.step *= 2)
		merge_pairs(&gathering, (n - gathering.step + 2 * gathering.step - 1) / (2 * gathering.step));
	free(gathering.merges);
}
