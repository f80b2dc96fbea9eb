/* model.c - the report's memory and the names of its parts.
 * SPDX-License-Identifier: MIT */
#include "report/model.h"

#include <stdlib.h>

static const struct {
	const char *name;
	bool right;
} cell_kinds[] = {
#define CELL(id, name, right) { name, right },
#include "report/cell.def"
};

static const struct {
	const char *key;
	struct words words;
} notice_rows[] = {
#define NOTICE(id, key, en, ru) { key, { { en, ru } } },
#include "report/notice.def"
};

static const struct {
	const char *key;
	struct words words;
} line_rows[] = {
#define LINE(id, key, en, ru) { key, { { en, ru } } },
#include "report/summary.def"
};

static const struct fact_row fact_rows[] = {
#define FACT(line, id, key, kind, place, en, ru) \
	{ LINE_##line, key, FACT_##kind, PLACE_##place, { { en, ru } } },
#include "report/summary.def"
};

const char *cell_kind_name(enum cell_kind kind)
{
	return cell_kinds[kind].name;
}

bool cell_kind_right(enum cell_kind kind)
{
	return cell_kinds[kind].right;
}

const char *notice_key(enum notice_id id)
{
	return notice_rows[id].key;
}

const char *notice_text(enum notice_id id, enum lang lang)
{
	return notice_rows[id].words.in[lang];
}

const struct fact_row *fact_row(enum fact_id id)
{
	return &fact_rows[id];
}

const char *summary_key(enum summary_line line)
{
	return line_rows[line].key;
}

const char *summary_label(enum summary_line line, enum lang lang)
{
	return line_rows[line].words.in[lang];
}

struct section *report_section(struct report *report)
{
	GROW(report->sections, report->n_sections, report->capacity);
	report->sections[report->n_sections] = (struct section){ 0 };
	return &report->sections[report->n_sections++];
}

struct cell *section_row(struct section *section)
{
	struct cell *row;

	if (section->n_rows == section->capacity) {
		section->capacity = section->capacity ? 2 * section->capacity : 16;
		section->cells = xrealloc(section->cells,
			section->capacity * section->n_columns * sizeof *section->cells);
	}
	row = section->cells + section->n_rows++ * section->n_columns;
	for (size_t i = 0; i < section->n_columns; i++)
		row[i] = (struct cell){ .none = true };
	return row;
}

void notice_add(struct notices *notices, const struct notice *notice)
{
	GROW(notices->items, notices->n, notices->capacity);
	notices->items[notices->n++] = *notice;
}

void report_free(struct report *report)
{
	if (!report)
		return;
	for (size_t i = 0; i < report->n_sections; i++) {
		free(report->sections[i].cells);
		free(report->sections[i].notices.items);
	}
	free(report->sections);
	free(report->summary.look.items);
	free(report->heading.incomplete.items);
	free(report->heading.notes.items);
	arena_release(&report->arena);
	free(report);
}

uint64_t share_of(uint64_t part, uint64_t whole, uint64_t scale)
{
	uint64_t quotient, rest;

	while (whole > UINT64_MAX / (4 * scale)) {
		part >>= 1;
		whole >>= 1;
	}
	if (whole == 0)
		return 0;
	quotient = part / whole * scale;
	rest = part % whole;
	return quotient + (2 * rest * scale + whole) / (2 * whole);
}
