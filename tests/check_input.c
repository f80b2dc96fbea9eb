/* check_input.c - the same lines however they are stored, lines of any length and
 * content, and clear words about what is no log, is damaged, or vanishes.
 * SPDX-License-Identifier: MIT */
#include "input/input.h"

#include "base/buffer.h"
#include "base/mem.h"
#include "input/lines.h"
#include "tests/suite.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH "file"

static char folder[] = "/tmp/check_input.XXXXXX";

/* Each test runs in a folder of its own. */
static void enter_folder(void)
{
	strcpy(strrchr(folder, '.'), ".XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
}

static void leave_folder(void)
{
	unlink(PATH);
	ck_assert_int_eq(chdir("/"), 0);
	rmdir(folder);
}

static void write_file(const char *path, struct slice bytes)
{
	FILE *file = fopen(path, "wb");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes.p, 1, bytes.n, file), bytes.n);
	ck_assert_int_eq(fclose(file), 0);
}

static struct slice read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	char *p;

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fstat(fileno(file), &st), 0);
	p = xmalloc((size_t)st.st_size);
	ck_assert_uint_eq(fread(p, 1, (size_t)st.st_size, file), (size_t)st.st_size);
	fclose(file);
	return (struct slice){ p, (size_t)st.st_size };
}

/* What a whole input gave: its lines, each ended by '\n' here. */
struct result {
	int status;
	struct buffer lines;
	size_t n_lines, n_chunks;
	uint64_t offset;
	struct error err;
};

static void take_chunk(struct result *result, const struct chunk *chunk)
{
	struct slice rest = chunk->bytes, line;

	ck_assert_uint_gt(chunk->bytes.n, 0);
	ck_assert(chunk_intact(chunk));
	result->n_chunks++;
	while (line_next(&rest, &line)) {
		ck_assert_uint_le(line.n, LINE_MAX_BYTES);
		buffer_add(&result->lines, line);
		buffer_byte(&result->lines, '\n');
		result->n_lines++;
	}
}

static struct result read_input(const char *path)
{
	struct result result = { 0 };
	struct input *in = input_open(path, &result.err);
	struct chunk chunk;

	ck_assert_msg(in != NULL, "%s", result.err.text);
	while ((result.status = input_next(in, &chunk, &result.err)) == 1) {
		take_chunk(&result, &chunk);
		chunk_release(&chunk);
	}
	result.offset = input_offset(in);
	input_close(in);
	return result;
}

/* The same through standard input, written in odd pieces. */
static struct result read_pipe(struct slice bytes)
{
	struct result result;
	int ends[2], status;
	pid_t child;

	ck_assert_int_eq(pipe(ends), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		close(ends[0]);
		for (size_t n = 1; bytes.n; n = n * 3 % 65536 + 1) {
			ssize_t done = write(ends[1], bytes.p, n < bytes.n ? n : bytes.n);

			if (done < 0)
				_exit(1);
			bytes = slice_from(bytes, (size_t)done);
		}
		_exit(0);
	}
	close(ends[1]);
	ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	result = read_input("-");
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	return result;
}

static void assert_lines(struct result *result, struct slice expected)
{
	ck_assert_msg(result->status == 0, "%s", result->err.text);
	ck_assert_uint_eq(result->lines.n, expected.n);
	ck_assert(slice_eq(buffer_slice(&result->lines), expected));
	buffer_release(&result->lines);
}

/* n bytes of log at least, in whole lines that differ. */
static struct slice make_log(size_t n)
{
	struct buffer buf = { 0 };
	uint32_t x = 1;

	while (buf.n < n) {
		x = x * 1664525u + 1013904223u;
		buffer_printf(&buf, "Nov  1 05:47:16 mx1 postfix/smtp[%u]: %08X: to=<a@example.org>, delay=%u\n",
		              x >> 16, x, x >> 24);
	}
	return buffer_slice(&buf);
}

