/* build.c - a report from a store: its parts in their order.
 *
 * Most sections are rows of section.c; those that are no query (what is kept
 * apart, the line accounting, the inputs) are made here.
 * SPDX-License-Identifier: MIT */
#include "report/disposed.h"
#include "report/heading.h"
#include "report/strange.h"
#include "report/summary.h"

#include "input/prefix.h"

#include <stdlib.h>

enum { HOUR = 3600, HOURS_MAX = 48 };

#define BIT(value) (1u << (value))

/* --- sections that are no query ------------------------------------------ */

/* Counted, but in no headline: kinds outside it, hops, and what has a direction
 * that its kind does not go with. */
static bool is_apart(enum kind kind, enum direction direction)
{
	switch (kind) {
	case KIND_DELIVERY: return direction != DIRECTION_OUT && direction != DIRECTION_LOCAL;
	case KIND_REJECT:
	case KIND_ACCEPT: return direction != DIRECTION_IN;
	default: return kind != KIND_DISPOSED;
	}
}

static void apart_row(struct build *build, struct section *section, const struct query_row *row)
{
	enum lang lang = build->request->lang;
	enum kind kind = (enum kind)row->by[0].number;
	enum direction direction = (enum direction)row->by[1].number;
	struct cell *cells = section_row(section);

	cells[0] = word_cell(kind_name(kind), kind_label(kind, lang));
	cells[1] = word_cell(direction_name(direction), direction_label(direction, lang));
	cells[2] = number_cell(row->count);
	cells[3] = number_cell(row->outcome[OUTCOME_OK]);
	cells[4] = number_cell(row->outcome[OUTCOME_TEMPORARY]);
	cells[5] = number_cell(row->outcome[OUTCOME_PERMANENT]);
	section->total += row->count;
}

static void apart_counter(struct section *section, const char *word, const char *text, uint64_t count)
{
	struct cell *cells;

	if (!count)
		return;
	cells = section_row(section);
	cells[0] = word_cell(word, text);
	cells[2] = number_cell(count);
}

static int apart_add(struct build *build, struct error *err)
{
	enum lang lang = build->request->lang;
	const struct report_column columns[] = {
		{ "kind", column_label(COLUMN_KIND, lang), CELL_WORD, 0 },
		{ "direction", column_label(COLUMN_DIRECTION, lang), CELL_WORD, 0 },
		figure_column(FIGURE_COUNT, lang), figure_column(FIGURE_OK, lang),
		figure_column(FIGURE_TEMPORARY, lang), figure_column(FIGURE_PERMANENT, lang)
	};
	struct query query = build_query(build);
	struct query_result result = { 0 };
	struct section *section;

	query.n_by = 2;
	query.by[0] = COLUMN_KIND;
	query.by[1] = COLUMN_DIRECTION;
	if (query_run(build->store, &query, &result, err))
		return -1;
	section = table_section(build, "apart", label(LABEL_APART, lang), columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < result.n; i++)
		if (is_apart((enum kind)result.rows[i].by[0].number, (enum direction)result.rows[i].by[1].number))
			apart_row(build, section, &result.rows[i]);
	query_result_release(&result);
#define APART(member) apart_counter(section, #member, label(LABEL_COUNTER_##member, lang), build->lines.member)
	if (!build_is_filtered(build)) {
		APART(disagreements);
		APART(gaps);
		APART(match_errors);
	}
#undef APART
	if (section->n_rows == 0)
		build->report->n_sections--;
	return 0;
}

