/* strange.h - the section of lines that nobody reads. SPDX-License-Identifier: MIT */
#ifndef REPORT_STRANGE_H
#define REPORT_STRANGE_H

#include "report/table.h"

void strange_section(struct build *build);

#endif
