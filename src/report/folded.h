/* folded.h - what is told of values that count together (fold.h). SPDX-License-Identifier: MIT */
#ifndef REPORT_FOLDED_H
#define REPORT_FOLDED_H

#include "report/table.h"

/* Notes in the heading, of what the report covers; `total`: its events. -1 and *err. */
int note_folded(struct build *build, uint64_t total, struct error *err);

#endif
