/* look.h - what deserves a look, on the first screen. SPDX-License-Identifier: MIT */
#ifndef REPORT_LOOK_H
#define REPORT_LOOK_H

#include "report/table.h"

int look_build(struct build *build, struct error *err);

#endif
