/* lines.c - cutting bytes into lines, and lines that are too long.
 *
 * A line over LINE_MAX_BYTES is seen as its front part, however it is stored:
 * line_next() cuts it when its end is in the same chunk; when it is not, the
 * chunk is that front part alone. SPDX-License-Identifier: MIT */
#include "input/lines.h"

#include "input/input.h"

/* The processor's own looking ahead ends with the page; lines come at some hundred
 * bytes, and each asks for as much. */
static inline void look_ahead(const char *p)
{
	enum { AHEAD = 2048, CACHE_LINE = 64 };

	for (int i = 0; i < 3; i++)
		__builtin_prefetch(p + AHEAD + i * CACHE_LINE);
}

bool line_next(struct slice *rest, struct slice *line)
{
	const char *newline;

	if (rest->n && *rest->p == '\0')
		*rest = slice_from(*rest, lines_nuls(*rest));
	if (rest->n == 0)
		return false;
	look_ahead(rest->p);
	newline = memchr(rest->p, '\n', rest->n);
	line->p = rest->p;
	if (newline) {
		line->n = (size_t)(newline - rest->p);
		rest->n -= line->n + 1;
		rest->p = newline + 1;
		if (line->n && line->p[line->n - 1] == '\r')
			line->n--;
	} else {
		line->n = rest->n;
		*rest = (struct slice){ rest->p + rest->n, 0 };
	}
	if (line->n > LINE_MAX_BYTES)
		line->n = LINE_MAX_BYTES;
	return true;
}

size_t lines_nuls(struct slice bytes)
{
	size_t n = 0;

	while (n < bytes.n && bytes.p[n] == '\0')
		n++;
	return n;
}

size_t lines_whole(struct slice bytes, bool last, bool *cut)
{
	const char *newline = last ? NULL : memrchr(bytes.p, '\n', bytes.n);

	*cut = !last && !newline;
	if (*cut)
		return LINE_MAX_BYTES;
	return newline ? (size_t)(newline + 1 - bytes.p) : bytes.n;
}

bool lines_skip(struct slice *bytes)
{
	ptrdiff_t newline = slice_find_byte(*bytes, '\n');

	*bytes = slice_from(*bytes, newline < 0 ? bytes->n : (size_t)newline + 1);
	return newline >= 0;
}
