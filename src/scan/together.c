/* together.c - lines that hang on others: pieces, repetitions, what is said twice, and
 * what must wait for what stood before its chunk. SPDX-License-Identifier: MIT */
#include "scan/counting.h"

#include "scan/repeat.h"

#include <stdlib.h>

/* It waits for what the lines before the chunk have left. */
static void keep_open(struct worker *worker, const struct joined *line)
{
	struct job *job = worker->job;

	GROW(job->open_lines, job->n_open, job->open_capacity);
	job->open_lines[job->n_open++] = *line;
	buffer_add(&job->open, line->raw);
}

/* The log before a line, as far as it is at hand. */
static struct slice log_before(const struct worker *worker, uint64_t offset)
{
	uint64_t n = offset - worker->log_offset;

	return (struct slice){ worker->log.p, n < worker->log.n ? (size_t)n : worker->log.n };
}

/* How many of the lines it stands for are echoes; -1: what stood before tells. */
static int64_t echoes_of(struct worker *worker, const struct prefix *prefix, const struct line *line,
                         const struct joined *whole)
{
	struct said said = said_of(prefix, line, matcher_id(worker->matcher));
	struct slice before = log_before(worker, whole->place.offset);

	said.begin = whole->place.offset;
	said.end = whole->end;
	return twice_take(&worker->carry->twice, &said, before, worker->log_offset + before.n);
}

/* A line as it stands in the log. */
static struct joined as_it_is(const struct line *line, struct place place)
{
	return (struct joined){ line->raw, place, place.offset + line->raw.n, 1, line_is_cut(line->raw), false, false };
}

bool count_told(struct worker *worker, const struct prefix *prefix, const struct line *line, struct place place,
                       const struct joined *whole)
{
	struct joined itself;
	int64_t echoes;

	if (!matcher_twice(worker->matcher)) {
		count_events(worker, line->repeats, 0);
		return true;
	}
	itself = as_it_is(line, place);
	whole = whole ? whole : &itself;
	echoes = whole->torn ? 0 : echoes_of(worker, prefix, line, whole);
	if (echoes < 0)
		keep_open(worker, whole);
	else
		count_events(worker, line->repeats, (uint64_t)echoes);
	return echoes >= 0;
}

enum fate count_repeat(struct worker *worker, const struct prefix *prefix, const struct line *line, struct place place)
{
	const struct joined whole = as_it_is(line, place);
	struct slice before = log_before(worker, place.offset);
	struct prefix earlier;
	struct line meant;
	enum fate fate = FATE_FOREIGN; /* so far */

	prefix_init(&earlier, worker->options->zone, worker->job->reference);
	if (repeat_find(carry_tail(before, JOIN_REACH), &earlier, line, &meant))
		fate = count_whole(worker, &earlier, &meant, &whole);
	else if (worker->carry->joins.fresh && before.n < JOIN_REACH)
		keep_open(worker, &whole);
	else
		fate = count_whole(worker, prefix, line, &whole);
	prefix_release(&earlier);
	return fate;
}

/* Of an ordered pack, and too late for what its stream remembers. */
static enum fate count_out_of_order(struct worker *worker, const struct prefix *prefix, const struct line *line,
                                    const struct joined *whole)
{
	struct memory *memory = memory_new();
	enum fate fate;

	matcher_remember(worker->matcher, memory);
	fate = count_whole(worker, prefix, line, whole);
	matcher_remember(worker->matcher, NULL);
	memory_free(memory);
	return fate;
}

static void count_joined(struct worker *worker, const struct joined *joined)
{
	struct prefix prefix;
	struct line line;
	enum fate fate;

	prefix_init(&prefix, worker->options->zone, worker->job->reference);
	prefix_parse(&prefix, joined->raw, &line);
	if (is_outside(worker, &line))
		fate = count_outside(worker, &line, joined->lines);
	else
		fate = count_whole(worker, &prefix, &line, joined);
	if (fate == FATE_NOT_YET)
		fate = count_out_of_order(worker, &prefix, &line, joined);
	worker->job->mail_lines += fate != FATE_FOREIGN ? joined->lines : 0;
	prefix_release(&prefix);
}

