/* shape.h - what bytes can be part of, and how addresses, hosts and URLs look in
 * free text; for reason.c and the files around it only.
 *
 * A text is closed: CLOSING bytes END stand behind it, which no UTF-8 holds, so
 * that looking ahead needs no bound. A place is a pointer into a closed text; a
 * length of 0 and an end of NULL say "none here".
 * SPDX-License-Identifier: MIT */
#ifndef REPLY_SHAPE_H
#define REPLY_SHAPE_H

#include "base/slice.h"

/* What a byte can be part of; ATEXT as in RFC 6532. '_' is a letter. TAIL ends a
 * sentence that a URL stands in. END is of no kind. */
enum { DIGIT = 1, UPPER = 2, LOWER = 4, HIGH = 8, JOINER = 16, ATEXT = 32, BLANK = 64, HEX = 128, URL = 256, TAIL = 512,
       ASCII_LETTER = UPPER | LOWER, LETTER = ASCII_LETTER | HIGH, ALNUM = DIGIT | LETTER };

enum { END = 0xff, CLOSING = 64 };

extern const uint16_t byte_kinds[256];

static inline unsigned kind(char c)
{
	return byte_kinds[(unsigned char)c];
}

/* The same in a text that is not closed; 0 behind its end. */
static inline unsigned kind_at(struct slice s, size_t i)
{
	return i < s.n ? kind(s.p[i]) : 0;
}

static inline char char_at(struct slice s, size_t i)
{
	return i < s.n ? s.p[i] : '\0';
}

/* Is p behind the text's last byte? */
static inline bool at_end(const char *p)
{
	return (unsigned char)*p == END;
}

/* The end of the bytes at p that are of one of these kinds. */
static inline const char *run_end(const char *p, unsigned kinds)
{
	for (;; p += 4) {
		if (!(kind(p[0]) & kinds))
			return p;
		if (!(kind(p[1]) & kinds))
			return p + 1;
		if (!(kind(p[2]) & kinds))
			return p + 2;
		if (!(kind(p[3]) & kinds))
			return p + 3;
	}
}

static inline const char *digits_end(const char *p)
{
	return run_end(p, DIGIT);
}

/* The end of the domains that follow a local part: "@example.org", "@[192.0.2.1]",
 * "@a@b"; p where there is no @. */
const char *domain_end(const char *p);
/* The end of a quoted local part whose quote stands at p. */
const char *quoted_end(const char *p);
/* The length of a URL at p whose scheme ends at `colon`. */
size_t url_length(const char *p, const char *colon);
/* The end of a URL's text from p on, without the punctuation of the sentence. */
const char *url_end(const char *p);
/* "/24" behind an address. */
size_t prefix_length(const char *p);
/* s holds digits and three dots between them. */
bool is_ip4(struct slice s);
/* With scope and prefix length. It holds a digit ("Net::DNS" is none), and what
 * sticks to its end goes with it. */
size_t ip6_length(const char *p);

#endif
