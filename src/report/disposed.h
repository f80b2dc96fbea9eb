/* disposed.h - where did my mail go: held, discarded, redirected.
 * SPDX-License-Identifier: MIT */
#ifndef REPORT_DISPOSED_H
#define REPORT_DISPOSED_H

#include "report/table.h"

/* The facts of the first screen, and the section. */
int disposed_facts(struct build *build, struct error *err);
int disposed_add(struct build *build, struct error *err);

#endif
