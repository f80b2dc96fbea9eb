/* piece.h - lines that are only a part of what a program wrote.
 *
 * Exim cuts a long message for syslog into "[1/3] …", "[2/3] …", "[3/3] …"; behind a
 * piece with a backslash, "[1\3] …", stood a newline. Container engines cut at 16 KiB:
 * a line of Docker's without a newline at its end, a CRI line flagged P.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_PIECE_H
#define INPUT_PIECE_H

#include "base/slice.h"

enum {
	PIECE_MARKED = 1, /* "[1/3] text" */
	PIECE_OPEN = 2,   /* of an engine's line: it goes on in the next one of its stream */
	PIECE_LAST = 4,   /* of an engine's line: here it ends, if it was open */
	PIECE_STDERR = 8, /* the other of an engine's two streams */
};

struct piece {
	uint32_t number, of;  /* from 1; of: at least 2 */
	bool newline;         /* stood behind it, and more follows */
	struct slice text;    /* behind the mark */
};

/* The mark at the front of s; false when there is none. */
bool piece_read(struct slice s, struct piece *out);

#endif
