/* word.h - the words of a refusal's text and what each looks like, for reason.c
 * only: a host, an id, a name of the line, or just a word.
 * SPDX-License-Identifier: MIT */
#ifndef REPLY_WORD_H
#define REPLY_WORD_H

#include "reply/reason.h"

/* A longer word of letters is an id. */
enum { WORD_MAX = 32 };

/* Letters and digits, with '.' and '-' between them. */
struct word {
	struct slice s;
	unsigned digits, letters, uppers, lowers, dots, hyphens;
	unsigned turns;      /* between letters and digits */
	size_t last_label;   /* where it begins */
};

/* A line's names with the set of their first bytes modulo 32, so of either case. */
struct names {
	const struct reason_names *list;
	uint32_t starts;
};

struct names names_of(const struct reason_names *list);
/* The length of the name that stands at i as a whole word; 0: none. */
size_t name_found(const struct names *names, struct slice s, size_t i);

static inline size_t name_length(const struct names *names, struct slice s, size_t i)
{
	return i < s.n && names->starts >> (s.p[i] & 31) & 1 ? name_found(names, s, i) : 0;
}

/* The word at `at`; it ends before one of `stop` inside it, unless NULL. */
struct word word_at(struct slice s, size_t at, const struct names *stop);
bool word_is_host(const struct word *w);
/* Queue, message and session ids, hex, base64: digits among letters. */
bool word_is_id(const struct word *w);
/* The length of a base64 run that goes on behind the word w with '+' and '/'. */
size_t base64_length(struct slice s, size_t at, const struct word *w);

#endif
