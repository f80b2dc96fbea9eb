/* stream.c - pipes and compressed files, through buffers.
 *
 * Each chunk has a buffer of its own, which whoever counts it frees; a half line
 * at its end is copied to the front of the next. A packed file that breaks off
 * gives its whole lines and then an error. SPDX-License-Identifier: MIT */
#include "input/stream.h"

#include "base/mem.h"
#include "input/entries.h"
#include "input/gzip.h"
#include "input/journal.h"
#include "input/lines.h"
#include "input/packed.h"
#include "input/window.h"

#include <inttypes.h>
#include <stdlib.h>

enum { CHUNK_BYTES = 4 << 20 };

struct stream {
	const char *name;
	struct stored stored;
	struct gzip *gzip;     /* who unpacks: one of these two; neither, the bytes are plain */
	struct packed *packed;
	struct entries *entries; /* who makes lines of journal entries, or NULL */
	bool entries_ended;
	bool journal;          /* it begins with a cursor */
	struct window *buffer; /* the next chunk */
	size_t filled;
	uint64_t given;        /* or skipped */
	char *before;          /* the last BEFORE_BYTES of that */
	size_t before_n;
	bool ended, failed;
	bool late;             /* there may be more, but not in time */
	struct error why;      /* when failed */
};

/* At most n bytes, unpacked; 0 at the end, -1 on failure. */
static ssize_t read_bytes(struct stream *stream, char *into, size_t n)
{
	if (stream->gzip)
		return gzip_read(stream->gzip, into, n, &stream->why);
	if (stream->packed)
		return packed_read(stream->packed, into, n, &stream->why);
	return stored_read(&stream->stored, into, n);
}

/* One more block for the entries. */
static ssize_t give_entries(struct stream *stream)
{
	char *block = xmalloc(BLOCK_BYTES);
	ssize_t got = read_bytes(stream, block, BLOCK_BYTES);

	if (got > 0)
		entries_give(stream->entries, (struct slice){ block, (size_t)got });
	else
		entries_end(stream->entries);
	stream->entries_ended = got <= 0;
	free(block);
	return got;
}

/* At most n bytes of the log; 0 at its end, -1 on failure. */
static ssize_t read_log(struct stream *stream, char *into, size_t n)
{
	if (!stream->entries)
		return read_bytes(stream, into, n);
	for (;;) {
		size_t taken = entries_take(stream->entries, into, n);

		if (taken || stream->entries_ended)
			return (ssize_t)taken;
		if (give_entries(stream) < 0)
			return -1;
	}
}

static void fail(struct stream *stream)
{
	stream->failed = true;
	if (stream->stored.failure)
		error_set(&stream->why, "%s", strerror(stream->stored.failure));
}

/* Fill the buffer to `size`, unless the input ends or fails before. */
static void fill(struct stream *stream, size_t size)
{
	stream->late = false;
	while (stream->filled < size && !stream->ended && !stream->failed && !stream->late) {
		ssize_t got = read_log(stream, stream->buffer->base + stream->filled, size - stream->filled);

		if (got > 0)
			stream->filled += (size_t)got;
		else if (got < 0 && stream->stored.late)
			stream->late = true;
		else if (got < 0)
			fail(stream);
		stream->ended = got == 0;
	}
}

/* The first n bytes of `bytes` are done with. */
static void pass(struct stream *stream, const char *bytes, size_t n)
{
	size_t taken = n < BEFORE_BYTES ? n : BEFORE_BYTES;
	size_t kept = stream->before_n < BEFORE_BYTES - taken ? stream->before_n : BEFORE_BYTES - taken;

	memmove(stream->before, stream->before + stream->before_n - kept, kept);
	memcpy(stream->before + kept, bytes + n - taken, taken);
	stream->before_n = kept + taken;
	stream->given += n;
	stream->filled -= n;
}

/* The buffer without its first n bytes. */
static void drop(struct stream *stream, size_t n)
{
	pass(stream, stream->buffer->base, n);
	memmove(stream->buffer->base, stream->buffer->base + n, stream->filled);
}

/* fill() at the start of a line, before which NULs are dropped. */
static struct slice fill_lines(struct stream *stream, size_t size)
{
	size_t nuls;

	do {
		fill(stream, size);
		nuls = lines_nuls((struct slice){ stream->buffer->base, stream->filled });
		drop(stream, nuls);
	} while (nuls);
	return (struct slice){ stream->buffer->base, stream->filled };
}

/* What was read up to here begins entries of many lines: make lines of it. */
static void begin_entries(struct stream *stream)
{
	stream->entries = entries_new((struct slice){ stream->buffer->base, stream->filled });
	if (!stream->entries)
		return;
	entries_give(stream->entries, (struct slice){ stream->buffer->base, stream->filled });
	if (stream->ended)
		entries_end(stream->entries);
	stream->entries_ended = stream->ended;
	stream->ended = false;
	stream->filled = 0;
}

/* The cursor may stand anywhere in the first entry. */
static bool begins_journal(struct stream *stream, struct slice front)
{
	if (!slice_starts(front, SLICE("{")) && !slice_starts(front, SLICE("data: {")) && !slice_starts(front, SLICE("\x1e{")))
		return false;
	for (size_t size = front.n; slice_find_byte(front, '\n') < 0 && size < JOURNAL_FRONT; size *= 2)
		front = fill_lines(stream, 2 * size);
	return journal_begins(front);
}

