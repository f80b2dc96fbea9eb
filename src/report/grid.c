/* grid.c - a section as a table on a page.
 *
 * Quiet typography: no lines, no boxes. The title stands in the heading of the
 * first run of left-aligned columns, whose contents explain themselves; figures
 * are right-aligned under their units. When the page is too narrow, bars go
 * first, then long names get shorter, then the columns that can be missed most
 * (figure.def says which), then names get shorter still; a text out of a log keeps
 * its words longer than figures their place. Over time, what is empty for long is
 * told in one line.
 * SPDX-License-Identifier: MIT */
#include "report/grid.h"

#include "base/utf8.h"
#include "report/cell.h"
#include "report/number.h"
#include "report/phrase.h"

#include <stdlib.h>

enum { INDENT = 2, GAP = 2, BAR_MIN = 6, BAR_MAX = 30, QUIET_MIN = 3 };

struct grid {
	struct page *page;
	const struct section *section;
	enum lang lang;
	struct arena texts;
	struct slice *cells;   /* as written, whole */
	bool *shown;           /* by column */
	size_t *natural;       /* by column: as wide as its texts */
	size_t *width;         /* by column, without the bar; a name may be narrower */
	size_t run, run_end;   /* the first run of left-aligned columns: the title's */
	size_t bar;            /* 0: there is none */
	struct slice more;     /* "… and 12 more" */
	uint64_t longest;      /* the bar column's largest number */
	bool zones;            /* hours of several zones: each is told */
};

static const struct cell *cell_at(const struct grid *grid, size_t row, size_t column)
{
	return &grid->section->cells[row * grid->section->n_columns + column];
}

static enum cell_kind kind_at(const struct grid *grid, size_t column)
{
	return grid->section->columns[column].kind;
}

static bool is_right(const struct grid *grid, size_t column)
{
	return cell_kind_right(kind_at(grid, column));
}

static bool is_flexible(const struct grid *grid, size_t column)
{
	enum cell_kind kind = kind_at(grid, column);

	return kind == CELL_HOST || kind == CELL_TEXT || kind == CELL_MESSAGE || kind == CELL_NAME || kind == CELL_WORD;
}

/* A flag shows its column's name. */
static struct slice cell_text(struct grid *grid, size_t row, size_t column)
{
	const struct cell *cell = cell_at(grid, row, column);
	struct buffer text = { 0 };
	struct slice copy;

	cell_write(&text, kind_at(grid, column), cell, grid->lang, grid->zones);
	if (kind_at(grid, column) == CELL_FLAG && cell->number)
		buffer_puts(&text, grid->section->columns[column].label);
	copy = arena_copy(&grid->texts, buffer_slice(&text));
	buffer_release(&text);
	return copy;
}

/* --- widths -------------------------------------------------------------- */

static bool says_something(const struct grid *grid, size_t column)
{
	enum cell_kind kind = kind_at(grid, column);
	bool number = kind == CELL_COUNT || kind == CELL_FLAG || kind == CELL_RATE || kind == CELL_SHARE;

	for (size_t row = 0; row < grid->section->n_rows; row++) {
		const struct cell *cell = cell_at(grid, row, column);

		if (!cell->none && (cell->number || !number))
			return true;
	}
	return false;
}

/* The heading above a column: none in the title's run, none over a flag. */
static struct slice heading_of(const struct grid *grid, size_t column)
{
	if ((column >= grid->run && column < grid->run_end) || kind_at(grid, column) == CELL_FLAG)
		return SLICE("");
	return slice_of(grid->section->columns[column].label);
}

static void find_run(struct grid *grid)
{
	size_t n = grid->section->n_columns;

	while (grid->run < n && (!grid->shown[grid->run] || is_right(grid, grid->run)))
		grid->run++;
	grid->run_end = grid->run;
	while (grid->run_end < n && (!grid->shown[grid->run_end] || !is_right(grid, grid->run_end)))
		grid->run_end++;
}

/* What the last row says in a column of what was left out. */
static void write_rest(struct buffer *out, const struct grid *grid, size_t column)
{
	const struct section *section = grid->section;

	if (kind_at(grid, column) == CELL_COUNT && !strcmp(section->columns[column].key, "count"))
		number_count(out, section->rest, grid->lang);
	else if (!strcmp(section->columns[column].key, "share"))
		number_share(out, section->rest, section->total, grid->lang);
}

