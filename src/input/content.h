/* content.h - what a file is, known by its first bytes.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_CONTENT_H
#define INPUT_CONTENT_H

#include "base/slice.h"

enum { FRONT_BYTES = 4096 }; /* what is looked at */

struct archive;

/* A compressed form that is read as it is. */
struct packing {
	const char *name;
	struct slice magic;
	int (*enable)(struct archive *); /* its filter in libarchive; NULL: gzip.h reads it */
};

/* The packing of a file that begins with `front`, or NULL. */
const struct packing *content_packing(struct slice front);

/* Why what begins with `front` (uncompressed) is no log, and what to do about it;
 * NULL when it may be one. `nuls` NUL bytes stood before it. */
const char *content_refusal(uint64_t nuls, struct slice front);

#endif