bool count_piece(struct worker *worker, const struct prefix *prefix, const struct line *line, struct place place)
{
	const struct joined whole = as_it_is(line, place);
	struct joined joined, given_up;
	enum join_step step;

	if (whole.cut)
		return false;
	step = joins_take(&worker->carry->joins, prefix, line, place, &joined);
	while (joins_given_up(&worker->carry->joins, place.offset, &given_up))
		count_joined(worker, &given_up);
	if (step == JOIN_WHOLE)
		count_joined(worker, &joined);
	else if (step == JOIN_LATER)
		keep_open(worker, &whole);
	return step != JOIN_NONE;
}

static void close_open(struct worker *worker, struct prefix *prefix, struct joined line, struct slice text)
{
	line.raw = text;
	if (line.made)
		count_joined(worker, &line);
	else
		worker->job->mail_lines += count_late(worker, prefix, text, line.place) != FATE_FOREIGN;
}

static void close_all(struct worker *worker, struct job *job)
{
	struct memory *memory = memory_new(); /* what the stream remembers is of later lines by now */
	struct prefix prefix;
	size_t at = 0;

	prefix_init(&prefix, worker->options->zone, job->reference);
	matcher_remember(worker->matcher, memory);
	for (size_t i = 0; i < job->n_open; i++) {
		size_t n = job->open_lines[i].raw.n;

		close_open(worker, &prefix, job->open_lines[i], (struct slice){ job->open.text + at, n });
		at += n;
	}
	matcher_remember(worker->matcher, NULL);
	prefix_release(&prefix);
	memory_free(memory);
}

void use_carry(struct worker *worker, struct job *job, struct carry *carry, struct slice log)
{
	worker->hour.lines = NULL;
	worker->job = job;
	worker->carry = carry;
	worker->log = log;
	worker->log_offset = carry->end - carry->tail.n;
}

void count_given_up(struct worker *worker, uint64_t offset)
{
	struct joined joined;

	while (joins_given_up(&worker->carry->joins, offset, &joined))
		count_joined(worker, &joined);
}

void worker_close(struct worker *worker, struct job *job, struct carry *carry)
{
	struct buffer log = { 0 };

	if (job->n_open) {
		buffer_add(&log, buffer_slice(&carry->tail));
		buffer_add(&log, buffer_slice(&job->front));
		use_carry(worker, job, carry, buffer_slice(&log));
		close_all(worker, job);
	}
	use_carry(worker, job, carry, buffer_slice(&log));
	count_given_up(worker, job->offset + job->bytes);
	carry_pass(carry, &job->carry, buffer_slice(&job->tail), job->lines, job->bytes);
	buffer_release(&log);
}

void worker_finish(struct worker *worker, struct job *job, struct carry *carry)
{
	use_carry(worker, job, carry, buffer_slice(&carry->tail));
	count_given_up(worker, UINT64_MAX);
}

void job_release(struct job *job)
{
	buffer_release(&job->open);
	buffer_release(&job->front);
	buffer_release(&job->tail);
	carry_release(&job->carry);
	free(job->open_lines);
}

void keep_ends(struct job *job)
{
	const struct slice chunk = job->chunk.bytes;
	uint64_t front = 0;

	for (size_t i = 0; i < job->n_open; i++)
		if (job->open_lines[i].place.offset - job->offset > front)
			front = job->open_lines[i].place.offset - job->offset;
	buffer_add(&job->tail, carry_tail(chunk, JOIN_REACH));
	buffer_add(&job->front, (struct slice){ chunk.p, front < TWICE_FRONT ? (size_t)front : TWICE_FRONT });
}
