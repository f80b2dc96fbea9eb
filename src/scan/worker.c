/* worker.c - the engine: every line is looked at once.
 * SPDX-License-Identifier: MIT */
#include "scan/worker.h"

#include "input/lines.h"
#include "input/usual.h"
#include "scan/counting.h"
#include "scan/repeat.h"
#include "tally/client.h"

/* Of the few callers one is what counts nearly all lines. */
#define ALWAYS_INLINE inline __attribute__((always_inline))

void worker_init(struct worker *worker, const struct scan_options *options, struct turns *turns)
{
	*worker = (struct worker){ .options = options, .turns = turns };
	worker->matcher = matcher_new(options->packs, options->matcher);
	worker->errors = matcher_errors(worker->matcher);
}

void worker_release(struct worker *worker)
{
	matcher_free(worker->matcher);
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

/* Less the name of the client's machine. */
static __attribute__((noinline)) void count_client(struct worker *worker, const struct event *event)
{
	struct event public = *event;

	public.relay = client_public_part(event->relay);
	public.place += public.place > 0;
	tally_event(worker->tally, &public);
}

static void count_event(struct worker *worker, const struct event *event)
{
	if (worker->options->filter && !filter_event(worker->options->filter, event))
		return;
	if (event->direction == DIRECTION_IN && !worker->options->clients_whole)
		count_client(worker, event);
	else
		tally_event(worker->tally, event);
}

static __attribute__((noinline)) void count_with_echoes(struct worker *worker, struct event event, uint64_t times,
                                                        uint64_t echoes)
{
	const uint64_t count = event.count / times;

	event.count = count * (times - echoes);
	if (times > echoes)
		count_event(worker, &event);
	event.count = count * echoes;
	event.kind = KIND_ECHO;
	event.verdict = 0;
	count_event(worker, &event);
}

/* Of a line that stands for `times` lines, so many are echoes. */
void count_events(struct worker *worker, uint64_t times, uint64_t echoes)
{
	const struct event *event;

	while ((event = matcher_next(worker->matcher))) {
		if (echoes)
			count_with_echoes(worker, *event, times, echoes);
		else
			count_event(worker, event);
	}
}

/* A line that was cut says too little to count events by. */
static enum fate fate_of(struct worker *worker, const struct line *line, bool cut)
{
	enum fate fate = matcher_line(worker->matcher, line);

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

static inline void count_errors(struct worker *worker, struct accounting *lines)
{
	uint64_t errors = *worker->errors;

	if (__builtin_expect(errors != worker->errors_seen, 0)) {
		lines->match_errors += errors - worker->errors_seen;
		worker->errors_seen = errors;
	}
}

/* whole: what the line was put together from, or else stands for; NULL: it is itself. */
static enum fate count_line(struct worker *worker, const struct prefix *prefix, const struct line *line,
                            struct job *job, uint64_t number, enum fate fate, const struct joined *whole)
{
	const uint64_t n = whole ? whole->lines : 1;
	struct accounting *lines;

	if (fate == FATE_NOT_YET || fate == FATE_SEEN)
		return fate;
	/* events are counted in the hour that the tally was asked for last */
	lines = fate == FATE_MATCHED ? tally_accounting(worker->tally, line) : accounting_of(worker, line);
	if (fate == FATE_MATCHED && !count_again(worker)) {
		if (!matcher_twice(worker->matcher))
			count_events(worker, line->repeats, 0);
		else if (!count_told(worker, prefix, line, number, whole))
			return FATE_FOREIGN; /* so far */
	}
	lines->lines += n;
	lines->gaps += line->gap;
	count_fate(lines, fate, n);
	count_errors(worker, lines);
	if (fate == FATE_TROUBLE) {
		struct slice mta, text = matcher_trouble(worker->matcher, &mta);

		tally_trouble(worker->tally, line, mta, text);
	} else if (fate == FATE_UNRECOGNISED && job->strange) {
		strange_add(job->strange, line, number);
	}
	return fate;
}

enum fate count_whole(struct worker *worker, const struct prefix *prefix, const struct line *line,
                      const struct joined *whole)
{
	enum fate fate = fate_of(worker, line, whole->cut);

	return count_line(worker, prefix, line, worker->job, whole->place.number, fate, whole);
}

enum fate count_logical(struct worker *worker, struct prefix *prefix, const struct joined *whole)
{
	struct line line;

	prefix_parse(prefix, whole->raw, &line);
	if (is_outside(worker, &line))
		return count_outside(worker, &line, whole->lines);
	if (!whole->made && repeat_times(&line))
		return count_repeat(worker, prefix, &line, whole->place);
	return count_whole(worker, prefix, &line, whole);
}

static void count_waiting(struct worker *worker, struct job *job, const struct waiting *w)
{
	struct accounting *lines;
	struct joined itself;

	if (w->found) {
		worker->moment.time = w->time;
		worker->moment.zone = w->zone;
		lines = tally_accounting(worker->tally, &worker->moment);
		if (tally_again(worker->tally, &w->again)) {
			lines->lines++;
			lines->matched++;
			job->mail_lines++;
			return;
		}
	}
	itself = line_itself(worker, w->text, w->number);
	job->mail_lines += count_logical(worker, &worker->again, &itself) != FATE_FOREIGN;
}

static void look_up(struct worker *worker, struct waiting *w)
{
	w->found = matcher_seen(worker->matcher, &w->seen, &w->again);
	if (!w->found)
		return;
	if (!w->again.token && w->again.inward && !worker->options->clients_whole)
		w->again.place++; /* as count_client() does */
	tally_expect(worker->tally, &w->again);
}

static struct waiting *waiting_at(struct worker *worker, size_t i)
{
	return &worker->waiting[i % WAITING_MAX];
}

/* The line that has just been put at `arrived`. */
static void add_waiting(struct worker *worker, struct job *job)
{
	worker->arrived++;
	if (worker->arrived - worker->looked_up > WAITING_MAX / 2)
		look_up(worker, waiting_at(worker, worker->looked_up++));
	if (worker->arrived - worker->waited == WAITING_MAX)
		count_waiting(worker, job, waiting_at(worker, worker->waited++));
}

static void count_all_waiting(struct worker *worker, struct job *job)
{
	while (worker->looked_up < worker->arrived)
		look_up(worker, waiting_at(worker, worker->looked_up++));
	while (worker->waited < worker->arrived)
		count_waiting(worker, job, waiting_at(worker, worker->waited++));
}

static void done(struct worker *worker, struct job *job, const struct line *line, enum fate fate)
{
	struct joined itself;

	if (fate == FATE_NOT_YET) {
		itself = line_itself(worker, line->raw, job->lines);
		put_off(worker, &itself, false);
	} else {
		job->mail_lines += fate != FATE_FOREIGN;
	}
}

/* A line of which more is to be asked than what it says. */
static __attribute__((noinline)) void count_closer(struct worker *worker, struct job *job, struct prefix *prefix,
                                                   const struct line *line)
{
	const bool cut = line_is_cut(line->raw);
	enum fate fate;

	job->cut_lines += cut;
	if ((!line->piece && !line->gap) || !count_odd(worker, prefix, line, job->lines, &fate))
		fate = is_outside(worker, line)
		               ? count_outside(worker, line, 1)
		               : count_line(worker, prefix, line, job, job->lines, fate_of(worker, line, cut), NULL);
	done(worker, job, line, fate);
}

/* Nearly all lines leave here. */
static ALWAYS_INLINE void count_usual(struct worker *worker, struct job *job, struct prefix *prefix,
                                      const struct line *line)
{
	struct waiting *waiting = waiting_at(worker, worker->arrived);
	enum fate fate = matcher_glance(worker->matcher, line, &waiting->seen);

	if (fate == FATE_KNOWN) {
		struct accounting *lines = accounting_of(worker, line);

		lines->lines++;
		lines->known++;
		count_errors(worker, lines);
		job->mail_lines++;
	} else if (fate == FATE_SEEN) {
		waiting->text = line->raw;
		waiting->number = job->lines;
		waiting->time = line->time;
		waiting->zone = line->zone;
		add_waiting(worker, job);
	} else {
		done(worker, job, line, count_line(worker, prefix, line, job, job->lines, fate, NULL));
	}
}

static void init_prefix(struct prefix *prefix, const struct worker *worker, const struct job *job)
{
	prefix_init(prefix, worker->options->zone, job->reference);
	prefix->outer.second = prefix->inner.second = &job->second;
}

void worker_run(struct worker *worker, struct job *job)
{
	const bool can_wait = !worker->options->filter;
	struct prefix prefix;
	struct lines lines;
	struct slice text;

	job->bytes = job->chunk.bytes.n;
	worker->hour.lines = NULL;
	worker->job = job;
	carry_init(&job->carry, true, job->offset);
	worker->here = at_hand_of(job);
	init_prefix(&prefix, worker, job);
	init_prefix(&worker->again, worker, job);
	lines_init(&lines, job->chunk.bytes);
	while (lines_next(&lines, &text)) {
		struct line line;

		job->lines++;
		if (!prefix_usual(&prefix, text, &line))
			prefix_parse_closer(&prefix, text, &line);
		if (can_wait && !line.piece && !line.gap && !line_is_cut(text))
			count_usual(worker, job, &prefix, &line);
		else
			count_closer(worker, job, &prefix, &line);
	}
	job->times = prefix.outer.times;
	count_all_waiting(worker, job);
	count_given_up(worker, job->offset + job->bytes);
	if (!job->is_last)
		buffer_add(&job->tail, carry_tail(job->chunk.bytes, JOIN_REACH));
	if (job->n_late)
		worker_take_turn(worker, job);
	prefix_release(&prefix);
	prefix_release(&worker->again);
	job->intact = chunk_intact(&job->chunk);
	chunk_release(&job->chunk);
	turns_pass(worker->turns, &job->turn);
}
