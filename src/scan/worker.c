/* worker.c - the engine: every line is looked at once.
 * SPDX-License-Identifier: MIT */
#include "scan/worker.h"

#include "input/lines.h"
#include "scan/counting.h"
#include "scan/repeat.h"
#include "tally/client.h"

#include <stdlib.h>

/* Of the few callers one is what counts nearly all lines. */
#define ALWAYS_INLINE inline __attribute__((always_inline))

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

static inline void count_fate(struct accounting *lines, enum fate fate, uint64_t n)
{
	switch (fate) {
	case FATE_MATCHED: lines->matched += n; break;
	case FATE_KNOWN: lines->known += n; break;
	case FATE_TROUBLE: lines->trouble += n; break;
	case FATE_FOREIGN: lines->foreign += n; break;
	case FATE_UNRECOGNISED: case N_FATES: case FATE_NOT_YET: case FATE_SEEN: lines->unrecognised += n; break;
	}
}

/* The usual line, of which all but the delay was counted before. */
static bool count_again(struct worker *worker)
{
	struct again again;

	return !worker->options->filter && matcher_again(worker->matcher, &again) &&
	       tally_again(worker->tally, &again);
}

static void count_event(struct worker *worker, struct event *event)
{
	if (worker->options->filter && !filter_event(worker->options->filter, event))
		return;
	if (event->direction == DIRECTION_IN && !worker->options->clients_whole)
		event->relay = client_public_part(event->relay);
	tally_event(worker->tally, event);
}

/* Of a line that stands for `times` lines, so many are echoes. */
void count_events(struct worker *worker, uint64_t times, uint64_t echoes)
{
	struct event event;

	while (matcher_next(worker->matcher, &event)) {
		uint64_t count = event.count / times;

		event.count = count * (times - echoes);
		if (times > echoes)
			count_event(worker, &event);
		event.count = count * echoes;
		event.kind = KIND_ECHO;
		if (echoes)
			count_event(worker, &event);
	}
}

/* A line that was cut says too little to count events by. */
static enum fate fate_of(struct worker *worker, const struct line *line, bool cut, struct seen *seen)
{
	enum fate fate = seen && !cut ? matcher_glance(worker->matcher, line, seen) : matcher_line(worker->matcher, line);

	return cut && fate != FATE_FOREIGN && fate != FATE_NOT_YET ? FATE_UNRECOGNISED : fate;
}

bool is_outside(const struct worker *worker, const struct line *line)
{
	return worker->options->filter && line->time != TIME_NONE && !filter_holds(worker->options->filter, line->time);
}

/* Its counter stands with the lines that have no time. It is looked at only for what
 * later lines need of it. */
enum fate count_outside(struct worker *worker, const struct line *line, uint64_t lines)
{
	struct line nowhere = { .time = TIME_NONE };
	enum fate fate = FATE_KNOWN; /* nobody has looked; it may be a mail server's */

	if (matcher_minds_order(worker->matcher, line))
		fate = matcher_line(worker->matcher, line);
	if (fate != FATE_NOT_YET)
		tally_accounting(worker->tally, &nowhere)->outside += lines;
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

/* whole: what the line was put together from, or else stands for; NULL: it is itself. */
static ALWAYS_INLINE enum fate count_one(struct worker *worker, const struct prefix *prefix, const struct line *line,
                                         struct place place, const struct joined *whole, struct seen *seen)
{
	enum fate fate = fate_of(worker, line, whole ? whole->cut : line_is_cut(line->raw), seen);
	const uint64_t n = whole ? whole->lines : 1;
	struct accounting *lines;

	if (fate == FATE_NOT_YET || fate == FATE_SEEN)
		return fate;
	/* events are counted in the hour that the tally was asked for last */
	lines = fate == FATE_MATCHED ? tally_accounting(worker->tally, line) : accounting_of(worker, line);
	if (fate == FATE_MATCHED && !count_again(worker) && !count_told(worker, prefix, line, place, whole))
		return FATE_FOREIGN; /* so far */
	lines->lines += n;
	lines->gaps += line->gap;
	count_fate(lines, fate, n);
	if (matcher_errors(worker->matcher) != worker->errors_seen) {
		lines->match_errors += matcher_errors(worker->matcher) - worker->errors_seen;
		worker->errors_seen = matcher_errors(worker->matcher);
	}
	if (fate == FATE_TROUBLE) {
		struct slice mta, text = matcher_trouble(worker->matcher, &mta);

		tally_trouble(worker->tally, line, mta, text);
	} else if (fate == FATE_UNRECOGNISED && worker->job->strange) {
		strange_add(worker->job->strange, line, place.number);
	}
	return fate;
}

enum fate count_whole(struct worker *worker, const struct prefix *prefix, const struct line *line,
                      const struct joined *whole)
{
	return count_one(worker, prefix, line, whole->place, whole, NULL);
}

/* `waiting` NULL: the line is not to wait. */
static inline enum fate count_text(struct worker *worker, struct prefix *prefix, struct slice text, struct place place,
                                   struct waiting *waiting)
{
	struct line line;

