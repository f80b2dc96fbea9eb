/* content.c - compressed forms, and things that are no logs, as rows.
 *
 * Filters are enabled one by one and by name: libarchive's "all" contains some
 * that start programs. SPDX-License-Identifier: MIT */
#include "input/content.h"

#include "input/input.h"

#include <archive.h>

#define MAGIC(literal) { literal, sizeof(literal) - 1 }
#define N(rows) (sizeof(rows) / sizeof *(rows))

static const struct packing packings[] = {
	{ "gzip", MAGIC("\x1f\x8b"), NULL },
	{ "bzip2", MAGIC("BZh"), archive_read_support_filter_bzip2 },
	{ "xz", MAGIC("\xfd" "7zXZ\0"), archive_read_support_filter_xz },
	{ "zstd", MAGIC("\x28\xb5\x2f\xfd"), archive_read_support_filter_zstd },
	{ "lz4", MAGIC("\x04\x22\x4d\x18"), archive_read_support_filter_lz4 },
	{ "lz4", MAGIC("\x02\x21\x4c\x18"), archive_read_support_filter_lz4 },
};

#define UNPACK "; unpack it first"

static const struct {
	size_t at;
	struct slice magic;
	const char *refusal;
} others[] = {
	{ 257, MAGIC("ustar"), "is a tar archive" UNPACK },
	{ 0, MAGIC("PK\x03\x04"), "is a zip archive" UNPACK },
	{ 0, MAGIC("7z\xbc\xaf\x27\x1c"), "is a 7z archive" UNPACK },
	{ 0, MAGIC("Rar!\x1a\x07"), "is a rar archive" UNPACK },
	{ 0, MAGIC("070701"), "is a cpio archive" UNPACK },
	{ 0, MAGIC("!<arch>\n"), "is an ar archive" UNPACK },
	{ 0, MAGIC("\x1f\x9d"), "is packed by compress(1)" UNPACK },
	{ 0, MAGIC("\x1f\x8b"), "is compressed twice" UNPACK },
	{ 0, MAGIC("LPKSHHRH"), "is a systemd journal; "
	                        "use journalctl -o short-iso | smtplog-stats -" },
	{ 0, MAGIC("SQLite format 3\0"), "is an SQLite database, not a log" },
	{ 0, MAGIC("\xff\xfe"), "is UTF-16 text; convert it with iconv -f UTF-16 -t UTF-8" },
	{ 0, MAGIC("\xfe\xff"), "is UTF-16 text; convert it with iconv -f UTF-16 -t UTF-8" },
};

const struct packing *content_packing(struct slice front)
{
	for (size_t i = 0; i < N(packings); i++)
		if (slice_starts(front, packings[i].magic))
			return &packings[i];
	return NULL;
}

/* May one of eight bytes be a control? False: none is. */
static bool may_have_control(const char *p)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t bytes, deletes;

	memcpy(&bytes, p, sizeof bytes);
	deletes = bytes ^ 0x7f * ones;
	return (((bytes - 0x20 * ones) & ~bytes) | ((deletes - ones) & ~deletes)) & 0x80 * ones;
}

/* Bytes that text does not have; a log has a few of them after a crash. */
static size_t count_controls(struct slice line)
{
	size_t n = 0, i = 0;

	while (i + 8 <= line.n && !may_have_control(line.p + i))
		i += 8;
	for (; i < line.n; i++) {
		unsigned char c = (unsigned char)line.p[i];

		n += (c < 0x20 && !(c >= '\b' && c <= '\r') && c != 0x1b) || c == 0x7f;
	}
	return n;
}

static bool is_binary(struct slice front)
{
	size_t controls = 0, n = 0;
	struct slice line;

	while (line_next(&front, &line)) {
		controls += count_controls(line);
		n += line.n + 1;
	}
	return controls >= 8 && controls > n / 20;
}

const char *content_refusal(uint64_t nuls, struct slice front)
{
	if (front.n == 0 && nuls)
		return "is nothing but NUL bytes";

	for (size_t i = 0; i < N(others); i++)
		if (slice_starts(slice_from(front, others[i].at), others[i].magic))
			return others[i].refusal;
	return is_binary(front) ? "is binary data, not a log" : NULL;
}
