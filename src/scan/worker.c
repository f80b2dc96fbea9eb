/* worker.c - the engine: every line is looked at once.
 * SPDX-License-Identifier: MIT */
#include "scan/worker.h"

#include "input/lines.h"
#include "tally/client.h"

#include <stdlib.h>

void worker_init(struct worker *worker, const struct scan_options *options, struct turns *turns)
{
	*worker = (struct worker){ .options = options, .turns = turns };
	worker->matcher = matcher_new(options->packs, options->matcher);
}

void worker_release(struct worker *worker)
{
	matcher_free(worker->matcher);
	free(worker->put_off);
}

static void count_fate(struct accounting *lines, enum fate fate)
{
	switch (fate) {
	case FATE_MATCHED: lines->matched++; break;
	case FATE_KNOWN: lines->known++; break;
	case FATE_TROUBLE: lines->trouble++; break;
	case FATE_FOREIGN: lines->foreign++; break;
	case FATE_UNRECOGNISED: case N_FATES: case FATE_NOT_YET: case FATE_SEEN: lines->unrecognised++; break;
	}
}

/* The usual line, of which all but the delay was counted before. */
static bool count_again(struct worker *worker)
{
	struct again again;

	return !worker->options->filter && matcher_again(worker->matcher, &again) &&
	       tally_again(worker->tally, &again);
}

static void count_events(struct worker *worker)
{
	struct event event;

	if (count_again(worker))
		return;

	while (matcher_next(worker->matcher, &event)) {
		if (worker->options->filter && !filter_event(worker->options->filter, &event))
			continue;
		if (event.direction == DIRECTION_IN && !worker->options->clients_whole)
			event.relay = client_public_part(event.relay);
		tally_event(worker->tally, &event);
	}
}

/* A line that was cut says too little to count events by. */
static enum fate fate_of(struct worker *worker, const struct line *line, bool cut, struct seen *seen)
{
	enum fate fate = seen && !cut ? matcher_glance(worker->matcher, line, seen) : matcher_line(worker->matcher, line);

	return cut && fate != FATE_FOREIGN && fate != FATE_NOT_YET ? FATE_UNRECOGNISED : fate;
}

static bool is_outside(const struct worker *worker, const struct line *line)
{
	return worker->options->filter && line->time != TIME_NONE && !filter_holds(worker->options->filter, line->time);
}

/* Its counter stands with the lines that have no time. It is looked at only for what
 * later lines need of it. */
static enum fate count_outside(struct worker *worker, const struct line *line)
{
	struct line nowhere = { .time = TIME_NONE };
	enum fate fate = FATE_KNOWN; /* nobody has looked; it may be a mail server's */

	if (matcher_minds_order(worker->matcher, line))
		fate = matcher_line(worker->matcher, line);
	if (fate != FATE_NOT_YET)
		tally_accounting(worker->tally, &nowhere)->outside++;
	return fate;
}

/* The counters of the line before, where they are those of this one too. */
static inline struct accounting *accounting_of(struct worker *worker, const struct line *line)
{
	struct hour *hour = &worker->hour;

	if (!hour->lines || hour->time != line->time || hour->zone != line->zone)
		*hour = (struct hour){ tally_accounting(worker->tally, line), line->time, line->zone };
	return hour->lines;
}

static inline enum fate count_line(struct worker *worker, const struct line *line, struct job *job, uint64_t number,
                                   bool cut, struct seen *seen)
{
	enum fate fate = fate_of(worker, line, cut, seen);
	struct accounting *lines;

	if (fate == FATE_NOT_YET || fate == FATE_SEEN)
		return fate;
	/* events are counted in the hour that the tally was asked for last */
	lines = fate == FATE_MATCHED ? tally_accounting(worker->tally, line) : accounting_of(worker, line);
	lines->lines++;
	lines->gaps += line->gap;
	count_fate(lines, fate);
	if (matcher_errors(worker->matcher) != worker->errors_seen) {
		lines->match_errors += matcher_errors(worker->matcher) - worker->errors_seen;
		worker->errors_seen = matcher_errors(worker->matcher);
	}
	if (fate == FATE_MATCHED) {
		count_events(worker);
	} else if (fate == FATE_TROUBLE) {
		struct slice mta, text = matcher_trouble(worker->matcher, &mta);

		tally_trouble(worker->tally, line, mta, text);
	} else if (fate == FATE_UNRECOGNISED && job->strange) {
		strange_add(job->strange, line, number);
	}
	return fate;
}

/* A line that says how often the one before was repeated counts as that one. */
static enum fate count_repeat(struct worker *worker, const struct line *line, struct slice before, struct job *job,
                              uint64_t number)
{
	struct prefix prefix;
	struct line meant;
	enum fate fate = FATE_FOREIGN; /* so far */

	prefix_init(&prefix, worker->options->zone, job->reference);
	switch (repeat_find(before, &prefix, line, &meant)) {
	case REPEAT_EARLIER:
		buffer_add(&job->open, line->raw);
		buffer_byte(&job->open, '\n');
		GROW(job->open_numbers, job->n_open, job->open_capacity);
		job->open_numbers[job->n_open++] = number;
		break;
	case REPEAT_FOUND:
		fate = count_line(worker, &meant, job, number, false, NULL);
		break;
	case REPEAT_NOWHERE:
		fate = count_line(worker, line, job, number, false, NULL);
	}
	prefix_release(&prefix);
	return fate;
}

