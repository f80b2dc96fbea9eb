/* json.c - a report as one JSON document; doc/report.schema.json describes it.
 *
 * For machines: keys and words never change with the language, counts are exact
 * integers (hence no library that keeps numbers as doubles), shares are fractions
 * with six decimals, delays milliseconds, times ISO 8601 with their offset. What
 * is not there is null. SPDX-License-Identifier: MIT */
#include "report/model.h"

#include "base/buffer.h"
#include "input/prefix.h"
#include "reply/reply.h"
#include "report/number.h"

#include <inttypes.h>

enum { VERSION = 1, SHARE_SCALE = 1000000 };

static const char *const facet_names[N_FACETS] = {
#define FACET(id, name, argument, help) name,
#include "pattern/filter.def"
};

/* The document under construction, and where in it a comma is due. */
struct json {
	struct buffer out;
	int depth;
	bool first;
};

static void begin_line(struct json *json)
{
	buffer_byte(&json->out, '\n');
	for (int i = 0; i < json->depth; i++)
		buffer_byte(&json->out, '\t');
}

/* Before a value: a comma, a new line, and the key if it has one. */
static void element(struct json *json, const char *key)
{
	if (!json->first)
		buffer_byte(&json->out, ',');
	json->first = false;
	begin_line(json);
	if (key)
		buffer_printf(&json->out, "\"%s\": ", key);
}

static void open_list(struct json *json, const char *key, char bracket)
{
	element(json, key);
	buffer_byte(&json->out, bracket);
	json->depth++;
	json->first = true;
}

static void close_list(struct json *json, char bracket)
{
	json->depth--;
	if (!json->first)
		begin_line(json);
	buffer_byte(&json->out, bracket);
	json->first = false;
}

static void add_count(struct buffer *out, uint64_t n)
{
	buffer_printf(out, "%" PRIu64, n);
}

static void add_text(struct buffer *out, struct slice text)
{
	if (text.n)
		buffer_json(out, text);
	else
		buffer_puts(out, "null");
}

static void add_share(struct buffer *out, uint64_t part, uint64_t whole)
{
	uint64_t share = share_of(part, whole, SHARE_SCALE);

	if (whole)
		buffer_printf(out, "%" PRIu64 ".%06" PRIu64, share / SHARE_SCALE, share % SHARE_SCALE);
	else
		buffer_puts(out, "null");
}

static void add_code(struct buffer *out, int code)
{
	if (code)
		buffer_printf(out, "%d", code);
	else
		buffer_puts(out, "null");
}

static void add_enhanced(struct buffer *out, uint32_t enhanced)
{
	char text[ENHANCED_TEXT_MAX];

	add_text(out, slice_of(enhanced_text(enhanced, text)));
}

static void add_time(struct buffer *out, int64_t utc, int32_t zone)
{
	if (utc == TIME_NONE) {
		buffer_puts(out, "null");
		return;
	}
	buffer_byte(out, '"');
	number_iso_time(out, utc, zone);
	buffer_byte(out, '"');
}

static void add_refusal(struct buffer *out, const struct cell *cell)
{
	buffer_puts(out, "{ \"code\": ");
	add_code(out, cell->code);
	buffer_puts(out, ", \"enhanced\": ");
	add_enhanced(out, cell->enhanced);
	buffer_printf(out, ", \"count\": %" PRIu64 " }", cell->number);
}

