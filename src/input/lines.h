/* lines.h - where chunks end. line_next() itself is promised by input.h.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_LINES_H
#define INPUT_LINES_H

#include "base/slice.h"

/* How many bytes off the front of `bytes` are a chunk: through the last newline,
 * or all of them when `last` (nothing follows). Without a newline, LINE_MAX_BYTES
 * and *cut is set: the caller skips the rest of that line. Bytes begin with a line,
 * and there are more than LINE_MAX_BYTES unless `last`. */
size_t lines_whole(struct slice bytes, bool last, bool *cut);

/* How many NULs stand in front: they are not part of a line. A crash leaves them
 * where blocks were lost, copytruncate where the writer kept its place. */
size_t lines_nuls(struct slice bytes);

/* Skip through the next newline; false when there is none and all was skipped. */
bool lines_skip(struct slice *bytes);

#endif
