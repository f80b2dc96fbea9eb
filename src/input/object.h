/* object.h - a JSON object on one line, member after member.
 *
 * For logs that wrap each line in JSON. Values are given as they stand; a nested one is
 * passed over however deep it is, and nothing is kept of what nobody asks for, so that
 * a line costs one pass and no memory. SPDX-License-Identifier: MIT */
#ifndef INPUT_OBJECT_H
#define INPUT_OBJECT_H

#include "base/slice.h"

enum object_step { OBJECT_MEMBER, OBJECT_END, OBJECT_WRONG };

struct member {
	struct slice key;   /* between its quotes, escapes as they stand */
	struct slice value; /* with its quotes or brackets */
};

/* Go into the object that s begins with; false when there is none. */
bool object_open(struct slice *s);
/* The next member off the front of *s. OBJECT_END after the last one, when nothing but
 * blanks follows; OBJECT_WRONG where this is no object, or the line was cut. */
enum object_step object_next(struct slice *s, struct member *member);

/* The bytes of a value: of a string, or of an array of numbers that are bytes, or of an
 * array of such values the last. Empty for any other. `room`, which has as many bytes as the
 * value, is written to only where the value cannot be borrowed. A lone surrogate becomes
 * U+FFFD; bytes that are not escaped are not checked. */
struct slice object_bytes(struct slice value, char *room);

#endif