static void accounting_add(struct build *build)
{
	enum lang lang = build->request->lang;
	const struct accounting *lines = &build->lines;
	const struct report_column columns[] = {
		{ "fate", label(LABEL_FATE, lang), CELL_WORD, 0 },
		figure_column(FIGURE_COUNT, lang), figure_column(FIGURE_SHARE, lang)
	};
	struct section *section = table_section(build, "accounting", label(LABEL_ACCOUNTING, lang), columns, 3);
	struct cell *cells;

	section->total = lines->lines;
#define FATE(member) \
	cells = section_row(section); \
	cells[0] = word_cell(#member, label(LABEL_COUNTER_##member, lang)); \
	cells[1] = number_cell(lines->member); \
	cells[2] = share_cell(lines->member, lines->lines);
	FATE(matched)
	FATE(known)
	FATE(trouble)
	FATE(foreign)
	FATE(unrecognised)
	FATE(lines)
#undef FATE
	if (!lines->outside)
		return;
	cells = section_row(section);
	cells[0] = word_cell("outside", label(LABEL_COUNTER_outside, lang));
	cells[1] = number_cell(lines->outside);
}

static void inputs_add(struct build *build)
{
	enum lang lang = build->request->lang;
	const struct report_column columns[] = {
		{ "file", label(LABEL_FILE, lang), CELL_HOST, 0 },
		{ "lines", label(LABEL_LINES_READ, lang), CELL_COUNT, 0 },
		{ "bytes", label(LABEL_BYTES, lang), CELL_COUNT, 1 },
		{ "problem", label(LABEL_PROBLEM, lang), CELL_MESSAGE, 0 }
	};
	struct section *section;

	if (build->request->n_inputs == 0)
		return;
	section = table_section(build, "inputs", label(LABEL_INPUTS, lang), columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < build->request->n_inputs; i++) {
		const struct report_input *input = &build->request->inputs[i];
		struct cell *cells = section_row(section);

		cells[0] = (struct cell){ .text = arena_copy(&build->report->arena, slice_of(input->name)) };
		cells[1] = number_cell(input->lines);
		cells[2] = number_cell(input->bytes);
		if (input->problem)
			cells[3] = (struct cell){ .text = arena_copy(&build->report->arena, slice_of(input->problem)) };
		section->total += input->lines;
	}
}

static void skipped_add(struct build *build)
{
	enum lang lang = build->request->lang;
	const struct report_column columns[] = {
		{ "file", label(LABEL_FILE, lang), CELL_HOST, 0 },
		{ "why", label(LABEL_WHY, lang), CELL_WORD, 0 },
		{ "read", label(LABEL_READ_INSTEAD, lang), CELL_MESSAGE, 0 }
	};
	struct section *section;

	if (build->request->n_skipped == 0)
		return;
	section = table_section(build, "skipped", label(LABEL_SKIPPED, lang), columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < build->request->n_skipped; i++) {
		const struct report_skipped *skipped = &build->request->skipped[i];
		struct cell *cells = section_row(section);

		cells[0] = (struct cell){ .text = arena_copy(&build->report->arena, slice_of(skipped->name)) };
		cells[1] = word_cell(skipped->why, skipped->why_label);
		if (skipped->of)
			cells[2] = (struct cell){ .text = arena_copy(&build->report->arena, slice_of(skipped->of)) };
	}
	section->total = section->n_rows;
}

/* --- all together -------------------------------------------------------- */

static bool is_told(const struct build *build, const struct section_row *row)
{
	if (row->trouble && build_is_filtered(build))
		return false;
	switch (row->when) {
	case WHEN_HOURS: return build->any_span && build->short_span;
	case WHEN_DAYS: return build->any_span && !build->short_span;
	case WHEN_ALWAYS: break;
	}
	return true;
}

/* What the first screen says of one relay stands above the destinations, too. */
static void repeat_one_relay(const struct notices *look, struct section *section)
{
	for (size_t i = 0; i < look->n; i++)
		if (look->items[i].id == NOTICE_ONE_RELAY)
			notice_add(&section->notices, &look->items[i]);
}

static int sections_add(struct build *build, struct error *err)
{
	for (size_t i = 0; i < n_section_rows; i++) {
		const struct section_row *row = &section_rows[i];
		size_t before = build->report->n_sections;

		if (!is_told(build, row))
			continue;
		if (table_add(build, row, err))
			return -1;
		if (row->one_relay && build->report->n_sections > before)
			repeat_one_relay(&build->report->summary.look, &build->report->sections[before]);
	}
	if (disposed_add(build, err) || apart_add(build, err))
		return -1;
	if (!build_is_filtered(build))
		accounting_add(build);
	inputs_add(build);
	skipped_add(build);
	return 0;
}

static bool by_has(const struct report_request *request, enum column column)
{
	for (size_t i = 0; i < request->n_by; i++)
		if (request->by[i] == column)
			return true;
	return false;
}

/* "Code × Destination" */
static const char *crossing_title(struct build *build)
{
	const struct report_request *request = build->request;
	struct buffer title = { 0 };
	const char *copy;

	for (size_t i = 0; i < request->n_by; i++)
		buffer_printf(&title, "%s%s", i ? " × " : "", column_label(request->by[i], request->lang));
	copy = arena_string(&build->report->arena, buffer_slice(&title));
	buffer_release(&title);
	return copy;
}

static void crossing_show(struct section_row *row, const struct report_request *request)
{
	static const int one[] = { FIGURE_NAME, FIGURE_COUNT, FIGURE_SHARE }, many[] = { FIGURE_COUNT, FIGURE_RATE };
	static const int rest[] = { FIGURE_OK, FIGURE_TEMPORARY, FIGURE_PERMANENT, FIGURE_DELAY_MEAN, SHOW_END };
	int *show = row->show;

	for (int i = 0; i < (int)request->n_by; i++)
		*show++ = BY(i);
	if (request->n_by == 1) {
		memcpy(show, one, sizeof one);
		show += sizeof one / sizeof *one;
	} else {
		memcpy(show, many, sizeof many);
		show += sizeof many / sizeof *many;
	}
	memcpy(show, rest, sizeof rest);
}

/* One table of --by, in one direction (NONE: the direction is a column). */
static struct section_row crossing_row(const struct report_request *request, enum direction direction)
{
	static const char *const keys[N_DIRECTIONS] = {
		"by", [DIRECTION_OUT] = "by_out", [DIRECTION_LOCAL] = "by_local",
		[DIRECTION_IN] = "by_in", [DIRECTION_HOP] = "by_hop"
	};
	struct section_row row = { .key = keys[direction], .title = { { "", "" } }, .direction = direction,
		                   .n_by = request->n_by };

	if (!by_has(request, COLUMN_KIND))
		row.kinds = BIT(KIND_DELIVERY) | BIT(KIND_REJECT) | BIT(KIND_ACCEPT);
	memcpy(row.by, request->by, sizeof row.by);
	crossing_show(&row, request);
	if (request->n_by == 1 && (row.by[0] == COLUMN_HOUR || row.by[0] == COLUMN_DAY || row.by[0] == COLUMN_CLOCK))
		row.when = WHEN_DAYS;
	if (by_has(request, COLUMN_HOUR) && !by_has(request, COLUMN_ZONE))
		row.by[row.n_by++] = COLUMN_ZONE;
	return row;
}

static int crossing_add(struct build *build, enum direction direction, struct error *err)
{
	struct section_row row = crossing_row(build->request, direction);
	struct report *report = build->report;
	size_t before = report->n_sections;

	if (row.when != WHEN_ALWAYS && !build->any_span)
		return 0;
	if (table_add(build, &row, err))
		return -1;
	if (report->n_sections > before)
		report->sections[before].title = crossing_title(build);
	return 0;
}

/* Never one sum over in and out: a table for each direction, unless the direction
 * is a column of it. */
static int crossings_add(struct build *build, struct error *err)
{
	static const enum direction directions[] = { DIRECTION_OUT, DIRECTION_LOCAL, DIRECTION_IN, DIRECTION_HOP };
	size_t n = build_filters(build, FACET_DIRECTION) ? 4 : 3;

	if (build->request->n_by == QUERY_BY_MAX && by_has(build->request, COLUMN_HOUR) &&
	    !by_has(build->request, COLUMN_ZONE))
		return error_set(err, "--by: at most %d dimensions with hour", QUERY_BY_MAX - 1);
	if (by_has(build->request, COLUMN_DIRECTION))
		return crossing_add(build, DIRECTION_NONE, err);
	for (size_t i = 0; i < n; i++)
		if (crossing_add(build, directions[i], err))
			return -1;
	return 0;
}

/* Counts of lines and hours are those of the period; a database holds the lines
 * outside of it, too, or knows how many they were. */
static int find_lines(struct build *build, struct error *err)
{
	const struct filter *filter = build_query(build).filter;
	int64_t since = filter ? filter->since : TIME_NONE, until = filter ? filter->until : TIME_NONE;
	struct accounting all;
	uint64_t no_longer;

	if (query_no_longer(build->store, &no_longer, err) ||
	    query_accounting(build->store, since, until, &build->lines, err) ||
	    query_accounting(build->store, TIME_NONE, TIME_NONE, &all, err) ||
	    query_span(build->store, since, until, &build->span, &build->any_span, err))
		return -1;
	build->lines.outside += all.lines - build->lines.lines;
	if (since != TIME_NONE || until != TIME_NONE)
		build->lines.outside += no_longer;
	build->short_span = build->any_span && build->span.last - build->span.first < HOURS_MAX * HOUR;
	return 0;
}

static int report_fill(struct build *build, struct error *err)
{
	if (find_lines(build, err) || heading_build(build, err))
		return -1;
	if (build->request->strange) {
		strange_section(build);
		return 0;
	}
	if (build->request->n_by)
		return crossings_add(build, err);
	build->report->screen = true;
	return summary_build(build, err) || sections_add(build, err) ? -1 : 0;
}

struct report *report_build(struct store *store, const struct report_request *request, struct error *err)
{
	struct report *report = xcalloc(1, sizeof *report);
	struct build build = { .store = store, .request = request, .report = report };

	report->lang = request->lang;
	report->version = request->version;
	if (report_fill(&build, err)) {
		report_free(report);
		return NULL;
	}
	return report;
}
