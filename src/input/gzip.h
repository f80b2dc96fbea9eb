/* gzip.h - the checksum of a gzip file (RFC 1952), which libarchive does not test.
 *
 * Without it most damage would go unseen: a wrong bit in the packed data unpacks
 * to other bytes, seldom to an error. A file of one member, as log rotation writes
 * it, is checked whole; where members were put together, their ends cannot be told
 * from outside and only libarchive's own checks remain.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_GZIP_H
#define INPUT_GZIP_H

#include "base/slice.h"

enum { GZIP_HEADER = 10, GZIP_TRAILER = 8 };

/* All zero to begin with. */
struct gzip_check {
	uint32_t crc;
	uint64_t length;    /* unpacked */
	uint64_t stored;
	bool joined;        /* a second member's header was seen */
	char last[GZIP_HEADER];
	size_t last_n;      /* of the stored bytes so far */
};

/* The next bytes as they are stored, and as they come out. */
void gzip_stored(struct gzip_check *check, struct slice bytes);
void gzip_unpacked(struct gzip_check *check, struct slice bytes);
/* At the end: do the unpacked bytes fit the trailer, which was stored last? */
bool gzip_fits(const struct gzip_check *check);

#endif