static const struct {
	int (*add)(struct archive *);
	bool has_checksum; /* as libarchive writes it */
	struct slice nothing;
} packings[] = {
#define NOTHING(literal) { literal, sizeof(literal) - 1 }
	{ archive_write_add_filter_gzip, true,
	  NOTHING("\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0") },
	{ archive_write_add_filter_bzip2, true, NOTHING("BZh9\x17\x72\x45\x38\x50\x90\0\0\0\0") },
	{ archive_write_add_filter_xz, true,
	  NOTHING("\xfd" "7zXZ\0\0\x04\xe6\xd6\xb4\x46\0\0\0\0\x1c\xdf\x44\x21\x1f\xb6\xf3\x7d\x01\0\0\0\0\x04YZ") },
	{ archive_write_add_filter_zstd, false, NOTHING("\x28\xb5\x2f\xfd\x24\0\x01\0\0\x99\xe9\xd8\x51") },
	{ archive_write_add_filter_lz4, true,
	  NOTHING("\x04\x22\x4d\x18\x64\x40\xa7\0\0\0\0\x05\x5d\xcc\x02") },
};

enum { N_PACKINGS = sizeof packings / sizeof *packings };

static struct slice pack(int packing, int (*format)(struct archive *), struct slice bytes)
{
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	struct slice packed;

	ck_assert_int_eq(packings[packing].add(archive), ARCHIVE_OK);
	ck_assert_int_eq(format(archive), ARCHIVE_OK);
	archive_write_set_bytes_in_last_block(archive, 1);
	ck_assert_int_eq(archive_write_open_filename(archive, PATH), ARCHIVE_OK);
	archive_entry_set_pathname(entry, "log");
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_size(entry, (la_int64_t)bytes.n);
	ck_assert_int_eq(archive_write_header(archive, entry), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_data(archive, bytes.p, bytes.n), (la_ssize_t)bytes.n);
	ck_assert_int_eq(archive_write_close(archive), ARCHIVE_OK);
	archive_entry_free(entry);
	archive_write_free(archive);
	packed = read_file(PATH);
	ck_assert_int_eq(unlink(PATH), 0);
	return packed;
}

/* 40 MB: chunk borders, several windows, several buffers. */
START_TEST(plain_and_pipe)
{
	struct slice log = make_log(40 << 20);
	struct result result;

	write_file(PATH, log);
	result = read_input(PATH);
	ck_assert_uint_eq(result.offset, log.n);
	ck_assert_uint_ge(result.n_chunks, 3);
	assert_lines(&result, log);
	result = read_pipe(log);
	ck_assert_uint_eq(result.offset, log.n);
	assert_lines(&result, log);
	free((char *)log.p);
}
END_TEST

START_TEST(packed)
{
	struct slice log = make_log(5 << 20), file = pack(_i, archive_write_set_format_raw, log);
	struct result result;

	write_file(PATH, file);
	result = read_input(PATH);
	ck_assert_uint_eq(result.offset, log.n);
	assert_lines(&result, log);
	result = read_pipe(file);
	assert_lines(&result, log);
	free((char *)log.p);
	free((char *)file.p);
}
END_TEST

START_TEST(packed_members)
{
	struct slice log = make_log(100000), file = pack(_i, archive_write_set_format_raw, log);
	struct buffer twice = { 0 }, files = { 0 };
	struct result result;

	buffer_add(&twice, log);
	buffer_add(&twice, log);
	buffer_add(&files, file);
	buffer_add(&files, file);
	write_file(PATH, buffer_slice(&files));
	result = read_input(PATH);
	assert_lines(&result, buffer_slice(&twice));
	buffer_release(&twice);
	buffer_release(&files);
	free((char *)log.p);
	free((char *)file.p);
}
END_TEST

START_TEST(packed_nothing)
{
	struct result result;

	write_file(PATH, packings[_i].nothing);
	result = read_input(PATH);
	assert_lines(&result, SLICE(""));
}
END_TEST

/* Gives whole lines of the front of the log, then an error that says how far. */
static void assert_broken(struct slice file, struct slice log)
{
	struct result result;
	char *where;

	write_file(PATH, file);
	result = read_input(PATH);
	ck_assert_int_eq(result.status, -1);
	ck_assert(result.lines.n == 0 || slice_starts(log, buffer_slice(&result.lines)));
	ck_assert_uint_eq(result.offset, result.lines.n);
	where = xasprintf("before byte %zu ", result.lines.n);
	ck_assert_msg(strstr(result.err.text, where) != NULL, "%s", result.err.text);
	ck_assert_ptr_eq(strstr(result.err.text, PATH ": "), result.err.text);
	free(where);
	buffer_release(&result.lines);
}

