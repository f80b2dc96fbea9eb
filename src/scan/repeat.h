/* repeat.h - "last message repeated 3 times": what was repeated.
 *
 * Some syslog daemons write this instead of equal lines. It stands for so many more
 * of the line before it, of the same host, at its own time. That line is looked for
 * backwards, up to REPEAT_REACH bytes: in the chunk, then in the one before.
 * SPDX-License-Identifier: MIT */
#ifndef SCAN_REPEAT_H
#define SCAN_REPEAT_H

#include "base/buffer.h"
#include "input/prefix.h"

enum { REPEAT_REACH = 64 << 10 };

/* How often, for a line that says so; 0: it does not. */
uint32_t repeat_times(const struct line *line);
enum repeat_search { REPEAT_FOUND, REPEAT_EARLIER, REPEAT_NOWHERE };
/* Looks in `before`, the bytes of the chunk before the line. FOUND: *out is the line
 * that was meant, with the repeats and the time of `line`. EARLIER: look in the end of
 * the chunk before. *prefix is another one than that of `line`; it may hold what *out
 * points to. */
enum repeat_search repeat_find(struct slice before, struct prefix *prefix, const struct line *line, struct line *out);
/* The whole lines at the end of a chunk that a later line may mean. */
struct slice repeat_tail(struct slice chunk);

#endif