static void add_cell(struct buffer *out, enum cell_kind kind, const struct cell *cell)
{
	if (cell->none) {
		buffer_puts(out, "null");
		return;
	}
	switch (kind) {
	case CELL_HOST:
	case CELL_TEXT:
	case CELL_MESSAGE:
	case CELL_EXAMPLE:
	case CELL_NAME:
	case CELL_WORD: add_text(out, cell->text); break;
	case CELL_FLAG: buffer_puts(out, cell->number ? "true" : "false"); break;
	case CELL_ENHANCED: add_enhanced(out, (uint32_t)cell->number); break;
	case CELL_REFUSAL: add_refusal(out, cell); break;
	case CELL_HOUR: add_time(out, cell_signed(cell), cell->zone); break;
	case CELL_DAY:
		buffer_byte(out, '"');
		number_iso_day(out, cell_signed(cell));
		buffer_byte(out, '"');
		break;
	case CELL_ZONE:
		buffer_byte(out, '"');
		number_zone(out, (int32_t)cell_signed(cell));
		buffer_byte(out, '"');
		break;
	case CELL_SHARE:
	case CELL_RATE: add_share(out, cell->number, cell->whole); break;
	case CELL_CODE:
	case CELL_CLASS:
	case CELL_CATEGORY:
	case CELL_CLOCK:
	case CELL_COUNT:
	case CELL_DELAY: add_count(out, cell->number); break;
	case N_CELL_KINDS: break;
	}
}

/* --- parts --------------------------------------------------------------- */

static void write_notices(struct json *json, const char *key, const struct notices *notices)
{
	struct buffer *out = &json->out;

	open_list(json, key, '[');
	for (size_t i = 0; i < notices->n; i++) {
		const struct notice *notice = &notices->items[i];

		element(json, NULL);
		buffer_printf(out, "{ \"what\": \"%s\", \"count\": %" PRIu64 ", \"share\": ",
		              notice_key(notice->id), notice->count);
		add_share(out, notice->count, notice->whole);
		buffer_puts(out, ", \"code\": ");
		add_code(out, notice->code);
		buffer_puts(out, ", \"enhanced\": ");
		add_enhanced(out, notice->enhanced);
		buffer_puts(out, ", \"text\": ");
		add_text(out, notice->text);
		buffer_puts(out, ", \"provider\": ");
		add_text(out, notice->provider);
		if (notice->values)
			buffer_printf(out, ", \"values\": %" PRIu64, notice->values);
		buffer_puts(out, " }");
	}
	close_list(json, ']');
}

static void write_filters(struct json *json, const struct heading *heading)
{
	open_list(json, "filters", '{');
	for (int facet = 0; facet < N_FACETS; facet++) {
		struct slice rest = heading->only[facet], value;
		const char *comma = "";

		if (!rest.p)
			continue;
		element(json, facet_names[facet]);
		buffer_byte(&json->out, '[');
		for (; slice_split(&rest, ',', &value); comma = ", ") {
			buffer_puts(&json->out, comma);
			buffer_json(&json->out, value);
		}
		buffer_byte(&json->out, ']');
	}
	close_list(json, '}');
}

static void write_heading(struct json *json, const struct heading *heading)
{
	open_list(json, "heading", '{');
	open_list(json, "hosts", '[');
	for (size_t i = 0; i < heading->n_hosts; i++) {
		element(json, NULL);
		buffer_json(&json->out, heading->hosts[i]);
	}
	close_list(json, ']');
	element(json, "since");
	add_time(&json->out, heading->since, heading->since_zone);
	element(json, "until");
	add_time(&json->out, heading->until, heading->until_zone);
	element(json, "files");
	add_count(&json->out, heading->files);
	element(json, "lines");
	add_count(&json->out, heading->lines);
	element(json, "complete");
	buffer_puts(&json->out, heading->incomplete.n ? "false" : "true");
	write_filters(json, heading);
	write_notices(json, "incomplete", &heading->incomplete);
	write_notices(json, "notes", &heading->notes);
	close_list(json, '}');
}

static void write_fact(struct json *json, const struct fact_row *row, const struct fact *fact)
{
	element(json, row->key);
	if (fact->none)
		buffer_puts(&json->out, "null");
	else if (row->kind == FACT_SHARE)
		add_share(&json->out, fact->number, fact->whole);
	else
		add_count(&json->out, fact->number);
}

