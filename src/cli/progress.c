/* progress.c - one line, drawn at each epoch's end, wiped before the report.
 * SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

void progress_init(struct progress *progress, bool quiet)
{
	*progress = (struct progress){ .shown = !quiet && isatty(STDERR_FILENO) };
}

void progress_draw(struct progress *progress, const struct scan *scan)
{
	uint64_t done, size;

	if (!progress->shown)
		return;
	scan_progress(scan, &done, &size);
	if (size > 0 && done <= size)
		fprintf(stderr, "\r%3d %% of %.1f GB\033[K", (int)(100 * done / size), (double)size / 1e9);
	else
		fprintf(stderr, "\r%.1f GB\033[K", (double)done / 1e9);
	progress->drawn = true;
}

void progress_clear(struct progress *progress)
{
	if (progress->drawn)
		fputs("\r\033[K", stderr);
	progress->drawn = false;
}
