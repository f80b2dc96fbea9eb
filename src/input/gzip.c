/* gzip.c - gzip by way of zlib, which tests each member's checksum and length.
 *
 * Not by libarchive, as the other forms: that tests neither, and of a truncated
 * file it drops the last block that it had unpacked, of a small file all.
 * Members follow one another; after the last one only zeros may (a tape's).
 * SPDX-License-Identifier: MIT */
#include "input/gzip.h"

#include "base/mem.h"
#include "input/lines.h"

#include <assert.h>
#include <stdlib.h>
#include <zlib.h>

enum { GZIP_ONLY = 16, ZEROS = 0, MEMBER = 0x1f };

struct gzip {
	struct stored *stored;
	z_stream z;
	char block[BLOCK_BYTES]; /* what zlib was fed last */
};

static voidpf alloc(voidpf unused, uInt count, uInt size)
{
	(void)unused;
	return xcalloc(count, size);
}

static void release(voidpf unused, voidpf p)
{
	(void)unused;
	free(p);
}

struct gzip *gzip_new(struct stored *stored)
{
	struct gzip *gzip = xmalloc(sizeof *gzip);
	int status;

	gzip->stored = stored;
	gzip->z = (z_stream){ .zalloc = alloc, .zfree = release };
	status = inflateInit2(&gzip->z, MAX_WBITS + GZIP_ONLY);
	assert(status == Z_OK);
	(void)status;
	return gzip;
}

/* Have at least one byte to feed: 1; 0 at the end, -1 on failure. */
static int refill(struct gzip *gzip)
{
	ssize_t got;

	if (gzip->z.avail_in)
		return 1;
	got = stored_read(gzip->stored, gzip->block, sizeof gzip->block);
	if (got <= 0)
		return (int)got;
	gzip->z.next_in = (Bytef *)gzip->block;
	gzip->z.avail_in = (uInt)got;
	return 1;
}

static int end_in_zeros(struct gzip *gzip, struct error *why)
{
	int got;

	while ((got = refill(gzip)) == 1) {
		struct slice bytes = { (const char *)gzip->z.next_in, gzip->z.avail_in };

		if (lines_nuls(bytes) < bytes.n)
			return error_set(why, "something else follows its gzip data");
		gzip->z.avail_in = 0;
	}
	return got;
}

/* After a member: 1 when another one begins, 0 at the end, -1 on failure. */
static int next_member(struct gzip *gzip, struct error *why)
{
	int got = refill(gzip);

	if (got == 1 && *gzip->z.next_in == MEMBER)
		inflateReset(&gzip->z);
	else if (got == 1)
		got = end_in_zeros(gzip, why);
	return got;
}

ssize_t gzip_read(struct gzip *gzip, char *into, size_t n, struct error *why)
{
	z_stream *z = &gzip->z;
	int got = 1;

	z->next_out = (Bytef *)into;
	z->avail_out = (uInt)n;
	while (got > 0) {
		int status;

		if (refill(gzip) < 0)
			return -1;
		status = inflate(z, Z_NO_FLUSH); /* at the end, too: it may hold back bytes */
		if (z->avail_out < n)
			return (ssize_t)(n - z->avail_out); /* what status says, it says again */
		if (status == Z_STREAM_END)
			got = next_member(gzip, why);
		else if (status == Z_BUF_ERROR)
			got = error_set(why, "its gzip data is truncated");
		else if (status != Z_OK)
			got = error_set(why, "its gzip data is damaged (%s)", z->msg);
	}
	return got;
}

void gzip_free(struct gzip *gzip)
{
	if (!gzip)
		return;
	inflateEnd(&gzip->z);
	free(gzip);
}
