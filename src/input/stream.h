/* stream.h - input that can only be read from front to end: pipes, and
 * compressed files. SPDX-License-Identifier: MIT */
#ifndef INPUT_STREAM_H
#define INPUT_STREAM_H

#include "input/content.h"
#include "input/input.h"

struct stream;

/* `front` was read from fd already and is copied; packing is NULL for plain
 * bytes. fd and name stay the caller's. NULL and *err when what is unpacked is no
 * log; damage that shows itself so early is told by stream_next(). */
struct stream *stream_open(const char *name, int fd, struct slice front,
                           const struct packing *packing, struct error *err);
/* As input_next(). */
int stream_next(struct stream *stream, struct chunk *chunk, struct error *err);
/* As input_until(). */
void stream_until(struct stream *stream, int64_t until);
uint64_t stream_offset(const struct stream *stream);
/* At most n bytes that come next, without taking them. */
size_t stream_front(const struct stream *stream, char *into, size_t n);
/* Go on at an offset that lies ahead: 1, 0 it ends before, -1 failure. */
int stream_skip(struct stream *stream, uint64_t to, struct error *err);
/* At most n bytes that were given or skipped last. */
void stream_before(const struct stream *stream, size_t n, struct buffer *out);
/* Bytes taken from fd so far. */
uint64_t stream_consumed(const struct stream *stream);
/* Was all given? */
bool stream_is_used_up(const struct stream *stream);
/* Is it of journal entries with cursors? */
bool stream_is_journal(const struct stream *stream);
void stream_close(struct stream *stream);

#endif