static size_t rest_width(const struct grid *grid, size_t column)
{
	struct buffer text = { 0 };
	size_t width;

	if (grid->section->rest_rows)
		write_rest(&text, grid, column);
	width = utf8_width(buffer_slice(&text));
	buffer_release(&text);
	return width;
}

static void measure(struct grid *grid, size_t column)
{
	size_t width = utf8_width(heading_of(grid, column)), rest = rest_width(grid, column);

	width = rest > width ? rest : width;
	for (size_t row = 0; row < grid->section->n_rows; row++) {
		size_t taken = utf8_width(grid->cells[row * grid->section->n_columns + column]);

		width = taken > width ? taken : width;
	}
	grid->width[column] = grid->natural[column] = width;
}

/* The columns from..to as they stand side by side. */
static size_t width_between(const struct grid *grid, size_t from, size_t to)
{
	size_t width = 0;

	for (size_t i = from; i < to; i++)
		if (grid->shown[i])
			width += (width ? GAP : 0) + grid->width[i];
	return width;
}

static size_t width_of_all(const struct grid *grid)
{
	return INDENT + width_between(grid, 0, grid->section->n_columns);
}

/* Takes the widest name down by what is too much, as far as `least`. */
static bool narrow_names(struct grid *grid, size_t least)
{
	size_t too_much = width_of_all(grid) - grid->page->width;
	size_t widest = grid->section->n_columns;

	for (size_t i = 0; i < grid->section->n_columns; i++)
		if (grid->shown[i] && is_flexible(grid, i) && grid->width[i] > least &&
		    (widest == grid->section->n_columns || grid->width[i] > grid->width[widest]))
			widest = i;
	if (widest == grid->section->n_columns)
		return false;
	grid->width[widest] = grid->width[widest] - least > too_much ? grid->width[widest] - too_much : least;
	return true;
}

/* The last of those that can be missed most, and at least as much as `least`. */
static bool drop_column(struct grid *grid, int least)
{
	const struct report_column *columns = grid->section->columns;
	size_t drop = 0;

	for (size_t i = 1; i < grid->section->n_columns; i++)
		if (grid->shown[i] && columns[i].drop >= least && (!drop || columns[i].drop >= columns[drop].drop))
			drop = i;
	if (!drop)
		return false;
	grid->shown[drop] = false;
	return true;
}

/* Reasons that begin alike are told apart by their ends. */
static bool has_text(const struct grid *grid)
{
	for (size_t i = 0; i < grid->section->n_columns; i++)
		if (kind_at(grid, i) == CELL_TEXT)
			return true;
	return false;
}

static void fit(struct grid *grid)
{
	/* In turn: how narrow names get, then which columns may go. */
	static const struct {
		size_t name;
		int drop;
	} steps[] = { { 24, 6 }, { 12, 2 }, { 12, 1 }, { 4, 99 } };

	while (has_text(grid) && width_of_all(grid) > grid->page->width && drop_column(grid, 1))
		;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		while (width_of_all(grid) > grid->page->width)
			if (!narrow_names(grid, steps[i].name) && !drop_column(grid, steps[i].drop))
				break;
}

/* Gives names back what the columns that went have left. */
static void widen_names(struct grid *grid)
{
	for (size_t i = 0; i < grid->section->n_columns; i++) {
		size_t room = grid->page->width - width_of_all(grid), missing = grid->natural[i] - grid->width[i];

		if (grid->shown[i])
			grid->width[i] += missing < room ? missing : room;
	}
}

/* The title's run grows to hold the title where there is room, and the words of
 * the last row. */
static void fit_title(struct grid *grid)
{
	size_t title = utf8_width(slice_of(grid->section->title)), more = utf8_width(grid->more);
	size_t wanted = title > more ? title : more;
	size_t run = width_between(grid, grid->run, grid->run_end), last = grid->run_end;

	while (last > grid->run && !grid->shown[last - 1])
		last--;
	if (last > grid->run && wanted > run && width_of_all(grid) + wanted - run <= grid->page->width)
		grid->width[last - 1] += wanted - run;
}

