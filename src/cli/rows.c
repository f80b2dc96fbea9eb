/* rows.c - SPDX-License-Identifier: MIT */
#include "cli/rows.h"

#include "pattern/sample.h"
#include "reply/mask.h"

#include <errno.h>
#include <inttypes.h>

static int choose_fates(struct rows *rows, const struct settings *settings, struct error *err)
{
	for (size_t i = 0; i < settings->fates.n; i++) {
		int fate = fate_parse(slice_of(settings->fates.text[i]));

		if (fate < 0)
			return error_set(err, "--fate: \"%s\" is none of matched, known, trouble, foreign, unrecognised",
			                 settings->fates.text[i]);
		rows->fates |= 1u << fate;
	}
	return 0;
}

int rows_choose(struct rows *rows, const struct settings *settings, struct error *err)
{
	const char *format = settings->format ? settings->format : "tsv";

	rows->raw = settings->raw;
	rows->format = strcmp(format, "jsonl") == 0 || strcmp(format, "json") == 0 ? ROWS_JSONL : ROWS_TSV;
	if (rows->format == ROWS_TSV && strcmp(format, "tsv") != 0)
		return error_set(err, "--format: \"%s\" is not known here; tsv and jsonl are", format);
	return choose_fates(rows, settings, err);
}

void rows_release(struct rows *rows)
{
	buffer_release(&rows->row);
	buffer_release(&rows->text);
}

/* Of a line, beside those that an event has, too. */
static const char *const line_columns[] = { "file", "line", "time", "host", "service", "mta", "fate", "by", "text" };
enum { N_LINE_COLUMNS = sizeof line_columns / sizeof *line_columns };

void rows_header(struct rows *rows)
{
	int n = rows->fates ? N_LINE_COLUMNS : N_EVENT_COLUMNS;

	if (rows->format != ROWS_TSV)
		return;
	for (int i = 0; i < n; i++)
		fprintf(rows->output.file, "%s%s", i ? "\t" : "", rows->fates ? line_columns[i] : field_name((enum field)i));
	fputs(rows->raw ? "\traw\n" : "\n", rows->output.file);
}

/* Numbers are numbers in JSON; nothing is null there, "-" in TSV. */
static void add(struct rows *rows, const char *name, struct slice text, bool number)
{
	struct buffer *row = &rows->row;

	if (rows->format == ROWS_TSV) {
		buffer_puts(row, row->n ? "\t" : "");
		buffer_tsv(row, text);
		return;
	}
	buffer_printf(row, "%c\"%s\":", row->n ? ',' : '{', name);
	if (text.n == 0)
		buffer_puts(row, "null");
	else if (number)
		buffer_add(row, text);
	else
		buffer_json(row, text);
}

static void add_place(struct rows *rows, const struct row_place *place)
{
	char number[24];

	snprintf(number, sizeof number, "%" PRIu64, place->number);
	add(rows, "file", slice_of(place->file), false);
	add(rows, "line", slice_of(number), true);
}

static void write_row(struct rows *rows, struct slice raw)
{
	struct buffer *row = &rows->row;

	if (rows->raw && rows->format == ROWS_TSV) {
		buffer_byte(row, '\t');
		buffer_tsv(row, raw);
	} else if (rows->raw) {
		buffer_puts(row, ",\"raw\":");
		buffer_json(row, raw);
	}
	buffer_puts(row, rows->format == ROWS_TSV ? "\n" : "}\n");
	if (fwrite(row->text, 1, row->n, rows->output.file) < row->n && !rows->output.number)
		rows->output.number = errno;
	row->n = 0;
}

static void add_field(struct rows *rows, const struct event *event, enum field field)
{
	char room[EVENT_TEXT_MAX];

	add(rows, field_name(field), event_text(event, field, room),
	    field == FIELD_CODE || field == FIELD_DELAY || field == FIELD_COUNT);
}

void rows_event(struct rows *rows, const struct row_place *place, const struct event *event)
{
	add_place(rows, place);
	for (int field = FIELD_LINE + 1; field < N_EVENT_COLUMNS; field++)
		add_field(rows, event, (enum field)field);
	write_row(rows, place->raw);
}

void rows_line(struct rows *rows, const struct row_place *place, const struct line *line, enum fate fate,
               const struct matcher *matcher)
{
	struct event said = { .time = line->time, .zone = line->zone, .host = line->host, .service = line->service };
	struct slice by = matcher_decided(matcher, fate, &said.mta);

	rows->text.n = 0;
	mask_local_parts(line->text, &rows->text);
	add_place(rows, place);
	add_field(rows, &said, FIELD_TIME);
	add_field(rows, &said, FIELD_HOST);
	add_field(rows, &said, FIELD_SERVICE);
	add_field(rows, &said, FIELD_MTA);
	add(rows, "fate", slice_of(fate_name(fate)), false);
	add(rows, "by", by, false);
	add(rows, "text", buffer_slice(&rows->text), false);
	write_row(rows, place->raw);
}