static int set_up(struct stream *stream, const struct packing *packing, struct error *err)
{
	const char *refusal;
	struct slice front;

	if (packing && packing->enable)
		stream->packed = packed_new(&stream->stored, packing, &stream->why);
	else if (packing)
		stream->gzip = gzip_new(&stream->stored);
	if (packing && !stream->packed && !stream->gzip)
		return error_set(err, "%s: %s", stream->name, stream->why.text);
	fill_lines(stream, FRONT_BYTES);
	begin_entries(stream);
	front = fill_lines(stream, FRONT_BYTES);
	stream->journal = front.n && begins_journal(stream, front);
	front = (struct slice){ stream->buffer->base, stream->filled };
	refusal = content_refusal(stream->ended ? stream->given : 0, front);
	if (!refusal)
		return 0;
	if (!packing)
		return error_set(err, "%s: %s", stream->name, refusal);
	return error_set(err, "%s: what the %s file holds %s", stream->name, packing->name, refusal);
}

struct stream *stream_open(const char *name, int fd, struct slice front,
                           const struct packing *packing, struct error *err)
{
	struct stream *stream = xcalloc(1, sizeof *stream);

	stream->name = name;
	stream->stored.fd = fd;
	stream->stored.front_n = front.n;
	memcpy(stream->stored.front, front.p, front.n);
	stream->buffer = window_buffer(CHUNK_BYTES);
	stream->before = xmalloc(BEFORE_BYTES);
	if (set_up(stream, packing, err) == 0)
		return stream;
	stream_close(stream);
	return NULL;
}

/* Drop the rest of the line that we are in. */
static void skip_line(struct stream *stream)
{
	bool found = false;

	stream->stored.until = 0;
	while (!found) {
		struct slice bytes = { stream->buffer->base, stream->filled };

		found = lines_skip(&bytes);
		drop(stream, stream->filled - bytes.n);
		if (stream->ended || stream->failed)
			return;
		fill(stream, CHUNK_BYTES);
	}
}

/* The buffer's first n bytes become the chunk, the others begin the next one. */
static void give(struct stream *stream, size_t n, struct chunk *chunk)
{
	struct window *full = stream->buffer;

	stream->buffer = window_buffer(CHUNK_BYTES);
	pass(stream, full->base, n);
	memcpy(stream->buffer->base, full->base + n, stream->filled);
	*chunk = (struct chunk){ .bytes = { full->base, n }, .owner = full };
}

static int report(struct stream *stream, struct error *err)
{
	return error_set(err, "%s: %s; what came before byte %" PRIu64 "%s is counted", stream->name,
	                 stream->why.text, stream->given, stream->gzip || stream->packed ? " (unpacked)" : "");
}

void stream_until(struct stream *stream, int64_t until)
{
	if (!stream->packed) /* libarchive cannot stop in between */
		stream->stored.until = until;
}

/* Whole lines only; the rest of a line may still come. */
static int give_early(struct stream *stream, struct slice bytes, struct chunk *chunk)
{
	const char *newline = bytes.n ? memrchr(bytes.p, '\n', bytes.n) : NULL;

	if (!newline)
		return INPUT_LATER;
	give(stream, (size_t)(newline + 1 - bytes.p), chunk);
	return 1;
}

int stream_next(struct stream *stream, struct chunk *chunk, struct error *err)
{
	struct slice bytes = fill_lines(stream, CHUNK_BYTES);
	bool cut;
	size_t n;

	if (stream->late && bytes.n <= LINE_MAX_BYTES)
		return give_early(stream, bytes, chunk);
	if (stream->failed && (!bytes.n || !memrchr(bytes.p, '\n', bytes.n)))
		return report(stream, err);
	if (bytes.n == 0)
		return 0;
	n = lines_whole(bytes, stream->ended, &cut);
	give(stream, n, chunk);
	if (cut)
		skip_line(stream);
	return 1;
}

size_t stream_front(const struct stream *stream, char *into, size_t n)
{
	n = n < stream->filled ? n : stream->filled;
	memcpy(into, stream->buffer->base, n);
	return n;
}

int stream_skip(struct stream *stream, uint64_t to, struct error *err)
{
	while (stream->given < to) {
		size_t left = to - stream->given < CHUNK_BYTES ? (size_t)(to - stream->given) : CHUNK_BYTES;

		fill(stream, left);
		if (stream->filled == 0)
			return stream->failed ? report(stream, err) : 0;
		drop(stream, left < stream->filled ? left : stream->filled);
	}
	return 1;
}

void stream_before(const struct stream *stream, size_t n, struct buffer *out)
{
	n = n < stream->before_n ? n : stream->before_n;
	buffer_add(out, (struct slice){ stream->before + stream->before_n - n, n });
}

uint64_t stream_offset(const struct stream *stream)
{
	return stream->given;
}

uint64_t stream_consumed(const struct stream *stream)
{
	return stream->stored.consumed;
}

bool stream_is_used_up(const struct stream *stream)
{
	return stream->ended && stream->filled == 0;
}

bool stream_is_journal(const struct stream *stream)
{
	return stream->journal;
}

void stream_close(struct stream *stream)
{
	entries_free(stream->entries);
	gzip_free(stream->gzip);
	packed_free(stream->packed);
	window_free(stream->buffer);
	free(stream->before);
	free(stream);
}
