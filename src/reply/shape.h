/* shape.h - the shapes of addresses, hosts, URLs and times in free text, for
 * reason.c only. A place is an index into s; a length of 0 says "none here".
 * SPDX-License-Identifier: MIT */
#ifndef REPLY_SHAPE_H
#define REPLY_SHAPE_H

#include "base/slice.h"

/* What a byte can be part of; ATEXT as in RFC 6532. '_' is a letter. */
enum { DIGIT = 1, UPPER = 2, LOWER = 4, HIGH = 8, JOINER = 16, ATEXT = 32, BLANK = 64, HEX = 128,
       LETTER = UPPER | LOWER | HIGH, ALNUM = DIGIT | LETTER };

extern const unsigned char byte_kinds[256];

static inline unsigned kind(char c)
{
	return byte_kinds[(unsigned char)c];
}

/* The kind of the byte at i; 0 behind the end. */
static inline unsigned kind_at(struct slice s, size_t i)
{
	return i < s.n ? kind(s.p[i]) : 0;
}

static inline char char_at(struct slice s, size_t i)
{
	return i < s.n ? s.p[i] : '\0';
}

/* The end of the domains that follow a local part: "@example.org", "@[192.0.2.1]",
 * "@a@b"; i where there is no @. */
size_t domain_end(struct slice s, size_t i);
/* The end of a quoted local part whose quote stands at i; 0: it is none. */
size_t quoted_end(struct slice s, size_t i);
size_t url_length(struct slice s, size_t at);
/* The end of a URL's text from i on, without the punctuation of the sentence. */
size_t url_end(struct slice s, size_t i);
/* "/24" behind an address. */
size_t prefix_length(struct slice s, size_t i);
bool is_ip4(struct slice s);
/* With scope and prefix length. It holds a digit ("Net::DNS" is none), and what
 * sticks to its end goes with it. */
size_t ip6_length(struct slice s, size_t i);
/* Is this host a DNS blocklist? By its operator, or by a label. */
bool is_blocklist(struct slice host);

size_t digits_at(struct slice s, size_t i);
/* "10:00", "10:00:04.123"; its zone ("Z", "+01:00", " +0100", " UTC") with it. */
size_t time_length(struct slice s, size_t i);
/* "2026-11-20", "2026-11-20T10:00:04.1Z", "2026-11-20 10:00". */
size_t iso_length(struct slice s, size_t at);
/* "Fri, 20 Nov 2026 10:00:04 +0100", "Nov 20 10:00:04", "20-Nov-2026": a month, a
 * day, and what else of a date stands by them in any order. */
size_t date_length(struct slice s, size_t at);
/* Do three letters begin here, like "Fri" or "Nov"? */
bool begins_date(struct slice s, size_t at);

#endif
