/* lines.h - where chunks end, and where lines do. line_next() itself is promised by
 * input.h. SPDX-License-Identifier: MIT */
#ifndef INPUT_LINES_H
#define INPUT_LINES_H

#include "input/input.h"

/* How many bytes off the front of `bytes` are a chunk: through the last newline,
 * or all of them when `last` (nothing follows). Without a newline, at most LINE_MAX_BYTES
 * and *cut is set: the caller skips the rest of that line. Bytes begin with a line. A newline
 * that was there may be lost: see window_file(). */
size_t lines_whole(struct slice bytes, bool last, bool *cut);

/* How many NULs stand in front: they are not part of a line. A crash leaves them
 * where blocks were lost, copytruncate where the writer kept its place. */
size_t lines_nuls(struct slice bytes);

/* Skip through the next newline; false when there is none and all was skipped. */
bool lines_skip(struct slice *bytes);

/* A line between its begin, of which NULs are skipped, and its newline. */
static inline struct slice line_of(const char *begin, const char *newline)
{
	struct slice line = slice_between(begin, newline);

	if (*begin == '\0')
		line = slice_from(line, lines_nuls(line));
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	if (line.n > LINE_MAX_BYTES)
		line.n = LINE_MAX_BYTES;
	return line;
}

/* The lines of a chunk as line_next() gives them, for whom a call a line is too much:
 * newlines are looked for in a block of bytes at once. */
enum { LINES_BLOCK = 4096 };
struct lines {
	const char *at, *end;       /* the next line, and the chunk's end */
	const char *block, *looked; /* the block, and the bytes behind it */
	size_t next, n;             /* of the newlines */
	uint16_t newlines[LINES_BLOCK]; /* their places in the block */
};

void lines_init(struct lines *lines, struct slice chunk);
/* Go on to the next block that has a newline; false: there is none. */
bool lines_look(struct lines *lines);

/* Memory is asked for ahead, as much of it as the line has: what the processor asks for by
 * itself ends with the page, and for a whole block at once it would have to wait. Most
 * lines are of two parts or less, and what is always done need not be guessed. */
static inline void look_ahead(struct slice line)
{
	enum { AHEAD = LINES_BLOCK, CACHE_LINE = 64 };

	__builtin_prefetch(line.p + AHEAD);
	__builtin_prefetch(line.p + AHEAD + CACHE_LINE);
	for (size_t i = 2 * CACHE_LINE; i < line.n; i += CACHE_LINE)
		__builtin_prefetch(line.p + AHEAD + i);
}

static inline bool lines_next(struct lines *lines, struct slice *line)
{
	const char *begin = lines->at, *newline;

	if (__builtin_expect(lines->next == lines->n, 0) && !lines_look(lines)) {
		struct slice rest = slice_between(begin, lines->end);

		lines->at = lines->end;
		return line_next(&rest, line); /* the last line has no newline */
	}
	newline = lines->block + lines->newlines[lines->next++];
	lines->at = newline + 1;
	*line = line_of(begin, newline);
	look_ahead(*line);
	return true;
}

#endif
