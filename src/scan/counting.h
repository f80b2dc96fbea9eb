/* counting.h - what worker.c and together.c share; for these only.
 *
 * worker.c counts a line as it stands; together.c has what few lines need.
 * SPDX-License-Identifier: MIT */
#ifndef SCAN_COUNTING_H
#define SCAN_COUNTING_H

#include "scan/worker.h"

/* worker.c: a line that stands for others, or was put together of them; a line of the
 * log, but not the first time, or not at once; the events of the line that was matched,
 * of which so many of `times` are echoes. */
enum fate count_whole(struct worker *worker, const struct prefix *prefix, const struct line *line,
                      const struct joined *whole);
enum fate count_late(struct worker *worker, struct prefix *prefix, struct slice text, struct place place);
void count_events(struct worker *worker, uint64_t times, uint64_t echoes);
bool is_outside(const struct worker *worker, const struct line *line);
enum fate count_outside(struct worker *worker, const struct line *line, uint64_t lines);

/* together.c. The events of a line, which may be said twice; false: it must wait. `whole`
 * is as in count_whole(); NULL: it is the line itself. */
bool count_told(struct worker *worker, const struct prefix *prefix, const struct line *line, struct place place,
                const struct joined *whole);
/* False: the line stands for itself. */
bool count_piece(struct worker *worker, const struct prefix *prefix, const struct line *line, struct place place);
/* A line that says how often the one before was repeated counts as that one. */
enum fate count_repeat(struct worker *worker, const struct prefix *prefix, const struct line *line, struct place place);
/* Count with what the stream has carried, and with the log from its tail on. */
void use_carry(struct worker *worker, struct job *job, struct carry *carry, struct slice log);
/* What is not completed up to this offset. */
void count_given_up(struct worker *worker, uint64_t offset);
/* What must be kept of the chunk: its tail, and the log up to the last line that waits.
 * These stand near its begin, or hang on lines that do. */
void keep_ends(struct job *job);

#endif
