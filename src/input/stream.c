/* stream.c - pipes and compressed files, through buffers.
 *
 * Each chunk has a buffer of its own, which whoever counts it frees; a half line
 * at its end is copied to the front of the next. libarchive unpacks, fed by our
 * own reads, so that bytes looked at before and standard input work alike.
 *
 * A packed file that breaks off gives its whole lines and then an error. That is
 * not left to libarchive alone: it tests no gzip checksum and ends quietly where a
 * file goes on with something else, so both are looked at here.
 * SPDX-License-Identifier: MIT */
#include "input/stream.h"

#include "base/mem.h"
#include "input/gzip.h"
#include "input/lines.h"
#include "input/window.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

enum { CHUNK_BYTES = 4 << 20, BLOCK_BYTES = 256 << 10 };

struct stream {
	const char *name;
	int fd;
	char front[FRONT_BYTES];
	size_t front_n, front_used; /* front is given before fd is read again */
	uint64_t consumed;          /* bytes of fd that were taken */
	int read_errno;
	const struct packing *packing;
	struct archive *archive;    /* NULL: the bytes are plain */
	char *block;                /* what libarchive was fed last */
	size_t block_n;
	struct slice unpacked;      /* libarchive's, not taken yet */
	struct gzip_check check;
	struct window *buffer;      /* the next chunk */
	size_t filled;
	uint64_t given;
	bool ended, failed;
	struct error why;           /* when failed */
};

/* At most n bytes of the input as it is stored; 0 at its end, -1 on failure. */
static ssize_t read_stored(struct stream *stream, char *into, size_t n)
{
	size_t left = stream->front_n - stream->front_used;
	ssize_t got;

	if (left) {
		n = n < left ? n : left;
		memcpy(into, stream->front + stream->front_used, n);
		stream->front_used += n;
		stream->consumed += n;
		return (ssize_t)n;
	}
	do
		got = read(stream->fd, into, n);
	while (got < 0 && errno == EINTR);
	if (got > 0)
		stream->consumed += (uint64_t)got;
	else if (got < 0)
		stream->read_errno = errno;
	return got;
}

static la_ssize_t feed(struct archive *archive, void *data, const void **block)
{
	struct stream *stream = data;
	ssize_t got = read_stored(stream, stream->block, BLOCK_BYTES);

	if (got < 0)
		archive_set_error(archive, errno, "%s", strerror(errno));
	if (got <= 0) /* block stays, for check_rest() */
		return got;
	stream->block_n = (size_t)got;
	gzip_stored(&stream->check, (struct slice){ stream->block, stream->block_n });
	*block = stream->block;
	return got;
}

static ssize_t fail(struct stream *stream, const char *why)
{
	stream->failed = true;
	if (stream->read_errno)
		return error_set(&stream->why, "%s", strerror(stream->read_errno));
	return error_set(&stream->why, "its %s data is truncated or damaged (%s)",
	                 stream->packing->name, why ? why : "no reason is known");
}

static bool all_zero(const char *p, size_t n)
{
	return n == 0 || (*p == '\0' && memcmp(p, p + 1, n - 1) == 0);
}

/* After the last member: nothing, or the zeros of a tape, may follow. */
static ssize_t check_rest(struct stream *stream)
{
	uint64_t left = stream->consumed - (uint64_t)archive_filter_bytes(stream->archive, -1);
	const char *from = stream->block + stream->block_n - left;
	ssize_t got = (ssize_t)left;

	if (left > stream->block_n)
		return fail(stream, "something else follows");
	do {
		if (!all_zero(from, (size_t)got))
			return fail(stream, "something else follows");
		from = stream->block;
		got = read_stored(stream, stream->block, BLOCK_BYTES);
		left += got > 0 ? (uint64_t)got : 0;
	} while (got > 0);
	if (got < 0)
		return fail(stream, NULL);
	if (stream->packing->check && left == 0 && !stream->packing->check(&stream->check))
		return fail(stream, "its checksum is wrong");
	return 0;
}

/* Have libarchive unpack more. Not archive_read_data(): that forgets what it
 * has copied when damage follows. 1 got some, 0 end, -1 failure. */
static ssize_t unpack(struct stream *stream)
{
	la_int64_t offset;
	const void *p;
	int status;

	do
		status = archive_read_data_block(stream->archive, &p, &stream->unpacked.n, &offset);
	while (status == ARCHIVE_RETRY || (status == ARCHIVE_OK && stream->unpacked.n == 0));
	if (status == ARCHIVE_EOF) {
		stream->unpacked.n = 0;
		return check_rest(stream);
	}
	if (status != ARCHIVE_OK)
		return fail(stream, archive_error_string(stream->archive));
	stream->unpacked.p = p;
	if (stream->packing->check)
		gzip_unpacked(&stream->check, stream->unpacked);
	return 1;
}

