/* plain.h - the words and numbers that stand alone: the most of every text, so
 * they go first and fast. SPDX-License-Identifier: MIT */
#ifndef REPLY_PLAIN_H
#define REPLY_PLAIN_H

#include "reply/draft.h"

/* The length of " ", ", ", ": " and the like at p; 0: none. */
static inline size_t gap_length(const char *p)
{
	if (*p == ' ')
		return 1;
	return (*p == ',' || *p == ':' || *p == ';' || *p == '.') && p[1] == ' ' ? 2 : 0;
}

/* Keeps words of letters that are no part of a longer shape, and what stands
 * between them, in one go. The first begins `gap` bytes behind d->at, behind
 * punctuation and a blank, or 0; false: none is kept. */
bool plain_words(struct draft *d, size_t gap);
/* Masks a number from d->at to `end` if it is surely no part of a longer shape. */
bool plain_number(struct draft *d, const char *end);

#endif
