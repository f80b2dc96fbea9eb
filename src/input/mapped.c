/* mapped.c - one window after the other, each cut at its last newline; the next
 * begins there. SPDX-License-Identifier: MIT */
#include "input/mapped.h"

#include "base/mem.h"
#include "input/content.h"
#include "input/lines.h"
#include "input/window.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A window holds a newline, or more than the longest line, or all that is left. */
enum { WINDOW_LEAST = 256 << 10, WINDOW_LONG_LINE = LINE_MAX_BYTES + LINE_MAX_BYTES / 4 };

static size_t at_most_left(const struct mapped *mapped, size_t size)
{
	uint64_t left = mapped->end - mapped->at;

	return left < size ? (size_t)left : size;
}

/* Towards the end they become smaller, so that threads with one each end together. A small
 * file is read by one. */
static size_t window_size(const struct mapped *mapped)
{
	uint64_t left = mapped->end - mapped->at;
	uint64_t soon = mapped->pause > mapped->at && mapped->pause < mapped->end ? mapped->pause - mapped->at : left;
	size_t size = soon / 4 < WINDOW_BYTES ? (size_t)soon / 4 : WINDOW_BYTES;
	size_t least = mapped->end - mapped->start < WINDOW_LONG_LINE ? WINDOW_LONG_LINE : WINDOW_LEAST;

	return at_most_left(mapped, size < least ? least : size);
}

static bool was_cut(const struct mapped *mapped, struct error *err)
{
	struct stat st;

	if (fstat(mapped->fd, &st) != 0 || (uint64_t)st.st_size >= mapped->end)
		return false;
	error_set(err, "%s: the file was cut to %jd bytes while it was read; "
	               "what came before byte %" PRIu64 " is counted",
	          mapped->name, (intmax_t)st.st_size, mapped->at);
	return true;
}

static bool is_within_a_line(struct slice bytes)
{
	return memrchr(bytes.p, '\n', bytes.n) == NULL;
}

static struct window *look(const struct mapped *mapped, struct slice *bytes, struct error *err)
{
	const size_t size = window_size(mapped), larger = at_most_left(mapped, WINDOW_LONG_LINE);
	struct window *window;
	int number;

	if (was_cut(mapped, err))
		return NULL;
	window = window_file(mapped->fd, mapped->at, size, bytes);
	if (window && size < larger && is_within_a_line(*bytes)) {
		window_free(window);
		window = window_file(mapped->fd, mapped->at, larger, bytes);
	}
	number = errno;
	if (!window && !was_cut(mapped, err))
		error_set(err, "%s: cannot be read from byte %" PRIu64 " on: %s", mapped->name, mapped->at, strerror(number));
	return window;
}

/* Past a hole, which a map would bring into memory page by page. */
static void skip_hole(struct mapped *mapped)
{
	off_t at = lseek(mapped->fd, (off_t)mapped->at, SEEK_DATA);

	if (at < 0 && errno == ENXIO) /* it reaches to the file's end */
		at = lseek(mapped->fd, 0, SEEK_END);
	if (at > (off_t)mapped->at)
		mapped->at = (uint64_t)at < mapped->end ? (uint64_t)at : mapped->end;
}

/* Look at the next line, past NULs before it: 1, 0 at the end, -1 on failure. */
static int look_at_line(struct mapped *mapped, struct window **window, struct slice *bytes, struct error *err)
{
	while (mapped->at < mapped->end) {
		size_t nuls;

		*window = look(mapped, bytes, err);
		if (!*window)
			return -1;
		nuls = lines_nuls(*bytes);
		if (nuls == 0)
			return 1;
		if (window_intact(*window))
			mapped->at += nuls;
		window_free(*window);
		skip_hole(mapped);
	}
	return 0;
}

/* The first bytes behind NULs instead. */
static int look_at_front(struct mapped *mapped, char *bytes, struct slice *front, struct error *err)
{
	struct window *window;
	int got = look_at_line(mapped, &window, front, err);

	if (got < 0)
		return -1;
	front->n = got == 0 ? 0 : front->n < FRONT_BYTES ? front->n : FRONT_BYTES;
	if (got > 0) {
		memcpy(bytes, front->p, front->n);
		front->p = bytes;
		window_free(window);
	}
	return 0;
}

int mapped_open(struct mapped *mapped, struct slice front, struct error *err)
{
	char bytes[FRONT_BYTES];
	const char *refusal;

	if (lines_nuls(front) && look_at_front(mapped, bytes, &front, err) < 0)
		return -1;
	refusal = content_refusal(mapped->at - mapped->start, front);
	return refusal ? error_set(err, "%s: %s", mapped->name, refusal) : 0;
}

/* Past the newline that ends the line we are in. On failure we stay, and the
 * next look says what is wrong. */
static void skip_line(struct mapped *mapped)
{
	bool found = false;

	while (!found && mapped->at < mapped->end) {
		struct error ignored;
		struct slice bytes;
		struct window *window = look(mapped, &bytes, &ignored);
		const char *from = window ? bytes.p : NULL;

		if (!window)
			return;
		found = lines_skip(&bytes);
		mapped->at += (uint64_t)(bytes.p - from);
		window_free(window);
	}
}

int mapped_next(struct mapped *mapped, struct chunk *chunk, struct error *err)
{
	struct window *window;
	struct slice bytes;
	int got = look_at_line(mapped, &window, &bytes, err);
	bool cut;

	if (got <= 0)
		return got;
	bytes.n = lines_whole(bytes, mapped->at + bytes.n == mapped->end, &cut);
	*chunk = (struct chunk){ .bytes = bytes, .owner = window };
	mapped->at += bytes.n;
	if (cut)
		skip_line(mapped);
	return 1;
}

int mapped_skip(struct mapped *mapped, uint64_t to)
{
	if (to > mapped->end)
		return 0;
	mapped->at = to;
	return 1;
}

size_t mapped_read(const struct mapped *mapped, uint64_t from, char *into, size_t n)
{
	size_t filled = 0;

	while (filled < n) {
		ssize_t got = pread(mapped->fd, into + filled, n - filled, (off_t)(from + filled));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		filled += (size_t)got;
	}
	return filled;
}

void mapped_before(const struct mapped *mapped, size_t n, struct buffer *out)
{
	char *bytes = xmalloc(n);

	if (mapped_read(mapped, mapped->at - n, bytes, n) == n)
		buffer_add(out, (struct slice){ bytes, n });
	free(bytes);
}

uint64_t mapped_size(const struct mapped *mapped)
{
	struct stat st;

	return fstat(mapped->fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

void mapped_leave_half_line(struct mapped *mapped)
{
	char block[FRONT_BYTES];

	while (mapped->end > mapped->at) {
		uint64_t left = mapped->end - mapped->at;
		size_t n = left < sizeof block ? (size_t)left : sizeof block;
		const char *newline;

		if (mapped_read(mapped, mapped->end - n, block, n) < n)
			return; /* the next look says why */
		newline = memrchr(block, '\n', n);
		if (newline) {
			mapped->end -= n - (size_t)(newline + 1 - block);
			return;
		}
		mapped->end -= n;
	}
}
