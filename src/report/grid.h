/* grid.h - a section as a table on a page. SPDX-License-Identifier: MIT */
#ifndef REPORT_GRID_H
#define REPORT_GRID_H

#include "report/model.h"
#include "report/page.h"

/* Writes the section's title, column headings, rows and what was left out. */
void grid_write(struct page *page, const struct section *section);

#endif
