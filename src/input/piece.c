/* piece.c - SPDX-License-Identifier: MIT */
#include "input/piece.h"

#include "input/take.h"

bool piece_read(struct slice s, struct piece *out)
{
	struct piece piece = { .newline = false };

	if (!skip(&s, SLICE("[")) || !skip_number(&s, &piece.number) || s.n == 0)
		return false;
	piece.newline = s.p[0] == '\\';
	if ((!piece.newline && s.p[0] != '/') || piece.number == 0)
		return false;
	s = slice_from(s, 1);
	if (!skip_number(&s, &piece.of) || piece.of < 2 || piece.number > piece.of || !skip(&s, SLICE("]")))
		return false;
	if (s.n && !skip(&s, SLICE(" ")))
		return false;
	piece.text = s;
	*out = piece;
	return true;
}