static void write_summary(struct json *json, const struct summary *summary)
{
	open_list(json, "summary", '{');
	for (int line = 0; line < N_LINES; line++) {
		if (line == LINE_LOOK) {
			write_notices(json, summary_key(LINE_LOOK), &summary->look);
			continue;
		}
		open_list(json, summary_key((enum summary_line)line), '{');
		for (int id = 0; id < N_FACTS; id++)
			if (fact_row((enum fact_id)id)->line == (enum summary_line)line)
				write_fact(json, fact_row((enum fact_id)id), &summary->facts[id]);
		close_list(json, '}');
	}
	close_list(json, '}');
}

static void write_row(struct json *json, const struct section *section, size_t row)
{
	const struct cell *cells = section->cells + row * section->n_columns;

	element(json, NULL);
	buffer_puts(&json->out, "{ ");
	for (size_t i = 0; i < section->n_columns; i++) {
		buffer_printf(&json->out, "%s\"%s\": ", i ? ", " : "", section->columns[i].key);
		add_cell(&json->out, section->columns[i].kind, &cells[i]);
	}
	buffer_puts(&json->out, " }");
}

static void write_columns(struct json *json, const struct section *section)
{
	open_list(json, "columns", '[');
	for (size_t i = 0; i < section->n_columns; i++) {
		const struct report_column *column = &section->columns[i];

		element(json, NULL);
		buffer_printf(&json->out, "{ \"key\": \"%s\", \"label\": ", column->key);
		buffer_json(&json->out, slice_of(column->label));
		buffer_printf(&json->out, ", \"kind\": \"%s\" }", cell_kind_name(column->kind));
	}
	close_list(json, ']');
}

static void write_section(struct json *json, const struct section *section)
{
	open_list(json, NULL, '{');
	element(json, "key");
	buffer_printf(&json->out, "\"%s\"", section->key);
	element(json, "direction");
	add_text(&json->out, slice_of(direction_name(section->direction)));
	element(json, "title");
	buffer_json(&json->out, slice_of(section->title));
	write_columns(json, section);
	open_list(json, "rows", '[');
	for (size_t row = 0; row < section->n_rows; row++)
		write_row(json, section, row);
	close_list(json, ']');
	element(json, "rest");
	if (section->rest_rows)
		buffer_printf(&json->out, "{ \"rows\": %" PRIu64 ", \"count\": %" PRIu64 " }",
		              section->rest_rows, section->rest);
	else
		buffer_puts(&json->out, "null");
	element(json, "total");
	add_count(&json->out, section->total);
	write_notices(json, "notices", &section->notices);
	close_list(json, '}');
}

static void write_report(struct json *json, const struct report *report)
{
	buffer_byte(&json->out, '{');
	json->depth = 1;
	json->first = true;
	element(json, "format");
	buffer_puts(&json->out, "\"smtplog-stats.report\"");
	element(json, "version");
	buffer_printf(&json->out, "%d", VERSION);
	element(json, "program");
	buffer_puts(&json->out, "{ \"name\": \"smtplog-stats\", \"version\": ");
	buffer_json(&json->out, slice_of(report->version ? report->version : ""));
	buffer_puts(&json->out, " }");
	element(json, "language");
	buffer_puts(&json->out, report->lang == LANG_RU ? "\"ru\"" : "\"en\"");
	write_heading(json, &report->heading);
	if (report->screen)
		write_summary(json, &report->summary);
	open_list(json, "sections", '[');
	for (size_t i = 0; i < report->n_sections; i++)
		write_section(json, &report->sections[i]);
	close_list(json, ']');
	close_list(json, '}');
	buffer_byte(&json->out, '\n');
}

int report_json(const struct report *report, const struct report_style *style, FILE *out)
{
	struct json json = { .depth = 0 };
	bool written;

	(void)style;
	write_report(&json, report);
	written = fwrite(json.out.text, 1, json.out.n, out) == json.out.n && fflush(out) == 0;
	buffer_release(&json.out);
	return written ? 0 : -1;
}
