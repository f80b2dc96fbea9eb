/* progress.h - how far a scan is, on a terminal. SPDX-License-Identifier: MIT */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "scan/scan.h"

/* Shown only when standard error is a terminal and not `quiet`. */
struct progress {
	bool shown, drawn;
};

void progress_init(struct progress *progress, bool quiet);
void progress_draw(struct progress *progress, const struct scan *scan);
void progress_clear(struct progress *progress);

#endif
