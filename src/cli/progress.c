/* progress.c - SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_MS = 1000, EACH_MS = 250, COLUMNS_DEFAULT = 80 };

static int64_t clock_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static bool can_wipe(void)
{
	const char *terminal = getenv("TERM");

	return isatty(STDERR_FILENO) && terminal && *terminal && strcmp(terminal, "dumb") != 0;
}

void progress_init(struct progress *progress, bool quiet)
{
	*progress = (struct progress){ .shown = !quiet && can_wipe() };
	if (progress->shown)
		progress->began = clock_ms();
	progress->due = progress->began + FIRST_MS;
}

void progress_scan(struct progress *progress, struct scan *scan)
{
	progress->scan = scan;
	if (progress->shown)
		progress->scan_began = clock_ms();
}

/* --- the line ------------------------------------------------------------ */

static void add_bytes(struct buffer *out, uint64_t bytes)
{
	if (bytes >= 1000000000)
		buffer_printf(out, "%.1f GB", (double)bytes / 1e9);
	else
		buffer_printf(out, "%.0f MB", (double)bytes / 1e6);
}

static void add_rest(struct buffer *out, uint64_t seconds)
{
	if (seconds >= 3600)
		buffer_printf(out, "%d:%02d:%02d left", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
	else
		buffer_printf(out, "%d:%02d left", (int)(seconds / 60), (int)(seconds % 60));
}

/* One part more, with what stands between, if there is room for it. */
static bool add_part(struct buffer *out, struct buffer *part, size_t width)
{
	bool fits = out->n + (out->n ? 2 : 0) + part->n <= width;

	if (fits)
		buffer_printf(out, "%s%.*s", out->n ? ", " : "", SLICE_ARG(buffer_slice(part)));
	part->n = 0;
	return fits;
}

static void make_where(const struct progress *progress, const struct scan_progress *now, struct buffer *part)
{
	if (progress->n_logs > 1)
		buffer_printf(part, "log %zu of %zu", progress->log, progress->n_logs);
	else if (now->n_files > 1)
		buffer_printf(part, "%zu of %zu files", now->files, now->n_files);
}

static void make_share(const struct scan_progress *now, struct buffer *part)
{
	if (now->size) {
		buffer_printf(part, "%d %% of ", (int)(100 * (now->done < now->size ? now->done : now->size) / now->size));
		add_bytes(part, now->size);
	} else {
		add_bytes(part, now->bytes);
	}
}

void progress_line(const struct progress *progress, const struct scan_progress *now, int64_t milliseconds,
                   size_t width, struct buffer *out)
{
	const double seconds = (double)milliseconds / 1000;
	struct buffer part = { 0 };
	bool fits;

	make_share(now, &part);
	fits = add_part(out, &part, width);
	if (fits && now->done && now->done < now->size)
		add_rest(&part, (uint64_t)((double)(now->size - now->done) / (double)now->done * seconds + 0.5));
	if (fits && part.n)
		fits = add_part(out, &part, width);
	make_where(progress, now, &part);
	if (fits && part.n)
		fits = add_part(out, &part, width);
	buffer_printf(&part, "%.1f million lines", (double)now->lines / 1e6);
	fits = fits && add_part(out, &part, width);
	part.n = 0;
	if (seconds > 0)
		buffer_printf(&part, "%.0f MB/s", (double)now->bytes / 1e6 / seconds);
	if (fits && part.n)
		add_part(out, &part, width);
	buffer_release(&part);
}

/* --- on the terminal ----------------------------------------------------- */

/* The last column stays free: some terminals go on to the next row there. */
static size_t columns(void)
{
	struct winsize size;

	return (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : COLUMNS_DEFAULT) - 1u;
}

/* At once, so that no half of it is seen. */
static void put(struct slice text)
{
	ssize_t ignored = write(STDERR_FILENO, text.p, text.n);

	(void)ignored;
}

void progress_look(void *arg)
{
	struct progress *progress = arg;
	struct buffer line = { 0 }, out = { 0 };
	struct scan_progress now;
	int64_t time;

	if (!progress->shown)
		return;
	time = clock_ms();
	if (time < progress->due)
		return;
	progress->due = time + EACH_MS;
	now = scan_progress(progress->scan);
	progress_line(progress, &now, time - progress->scan_began, columns(), &line);
	buffer_printf(&out, "\r%.*s\033[K", SLICE_ARG(buffer_slice(&line)));
	put(buffer_slice(&out));
	progress->drawn = true;
	buffer_release(&line);
	buffer_release(&out);
}

void progress_clear(struct progress *progress)
{
	if (progress->drawn)
		put(SLICE("\r\033[K"));
	progress->drawn = false;
}
