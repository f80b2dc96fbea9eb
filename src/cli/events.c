/* events.c - `smtplog-stats events`: one row per event, in log order.
 *
 * Columns are the rows of event.def in their order. One thread, for the order is
 * the point. SPDX-License-Identifier: MIT */
#include "cli/command.h"
#include "cli/output.h"
#include "cli/run.h"
#include "scan/scan.h"

#include <errno.h>
#include <inttypes.h>

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
	for (int field = 0; field < N_FIELDS; field++)
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
	for (int i = 0; i < N_FIELDS; i++) {
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

static void read_chunk(struct writer *w, struct matcher *matcher, struct prefix *prefix, const char *file,
                       const struct chunk *chunk, uint64_t *number)
{
	struct slice rest = chunk->bytes, text;
	struct line line;
	struct event event;

	while (line_next(&rest, &text)) {
		++*number;
		if (chunk->cut_line)
			continue;
		prefix_parse(prefix, text, &line);
		matcher_line(matcher, &line);
		while (matcher_next(matcher, &event))
			if (filter_event(&w->settings->filter, &event))
				write_event(w, file, *number, text, &event);
	}
}

static int read_input(struct writer *w, const struct run *run, struct matcher *matcher, const char *path)
{
	struct error err;
	struct input *in = input_open(path, &err);
	struct prefix prefix;
	struct chunk chunk;
	uint64_t number = 0;
	int rc;

	if (!in)
		return complain(&err);
	prefix_init(&prefix, run->zone, scan_reference(run->zone, run->year, in));
	while ((rc = input_next(in, &chunk, &err)) > 0) {
		read_chunk(w, matcher, &prefix, input_name(in), &chunk, &number);
		chunk_release(&chunk);
	}
	if (rc < 0)
		complain(&err);
	input_close(in);
	return rc < 0 ? EXIT_INCOMPLETE : EXIT_DONE;
}

static int read_all(struct writer *w, const struct run *run)
{
	struct matcher *matcher = matcher_new(run->packs, &run->matcher);
	size_t unread = 0;
	int status = EXIT_DONE;

	tsv_header(w);
	for (size_t i = 0; i < run->n_paths; i++) {
		int one = read_input(w, run, matcher, run->paths[i]);

		unread += one == EXIT_WRONG;
		if (one != EXIT_DONE)
			status = EXIT_INCOMPLETE;
	}
	matcher_free(matcher);
	return unread == run->n_paths ? EXIT_WRONG : status;
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
