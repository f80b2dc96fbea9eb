/* events.c - `smtplog-stats events`: one row per event, or per line of some fates, in
 * log order; so one thread. SPDX-License-Identifier: MIT */
#include "cli/command.h"
#include "cli/judge.h"
#include "cli/rows.h"
#include "cli/run.h"
#include "pattern/memory.h"
#include "scan/repeat.h"
#include "scan/scan.h"

#include <stdlib.h>

struct writer {
	const struct settings *settings;
	struct rows rows;
};

/* One input, line by line. */
struct reading {
	struct prefix prefix;
	struct prefix earlier; /* of the line that a repetition means */
	struct autumn autumn;
	struct second second; /* in the chunk */
	struct buffer tail; /* of the chunk before */
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

static enum fate read_line(struct writer *w, struct matcher *matcher, const struct scan_input *in, struct slice text,
                           const struct line *line, bool cut)
{
	const struct row_place place = { in->name, in->lines, text };
	enum fate fate = matcher_line(matcher, line);
	struct event event;

	if (cut && fate != FATE_FOREIGN)
		fate = FATE_UNRECOGNISED;
	if (w->rows.fates) {
		write_line(w, &place, line, fate, matcher);
		return fate;
	}
	while (!cut && matcher_next(matcher, &event))
		if (filter_event(&w->settings->filter, &event))
			rows_event(&w->rows, &place, &event);
	return fate;
}

/* Before the period: what later lines need of it. Nobody looks at others, which may
 * be of a mail server. */
static bool look_at_outside(struct matcher *matcher, const struct line *line)
{
	return !matcher_minds_order(matcher, line) || matcher_line(matcher, line) != FATE_FOREIGN;
}

/* The line that "last message repeated 3 times" means, in its place. */
static void put_repeated(struct reading *reading, struct slice before, struct line *line)
{
	struct line meant;
	enum repeat_search found = repeat_find(before, &reading->earlier, line, &meant);

	if (found == REPEAT_EARLIER)
		found = repeat_find(buffer_slice(&reading->tail), &reading->earlier, line, &meant);
	if (found == REPEAT_FOUND)
		*line = meant;
}

static void read_chunk(struct writer *w, struct matcher *matcher, struct reading *reading, const struct chunk *chunk,
                       struct scan_input *in)
{
	struct slice rest = chunk->bytes, text;
	struct line line;

	while (line_next(&rest, &text)) {
		in->lines++;
		prefix_parse(&reading->prefix, text, &line);
		if (repeat_times(&line))
			put_repeated(reading, slice_between(chunk->bytes.p, text.p), &line);
		if (line.time != TIME_NONE && !filter_holds(&w->settings->filter, line.time))
			in->mail_lines += look_at_outside(matcher, &line);
		else
			in->mail_lines += read_line(w, matcher, in, text, &line, line_is_cut(text)) != FATE_FOREIGN;
		in->cut_lines += line_is_cut(text);
	}
	reading->tail.n = 0;
	buffer_add(&reading->tail, repeat_tail(chunk->bytes));
}

static void note_problem(struct scan_input *in, const char *text)
{
	if (!in->problem)
		in->problem = xstrdup(text);
}

static void read_chunks(struct writer *w, const struct run *run, struct matcher *matcher, struct input *input,
                        struct scan_input *in)
{
	int64_t reference = scan_reference(run->zone, run->year, &in->times, input);
	struct reading reading = { 0 };
	struct error err;
	struct chunk chunk;
	int rc;

	prefix_init(&reading.prefix, run->zone, reference);
	prefix_init(&reading.earlier, run->zone, reference);
	reading.prefix.outer.second = reading.prefix.inner.second = &reading.second;
	while ((rc = input_next(input, &chunk, &err)) > 0) {
		autumn_chunk(&reading.autumn, run->zone, reference, chunk.bytes, &reading.second);
		read_chunk(w, matcher, &reading, &chunk, in);
		if (!chunk_intact(&chunk)) {
			chunk_lost(in->name, &err);
			note_problem(in, err.text);
		}
		chunk_release(&chunk);
	}
	if (rc < 0)
		note_problem(in, err.text);
	in->times = reading.prefix.outer.times;
	prefix_release(&reading.prefix);
	prefix_release(&reading.earlier);
	buffer_release(&reading.tail);
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
