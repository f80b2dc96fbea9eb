/* cell.c - a table's cell as people read it. SPDX-License-Identifier: MIT */
#include "report/cell.h"

#include "report/number.h"

static void write_nothing(struct buffer *out, enum cell_kind kind, enum lang lang)
{
	switch (kind) {
	case CELL_HOST: buffer_puts(out, label(LABEL_NO_NAME, lang)); break;
	case CELL_HOUR:
	case CELL_DAY:
	case CELL_CLOCK: buffer_puts(out, label(LABEL_NO_TIME, lang)); break;
	case CELL_WORD:
	case CELL_CODE:
	case CELL_CLASS:
	case CELL_CATEGORY:
	case CELL_ENHANCED: buffer_puts(out, "–"); break;
	default: break;
	}
}

static void write_number(struct buffer *out, uint64_t number, enum lang lang)
{
	if (number)
		number_count(out, number, lang);
	else
		buffer_puts(out, "·");
}

static void write_share(struct buffer *out, const struct cell *cell, enum lang lang)
{
	if (cell->number)
		number_share(out, cell->number, cell->whole, lang);
	else
		buffer_puts(out, "·");
}

static void write_refusal(struct buffer *out, const struct cell *cell, enum lang lang)
{
	number_reply(out, cell->code, cell->enhanced);
	buffer_puts(out, " ×");
	number_count(out, cell->number, lang);
}

static void write_hour(struct buffer *out, const struct cell *cell, enum lang lang, bool zone)
{
	number_hour(out, cell_signed(cell) + cell->zone, lang);
	if (zone) {
		buffer_byte(out, ' ');
		number_zone(out, cell->zone);
	}
}

void cell_write(struct buffer *out, enum cell_kind kind, const struct cell *cell, enum lang lang, bool zone)
{
	if (cell->none) {
		write_nothing(out, kind, lang);
		return;
	}
	switch (kind) {
	case CELL_HOST:
	case CELL_TEXT:
	case CELL_MESSAGE:
	case CELL_EXAMPLE:
	case CELL_NAME: buffer_terminal(out, cell->text); break;
	case CELL_WORD: buffer_puts(out, cell->label); break;
	case CELL_FLAG: break;
	case CELL_CODE: number_reply(out, (int)cell->number, 0); break;
	case CELL_CLASS: buffer_printf(out, "%dyz", (int)cell->number); break;
	case CELL_CATEGORY: buffer_printf(out, "x%dz", (int)cell->number); break;
	case CELL_ENHANCED: number_reply(out, 0, (uint32_t)cell->number); break;
	case CELL_REFUSAL: write_refusal(out, cell, lang); break;
	case CELL_HOUR: write_hour(out, cell, lang, zone); break;
	case CELL_DAY: number_day(out, cell_signed(cell), lang); break;
	case CELL_CLOCK: number_clock(out, cell_signed(cell) * 3600); break;
	case CELL_ZONE: number_zone(out, (int32_t)cell_signed(cell)); break;
	case CELL_COUNT: write_number(out, cell->number, lang); break;
	case CELL_SHARE:
	case CELL_RATE: write_share(out, cell, lang); break;
	case CELL_DELAY: number_delay(out, cell->number, lang); break;
	case N_CELL_KINDS: break;
	}
}

enum ink cell_ink(enum cell_kind kind, const struct cell *cell)
{
	uint64_t digit = 0;

	switch (kind) {
	case CELL_CODE: digit = cell->number / 100; break;
	case CELL_CLASS: digit = cell->number; break;
	case CELL_ENHANCED: digit = cell->number / 1000000; break;
	case CELL_REFUSAL: digit = (uint64_t)cell->code / 100; break;
	default: break;
	}
	if (cell->none)
		return INK_DIM;
	return digit == 5 ? INK_RED : digit == 4 ? INK_YELLOW : INK_PLAIN;
}
