/* close.c - what chunks have put off is counted, chunk by chunk, with what was before.
 *
 * Whose turn it is closes its own chunk and those before that have not yet been: these
 * have put nothing off. SPDX-License-Identifier: MIT */
#include "scan/counting.h"

#include <stdlib.h>

static struct at_hand stream_at(struct turns *turns, struct slice log)
{
	return (struct at_hand){ &turns->carry, log, turns->carry.end - turns->carry.tail.n };
}

static void use_memory(struct worker *worker, struct job *job)
{
	worker->hour.lines = NULL;
	worker->job = job;
	matcher_remember(worker->matcher, worker->turns->memory);
}

struct job *worker_finish(struct worker *worker)
{
	struct turns *turns = worker->turns;
	struct job *job = xcalloc(1, sizeof *job);

	job->reference = turns->reference;
	job->strange = worker->options->strange ? strange_new() : NULL;
	use_memory(worker, job);
	worker->here = stream_at(turns, buffer_slice(&turns->carry.tail));
	count_given_up(worker, UINT64_MAX);
	matcher_remember(worker->matcher, NULL);
	carry_release(&turns->carry);
	turns->carries = false;
	return job;
}

/* On from the stream's begin, from where another run has left it, or from the chunk before. */
static void go_on(struct turns *turns, const struct job *job)
{
	turns->reference = job->reference;
	if (turns->carries)
		return;
	carry_load(&turns->carry, turns->carried, job->offset);
	turns->carried.n = 0;
	turns->carries = true;
}

/* What is open is a line of the stream's end; what was only put off one of the chunk. */
static enum fate count_one_late(struct worker *worker, struct prefix *prefix, const struct joined *line, bool open)
{
	struct line parts;

	worker->here = open ? worker->stream : at_hand_of(worker->job);
	if (open && !line->made) {
		prefix_parse(prefix, line->raw, &parts);
		if (parts.piece && count_piece(worker, prefix, &parts, line->place))
			return FATE_FOREIGN; /* counted, or so far */
	}
	return count_logical(worker, prefix, line);
}

static void count_late(struct worker *worker, struct job *job)
{
	struct prefix prefix;
	size_t at = 0;

	prefix_init(&prefix, worker->options->zone, job->reference);
	for (size_t i = 0; i < job->n_late; i++) {
		struct joined line = job->late[i].line;
		enum fate fate;

		line.raw.p = job->late_text.text + at;
		at += line.raw.n;
		fate = count_one_late(worker, &prefix, &line, job->late[i].open);
		job->mail_lines += fate != FATE_FOREIGN ? line.lines : 0;
	}
	prefix_release(&prefix);
}

/* The log up to the last line that waits, as far as any looks back. */
static void add_front(const struct job *job, struct buffer *log)
{
	uint64_t front = 0;

	for (size_t i = 0; i < job->n_late; i++)
		if (job->late[i].line.place.offset - job->offset > front)
			front = job->late[i].line.place.offset - job->offset;
	buffer_add(log, (struct slice){ job->chunk.bytes.p, front < TWICE_FRONT ? (size_t)front : TWICE_FRONT });
}

static void close_job(struct worker *worker, struct job *job)
{
	struct turns *turns = worker->turns;
	struct buffer log = { 0 };

	go_on(turns, job);
	use_memory(worker, job);
	if (job->n_late) {
		buffer_add(&log, buffer_slice(&turns->carry.tail));
		add_front(job, &log);
		worker->stream = stream_at(turns, buffer_slice(&log));
		count_late(worker, job);
		worker->stream.carry = NULL;
	}
	worker->here = stream_at(turns, buffer_slice(&log));
	count_given_up(worker, job->offset + job->bytes);
	matcher_remember(worker->matcher, NULL);
	carry_pass(&turns->carry, &job->carry, buffer_slice(&job->tail), job->lines, job->bytes);
	turns->closed = &job->turn;
	buffer_release(&log);
}

void worker_take_turn(struct worker *worker, struct job *job)
{
	struct turns *turns = worker->turns;

	turns_take(turns, &job->turn);
	while (turns->closed != &job->turn)
		close_job(worker, turns->closed->next->job);
}

void worker_close(struct worker *worker)
{
	while (worker->turns->closed->next)
		close_job(worker, worker->turns->closed->next->job);
}

void job_release(struct job *job)
{
	buffer_release(&job->late_text);
	buffer_release(&job->tail);
	carry_release(&job->carry);
	free(job->late);
}
