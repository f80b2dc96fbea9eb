/* events.c - `smtplog-stats events`: one row per event, or per line of some fates, in
 * log order; so one thread. SPDX-License-Identifier: MIT */
#include "cli/command.h"
#include "cli/judge.h"
#include "cli/rows.h"
#include "cli/run.h"
#include "pattern/memory.h"
#include "scan/reading.h"
#include "scan/scan.h"

#include <stdlib.h>

struct writer {
	const struct settings *settings;
	struct rows rows;
};

/* The filters see an event of which all is open but what any line has. --mta has left out
 * packs before, what none of the others reads is shown. */
static void write_line(struct writer *w, const struct row_place *place, const struct line *line, enum fate fate,
                       const struct matcher *matcher)
{
	struct event said = { .time = line->time, .zone = line->zone, .host = line->host, .service = line->service };
	const struct filter *filter = &w->settings->filter;

	matcher_decided(matcher, fate, &said.mta);
	if (!said.mta.n && filter->facet[FACET_MTA].n)
		said.mta = slice_of(filter->facet[FACET_MTA].values[0]);
	if (rows_want(&w->rows, fate) && filter_event(filter, &said))
		rows_line(&w->rows, place, line, fate, matcher);
}

static void write_some(struct writer *w, const struct row_place *place, const struct event *event, uint64_t count,
                       enum kind kind)
{
	struct event some = *event;

	some.count = count;
	some.kind = kind;
	if (count && filter_event(&w->settings->filter, &some))
		rows_event(&w->rows, place, &some);
}

static void write_events(struct writer *w, const struct row_place *place, struct matcher *matcher, uint64_t times,
                         uint64_t echoes)
{
	const struct event *event;

	while ((event = matcher_next(matcher))) {
		const uint64_t count = event->count / times;

		write_some(w, place, event, count * (times - echoes), event->kind);
		write_some(w, place, event, count * echoes, KIND_ECHO);
	}
}

static enum fate read_line(struct writer *w, struct matcher *matcher, struct reading *reading, const struct logical *one,
                           const struct scan_input *in)
{
	const struct row_place place = { in->name, one->whole.place.number, one->whole.raw };
	enum fate fate = matcher_line(matcher, &one->line);
	struct again again;
	uint64_t echoes = 0;

	if (one->whole.cut && fate != FATE_FOREIGN)
		fate = FATE_UNRECOGNISED;
	if (w->rows.fates) {
		write_line(w, &place, &one->line, fate, matcher);
		return fate;
	}
	if (fate == FATE_MATCHED && !matcher_again(matcher, &again) && matcher_twice(matcher))
		echoes = reading_echoes(reading, one, matcher_id(matcher));
	if (fate == FATE_MATCHED)
		write_events(w, &place, matcher, one->line.repeats, echoes);
	return fate;
}

/* Before the period: what later lines need of it. Nobody looks at others, which may
 * be of a mail server. */
static bool look_at_outside(struct matcher *matcher, const struct line *line)
{
	return !matcher_minds_order(matcher, line) || matcher_line(matcher, line) != FATE_FOREIGN;
}

static void read_lines(struct writer *w, struct matcher *matcher, struct reading *reading, struct scan_input *in)
{
	struct logical one;
	bool mail;

	while (reading_next(reading, &one)) {
		if (one.line.time != TIME_NONE && !filter_holds(&w->settings->filter, one.line.time))
			mail = look_at_outside(matcher, &one.line);
		else
			mail = read_line(w, matcher, reading, &one, in) != FATE_FOREIGN;
		in->mail_lines += mail ? one.whole.lines : 0;
		in->cut_lines += one.whole.lines == 1 && one.whole.cut;
	}
	in->lines = reading->lines;
}

static void note_problem(struct scan_input *in, const char *text)
{
	if (!in->problem)
		in->problem = xstrdup(text);
}

static void read_chunks(struct writer *w, const struct run *run, struct matcher *matcher, struct input *input,
                        struct scan_input *in)
{
	struct reading reading;
	struct error err;
	struct chunk chunk;
	int rc;

	reading_init(&reading, run->zone, scan_reference(run->zone, run->year, &in->times, input));
	while ((rc = input_next(input, &chunk, &err)) > 0) {
		reading_chunk(&reading, chunk.bytes);
		read_lines(w, matcher, &reading, in);
		reading_leave(&reading);
		if (!chunk_intact(&chunk)) {
			chunk_lost(in->name, &err);
			note_problem(in, err.text);
		}
		chunk_release(&chunk);
	}
	if (rc < 0)
		note_problem(in, err.text);
	reading_end(&reading);
	read_lines(w, matcher, &reading, in);
	in->times = reading.prefix.outer.times;
	reading_release(&reading);
}

static void read_input(struct writer *w, const struct run *run, struct matcher *matcher, const char *path,
                       struct scan_input *in)
{
	struct error err;
	struct input *input = input_open(path, &err);

	in->name = strcmp(path, "-") == 0 ? "standard input" : path;
	if (!input) {
		note_problem(in, err.text);
		return;
	}
	read_chunks(w, run, matcher, input, in);
	input_close(input);
}

static int read_all(struct writer *w, const struct run *run)
{
	struct matcher *matcher = matcher_new(run->packs, &run->matcher);
	struct memory *memory = memory_new();
	struct scan_input *inputs = xcalloc(run->n_paths, sizeof *inputs);
	int status;

	judge_selection(run, w->settings);
	rows_header(&w->rows);
	matcher_remember(matcher, memory);
	for (size_t i = 0; i < run->n_paths; i++) {
		memory_forget(memory);
		read_input(w, run, matcher, run->paths[i], &inputs[i]);
	}
	status = judge_inputs(inputs, run->n_paths, run, w->settings);
	for (size_t i = 0; i < run->n_paths; i++)
		free(inputs[i].problem);
	free(inputs);
	matcher_free(matcher);
	memory_free(memory);
	return status;
}

int command_events(struct settings *settings)
{
	struct writer w = { .settings = settings };
	struct run run = { 0 };
	struct error err;
	int status;

	if (rows_choose(&w.rows, settings, &err) < 0 || run_open(&run, settings, &err) < 0 ||
	    output_open(&w.rows.output, settings, &run, &err) < 0) {
		run_close(&run);
		return complain(&err);
	}
	status = read_all(&w, &run);
	if (output_close(&w.rows.output, status != EXIT_WRONG, &err) < 0)
		status = complain(&err);
	rows_release(&w.rows);
	run_close(&run);
	return status;
}