START_TEST(packed_truncated)
{
	struct slice log = make_log(300000), file = pack(_i, archive_write_set_format_raw, log);

	for (size_t n = 8; n < file.n; n += n < 60 || n + 60 > file.n ? 1 : file.n / 20)
		assert_broken((struct slice){ file.p, n }, log);
	free((char *)log.p);
	free((char *)file.p);
}
END_TEST

/* Damaged data may show as early as at opening, as binary data. */
static bool can_be_read(struct slice file)
{
	struct error err;
	struct chunk chunk;
	struct input *in;
	int status;

	write_file(PATH, file);
	in = input_open(PATH, &err);
	if (!in)
		return false;
	while ((status = input_next(in, &chunk, &err)) == 1)
		chunk_release(&chunk);
	input_close(in);
	return status == 0;
}

START_TEST(packed_damaged)
{
	struct slice log = make_log(300000), file = pack(_i, archive_write_set_format_raw, log);

	for (size_t at = 100; packings[_i].has_checksum && at < file.n; at += file.n / 20) {
		((char *)file.p)[at] ^= 4;
		ck_assert_msg(!can_be_read(file), "byte %zu", at);
		((char *)file.p)[at] ^= 4;
	}
	ck_assert(can_be_read(file));
	free((char *)log.p);
	free((char *)file.p);
}
END_TEST

/* The front of a gzip file whose one block holds the bytes as they are (RFC 1951
 * 3.2.4): what a cut leaves can be told without unpacking. */
enum { STORED_FRONT = 15 };

static struct slice store(struct slice bytes)
{
	unsigned char front[STORED_FRONT] = "\x1f\x8b\x08\0\0\0\0\0\0\x03\x01";
	struct buffer file = { 0 };

	ck_assert_uint_le(bytes.n, 65535);
	front[11] = bytes.n & 0xff;
	front[12] = bytes.n >> 8 & 0xff;
	front[13] = ~front[11] & 0xff;
	front[14] = ~front[12] & 0xff;
	buffer_add(&file, (struct slice){ (const char *)front, sizeof front });
	buffer_add(&file, bytes);
	return buffer_slice(&file);
}

static struct slice whole_lines(struct slice bytes)
{
	const char *newline = bytes.n ? memrchr(bytes.p, '\n', bytes.n) : NULL;

	return (struct slice){ bytes.p, newline ? (size_t)(newline + 1 - bytes.p) : 0 };
}

/* The file gives exactly these lines, and then this error. */
static void assert_breaks(struct slice file, struct slice lines, const char *said)
{
	struct result result;
	char *text = xasprintf(PATH ": %s; what came before byte %zu (unpacked) is counted", said, lines.n);

	write_file(PATH, file);
	result = read_input(PATH);
	ck_assert_int_eq(result.status, -1);
	ck_assert_str_eq(result.err.text, text);
	ck_assert_uint_eq(result.offset, lines.n);
	ck_assert(slice_eq(buffer_slice(&result.lines), lines));
	buffer_release(&result.lines);
	free(text);
}

/* A small file that breaks off gives every whole line before that. */
START_TEST(gzip_small_truncated)
{
	struct slice log = make_log(60000), file = store(log);

	for (size_t n = 2; n <= file.n; n += n < 200 || n + 200 > file.n ? 1 : 997) {
		struct slice left = { log.p, n < STORED_FRONT ? 0 : n - STORED_FRONT };

		assert_breaks((struct slice){ file.p, n }, whole_lines(left), "its gzip data is truncated");
	}
	free((char *)log.p);
	free((char *)file.p);
}
END_TEST

/* Without its checksum and length, which stand last, all lines are there. */
START_TEST(gzip_without_trailer)
{
	struct slice log = make_log(5 << 20), file = pack(0, archive_write_set_format_raw, log);

	for (size_t cut = 1; cut <= 8; cut++)
		assert_breaks((struct slice){ file.p, file.n - cut }, log, "its gzip data is truncated");
	free((char *)log.p);
	free((char *)file.p);
}
END_TEST

