/* junk.h - what strangers write to fool whoever reads the log: numbers that look like
 * codes, quotes, brackets, and our servers' own words. SPDX-License-Identifier: MIT */
#ifndef TESTS_SHAPES_JUNK_H
#define TESTS_SHAPES_JUNK_H

#include "built.h"

/* What the server lets through of it. */
struct bytes {
	const char *never;  /* these become '?' */
	bool utf8;          /* else what is not ASCII becomes '?', too */
	size_t most;
};

/* A hostile text, or a harmless one while the line is to be harmless. No blanks at
 * its ends; may be empty. Appended. */
void junk_add(struct built *built, const struct bytes *bytes, struct buffer *out);

#endif
