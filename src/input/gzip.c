/* gzip.c - CRC-32 eight bytes at a time, and members found by their headers.
 * SPDX-License-Identifier: MIT */
#include "input/gzip.h"

/* table[k][b]: what byte b does to the CRC when k more bytes follow it. */
static uint32_t table[8][256];

/* Before main(), so that no thread ever sees it change. */
__attribute__((constructor)) static void make_table(void)
{
	for (uint32_t b = 0; b < 256; b++) {
		uint32_t crc = b;

		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
		table[0][b] = crc;
	}
	for (int k = 1; k < 8; k++)
		for (int b = 0; b < 256; b++)
			table[k][b] = table[k - 1][b] >> 8 ^ table[0][table[k - 1][b] & 0xff];
}

static uint32_t little_endian(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

void gzip_unpacked(struct gzip_check *check, struct slice bytes)
{
	const unsigned char *p = (const unsigned char *)bytes.p, *end = p + bytes.n;
	uint32_t crc = ~check->crc;

	for (; end - p >= 8; p += 8) {
		uint32_t low = little_endian(p) ^ crc;

		crc = table[7][low & 0xff] ^ table[6][low >> 8 & 0xff] ^
		      table[5][low >> 16 & 0xff] ^ table[4][low >> 24] ^
		      table[3][p[4]] ^ table[2][p[5]] ^ table[1][p[6]] ^ table[0][p[7]];
	}
	for (; p < end; p++)
		crc = crc >> 8 ^ table[0][(crc ^ *p) & 0xff];
	check->crc = ~crc;
	check->length += bytes.n;
}

/* All that RFC 1952 2.3.1 fixes of a header: by chance once in 10^11 bytes. */
static bool is_header(const unsigned char *p)
{
	return p[0] == 0x1f && p[1] == 0x8b && p[2] == 8 && (p[3] & 0xe0) == 0 &&
	       (p[8] == 0 || p[8] == 2 || p[8] == 4) && (p[9] <= 13 || p[9] == 255);
}

static bool has_header(struct slice bytes)
{
	for (const char *p; bytes.n >= GZIP_HEADER; bytes = slice_from(bytes, (size_t)(p + 1 - bytes.p))) {
		p = memchr(bytes.p, 0x1f, bytes.n - GZIP_HEADER + 1);
		if (!p)
			return false;
		if (is_header((const unsigned char *)p))
			return true;
	}
	return false;
}

/* A header may lie across two blocks, so the last bytes of one are kept. The
 * file's own header, at byte 0, is not looked for. */
void gzip_stored(struct gzip_check *check, struct slice bytes)
{
	char seam[2 * GZIP_HEADER];
	bool at_start = check->stored == check->last_n; /* of the seam */
	size_t n = bytes.n < GZIP_HEADER ? bytes.n : GZIP_HEADER;

	if (bytes.n == 0)
		return;
	memcpy(seam, check->last, check->last_n);
	memcpy(seam + check->last_n, bytes.p, n);
	n += check->last_n;
	if (!check->joined)
		check->joined = has_header(slice_from((struct slice){ seam, n }, at_start)) ||
		                has_header(slice_from(bytes, check->stored == 0));
	check->stored += bytes.n;
	check->last_n = n < GZIP_HEADER ? n : GZIP_HEADER;
	if (bytes.n >= GZIP_HEADER)
		memcpy(check->last, bytes.p + bytes.n - GZIP_HEADER, GZIP_HEADER);
	else
		memcpy(check->last, seam + n - check->last_n, check->last_n);
}

bool gzip_fits(const struct gzip_check *check)
{
	const unsigned char *trailer = (const unsigned char *)check->last + GZIP_HEADER - GZIP_TRAILER;

	if (check->joined)
		return true;
	return check->last_n == GZIP_HEADER && little_endian(trailer) == check->crc &&
	       little_endian(trailer + 4) == (uint32_t)check->length;
}