/* The second of two members is cut, or what ends the first is wrong. */
START_TEST(gzip_members_broken)
{
	struct slice log = make_log(100000), file = pack(0, archive_write_set_format_raw, log);
	struct slice small = make_log(5000), stored = store(small);
	struct buffer files = { 0 }, logs = { 0 };

	buffer_add(&files, file);
	buffer_add(&files, stored);
	buffer_add(&logs, log);
	buffer_add(&logs, small);
	assert_breaks(buffer_slice(&files), buffer_slice(&logs), "its gzip data is truncated");
	files.n -= stored.n - 1;
	assert_breaks(buffer_slice(&files), log, "its gzip data is truncated");
	buffer_add(&files, slice_from(stored, 1));
	files.text[file.n - 8] ^= 1;
	assert_breaks(buffer_slice(&files), log, "its gzip data is damaged (incorrect data check)");
	files.text[file.n - 8] ^= 1;
	files.text[file.n - 1] ^= 1;
	assert_breaks(buffer_slice(&files), log, "its gzip data is damaged (incorrect length check)");
	buffer_release(&files);
	buffer_release(&logs);
	free((char *)log.p);
	free((char *)file.p);
	free((char *)small.p);
	free((char *)stored.p);
}
END_TEST

/* Zeros of a tape may follow; anything else may not. */
START_TEST(gzip_with_zeros)
{
	struct slice log = make_log(300000), file = pack(0, archive_write_set_format_raw, log);
	struct buffer more = { 0 };
	struct result result;

	buffer_add(&more, file);
	for (int i = 0; i < 300000; i++)
		buffer_byte(&more, '\0');
	write_file(PATH, buffer_slice(&more));
	result = read_input(PATH);
	assert_lines(&result, log);
	buffer_puts(&more, "something else");
	assert_breaks(buffer_slice(&more), log, "something else follows its gzip data");
	buffer_release(&more);
	free((char *)log.p);
	free((char *)file.p);
}
END_TEST

START_TEST(packed_with_more)
{
	struct slice log = make_log(300000), file = pack(_i, archive_write_set_format_raw, log);
	struct buffer more = { 0 };

	buffer_add(&more, file);
	buffer_puts(&more, "something else");
	assert_broken(buffer_slice(&more), log);
	buffer_release(&more);
	free((char *)log.p);
	free((char *)file.p);
}
END_TEST

static const struct {
	const char *bytes;
	size_t n;
	const char *lines;
	size_t n_expected, count;
} contents[] = {
#define CONTENT(bytes, lines, count) { bytes, sizeof(bytes) - 1, lines, sizeof(lines) - 1, count }
	CONTENT("", "", 0),
	CONTENT("\n", "\n", 1),
	CONTENT("no newline", "no newline\n", 1),
	CONTENT("a\nb", "a\nb\n", 2),
	CONTENT("a\r\nb\r\n", "a\nb\n", 2),
	CONTENT("a\r\r\n\r\n\n", "a\r\n\n\n", 3),
	CONTENT("a\rb\r", "a\rb\r\n", 1),
	CONTENT("with \0 NULs \0\0\nin \0it", "with \0 NULs \0\0\nin \0it\n", 2),
	CONTENT("\0\0a\n\0b\n", "a\nb\n", 2),
	CONTENT("a\n\0\0b", "a\nb\n", 2),
	CONTENT("\0\n\0\r\na\n", "\n\na\n", 3),
	CONTENT("a\n\0\0\0", "a\n", 1),
	CONTENT("\xff\x80 not UTF-8 \xc3\n", "\xff\x80 not UTF-8 \xc3\n", 1),
};

START_TEST(content)
{
	struct slice bytes = { contents[_i].bytes, contents[_i].n };
	struct slice lines = { contents[_i].lines, contents[_i].n_expected };
	struct result result;

	write_file(PATH, bytes);
	result = read_input(PATH);
	ck_assert_uint_eq(result.n_lines, contents[_i].count);
	assert_lines(&result, lines);
	result = read_pipe(bytes);
	assert_lines(&result, lines);
}
END_TEST

/* One long line between two short ones; its first mebibyte is what is seen. */
static const size_t long_lines[] = {
	(256 << 10) - 7, (256 << 10) - 6, 256 << 10, 300 << 10, LINE_MAX_BYTES + LINE_MAX_BYTES / 4 - 7,
	LINE_MAX_BYTES + LINE_MAX_BYTES / 4, LINE_MAX_BYTES - 1, LINE_MAX_BYTES, LINE_MAX_BYTES + 1, (4 << 20) - 7, (4 << 20) - 6, (4 << 20) + 1,
	WINDOW_BYTES - 7, WINDOW_BYTES - 6, WINDOW_BYTES, WINDOW_BYTES + 1, 50 * 1000 * 1000,
};

