/* judge.h - what is to be said of the inputs once they are read: one wording and
 * one exit status for all commands that read logs.
 * SPDX-License-Identifier: MIT */
#ifndef CLI_JUDGE_H
#define CLI_JUDGE_H

#include "cli/run.h"
#include "scan/scan.h"

/* Says it on standard error: problems always, remarks unless quiet. Returns an exit
 * status, EXIT_WRONG when there was nothing that could be read. */
int judge_inputs(const struct scan_input *inputs, size_t n, const struct run *run, const struct settings *settings);
/* Says which files are not read, for commands that report nothing of it. */
void judge_selection(const struct run *run, const struct settings *settings);

#endif