static void fit_bar(struct grid *grid)
{
	size_t used = width_of_all(grid) + GAP;

	for (size_t i = 0; i < grid->section->n_columns; i++)
		if (grid->shown[i] && kind_at(grid, i) == CELL_SHARE)
			for (size_t row = 0; row < grid->section->n_rows; row++)
				if (cell_at(grid, row, i)->number > grid->longest)
					grid->longest = cell_at(grid, row, i)->number;
	if (grid->longest && used + BAR_MIN <= grid->page->width)
		grid->bar = grid->page->width - used > BAR_MAX ? BAR_MAX : grid->page->width - used;
}

static void lay_out(struct grid *grid)
{
	const struct section *section = grid->section;

	for (size_t row = 1; row < section->n_rows; row++)
		if (kind_at(grid, 0) == CELL_HOUR && !cell_at(grid, row, 0)->none &&
		    cell_at(grid, row, 0)->zone != cell_at(grid, 0, 0)->zone)
			grid->zones = true;
	for (size_t row = 0; row < section->n_rows; row++)
		for (size_t i = 0; i < section->n_columns; i++)
			grid->cells[row * section->n_columns + i] = cell_text(grid, row, i);
	for (size_t i = 0; i < section->n_columns; i++)
		grid->shown[i] = section->columns[i].drop != DATA_ONLY && kind_at(grid, i) != CELL_EXAMPLE &&
		                 (says_something(grid, i) || section->columns[i].drop == 0);
	find_run(grid);
	for (size_t i = 0; i < section->n_columns; i++)
		measure(grid, i);
	fit(grid);
	if (width_of_all(grid) < grid->page->width)
		widen_names(grid);
	fit_title(grid);
	fit_bar(grid);
}

/* --- lines --------------------------------------------------------------- */

static void put_aligned(struct grid *grid, size_t column, enum ink ink, struct slice text)
{
	struct buffer fitted = { 0 };
	size_t width;

	page_shorten(&fitted, text, grid->width[column], kind_at(grid, column) == CELL_HOST);
	width = utf8_width(buffer_slice(&fitted));
	if (is_right(grid, column))
		page_pad(grid->page, grid->width[column] - width);
	page_put(grid->page, ink, buffer_slice(&fitted));
	if (!is_right(grid, column))
		page_pad(grid->page, grid->width[column] - width);
	buffer_release(&fitted);
}

static void put_bar(struct grid *grid, size_t column, uint64_t part)
{
	struct buffer bar = { 0 };

	if (kind_at(grid, column) != CELL_SHARE || !grid->bar)
		return;
	page_bar(grid->page, &bar, part, grid->longest, grid->bar);
	page_pad(grid->page, GAP);
	page_put(grid->page, INK_DIM, buffer_slice(&bar));
	page_pad(grid->page, grid->bar - utf8_width(buffer_slice(&bar)));
	buffer_release(&bar);
}

static void put_gap(struct grid *grid)
{
	page_pad(grid->page, grid->page->column ? GAP : INDENT);
}

/* The title in its run's heading; where it is too long for that, on a line of its
 * own. */
static void put_headings(struct grid *grid)
{
	struct slice title = slice_of(grid->section->title);
	size_t run = width_between(grid, grid->run, grid->run_end);
	bool alone = utf8_width(title) > run;

	if (alone) {
		page_pad(grid->page, INDENT);
		page_flow_words(grid->page, INK_BOLD, title, INDENT);
		page_newline(grid->page);
	}
	for (size_t i = 0; i < grid->section->n_columns; i++) {
		if (!grid->shown[i])
			continue;
		if (i > grid->run && i < grid->run_end)
			continue;
		put_gap(grid);
		if (i == grid->run) {
			page_put(grid->page, INK_BOLD, alone ? SLICE("") : title);
			page_pad(grid->page, run - (alone ? 0 : utf8_width(title)));
			continue;
		}
		put_aligned(grid, i, INK_DIM, heading_of(grid, i));
		put_bar(grid, i, 0);
	}
	page_newline(grid->page);
}

/* On lines of its own. */
static void put_example(struct grid *grid, size_t row)
{
	size_t column = grid->section->n_columns - 1;

	if (kind_at(grid, column) != CELL_EXAMPLE || cell_at(grid, row, column)->none)
		return;
	page_pad(grid->page, INDENT + GAP);
	page_flow_words(grid->page, INK_DIM, grid->cells[row * grid->section->n_columns + column], INDENT + GAP);
	page_newline(grid->page);
}