/* At most n bytes of the log; 0 at its end, -1 on failure. */
static ssize_t read_log(struct stream *stream, char *into, size_t n)
{
	ssize_t got;

	if (!stream->archive) {
		got = read_stored(stream, into, n);
		return got < 0 ? fail(stream, NULL) : got;
	}
	if (stream->unpacked.n == 0) {
		got = unpack(stream);
		if (got <= 0)
			return got;
	}
	n = n < stream->unpacked.n ? n : stream->unpacked.n;
	memcpy(into, stream->unpacked.p, n);
	stream->unpacked = slice_from(stream->unpacked, n);
	return (ssize_t)n;
}

/* Fill the buffer to `size`, unless the input ends or fails before. */
static void fill(struct stream *stream, size_t size)
{
	while (stream->filled < size && !stream->ended && !stream->failed) {
		ssize_t got = read_log(stream, stream->buffer->base + stream->filled, size - stream->filled);

		if (got > 0)
			stream->filled += (size_t)got;
		stream->ended = got == 0;
	}
}

static bool open_packed(struct stream *stream)
{
	struct archive_entry *entry;
	struct archive *archive = archive_read_new();
	int status;

	stream->archive = archive;
	stream->block = xmalloc(BLOCK_BYTES);
	/* ARCHIVE_WARN: libarchive would start a program for it. */
	if (stream->packing->enable(archive) != ARCHIVE_OK) {
		error_set(&stream->why, "%s: this build cannot read %s; unpack it first",
		          stream->name, stream->packing->name);
		return false;
	}
	archive_read_support_format_raw(archive);
	archive_read_support_format_empty(archive);
	status = archive_read_open(archive, stream, NULL, feed, NULL);
	if (status == ARCHIVE_OK)
		status = archive_read_next_header(archive, &entry);
	if (status == ARCHIVE_EOF)
		stream->ended = true;
	else if (status != ARCHIVE_OK)
		fail(stream, archive_error_string(archive));
	else if (archive_filter_code(archive, 0) == ARCHIVE_FILTER_NONE)
		fail(stream, "its first bytes are not valid");
	return true;
}

struct stream *stream_open(const char *name, int fd, struct slice front,
                           const struct packing *packing, struct error *err)
{
	struct stream *stream = xcalloc(1, sizeof *stream);
	const char *refusal;

	stream->name = name;
	stream->fd = fd;
	stream->packing = packing;
	stream->front_n = front.n;
	if (front.n)
		memcpy(stream->front, front.p, front.n);
	stream->buffer = window_buffer(CHUNK_BYTES);
	if (packing && !open_packed(stream)) {
		*err = stream->why;
		stream_close(stream);
		return NULL;
	}
	fill(stream, FRONT_BYTES);
	refusal = packing ? content_refusal((struct slice){ stream->buffer->base, stream->filled }) : NULL;
	if (refusal) {
		error_set(err, "%s: what the %s file holds %s", name, packing->name, refusal);
		stream_close(stream);
		return NULL;
	}
	return stream;
}

/* Drop the rest of the line that we are in. */
static void skip_line(struct stream *stream)
{
	bool found = false;

	while (!found) {
		struct slice bytes = { stream->buffer->base, stream->filled };

		found = lines_skip(&bytes);
		stream->given += stream->filled - bytes.n;
		memmove(stream->buffer->base, bytes.p, bytes.n);
		stream->filled = bytes.n;
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
	stream->filled -= n;
	memcpy(stream->buffer->base, full->base + n, stream->filled);
	stream->given += n;
	*chunk = (struct chunk){ .bytes = { full->base, n }, .owner = full };
}

static int report(struct stream *stream, struct error *err)
{
	return error_set(err, "%s: %s; what came before byte %" PRIu64 "%s is counted", stream->name,
	                 stream->why.text, stream->given, stream->packing ? " (unpacked)" : "");
}

int stream_next(struct stream *stream, struct chunk *chunk, struct error *err)
{
	struct slice bytes;
	bool cut;
	size_t n;

	fill(stream, CHUNK_BYTES);
	bytes = (struct slice){ stream->buffer->base, stream->filled };
	if (stream->failed && (!bytes.n || !memrchr(bytes.p, '\n', bytes.n)))
		return report(stream, err);
	if (bytes.n == 0)
		return 0;
	n = lines_whole(bytes, stream->ended, &cut);
	give(stream, n, chunk);
	chunk->cut_line = cut;
	if (cut)
		skip_line(stream);
	return 1;
}

uint64_t stream_offset(const struct stream *stream)
{
	return stream->given;
}

uint64_t stream_consumed(const struct stream *stream)
{
	return stream->consumed;
}

void stream_close(struct stream *stream)
{
	archive_read_free(stream->archive);
	window_free(stream->buffer);
	free(stream->block);
	free(stream);
}
