/* repeat.c - SPDX-License-Identifier: MIT */
#include "scan/repeat.h"

#include "input/input.h"

uint32_t repeat_times(const struct line *line)
{
	static const struct slice texts[] = {
		SLICE_INIT("last message repeated "), SLICE_INIT("--- last message repeated "),
	};

	for (size_t i = 0; line->gap && i < sizeof texts / sizeof *texts; i++) {
		struct slice rest = slice_from(line->text, texts[i].n);
		ptrdiff_t blank = slice_find_byte(rest, ' ');
		uint64_t times;

		if (slice_starts(line->text, texts[i]) && blank > 0 &&
		    slice_to_u64((struct slice){ rest.p, (size_t)blank }, &times) && times <= UINT32_MAX)
			return (uint32_t)times;
	}
	return 0;
}

/* Cuts the last line off. */
static struct slice last_line(struct slice *bytes)
{
	struct slice line = *bytes, one;
	const char *newline;

	if (line.n && line.p[line.n - 1] == '\n')
		line.n--;
	newline = line.n ? memrchr(line.p, '\n', line.n) : NULL;
	if (newline)
		line = slice_between(newline + 1, line.p + line.n);
	bytes->n = (size_t)(line.p - bytes->p);
	return line_next(&line, &one) ? one : line;
}

enum repeat_search repeat_find(struct slice before, struct prefix *prefix, const struct line *line, struct line *out)
{
	const bool whole = before.n <= REPEAT_REACH;
	struct slice rest = before;

	while (rest.n && before.n - rest.n < REPEAT_REACH) {
		prefix_parse(prefix, last_line(&rest), out);
		if (!slice_eq(out->host, line->host) || repeat_times(out))
			continue;
		out->repeats = repeat_times(line);
		out->time = line->time;
		out->zone = line->zone;
		return REPEAT_FOUND;
	}
	return whole ? REPEAT_EARLIER : REPEAT_NOWHERE;
}

struct slice repeat_tail(struct slice chunk)
{
	struct slice tail = chunk.n > REPEAT_REACH ? slice_from(chunk, chunk.n - REPEAT_REACH) : chunk;
	ptrdiff_t newline = tail.n < chunk.n ? slice_find_byte(tail, '\n') : -1;

	return slice_from(tail, (size_t)(newline + 1));
}