static void put_row(struct grid *grid, size_t row)
{
	for (size_t i = 0; i < grid->section->n_columns; i++) {
		const struct cell *cell = cell_at(grid, row, i);
		struct slice text = grid->cells[row * grid->section->n_columns + i];

		if (!grid->shown[i])
			continue;
		put_gap(grid);
		if (kind_at(grid, i) == CELL_MESSAGE) {
			page_flow_words(grid->page, INK_PLAIN, text, grid->page->column);
			continue;
		}
		put_aligned(grid, i, cell_ink(kind_at(grid, i), cell), text);
		put_bar(grid, i, cell->none ? 0 : cell->number);
	}
	page_newline(grid->page);
	put_example(grid, row);
}

/* How many rows from this one on are hours, or days, in which nothing was counted. */
static size_t quiet_rows(const struct grid *grid, size_t row)
{
	const struct section *section = grid->section;
	size_t count = 0, n = 0;

	if (kind_at(grid, 0) != CELL_HOUR && kind_at(grid, 0) != CELL_DAY)
		return 0;
	while (count < section->n_columns && strcmp(section->columns[count].key, "count"))
		count++;
	if (count == section->n_columns)
		return 0;
	while (row + n < section->n_rows && !cell_at(grid, row + n, 0)->none && !cell_at(grid, row + n, count)->number)
		n++;
	return n;
}

static void put_quiet(struct grid *grid, size_t rows)
{
	enum label pattern = kind_at(grid, 0) == CELL_HOUR ? LABEL_QUIET_HOURS : LABEL_QUIET_DAYS;
	struct buffer text = { 0 };

	phrase_write(&text, label(pattern, grid->lang), grid->lang, &(struct notice){ .count = rows });
	put_gap(grid);
	page_put(grid->page, INK_DIM, buffer_slice(&text));
	page_newline(grid->page);
	buffer_release(&text);
}

static void put_rows(struct grid *grid)
{
	for (size_t row = 0; row < grid->section->n_rows; ) {
		size_t quiet = quiet_rows(grid, row);

		if (quiet >= QUIET_MIN) {
			put_quiet(grid, quiet);
			row += quiet;
			continue;
		}
		do
			put_row(grid, row++);
		while (quiet-- > 1);
	}
}

/* What was left out, as a last row. */
static void put_rest(struct grid *grid)
{
	const struct section *section = grid->section;
	size_t run = width_between(grid, grid->run, grid->run_end);
	struct buffer text = { 0 };

	for (size_t i = 0; i < section->n_columns; i++) {
		if (!grid->shown[i] || (i > grid->run && i < grid->run_end))
			continue;
		text.n = 0;
		put_gap(grid);
		if (i == grid->run) {
			page_shorten(&text, grid->more, run, false);
			page_put(grid->page, INK_DIM, buffer_slice(&text));
			page_pad(grid->page, run - utf8_width(buffer_slice(&text)));
			continue;
		}
		write_rest(&text, grid, i);
		put_aligned(grid, i, INK_DIM, buffer_slice(&text));
		put_bar(grid, i, 0);
	}
	page_newline(grid->page);
	buffer_release(&text);
}

static void write_more(struct grid *grid)
{
	struct buffer text = { 0 };

	phrase_write(&text, label(LABEL_MORE, grid->lang), grid->lang,
	             &(struct notice){ .count = grid->section->rest_rows });
	grid->more = arena_copy(&grid->texts, buffer_slice(&text));
	buffer_release(&text);
}

void grid_write(struct page *page, const struct section *section)
{
	struct grid grid = { .page = page, .section = section, .lang = page->style->lang };

	if (section->n_rows == 0)
		return;
	grid.cells = xcalloc(section->n_rows * section->n_columns, sizeof *grid.cells);
	grid.shown = xcalloc(section->n_columns, sizeof *grid.shown);
	grid.natural = xcalloc(section->n_columns, sizeof *grid.natural);
	grid.width = xcalloc(section->n_columns, sizeof *grid.width);
	if (section->rest_rows)
		write_more(&grid);
	lay_out(&grid);
	put_headings(&grid);
	put_rows(&grid);
	if (section->rest_rows)
		put_rest(&grid);
	free(grid.cells);
	free(grid.shown);
	free(grid.natural);
	free(grid.width);
	arena_release(&grid.texts);
}
