/* cell.h - a table's cell as people read it. SPDX-License-Identifier: MIT */
#ifndef REPORT_CELL_H
#define REPORT_CELL_H

#include "report/model.h"
#include "report/page.h"

/* Appends the cell's text, safe for a terminal. `zone`: an hour tells its zone. A
 * flag is empty here: its column's name stands for it. */
void cell_write(struct buffer *out, enum cell_kind kind, const struct cell *cell, enum lang lang, bool zone);
/* Red for what failed for good, yellow for what may yet come. */
enum ink cell_ink(enum cell_kind kind, const struct cell *cell);

#endif
