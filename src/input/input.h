/* input.h - turn a path into chunks of whole lines, however it is stored.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_INPUT_H
#define INPUT_INPUT_H

#include "base/buffer.h"
#include "base/error.h"

struct input; /* opaque: mapped, compressed or pipe inside */

/* A run of whole lines. Its bytes stay valid until chunk_release(), which any
 * thread may call. It begins with a line, NULs before that are skipped; each line
 * ends in '\n' except perhaps the last of the input. */
struct chunk {
	struct slice bytes;
	void *owner;         /* for chunk_release() */
};

enum { LINE_MAX_BYTES = 1 << 20, WINDOW_BYTES = 8 << 20 };

/* Open a file, a compressed file (known by content, not name) or "-" for
 * standard input. NULL and *err on failure: missing, unreadable, a directory,
 * binary data, NULs only. An empty file is no failure: it gives no chunk. */
struct input *input_open(const char *path, struct error *err);

/* Next chunk. 1 got one, 0 end, -1 error (a read error, a truncated or damaged
 * compressed file; what came before it has been given and stays counted). Where
 * chunks end depends on the bytes alone, never on timing, unless input_until() was
 * called. */
enum { INPUT_LATER = 2 };
int input_next(struct input *in, struct chunk *chunk, struct error *err);

/* From now on input_next() waits for the next bytes of a pipe only until this time (in
 * milliseconds of CLOCK_MONOTONIC; 0: as long as it takes). Then it gives the whole lines
 * that have come, or, there being none, INPUT_LATER: call it again. But what libarchive
 * unpacks must come, and the rest of an overlong line. */
void input_until(struct input *in, int64_t until);

/* After so many bytes more nobody asks for a while: chunks of a plain file become smaller
 * towards that, as they do towards its end. */
void input_pause(struct input *in, uint64_t bytes);

/* False when the bytes were lost under the map (the file shrank while it was
 * read): the lost part reads as zeros. */
bool chunk_intact(const struct chunk *chunk);
/* What is to be said of an input then. Always -1. */
int chunk_lost(const char *name, struct error *err);
void chunk_release(struct chunk *chunk);

/* --- one log under any name: see mark.h ------------------------------------ */

/* The first bytes behind NULs, as many as a mark wants or as there are. */
struct slice input_front(const struct input *in);
/* Bytes given or skipped so far, from the first that is no NUL. */
uint64_t input_place(const struct input *in);
/* Go on at a place, which of a stream lies ahead: 1 done, 0 the input ends before, -1
 * error. */
int input_skip(struct input *in, uint64_t place, struct error *err);
/* At most n bytes that stand before the place, to the end of *out; fewer when they
 * cannot be had. Of a stream BEFORE_BYTES at most. */
void input_before(const struct input *in, size_t n, struct buffer *out);
enum { BEFORE_BYTES = 64 << 10 };
/* Is it a plain file, which may grow? */
bool input_is_plain(const struct input *in);
/* A last line of a plain file that has no newline yet is not given. */
void input_leave_half_line(struct input *in);
/* Does it end in half a line, and was it changed less than so long ago? */
bool input_is_fresh(const struct input *in, int milliseconds);
/* False when what was given stands no longer in the file, so that nobody knows what was
 * read: it was cut, or cut and written anew. */
bool input_stands(const struct input *in);
/* Was all given? If not, there may be nothing left still. */
bool input_is_used_up(const struct input *in);
/* What may tell that a file was not touched since. All zero for what is no file. */
struct input_touch {
	int64_t device, inode, size, changed; /* its mtime in nanoseconds */
};
struct input_touch input_touch(const struct input *in);

/* Where a journal was counted up to (journal.h), to be told before anything is read: what
 * was counted is not given then. NULL: it is no journal, or has no cursors. */
struct journal;
struct journal *input_journal(struct input *in);

/* The name for messages: the path, or "standard input". */
const char *input_name(const struct input *in);
/* Uncompressed bytes given so far. */
uint64_t input_offset(const struct input *in);
/* Seconds since 1970 that RFC 3164 years are reckoned from: the file's mtime
 * or what tells of an earlier one (dated.h),
 * for a pipe the time of input_open(). */
int64_t input_reference(const struct input *in);
/* Bytes of the file consumed and its size, for progress; size 0: unknown. */
void input_progress(const struct input *in, uint64_t *done, uint64_t *size);
void input_close(struct input *in);

/* Cut the next line off the front of *rest, without its '\n', a '\r' before that and
 * NULs in front of it; false when there is none. */
bool line_next(struct slice *rest, struct slice *line);

/* Is this only the front of a line? A line of just LINE_MAX_BYTES is taken for one. */
static inline bool line_is_cut(struct slice line)
{
	return line.n >= LINE_MAX_BYTES;
}

#endif