void worker_close(struct worker *worker, struct job *job, struct slice tail)
{
	struct slice rest = buffer_slice(&job->open), text;
	struct memory *memory = memory_new(); /* what the stream remembers is of later lines by now */
	struct prefix prefix, earlier;
	struct line line, meant;

	worker->hour.lines = NULL;
	prefix_init(&prefix, worker->options->zone, job->reference);
	prefix_init(&earlier, worker->options->zone, job->reference);
	matcher_remember(worker->matcher, memory);
	for (size_t i = 0; line_next(&rest, &text); i++) {
		prefix_parse(&prefix, text, &line);
		if (repeat_find(tail, &earlier, &line, &meant) == REPEAT_FOUND)
			line = meant;
		job->mail_lines += count_line(worker, &line, job, job->open_numbers[i], false, NULL) != FATE_FOREIGN;
	}
	matcher_remember(worker->matcher, NULL);
	prefix_release(&earlier);
	prefix_release(&prefix);
	memory_free(memory);
}

/* `waiting` NULL: the line is not to wait. */
static inline enum fate count_text(struct worker *worker, struct job *job, struct prefix *prefix, struct slice text,
                                   uint64_t number, struct waiting *waiting)
{
	struct line line;

	prefix_parse(prefix, text, &line);
	if (is_outside(worker, &line))
		return count_outside(worker, &line);
	if (line.gap && repeat_times(&line))
		return count_repeat(worker, &line, slice_between(job->chunk.bytes.p, text.p), job, number);
	if (waiting) {
		waiting->time = line.time;
		waiting->zone = line.zone;
	}
	return count_line(worker, &line, job, number, line_is_cut(text), waiting ? &waiting->seen : NULL);
}

static void count_waiting(struct worker *worker, struct job *job, struct prefix *prefix, const struct waiting *w)
{
	const struct line line = { .time = w->time, .zone = w->zone };
	struct accounting *lines;

	if (w->found) {
		lines = tally_accounting(worker->tally, &line);
		if (tally_again(worker->tally, &w->again)) {
			lines->lines++;
			lines->matched++;
			job->mail_lines++;
			return;
		}
	}
	job->mail_lines += count_text(worker, job, prefix, w->text, w->number, NULL) != FATE_FOREIGN;
}

static void look_up(struct worker *worker, struct waiting *w)
{
	w->found = matcher_seen(worker->matcher, &w->seen, &w->again);
	if (w->found)
		tally_expect(worker->tally, w->again.token);
}

static struct waiting *waiting_at(struct worker *worker, size_t i)
{
	return &worker->waiting[i % WAITING_MAX];
}

/* The line that has just been put at `arrived`. */
static void add_waiting(struct worker *worker, struct job *job, struct prefix *prefix)
{
	worker->arrived++;
	if (worker->arrived - worker->looked_up > WAITING_MAX / 2)
		look_up(worker, waiting_at(worker, worker->looked_up++));
	if (worker->arrived - worker->waited == WAITING_MAX)
		count_waiting(worker, job, prefix, waiting_at(worker, worker->waited++));
}

static void count_all_waiting(struct worker *worker, struct job *job, struct prefix *prefix)
{
	while (worker->looked_up < worker->arrived)
		look_up(worker, waiting_at(worker, worker->looked_up++));
	while (worker->waited < worker->arrived)
		count_waiting(worker, job, prefix, waiting_at(worker, worker->waited++));
}

static void put_off(struct worker *worker, struct slice text, uint64_t number)
{
	GROW(worker->put_off, worker->n_put_off, worker->put_off_capacity);
	worker->put_off[worker->n_put_off++] = (struct put_off){ text, number };
}

/* Now, with what the lines of earlier chunks have left. */
static void count_put_off(struct worker *worker, struct job *job, struct prefix *prefix)
{
	if (worker->n_put_off == 0)
		return;
	matcher_remember(worker->matcher, turns_take(worker->turns, &job->turn));
	for (size_t i = 0; i < worker->n_put_off; i++)
		job->mail_lines += count_text(worker, job, prefix, worker->put_off[i].text, worker->put_off[i].number, NULL) != FATE_FOREIGN;
	matcher_remember(worker->matcher, NULL);
	worker->n_put_off = 0;
}

void worker_run(struct worker *worker, struct job *job)
{
	struct prefix prefix;
	struct lines lines;
	struct slice text;

	worker->hour.lines = NULL;
	prefix_init(&prefix, worker->options->zone, job->reference);
	prefix.outer.second = prefix.inner.second = &job->second;
	lines_init(&lines, job->chunk.bytes);
	while (lines_next(&lines, &text)) {
		struct waiting *waiting = worker->options->filter ? NULL : waiting_at(worker, worker->arrived);
		enum fate fate = count_text(worker, job, &prefix, text, ++job->lines, waiting);

		if (fate == FATE_NOT_YET) {
			put_off(worker, text, job->lines);
		} else if (fate == FATE_SEEN) {
			waiting->text = text;
			waiting->number = job->lines;
			add_waiting(worker, job, &prefix);
		} else {
			job->mail_lines += fate != FATE_FOREIGN;
		}
		job->cut_lines += line_is_cut(text);
	}
	job->times = prefix.outer.times; /* before lines are read again */
	count_all_waiting(worker, job, &prefix);
	count_put_off(worker, job, &prefix);
	buffer_add(&job->tail, repeat_tail(job->chunk.bytes));
	prefix_release(&prefix);
	job->intact = chunk_intact(&job->chunk);
	chunk_release(&job->chunk);
	turns_pass(worker->turns, &job->turn);
}
