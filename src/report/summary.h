/* summary.h - the first screen: it answers before it enumerates.
 * SPDX-License-Identifier: MIT */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "report/table.h"

int summary_build(struct build *build, struct error *err);

#endif
