/* live.c - each line is wiped behind its end, so that nothing flickers.
 * SPDX-License-Identifier: MIT */
#include "cli/live.h"

#include <sys/ioctl.h>

enum { ROWS_DEFAULT = 24 };

static int rows_of(FILE *out)
{
	struct winsize size;

	return ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_row ? size.ws_row : ROWS_DEFAULT;
}

void live_draw(FILE *out, struct slice text)
{
	fputs("\033[H", out);
	for (int left = rows_of(out) - 1; left > 0 && text.n; left--) {
		ptrdiff_t newline = slice_find_byte(text, '\n');
		size_t n = newline < 0 ? text.n : (size_t)newline;

		fprintf(out, "%.*s\033[K\n", (int)n, text.p);
		text = slice_from(text, n + 1);
	}
	fputs("\033[J", out);
	fflush(out);
}

void live_clear(FILE *out)
{
	fputs("\033[H\033[J", out);
}