static void add_letters(struct buffer *buf, size_t n)
{
	char *letters = xmalloc(n);

	memset(letters, 'x', n);
	buffer_add(buf, (struct slice){ letters, n });
	free(letters);
}

START_TEST(long_line)
{
	size_t n = long_lines[_i / 2], seen = n < LINE_MAX_BYTES ? n : LINE_MAX_BYTES;
	struct buffer bytes = { 0 }, lines = { 0 };
	bool ended = _i % 2;
	struct result result;

	buffer_puts(&bytes, "first\n");
	buffer_puts(&lines, "first\n");
	add_letters(&bytes, n);
	add_letters(&lines, seen);
	buffer_puts(&lines, "\n");
	if (ended) {
		buffer_puts(&bytes, "\nlast\n");
		buffer_puts(&lines, "last\n");
	}
	write_file(PATH, buffer_slice(&bytes));
	result = read_input(PATH);
	ck_assert_uint_eq(result.offset, bytes.n);
	assert_lines(&result, buffer_slice(&lines));
	result = read_pipe(buffer_slice(&bytes));
	ck_assert_uint_eq(result.offset, bytes.n);
	assert_lines(&result, buffer_slice(&lines));
	buffer_release(&bytes);
	buffer_release(&lines);
}
END_TEST

struct sizes {
	size_t least, smaller; /* of all but the last; how many are smaller than the one before */
};

/* In chunks towards pauses, then towards the end. */
static struct result read_with_pauses(struct slice log, size_t pause, struct sizes *sizes)
{
	struct result result = { 0 };
	struct chunk chunk;
	struct input *in;
	size_t before = 0;

	write_file(PATH, log);
	in = input_open(PATH, &result.err);
	ck_assert_ptr_nonnull(in);
	*sizes = (struct sizes){ .least = log.n };
	while (input_pause(in, pause - input_offset(in) % pause),
	       (result.status = input_next(in, &chunk, &result.err)) == 1) {
		ck_assert_uint_le(chunk.bytes.n, WINDOW_BYTES);
		if (input_offset(in) < log.n && chunk.bytes.n < sizes->least)
			sizes->least = chunk.bytes.n;
		sizes->smaller += chunk.bytes.n < before;
		before = chunk.bytes.n;
		take_chunk(&result, &chunk);
		chunk_release(&chunk);
	}
	input_close(in);
	return result;
}

/* None is so small that to begin it would take longer than to count it. */
START_TEST(chunks_become_smaller_before_a_pause)
{
	struct slice log = make_log(20 << 20);
	struct sizes sizes;
	struct result result = read_with_pauses(log, 10 << 20, &sizes);

	ck_assert_uint_ge(sizes.smaller, 4);
	ck_assert_uint_gt(sizes.least, 128 << 10);
	ck_assert_uint_ge(result.n_chunks, 9);
	assert_lines(&result, log);
	free((char *)log.p);
}
END_TEST

/* It is longer than the chunks are there. */
START_TEST(long_line_at_a_pause)
{
	enum { PAUSE = 3 << 20 };
	struct slice log = make_log(PAUSE - (100 << 10));
	struct buffer bytes = { 0 };
	struct result result;
	struct sizes sizes;

	buffer_add(&bytes, log);
	add_letters(&bytes, 300 << 10);
	buffer_puts(&bytes, "\n");
	buffer_add(&bytes, log);
	result = read_with_pauses(buffer_slice(&bytes), PAUSE, &sizes);
	assert_lines(&result, buffer_slice(&bytes));
	buffer_release(&bytes);
	free((char *)log.p);
}
END_TEST

/* As where the file was cut after its end was looked for. */
START_TEST(newline_is_lost)
{
	bool cut;

	ck_assert_uint_eq(lines_whole(SLICE("\0\0\0"), false, &cut), 3);
	ck_assert(cut);
}
END_TEST

START_TEST(cut_is_told)
{
	struct buffer bytes = { 0 };
	struct error err;
	struct chunk chunk;
	struct input *in;

	add_letters(&bytes, 20 << 20);
	buffer_puts(&bytes, "\nlast\n");
	write_file(PATH, buffer_slice(&bytes));
	in = input_open(PATH, &err);
	ck_assert_int_eq(input_next(in, &chunk, &err), 1);
	ck_assert(line_is_cut(chunk.bytes));
	ck_assert_uint_eq(chunk.bytes.n, LINE_MAX_BYTES);
	chunk_release(&chunk);
	ck_assert_int_eq(input_next(in, &chunk, &err), 1);
	ck_assert(!line_is_cut(chunk.bytes));
	ck_assert(slice_eq(chunk.bytes, SLICE("last\n")));
	chunk_release(&chunk);
	ck_assert_int_eq(input_next(in, &chunk, &err), 0);
	input_close(in);
	buffer_release(&bytes);
}
END_TEST

