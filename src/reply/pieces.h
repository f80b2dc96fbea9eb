/* pieces.h - a text without the plain addresses in brackets (bracketed.h) that it names.
 *
 * A plain text holds no quotes and no address literal, which could reach over what
 * follows. Its pieces are what stands before, between and behind the addresses; they
 * decide the template of the text (templates.c). SPDX-License-Identifier: MIT */
#ifndef REPLY_PIECES_H
#define REPLY_PIECES_H

#include "base/hash.h"
#include "reply/reason.h"

enum { PIECES_TEXT_MAX = 1000 }; /* longer ones are not worth it */

/* Adds the pieces to f. False: the text is not plain. */
bool pieces_fingerprint(struct slice text, struct fingerprint *f);
/* Does a name stand in the pieces, or could one reach into an address? Of a text that
 * is not plain: true. */
bool pieces_hold(struct slice text, const struct reason_names *names);

/* Which two bytes follow each other, roughly: when those of a name do not, it does not
 * stand there. All zero is of no text; pieces_pairs() adds to it. */
struct pairs {
	uint64_t bits[16];
};
void pieces_pairs(struct slice text, struct pairs *pairs);
/* False: pieces_hold() is false. */
bool pairs_may_hold(const struct pairs *pairs, const struct slice *names, size_t n);

#endif
