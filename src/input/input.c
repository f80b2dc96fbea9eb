/* input.c - open what a path names, and find out how to read it.
 *
 * A plain file with a size is mapped; all else is a stream. What it holds is
 * known by its first bytes only, never by its name.
 * SPDX-License-Identifier: MIT */
#include "input/input.h"

#include "base/mem.h"
#include "input/content.h"
#include "input/dated.h"
#include "input/entries.h"
#include "input/journal.h"
#include "input/lines.h"
#include "input/mark.h"
#include "input/mapped.h"
#include "input/stream.h"
#include "input/window.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct input {
	char *name;
	int fd;
	int64_t reference;
	uint64_t size;         /* 0: not known */
	struct input_touch touch;
	struct mapped mapped;
	struct stream *stream; /* NULL: mapped */
	char front[MARK_BYTES];
	size_t front_n;
	uint64_t begin;        /* of the front */
	bool by_cursors;
	struct journal journal; /* if so */
};

/* The first bytes, always as many as there are: what a pipe is must not depend
 * on how it was written. -1 and errno on failure. */
static ssize_t read_front(int fd, char *front)
{
	size_t n = 0;

	while (n < FRONT_BYTES) {
		ssize_t got = read(fd, front + n, FRONT_BYTES - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

static int open_path(struct input *in, const char *path, struct error *err)
{
	if (strcmp(path, "-") == 0) {
		in->name = xstrdup("standard input");
		in->fd = STDIN_FILENO;
		return 0;
	}
	in->name = xstrdup(path);
	in->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (in->fd >= 0)
		return 0;
	return error_set(err, "%s: cannot be opened: %s%s", path, strerror(errno),
	                 errno == EACCES ? "; run as a user who may read it (often a member of group adm)" : "");
}

/* A plain file of journal entries is read like any stream of them. */
static bool holds_entries(int fd, off_t start, struct slice front)
{
	char *first;
	ssize_t n;
	bool holds;

	if (entries_begin(front))
		return true;
	if (front.n == 0 || !memchr("{d\x1e", front.p[0], 3))
		return false;
	first = xmalloc(JOURNAL_FRONT);
	n = pread(fd, first, JOURNAL_FRONT, start);
	holds = n > 0 && journal_begins((struct slice){ first, (size_t)n });
	free(first);
	return holds;
}

_Static_assert((int)MARK_BYTES == (int)FRONT_BYTES, "what was looked at is the mark's front");

/* `read`: the first bytes, as they are stored. */
static void take_front(struct input *in, struct slice read)
{
	in->begin = input_offset(in);
	if (in->stream) {
		in->front_n = stream_front(in->stream, in->front, sizeof in->front);
	} else if (in->begin) {
		in->front_n = mapped_read(&in->mapped, in->mapped.at, in->front, sizeof in->front);
	} else {
		memcpy(in->front, read.p, read.n);
		in->front_n = read.n;
	}
}

static int set_up(struct input *in, struct error *err)
{
	const struct packing *packing;
	char bytes[FRONT_BYTES];
	struct slice front;
	struct stat st;
	off_t start;
	ssize_t got;

	if (fstat(in->fd, &st) != 0)
		return error_set(err, "%s: cannot be read: %s", in->name, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return error_set(err, "%s: is a directory without logs; name the files (of the journal, journalctl tells)", in->name);
	in->reference = S_ISREG(st.st_mode) ? (int64_t)st.st_mtime : (int64_t)time(NULL);
	if (S_ISREG(st.st_mode))
		in->touch = (struct input_touch){ (int64_t)st.st_dev, (int64_t)st.st_ino, (int64_t)st.st_size,
		                                  (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec };
	start = S_ISREG(st.st_mode) ? lseek(in->fd, 0, SEEK_CUR) : 0;
	got = read_front(in->fd, bytes);
	if (got < 0)
		return error_set(err, "%s: cannot be read: %s", in->name, strerror(errno));
	front = (struct slice){ bytes, (size_t)got };
	if (S_ISREG(st.st_mode))
		in->reference = dated_until(in->name, front, in->reference);
	packing = content_packing(front);
	if (S_ISREG(st.st_mode) && st.st_size > start && start >= 0) {
		in->size = (uint64_t)(st.st_size - start);
		if (!packing && !holds_entries(in->fd, start, front)) {
			in->mapped = (struct mapped){ .name = in->name, .fd = in->fd, .start = (uint64_t)start,
			                              .at = (uint64_t)start, .end = (uint64_t)st.st_size };
			if (mapped_open(&in->mapped, front, err) < 0)
				return -1;
			take_front(in, front);
			return 0;
		}
	}
	if (S_ISCHR(st.st_mode) && got && lines_nuls(front) == front.n) /* /dev/zero has no end */
		return error_set(err, "%s: is nothing but NUL bytes", in->name);
	in->stream = stream_open(in->name, in->fd, front, packing, err);
	if (!in->stream)
		return -1;
	take_front(in, front);
	return 0;
}

struct input *input_open(const char *path, struct error *err)
{
	struct input *in = xcalloc(1, sizeof *in);

	if (open_path(in, path, err) == 0 && set_up(in, err) == 0)
		return in;
	input_close(in);
	return NULL;
}

/* Chunks without a new entry are passed over. */
static int next_entries(struct input *in, struct chunk *chunk, struct error *err)
{
	int rc;

	while ((rc = stream_next(in->stream, chunk, err)) > 0) {
		struct window *window = chunk->owner;
		ptrdiff_t n = journal_pass(&in->journal, window->base, chunk->bytes.n, in->name, err);

		if (n > 0) {
			chunk->bytes.n = (size_t)n;
			return 1;
		}
		chunk_release(chunk);
		if (n < 0)
			return -1;
	}
	return rc;
}

int input_next(struct input *in, struct chunk *chunk, struct error *err)
{
	if (in->by_cursors)
		return next_entries(in, chunk, err);
	return in->stream ? stream_next(in->stream, chunk, err) : mapped_next(&in->mapped, chunk, err);
}

void input_until(struct input *in, int64_t until)
{
	if (in->stream)
		stream_until(in->stream, until);
}

void input_pause(struct input *in, uint64_t bytes)
{
	if (!in->stream)
		in->mapped.pause = in->mapped.at + bytes;
}

bool chunk_intact(const struct chunk *chunk)
{
	return window_intact(chunk->owner);
}

int chunk_lost(const char *name, struct error *err)
{
	return error_set(err, "%s: shrank while it was read (copytruncate?); the lost part was not counted, run again on "
	                 "the rotated file", name);
}

void chunk_release(struct chunk *chunk)
{
	window_free(chunk->owner);
	*chunk = (struct chunk){ 0 };
}

struct slice input_front(const struct input *in)
{
	return (struct slice){ in->front, in->front_n };
}

uint64_t input_place(const struct input *in)
{
	return input_offset(in) - in->begin;
}

int input_skip(struct input *in, uint64_t place, struct error *err)
{
	return in->stream ? stream_skip(in->stream, in->begin + place, err)
	                  : mapped_skip(&in->mapped, in->mapped.start + in->begin + place);
}

void input_before(const struct input *in, size_t n, struct buffer *out)
{
	uint64_t place = input_place(in);

	n = n < place ? n : (size_t)place;
	if (in->stream)
		stream_before(in->stream, n, out);
	else
		mapped_before(&in->mapped, n, out);
}

bool input_is_plain(const struct input *in)
{
	return !in->stream;
}

void input_leave_half_line(struct input *in)
{
	if (!in->stream)
		mapped_leave_half_line(&in->mapped);
}

bool input_is_fresh(const struct input *in, int milliseconds)
{
	struct timespec now;
	int64_t age;
	char last;

	if (in->stream || in->mapped.end == in->mapped.at ||
	    mapped_read(&in->mapped, in->mapped.end - 1, &last, 1) != 1 || last == '\n')
		return false;
	clock_gettime(CLOCK_REALTIME, &now);
	age = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - in->touch.changed;
	return age >= 0 && age < (int64_t)milliseconds * 1000000;
}

bool input_stands(const struct input *in)
{
	uint64_t place = input_place(in);
	size_t n = place < MARK_BYTES ? (size_t)place : MARK_BYTES;
	char now[MARK_BYTES];

	return in->stream || (mapped_size(&in->mapped) >= in->mapped.at && in->front_n >= n &&
	                      mapped_read(&in->mapped, in->mapped.start + in->begin, now, n) == n &&
	                      memcmp(now, in->front, n) == 0);
}

bool input_is_used_up(const struct input *in)
{
	return in->stream ? stream_is_used_up(in->stream) : in->mapped.at == in->mapped.end;
}

struct journal *input_journal(struct input *in)
{
	in->by_cursors = in->stream && stream_is_journal(in->stream);
	return in->by_cursors ? &in->journal : NULL;
}

struct input_touch input_touch(const struct input *in)
{
	return in->touch;
}

const char *input_name(const struct input *in)
{
	return in->name;
}

uint64_t input_offset(const struct input *in)
{
	return in->stream ? stream_offset(in->stream) : in->mapped.at - in->mapped.start;
}

int64_t input_reference(const struct input *in)
{
	return in->reference;
}

void input_progress(const struct input *in, uint64_t *done, uint64_t *size)
{
	*done = in->stream ? stream_consumed(in->stream) : input_offset(in);
	*size = in->size;
}

void input_close(struct input *in)
{
	if (in->stream)
		stream_close(in->stream);
	if (in->fd > STDERR_FILENO)
		close(in->fd);
	journal_release(&in->journal);
	free(in->name);
	free(in);
}
