/* mapped.c - one window after the other, each cut at its last newline; the next
 * begins there. SPDX-License-Identifier: MIT */
#include "input/mapped.h"

#include "input/lines.h"
#include "input/window.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

static size_t window_size(const struct mapped *mapped)
{
	uint64_t left = mapped->end - mapped->at;

	return left < WINDOW_BYTES ? (size_t)left : WINDOW_BYTES;
}

static struct window *look(const struct mapped *mapped, struct slice *bytes, struct error *err)
{
	struct window *window;
	struct stat st;

	if (fstat(mapped->fd, &st) == 0 && (uint64_t)st.st_size < mapped->end) {
		error_set(err, "%s: the file was cut to %jd bytes while it was read; "
		               "what came before byte %" PRIu64 " is counted",
		          mapped->name, (intmax_t)st.st_size, mapped->at);
		return NULL;
	}
	window = window_file(mapped->fd, mapped->at, window_size(mapped), bytes);
	if (!window)
		error_set(err, "%s: cannot be read from byte %" PRIu64 " on: %s",
		          mapped->name, mapped->at, strerror(errno));
	return window;
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
	bool cut;

	if (mapped->at == mapped->end)
		return 0;
	window = look(mapped, &bytes, err);
	if (!window)
		return -1;
	bytes.n = lines_whole(bytes, mapped->at + bytes.n == mapped->end, &cut);
	*chunk = (struct chunk){ .bytes = bytes, .owner = window, .cut_line = cut };
	mapped->at += bytes.n;
	if (cut)
		skip_line(mapped);
	return 1;
}
