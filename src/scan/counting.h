/* counting.h - what worker.c, together.c and close.c share; for these only.
 *
 * worker.c counts a line as it stands; together.c has what few lines need; close.c counts
 * those that have to wait for earlier chunks. SPDX-License-Identifier: MIT */
#ifndef SCAN_COUNTING_H
#define SCAN_COUNTING_H

#include "scan/worker.h"

/* worker.c: a line that stands for others, or was put together of them; a line that is no
 * piece of another; the events of the line that was matched, of which so many of `times`
 * are echoes. */
enum fate count_whole(struct worker *worker, const struct prefix *prefix, const struct line *line,
                      const struct joined *whole);
enum fate count_logical(struct worker *worker, struct prefix *prefix, const struct joined *whole);
bool is_outside(const struct worker *worker, const struct line *line);
enum fate count_outside(struct worker *worker, const struct line *line, uint64_t lines);
void count_events(struct worker *worker, uint64_t times, uint64_t echoes);

/* together.c. The events of a line that may be said twice; false: it must wait. `whole` is
 * as in count_whole(); NULL: it is the line itself. */
bool count_told(struct worker *worker, const struct prefix *prefix, const struct line *line, uint64_t number,
                const struct joined *whole);
/* A line with a piece or a gap; false: it is one like others. */
bool count_odd(struct worker *worker, const struct prefix *prefix, const struct line *line, uint64_t number,
               enum fate *fate);
/* False: the line stands for itself. */
bool count_piece(struct worker *worker, const struct prefix *prefix, const struct line *line, struct place place);
/* A line that says how often the one before was repeated counts as that one. */
enum fate count_repeat(struct worker *worker, const struct prefix *prefix, const struct line *line, struct place place);
/* What is not completed up to this offset. */
void count_given_up(struct worker *worker, uint64_t offset);
/* It waits for the chunk's turn. Open: what it is hangs on what lines before have left. */
void put_off(struct worker *worker, const struct joined *line, bool open);
/* A line of the chunk, as it stands there; what it is counted with. */
struct joined line_itself(const struct worker *worker, struct slice text, uint64_t number);
struct at_hand at_hand_of(struct job *job);

/* Closed chunk by chunk: waits for the chunk's turn. */
void worker_take_turn(struct worker *worker, struct job *job);

#endif
