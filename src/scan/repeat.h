/* repeat.h - "last message repeated 3 times": what was repeated.
 *
 * Some syslog daemons write this instead of equal lines. It stands for so many more
 * of the line before it, of the same host, at its own time. That line is looked for
 * backwards, up to REPEAT_REACH bytes: in the chunk, then in the one before.
 * SPDX-License-Identifier: MIT */
#ifndef SCAN_REPEAT_H
#define SCAN_REPEAT_H

#include "input/prefix.h"

/* How often, for a line that says so; 0: it does not. */
uint32_t repeat_times(const struct line *line);
/* May it be meant by such a line? */
bool repeat_may_mean(const struct line *line);
/* Cut the last line off the end of whole lines. */
struct slice last_line(struct slice *lines);
/* Looks in `before`, the whole lines before it. True: *out is the line that was meant,
 * with the repeats and the time of `line`. *prefix is another one than that of `line`; it
 * may hold what *out points to. */
bool repeat_find(struct slice before, struct prefix *prefix, const struct line *line, struct line *out);

#endif
