/* progress.h - how far a scan is, on a terminal: one line, which is gone when it is done.
 *
 * Only when standard error is a terminal that can wipe a line, and not `quiet`; and not
 * before a second has passed, so that a short run shows nothing.
 * SPDX-License-Identifier: MIT */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "scan/scan.h"

struct progress {
	bool shown, drawn;
	size_t log, n_logs; /* each a scan of its own; 0: there is one scan */
	struct scan *scan;
	int64_t began;      /* the first scan, and … */
	int64_t scan_began; /* … this one, in milliseconds */
	int64_t due;        /* the next look */
};

void progress_init(struct progress *progress, bool quiet);
/* Another scan begins. */
void progress_scan(struct progress *progress, struct scan *scan);
/* To be called often; shows little more often than a reader can follow. A struct progress,
 * for scan_options.between. */
void progress_look(void *progress);
void progress_clear(struct progress *progress);

/* The line at most `width` wide, after so many milliseconds of the scan. */
void progress_line(const struct progress *progress, const struct scan_progress *now, int64_t milliseconds,
                   size_t width, struct buffer *out);

#endif
