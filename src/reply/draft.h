/* draft.h - a text being made into its template.
 *
 * Pieces of the text are kept or replaced by a placeholder, in order. What does
 * not fit is left out from a piece's beginning on, so that no half of an address
 * remains. SPDX-License-Identifier: MIT */
#ifndef REPLY_DRAFT_H
#define REPLY_DRAFT_H

#include "reply/name.h"

/* COPIED: bytes that are copied at once, the last of them over what is needed. */
enum { CUT_MARK = 3, UNCUT_MAX = REASON_MAX - CUT_MARK, COPIED = 16 };

enum placeholder { MASK_ADDRESS, MASK_USER, MASK_HOST, MASK_IP, MASK_URL, MASK_ID, MASK_N, MASK_TIME, MASK_LIST };

struct draft {
	/* the text, closed (shape.h), and what was learnt of it up to `at` */
	const char *begin, *at, *end;
	const char *last_at;    /* behind the last @: no address begins there */
	const char *no_address; /* none begins before this place */
	const char *shaped;     /* no plain word begins here */
	bool part;              /* a line of a multi-line reply may begin here */
	int part_code;          /* of the "NNN-" parts without enhanced codes so far */
	struct slice words[2];  /* the last runs of kept words, a blank between each two; empty before a placeholder */
	struct names names;

	/* what is made of it */
	char *made, *out;       /* its beginning, with room for REASON_MAX + COPIED bytes, and its end */
	size_t cut;             /* the last end of a piece that leaves room for "..." */
	bool blank, full;       /* a blank is due; something did not fit */
};

static inline size_t draft_length(const struct draft *d)
{
	return (size_t)(d->out - d->made);
}

/* A blank is due before the next piece, unless that is the first. */
static inline void draft_blank(struct draft *d)
{
	d->blank = d->out > d->made;
}

/* Keeps the next n bytes as a piece. */
void draft_keep(struct draft *d, size_t n);
/* Keeps the next n bytes, of which the last are words. */
void draft_keep_words(struct draft *d, size_t n, struct slice words);
/* Replaces the next n bytes. */
void draft_mask(struct draft *d, size_t n, enum placeholder by);
/* The placeholder at p; false: none. */
bool placeholder_at(const char *p, enum placeholder *is, size_t *n);

#endif
