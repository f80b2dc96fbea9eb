/* heading.h - whose lines a report is about, of when, and how far to trust it.
 * SPDX-License-Identifier: MIT */
#ifndef REPORT_HEADING_H
#define REPORT_HEADING_H

#include "report/table.h"

int heading_build(struct build *build, struct error *err);

#endif
