/* packed.h - unpack what libarchive reads: bzip2, xz, zstd, lz4.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_PACKED_H
#define INPUT_PACKED_H

#include "base/error.h"
#include "input/stored.h"

struct packed;

/* Unpacks what `stored` gives, which stays the caller's. NULL and *why when this
 * build of libarchive lacks the form. */
struct packed *packed_new(struct stored *stored, const struct packing *packing, struct error *why);
/* At most n bytes; 0 at the end; -1 and *why where the data is truncated or
 * damaged. What libarchive had unpacked into its last block is lost then: up to
 * 64 KiB of bzip2 and xz, 128 KiB of zstd, a block of lz4. */
ssize_t packed_read(struct packed *packed, char *into, size_t n, struct error *why);
void packed_free(struct packed *packed);

#endif
