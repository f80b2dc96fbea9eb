/* packed.c - libarchive unpacks, fed by our own reads, so that bytes looked at
 * before and standard input work alike. It ends quietly where a file goes on with
 * something else, so that is looked at here. SPDX-License-Identifier: MIT */
#include "input/packed.h"

#include "base/mem.h"
#include "input/lines.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

struct packed {
	struct stored *stored;
	const struct packing *packing;
	struct archive *archive;
	bool opened;
	struct slice unpacked;   /* libarchive's, not taken yet */
	char block[BLOCK_BYTES]; /* what libarchive was fed last */
	size_t block_n;
};

static la_ssize_t feed(struct archive *archive, void *data, const void **block)
{
	struct packed *packed = data;
	ssize_t got = stored_read(packed->stored, packed->block, sizeof packed->block);

	if (got < 0)
		archive_set_error(archive, packed->stored->failure, "%s", strerror(packed->stored->failure));
	if (got <= 0) /* block stays, for check_rest() */
		return got;
	packed->block_n = (size_t)got;
	*block = packed->block;
	return got;
}

struct packed *packed_new(struct stored *stored, const struct packing *packing, struct error *why)
{
	struct packed *packed = xmalloc(sizeof *packed);

	packed->stored = stored;
	packed->packing = packing;
	packed->archive = archive_read_new();
	packed->opened = false;
	packed->unpacked = (struct slice){ 0 };
	packed->block_n = 0;
	/* ARCHIVE_WARN: libarchive would start a program for it. */
	if (packing->enable(packed->archive) != ARCHIVE_OK) {
		error_set(why, "this build cannot read %s; unpack it first", packing->name);
		packed_free(packed);
		return NULL;
	}
	archive_read_support_format_raw(packed->archive);
	archive_read_support_format_empty(packed->archive);
	return packed;
}

static int fail(const struct packed *packed, const char *reason, struct error *why)
{
	return error_set(why, "its %s data is truncated or damaged (%s)",
	                 packed->packing->name, reason ? reason : "no reason is known");
}

static int follows(const struct packed *packed, struct error *why)
{
	return error_set(why, "something else follows its %s data", packed->packing->name);
}

/* 1 opened, 0 it holds nothing, -1 failure. */
static int open_archive(struct packed *packed, struct error *why)
{
	struct archive *archive = packed->archive;
	struct archive_entry *entry;
	int status = archive_read_open(archive, packed, NULL, feed, NULL);

	packed->opened = true;
	if (status == ARCHIVE_OK)
		status = archive_read_next_header(archive, &entry);
	if (status == ARCHIVE_EOF)
		return 0;
	if (status != ARCHIVE_OK)
		return fail(packed, archive_error_string(archive), why);
	if (archive_filter_code(archive, 0) == ARCHIVE_FILTER_NONE)
		return fail(packed, "its first bytes are not valid", why);
	return 1;
}

/* After the last member: nothing, or the zeros of a tape, may follow. */
static int check_rest(struct packed *packed, struct error *why)
{
	uint64_t left = packed->stored->consumed - (uint64_t)archive_filter_bytes(packed->archive, -1);
	struct slice rest = { packed->block, packed->block_n };
	ssize_t got = 1;

	if (left > rest.n)
		return follows(packed, why);
	for (rest = slice_from(rest, rest.n - left); got > 0; rest = (struct slice){ packed->block, (size_t)got }) {
		if (lines_nuls(rest) < rest.n)
			return follows(packed, why);
		got = stored_read(packed->stored, packed->block, sizeof packed->block);
	}
	return (int)got;
}

/* Have libarchive unpack more. Not archive_read_data(): that forgets what it
 * has copied when damage follows. 1 got some, 0 end, -1 failure. */
static int unpack(struct packed *packed, struct error *why)
{
	la_int64_t offset;
	const void *p;
	int status;

	do
		status = archive_read_data_block(packed->archive, &p, &packed->unpacked.n, &offset);
	while (status == ARCHIVE_RETRY || (status == ARCHIVE_OK && packed->unpacked.n == 0));
	if (status == ARCHIVE_OK) {
		packed->unpacked.p = p;
		return 1;
	}
	packed->unpacked.n = 0;
	if (status == ARCHIVE_EOF)
		return check_rest(packed, why);
	return fail(packed, archive_error_string(packed->archive), why);
}

ssize_t packed_read(struct packed *packed, char *into, size_t n, struct error *why)
{
	int got = 1;

	if (!packed->opened)
		got = open_archive(packed, why);
	if (got > 0 && packed->unpacked.n == 0)
		got = unpack(packed, why);
	if (got <= 0)
		return got;
	n = n < packed->unpacked.n ? n : packed->unpacked.n;
	memcpy(into, packed->unpacked.p, n);
	packed->unpacked = slice_from(packed->unpacked, n);
	return (ssize_t)n;
}

void packed_free(struct packed *packed)
{
	if (!packed)
		return;
	archive_read_free(packed->archive);
	free(packed);
}
