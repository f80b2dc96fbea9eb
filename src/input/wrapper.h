/* wrapper.h - lines that a container engine or the journal's JSON wraps around a log's
 * own. SPDX-License-Identifier: MIT */
#ifndef INPUT_WRAPPER_H
#define INPUT_WRAPPER_H

#include "input/prefix.h"

/* Read a line that has no usual prefix; false, and *out as it was, when it is of no form
 * that is known here. out's slices point into line, or into prefix's scratch, which the
 * next call overwrites. */
bool wrapper_read(struct prefix *prefix, struct slice line, struct line *out);

#endif
