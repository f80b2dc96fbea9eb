/* events.c - `smtplog-stats events`: one row per event, in log order.
 *
 * Columns are the FIELD rows of event.def in their order. One thread, for the order is
 * the point. SPDX-License-Identifier: MIT */
#include "cli/command.h"
#include "cli/judge.h"
#include "cli/output.h"
#include "cli/run.h"
#include "pattern/memory.h"
#include "scan/repeat.h"
#include "scan/scan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

enum format { FORMAT_TSV, FORMAT_JSONL };

struct writer {
	enum format format;
	bool raw;
	const struct settings *settings;
	struct output output;
	struct buffer row;
};

static void tsv_header(struct writer *w)
{
	if (w->format != FORMAT_TSV)
		return;
	for (int field = 0; field < N_EVENT_COLUMNS; field++)
		fprintf(w->output.file, "%s%s", field ? "\t" : "", field_name((enum field)field));
	fputs(w->raw ? "\traw\n" : "\n", w->output.file);
}

/* Numbers are numbers in JSON, nothing is null. */
static void add_json(struct buffer *row, enum field field, struct slice text)
{
	bool number = field == FIELD_LINE || field == FIELD_CODE || field == FIELD_DELAY || field == FIELD_COUNT;

	buffer_printf(row, "%c\"%s\":", field ? ',' : '{', field_name(field));
	if (text.n == 0)
		buffer_puts(row, "null");
	else if (number)
		buffer_add(row, text);
	else
		buffer_json(row, text);
}

static void write_event(struct writer *w, const char *file, uint64_t number, struct slice raw, const struct event *event)
{
	struct buffer *row = &w->row;
	char room[EVENT_TEXT_MAX];

	row->n = 0;
	for (int i = 0; i < N_EVENT_COLUMNS; i++) {
		enum field field = (enum field)i;
		struct slice text = event_text(event, field, room);

		if (field == FIELD_FILE) {
			text = slice_of(file);
		} else if (field == FIELD_LINE) {
			snprintf(room, sizeof room, "%" PRIu64, number);
			text = slice_of(room);
		}
		if (w->format == FORMAT_JSONL) {
			add_json(row, field, text);
			continue;
		}
		if (i)
			buffer_byte(row, '\t');
		buffer_tsv(row, text);
	}
	if (w->format == FORMAT_TSV && w->raw) {
		buffer_byte(row, '\t');
		buffer_tsv(row, raw);
	} else if (w->format == FORMAT_JSONL) {
		buffer_puts(row, w->raw ? ",\"raw\":" : "");
		if (w->raw)
			buffer_json(row, raw);
		buffer_byte(row, '}');
	}
	buffer_byte(row, '\n');
	if (fwrite(row->text, 1, row->n, w->output.file) < row->n && !w->output.number)
		w->output.number = errno;
}

/* One input, line by line. */
struct reading {
	struct prefix prefix;
	struct prefix earlier; /* of the line that a repetition means */
	struct buffer tail; /* of the chunk before */
};

static enum fate read_line(struct writer *w, struct matcher *matcher, const struct scan_input *in, struct slice text,
                           const struct line *line, bool cut)
{
	enum fate fate = matcher_line(matcher, line);
	struct event event;

	while (!cut && matcher_next(matcher, &event))
		if (filter_event(&w->settings->filter, &event))
			write_event(w, in->name, in->lines, text, &event);
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
	int64_t reference = scan_reference(run->zone, run->year, input);
	struct reading reading = { 0 };
	struct error err;
	struct chunk chunk;
	int rc;

	prefix_init(&reading.prefix, run->zone, reference);
	prefix_init(&reading.earlier, run->zone, reference);
	while ((rc = input_next(input, &chunk, &err)) > 0) {
		read_chunk(w, matcher, &reading, &chunk, in);
		if (!chunk_intact(&chunk)) {
			chunk_lost(in->name, &err);
			note_problem(in, err.text);
		}
		chunk_release(&chunk);
	}
	if (rc < 0)
		note_problem(in, err.text);
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

	tsv_header(w);
	matcher_remember(matcher, memory);
	for (size_t i = 0; i < run->n_paths; i++) {
		memory_forget(memory);
		read_input(w, run, matcher, run->paths[i], &inputs[i]);
	}
	status = judge_inputs(inputs, run->n_paths, w->settings);
	for (size_t i = 0; i < run->n_paths; i++)
		free(inputs[i].problem);
	free(inputs);
	matcher_free(matcher);
	memory_free(memory);
	return status;
}

static int choose_format(struct writer *w, struct error *err)
{
	const char *format = w->settings->format ? w->settings->format : "tsv";

	w->format = strcmp(format, "jsonl") == 0 || strcmp(format, "json") == 0 ? FORMAT_JSONL : FORMAT_TSV;
	if (w->format == FORMAT_TSV && strcmp(format, "tsv") != 0)
		return error_set(err, "--format: \"%s\" is not known here; tsv and jsonl are", format);
	return 0;
}

int command_events(struct settings *settings)
{
	struct writer w = { .settings = settings, .raw = settings->raw };
	struct run run = { 0 };
	struct error err;
	int status;

	if (choose_format(&w, &err) < 0 || run_open(&run, settings, &err) < 0 ||
	    output_open(&w.output, settings, &run, &err) < 0) {
		run_close(&run);
		return complain(&err);
	}
	status = read_all(&w, &run);
	if (output_close(&w.output, status != EXIT_WRONG, &err) < 0)
		status = complain(&err);
	buffer_release(&w.row);
	run_close(&run);
	return status;
}
