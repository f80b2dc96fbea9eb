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

bool repeat_may_mean(const struct line *line)
{
	return line->raw.n && !repeat_times(line) && !(line->piece & PIECE_MARKED);
}

struct slice last_line(struct slice *bytes)
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

bool repeat_find(struct slice before, struct prefix *prefix, const struct line *line, struct line *out)
{
	while (before.n) {
		struct slice text = last_line(&before);

		prefix_parse(prefix, text, out);
		if (!slice_eq(out->host, line->host) || !repeat_may_mean(out))
			continue;
		out->repeats = repeat_times(line);
		out->time = line->time;
		out->zone = line->zone;
		return true;
	}
	return false;
}
