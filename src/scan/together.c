/* together.c - lines that hang on others: pieces, repetitions, what is said twice.
 * SPDX-License-Identifier: MIT */
#include "scan/counting.h"

#include "scan/repeat.h"

void put_off(struct worker *worker, const struct joined *line, bool open)
{
	struct job *job = worker->job;

	GROW(job->late, job->n_late, job->late_capacity);
	job->late[job->n_late++] = (struct late){ *line, open };
	buffer_add(&job->late_text, line->raw);
}

struct at_hand at_hand_of(struct job *job)
{
	return (struct at_hand){ &job->carry, job->chunk.bytes, job->offset };
}

/* The log before a line, as far as it is at hand. */
static struct slice log_before(const struct at_hand *at, uint64_t offset)
{
	uint64_t n = offset - at->log_offset;

	return (struct slice){ at->log.p, n < at->log.n ? (size_t)n : at->log.n };
}

/* A line as it stands in the log. */
static struct joined as_it_is(struct slice text, struct place place)
{
	return (struct joined){ text, place, place.offset + text.n, 1, line_is_cut(text), false, false };
}

struct joined line_itself(const struct worker *worker, struct slice text, uint64_t number)
{
	const struct job *job = worker->job;

	return as_it_is(text, (struct place){ job->offset + (uint64_t)(text.p - job->chunk.bytes.p), number });
}

/* How many of the lines it stands for are echoes; -1: what stood before tells. */
static int64_t echoes_of(struct worker *worker, const struct at_hand *at, const struct prefix *prefix,
                         const struct line *line, const struct joined *whole)
{
	struct said said = said_of(prefix, line, matcher_id(worker->matcher));
	struct slice before = log_before(at, whole->place.offset);

	said.begin = whole->place.offset;
	said.end = whole->end;
	return twice_take(&at->carry->twice, &said, before, at->log_offset + before.n);
}

/* In the chunk's turn nothing is left open: the line is not matched again, for what it
 * recalled may be of other lines by then. */
bool count_told(struct worker *worker, const struct prefix *prefix, const struct line *line, uint64_t number,
                const struct joined *whole)
{
	struct joined itself;
	int64_t echoes;

	if (!whole) {
		itself = line_itself(worker, line->raw, number);
		whole = &itself;
	}
	echoes = whole->torn ? 0 : echoes_of(worker, &worker->here, prefix, line, whole);
	if (echoes < 0 && worker->stream.carry)
		echoes = echoes_of(worker, &worker->stream, prefix, line, whole);
	if (echoes < 0)
		put_off(worker, whole, true);
	else
		count_events(worker, line->repeats, (uint64_t)echoes);
	return echoes >= 0;
}

enum fate count_repeat(struct worker *worker, const struct prefix *prefix, const struct line *line, struct place place)
{
	const struct joined whole = as_it_is(line->raw, place);
	struct slice before = log_before(&worker->here, place.offset);
	struct prefix earlier;
	struct line meant;
	enum fate fate = FATE_FOREIGN; /* so far */

	prefix_init(&earlier, worker->options->zone, worker->job->reference);
	if (repeat_find(carry_tail(before, JOIN_REACH), &earlier, line, &meant))
		fate = count_whole(worker, &earlier, &meant, &whole);
	else if (worker->here.carry->joins.fresh && before.n < JOIN_REACH)
		put_off(worker, &whole, true);
	else
		fate = count_whole(worker, prefix, line, &whole);
	prefix_release(&earlier);
	return fate;
}

static void count_joined(struct worker *worker, const struct joined *joined)
{
	struct prefix prefix;
	enum fate fate;

	prefix_init(&prefix, worker->options->zone, worker->job->reference);
	fate = count_logical(worker, &prefix, joined);
	if (fate == FATE_NOT_YET)
		put_off(worker, joined, false);
	else
		worker->job->mail_lines += fate != FATE_FOREIGN ? joined->lines : 0;
	prefix_release(&prefix);
}

bool count_piece(struct worker *worker, const struct prefix *prefix, const struct line *line, struct place place)
{
	const struct joined whole = as_it_is(line->raw, place);
	struct joined joined, given_up;
	enum join_step step;

	if (whole.cut)
		return false;
	step = joins_take(&worker->here.carry->joins, prefix, line, place, &joined);
	while (joins_given_up(&worker->here.carry->joins, place.offset, &given_up))
		count_joined(worker, &given_up);
	if (step == JOIN_WHOLE)
		count_joined(worker, &joined);
	else if (step == JOIN_LATER)
		put_off(worker, &whole, true);
	return step != JOIN_NONE;
}

bool count_odd(struct worker *worker, const struct prefix *prefix, const struct line *line, uint64_t number,
               enum fate *fate)
{
	const struct place place = line_itself(worker, line->raw, number).place;

	*fate = FATE_FOREIGN; /* counted, or so far */
	if (line->piece && count_piece(worker, prefix, line, place))
		return true;
	if (!repeat_times(line))
		return false;
	*fate = is_outside(worker, line) ? count_outside(worker, line, 1) : count_repeat(worker, prefix, line, place);
	return true;
}

void count_given_up(struct worker *worker, uint64_t offset)
{
	struct joined joined;

	while (joins_given_up(&worker->here.carry->joins, offset, &joined))
		count_joined(worker, &joined);
}