	prefix_parse(prefix, text, &line);
	if (line.piece && count_piece(worker, prefix, &line, place))
		return FATE_FOREIGN; /* counted, or so far */
	if (is_outside(worker, &line))
		return count_outside(worker, &line, 1);
	if (line.gap && repeat_times(&line))
		return count_repeat(worker, prefix, &line, place);
	if (waiting) {
		waiting->time = line.time;
		waiting->zone = line.zone;
	}
	return count_one(worker, prefix, &line, place, NULL, waiting ? &waiting->seen : NULL);
}

/* Not the first time, or not at once. */
enum fate count_late(struct worker *worker, struct prefix *prefix, struct slice text, struct place place)
{
	return count_text(worker, prefix, text, place, NULL);
}

static void count_waiting(struct worker *worker, struct prefix *prefix, const struct waiting *w)
{
	const struct line line = { .time = w->time, .zone = w->zone };
	struct accounting *lines;

	if (w->found) {
		lines = tally_accounting(worker->tally, &line);
		if (tally_again(worker->tally, &w->again)) {
			lines->lines++;
			lines->matched++;
			worker->job->mail_lines++;
			return;
		}
	}
	worker->job->mail_lines += count_late(worker, prefix, w->text, w->place) != FATE_FOREIGN;
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
static void add_waiting(struct worker *worker, struct prefix *prefix)
{
	worker->arrived++;
	if (worker->arrived - worker->looked_up > WAITING_MAX / 2)
		look_up(worker, waiting_at(worker, worker->looked_up++));
	if (worker->arrived - worker->waited == WAITING_MAX)
		count_waiting(worker, prefix, waiting_at(worker, worker->waited++));
}

static void count_all_waiting(struct worker *worker, struct prefix *prefix)
{
	while (worker->looked_up < worker->arrived)
		look_up(worker, waiting_at(worker, worker->looked_up++));
	while (worker->waited < worker->arrived)
		count_waiting(worker, prefix, waiting_at(worker, worker->waited++));
}

static void put_off(struct worker *worker, struct slice text, struct place place)
{
	GROW(worker->put_off, worker->n_put_off, worker->put_off_capacity);
	worker->put_off[worker->n_put_off++] = (struct put_off){ text, place };
}

/* Now, with what the lines of earlier chunks have left. */
static void count_put_off(struct worker *worker, struct job *job, struct prefix *prefix)
{
	if (worker->n_put_off == 0)
		return;
	matcher_remember(worker->matcher, turns_take(worker->turns, &job->turn));
	for (size_t i = 0; i < worker->n_put_off; i++)
		job->mail_lines += count_late(worker, prefix, worker->put_off[i].text, worker->put_off[i].place) != FATE_FOREIGN;
	matcher_remember(worker->matcher, NULL);
	worker->n_put_off = 0;
}

void worker_run(struct worker *worker, struct job *job)
{
	const struct slice chunk = job->chunk.bytes;
	struct prefix prefix;
	struct lines lines;
	struct slice text;

	job->bytes = chunk.n;
	carry_init(&job->carry, true, job->offset);
	use_carry(worker, job, &job->carry, chunk);
	prefix_init(&prefix, worker->options->zone, job->reference);
	lines_init(&lines, chunk);
	while (lines_next(&lines, &text)) {
		struct waiting *waiting = worker->options->filter ? NULL : waiting_at(worker, worker->arrived);
		struct place place = { job->offset + (uint64_t)(text.p - chunk.p), ++job->lines };
		enum fate fate = count_text(worker, &prefix, text, place, waiting);

		if (fate == FATE_NOT_YET) {
			put_off(worker, text, place);
		} else if (fate == FATE_SEEN) {
			waiting->text = text;
			waiting->place = place;
			add_waiting(worker, &prefix);
		} else {
			job->mail_lines += fate != FATE_FOREIGN;
		}
		job->cut_lines += line_is_cut(text);
	}
	count_all_waiting(worker, &prefix);
	count_put_off(worker, job, &prefix);
	count_given_up(worker, job->offset + job->bytes);
	keep_ends(job);
	prefix_release(&prefix);
	job->intact = chunk_intact(&job->chunk);
	chunk_release(&job->chunk);
	turns_pass(worker->turns, &job->turn);
}