/* What is no log, and a word of what is said about it. */
static const struct {
	const char *bytes;
	size_t n;
	const char *said;
} refused[] = {
#define REFUSED(bytes, said) { bytes, sizeof(bytes) - 1, said }
	REFUSED("PK\x03\x04 and so on", "zip"),
	REFUSED("LPKSHHRH and so on", "journalctl"),
	REFUSED("SQLite format 3\0", "database"),
	REFUSED("\xff\xfeN\0o\0v\0", "UTF-16"),
	REFUSED("\x7f" "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0", "binary"),
};

/* NULs that stand before a log, between two, and behind them: none is counted, a
 * hole or not, however the file is stored. */
static const size_t nuls[] = { 1, 4096, 4097, (4 << 20) + 1, WINDOW_BYTES + 1 };

static void add_nuls(struct buffer *buf, size_t n)
{
	char *zeros = xcalloc(n, 1);

	buffer_add(buf, (struct slice){ zeros, n });
	free(zeros);
}

START_TEST(nuls_before_a_line)
{
	struct slice log = make_log(10000), file;
	struct buffer bytes = { 0 }, lines = { 0 };
	struct result result;

	for (int i = 0; i < 2; i++) {
		add_nuls(&bytes, nuls[_i]);
		buffer_add(&bytes, log);
		buffer_add(&lines, log);
	}
	add_nuls(&bytes, nuls[_i]);
	write_file(PATH, buffer_slice(&bytes));
	result = read_input(PATH);
	ck_assert_uint_le(result.offset, bytes.n);
	assert_lines(&result, buffer_slice(&lines));
	result = read_pipe(buffer_slice(&bytes));
	assert_lines(&result, buffer_slice(&lines));
	file = pack(0, archive_write_set_format_raw, buffer_slice(&bytes));
	write_file(PATH, file);
	result = read_input(PATH);
	assert_lines(&result, buffer_slice(&lines));
	buffer_release(&bytes);
	buffer_release(&lines);
	free((char *)log.p);
	free((char *)file.p);
}
END_TEST

/* A writer that kept its place after copytruncate, and wrote once more. */
START_TEST(hole_before_a_line)
{
	const uint64_t hole = (uint64_t)20 << 30;
	struct slice log = make_log(10000);
	struct result result;
	int fd;

	write_file(PATH, SLICE(""));
	fd = open(PATH, O_WRONLY);
	ck_assert_int_eq(pwrite(fd, log.p, log.n, (off_t)hole), (ssize_t)log.n);
	close(fd);
	result = read_input(PATH);
	ck_assert_uint_eq(result.offset, hole + log.n);
	assert_lines(&result, log);
	ck_assert_int_eq(truncate(PATH, (off_t)(2 * hole)), 0);
	result = read_input(PATH);
	assert_lines(&result, log);
	free((char *)log.p);
}
END_TEST

static void assert_refused(const char *path, const char *said)
{
	struct error err = { "" };

	ck_assert_ptr_null(input_open(path, &err));
	ck_assert_msg(strstr(err.text, said) != NULL, "%s", err.text);
	ck_assert_msg(strncmp(err.text, path, strlen(path)) == 0, "%s", err.text);
}

START_TEST(refusal)
{
	struct slice bytes = { refused[_i].bytes, refused[_i].n }, file;

	write_file(PATH, bytes);
	assert_refused(PATH, refused[_i].said);
	file = pack(0, archive_write_set_format_raw, bytes);
	write_file(PATH, file);
	assert_refused(PATH, refused[_i].said);
	free((char *)file.p);
}
END_TEST

START_TEST(refused_nuls)
{
	struct buffer zeros = { 0 };
	struct slice file;

	add_nuls(&zeros, nuls[_i]);
	write_file(PATH, buffer_slice(&zeros));
	assert_refused(PATH, "file: is nothing but NUL bytes");
	file = pack(0, archive_write_set_format_raw, buffer_slice(&zeros));
	write_file(PATH, file);
	assert_refused(PATH, "what the gzip file holds is nothing but NUL bytes");
	assert_refused("/dev/zero", "is nothing but NUL bytes");
	buffer_release(&zeros);
	free((char *)file.p);
}
END_TEST

