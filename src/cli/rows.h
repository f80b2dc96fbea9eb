/* rows.h - what `events` writes: a row for each event or, with --fate, for each line
 * of the fates asked for. SPDX-License-Identifier: MIT */
#ifndef CLI_ROWS_H
#define CLI_ROWS_H

#include "base/buffer.h"
#include "cli/output.h"
#include "pattern/matcher.h"

enum row_format { ROWS_TSV, ROWS_JSONL };

struct rows {
	enum row_format format;
	unsigned fates; /* bits; 0: rows are events */
	bool raw;       /* add the line as it is */
	struct output output;
	struct buffer row, text;
};

/* What was read where. */
struct row_place {
	const char *file;
	uint64_t number;
	struct slice raw;
};

/* The format and --fate. -1 and *err: there is no such one. */
int rows_choose(struct rows *rows, const struct settings *settings, struct error *err);
void rows_release(struct rows *rows);
void rows_header(struct rows *rows);
void rows_event(struct rows *rows, const struct row_place *place, const struct event *event);
/* A line that matcher_line() was given last. */
void rows_line(struct rows *rows, const struct row_place *place, const struct line *line, enum fate fate,
               const struct matcher *matcher);

static inline bool rows_want(const struct rows *rows, enum fate fate)
{
	return rows->fates & 1u << fate;
}

#endif
