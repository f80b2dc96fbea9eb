/* strange.c - SPDX-License-Identifier: MIT */
#include "report/strange.h"

#include "reply/mask.h"

#include <stdlib.h>

static struct cell example_cell(struct build *build, struct slice line)
{
	struct buffer masked = { 0 };
	struct cell cell;

	if (build->request->raw)
		buffer_add(&masked, line);
	else
		mask_local_parts(line, &masked);
	cell = (struct cell){ .text = arena_copy(&build->report->arena, buffer_slice(&masked)) };
	buffer_release(&masked);
	return cell;
}

static void add_shape(struct build *build, struct section *section, const struct strange_shape *shape)
{
	const struct report_request *request = build->request;
	struct arena *arena = &build->report->arena;
	struct cell *cells = section_row(section);

	cells[0] = number_cell(shape->count);
	cells[1] = share_cell(shape->count, build->lines.unrecognised);
	cells[2] = (struct cell){ .text = arena_copy(arena, shape->service), .none = !shape->service.n };
	cells[3] = (struct cell){ .text = arena_copy(arena, shape->text), .none = !shape->text.n };
	cells[4] = (struct cell){ .text = arena_copy(arena, slice_of(request->inputs[shape->input].name)) };
	cells[5] = number_cell(shape->line);
	cells[6] = example_cell(build, shape->sample);
}

void strange_section(struct build *build)
{
	enum lang lang = build->request->lang;
	const struct report_column columns[] = {
		figure_column(FIGURE_COUNT, lang), figure_column(FIGURE_RATE, lang),
		{ "service", column_label(COLUMN_SERVICE, lang), CELL_HOST, 0 },
		{ "shape", label(LABEL_SHAPE, lang), CELL_TEXT, 0 },
		{ "file", label(LABEL_FILE, lang), CELL_HOST, DATA_ONLY },
		{ "line", label(LABEL_LINE, lang), CELL_COUNT, DATA_ONLY },
		{ "example", label(LABEL_EXAMPLE, lang), CELL_EXAMPLE, 0 },
	};
	size_t top = build->request->top, n, shown;
	struct strange_shape *shapes;
	struct section *section;

	n = strange_shapes(build->request->strange, &shapes);
	section = table_section(build, "unrecognised", label(LABEL_STRANGE, lang), columns, sizeof columns / sizeof *columns);
	section->total = build->lines.unrecognised;
	shown = top && top < n ? top : n;
	for (size_t i = 0; i < shown; i++)
		add_shape(build, section, &shapes[i]);
	for (size_t i = shown; i < n; i++)
		section->rest += shapes[i].count;
	section->rest += strange_rest(build->request->strange);
	if (build->lines.unrecognised == 0 && build->lines.lines > build->lines.foreign)
		notice_add(&build->report->heading.notes, &(struct notice){ .id = NOTICE_ALL_RECOGNISED });
	section->rest_rows = n - shown + (strange_rest(build->request->strange) > 0);
	free(shapes);
}