START_TEST(refused_archive)
{
	struct slice log = make_log(10000), file = pack(_i, archive_write_set_format_ustar, log);

	write_file(PATH, file);
	assert_refused(PATH, "tar archive; unpack it first");
	free((char *)log.p);
	free((char *)file.p);
}
END_TEST

START_TEST(cannot_be_opened)
{
	assert_refused("missing", "No such file");
	assert_refused(".", "is a directory");
	assert_refused(PATH "/below", "No such file");
}
END_TEST

/* For root every file is readable, so the test gives that up first. */
START_TEST(no_permission)
{
	write_file(PATH, SLICE("x\n"));
	ck_assert_int_eq(chmod(folder, 0755), 0);
	ck_assert_int_eq(chmod(PATH, 0), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	assert_refused(PATH, "Permission denied");
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

/* The file shrinks after its first window is mapped: zeros, and we are told. */
START_TEST(shrinks)
{
	struct slice log = make_log(20 << 20);
	struct chunk chunk, before;
	struct error err;
	struct input *in;
	size_t zeros = 0;

	write_file(PATH, log);
	in = input_open(PATH, &err);
	ck_assert_int_eq(input_next(in, &before, &err), 1);
	ck_assert_int_eq(truncate(PATH, 100000), 0);
	ck_assert(chunk_intact(&before));
	for (size_t i = 0; i < before.bytes.n; i++)
		zeros += before.bytes.p[i] == '\0';
	ck_assert(!chunk_intact(&before));
	ck_assert_uint_gt(zeros, before.bytes.n - 200000);
	ck_assert(slice_starts(before.bytes, (struct slice){ log.p, 100000 }));
	ck_assert_int_eq(input_next(in, &chunk, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "was cut to 100000 bytes"));
	chunk_release(&before);
	input_close(in);
	free((char *)log.p);
}
END_TEST

/* More windows alive than the fault handler has room for. */
START_TEST(many_windows)
{
	enum { N = 300 };
	struct slice log = make_log(300 << 10);
	struct input *in[N];
	struct chunk chunk[N];
	struct error err;

	write_file(PATH, log);
	for (int i = 0; i < N; i++) {
		in[i] = input_open(PATH, &err);
		ck_assert_msg(in[i] != NULL, "%s", err.text);
		ck_assert_int_eq(input_next(in[i], &chunk[i], &err), 1);
	}
	for (int i = 0; i < N; i++) {
		ck_assert(slice_eq(chunk[i].bytes, log));
		ck_assert(chunk_intact(&chunk[i]));
		chunk_release(&chunk[i]);
		input_close(in[i]);
	}
	free((char *)log.p);
}
END_TEST

/* What is written while we read is for the next run. */
START_TEST(grows)
{
	struct error err;
	struct chunk chunk;
	uint64_t done, size;
	struct input *in;
	FILE *file;

	write_file(PATH, SLICE("one\ntw"));
	in = input_open(PATH, &err);
	file = fopen(PATH, "a");
	fputs("o\nthree\n", file);
	fclose(file);
	ck_assert_int_eq(input_next(in, &chunk, &err), 1);
	ck_assert(slice_eq(chunk.bytes, SLICE("one\ntw")));
	chunk_release(&chunk);
	ck_assert_int_eq(input_next(in, &chunk, &err), 0);
	input_progress(in, &done, &size);
	ck_assert_uint_eq(done, 6);
	ck_assert_uint_eq(size, 6);
	input_close(in);
}
END_TEST

START_TEST(reference_and_name)
{
	struct timespec times[2] = { { 1795219200, 0 }, { 1795219200, 0 } };
	struct error err;
	struct input *in;
	int fd;

	write_file(PATH, SLICE("skipped\nread\n"));
	ck_assert_int_eq(utimensat(AT_FDCWD, PATH, times, 0), 0);
	in = input_open(PATH, &err);
	ck_assert_int_eq(input_reference(in), 1795219200);
	ck_assert_str_eq(input_name(in), PATH);
	input_close(in);

	/* a file as standard input is read from where it stands */
	fd = open(PATH, O_RDONLY);
	ck_assert_int_eq(lseek(fd, 8, SEEK_SET), 8);
	ck_assert_int_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	in = input_open("-", &err);
	ck_assert_str_eq(input_name(in), "standard input");
	ck_assert_int_eq(input_reference(in), 1795219200);
	input_close(in);
	ck_assert_int_eq(lseek(fd, 8, SEEK_SET), 8);
	struct result result = read_input("-");
	assert_lines(&result, SLICE("read\n"));
	close(fd);
}
END_TEST

static int64_t from_now(int milliseconds)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + milliseconds;
}

static void write_all(int fd, struct slice bytes)
{
	ck_assert_int_eq(write(fd, bytes.p, bytes.n), (ssize_t)bytes.n);
}

static void expect_chunk(struct input *in, struct slice bytes)
{
	struct error err;
	struct chunk chunk;

	ck_assert_int_eq(input_next(in, &chunk, &err), 1);
	ck_assert(slice_eq(chunk.bytes, bytes));
	chunk_release(&chunk);
}

/* What comes slowly is given in whole lines. */
START_TEST(slow_pipe)
{
	struct buffer lines = { 0 };
	struct error err;
	struct chunk chunk;
	struct input *in;
	int ends[2];

	for (int i = 0; i < 1000; i++)
		buffer_puts(&lines, "a line\n");
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	write_all(ends[1], buffer_slice(&lines));
	write_all(ends[1], SLICE("half "));
	in = input_open("-", &err);
	ck_assert_ptr_nonnull(in);
	input_until(in, from_now(20));
	expect_chunk(in, buffer_slice(&lines));
	ck_assert_int_eq(input_next(in, &chunk, &err), INPUT_LATER);
	ck_assert_int_eq(input_next(in, &chunk, &err), INPUT_LATER);
	write_all(ends[1], SLICE("a line\nlast"));
	expect_chunk(in, SLICE("half a line\n"));
	close(ends[1]);
	expect_chunk(in, SLICE("last"));
	ck_assert_int_eq(input_next(in, &chunk, &err), 0);
	input_close(in);
	close(ends[0]);
	buffer_release(&lines);
}
END_TEST

#define N(rows) (int)(sizeof(rows) / sizeof *(rows))

Suite *make_suite(void)
{
	Suite *suite = suite_create("input");
	TCase *tcase = tcase_create("input");

	tcase_add_checked_fixture(tcase, enter_folder, leave_folder);
	tcase_add_test(tcase, plain_and_pipe);
	tcase_add_test(tcase, slow_pipe);
	tcase_add_loop_test(tcase, packed, 0, N_PACKINGS);
	tcase_add_loop_test(tcase, packed_members, 0, N_PACKINGS);
	tcase_add_loop_test(tcase, packed_nothing, 0, N_PACKINGS);
	tcase_add_loop_test(tcase, packed_truncated, 0, N_PACKINGS);
	tcase_add_loop_test(tcase, packed_damaged, 0, N_PACKINGS);
	tcase_add_test(tcase, gzip_small_truncated);
	tcase_add_test(tcase, gzip_without_trailer);
	tcase_add_test(tcase, gzip_members_broken);
	tcase_add_test(tcase, gzip_with_zeros);
	tcase_add_loop_test(tcase, packed_with_more, 0, N_PACKINGS);
	tcase_add_loop_test(tcase, content, 0, N(contents));
	tcase_add_loop_test(tcase, long_line, 0, 2 * N(long_lines));
	tcase_add_test(tcase, chunks_become_smaller_before_a_pause);
	tcase_add_test(tcase, long_line_at_a_pause);
	tcase_add_test(tcase, newline_is_lost);
	tcase_add_test(tcase, cut_is_told);
	tcase_add_loop_test(tcase, nuls_before_a_line, 0, N(nuls));
	tcase_add_test(tcase, hole_before_a_line);
	tcase_add_loop_test(tcase, refusal, 0, N(refused));
	tcase_add_loop_test(tcase, refused_nuls, 0, N(nuls));
	tcase_add_loop_test(tcase, refused_archive, 0, N_PACKINGS);
	tcase_add_test(tcase, cannot_be_opened);
	tcase_add_test(tcase, no_permission);
	tcase_add_test(tcase, shrinks);
	tcase_add_test(tcase, many_windows);
	tcase_add_test(tcase, grows);
	tcase_add_test(tcase, reference_and_name);
	suite_add_tcase(suite, tcase);
	return suite;
}
