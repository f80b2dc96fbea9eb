/* word.h - the words of a refusal's text and what each looks like: a host, an id,
 * or just a word. A place is a pointer into a closed text (shape.h).
 * SPDX-License-Identifier: MIT */
#ifndef REPLY_WORD_H
#define REPLY_WORD_H

#include "reply/name.h"

/* A longer word of letters is an id. */
enum { WORD_MAX = 32 };

/* Letters and digits, with '.' and '-' between them. */
struct word {
	struct slice s;
	unsigned digits, letters, dots, hyphens;
	unsigned turns;      /* between letters and digits */
	uint32_t joined;     /* the set of first bytes, as in names, of its parts behind '.' and '-' */
	bool is_host;        /* its last label is one of a top-level domain */
};

/* The word at p; it ends before one of `stop` inside it, unless NULL. */
struct word word_at(const char *p, const struct names *stop);
/* Queue, message and session ids, hex, base64: digits among letters. */
bool word_is_id(const struct word *w);
/* The length of a base64 run that goes on behind the word w with '+' and '/'. */
size_t base64_length(const struct word *w);

#endif
