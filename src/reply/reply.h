/* reply.h - an SMTP reply as a log holds it: code, enhanced code, text.
 *
 * Packs say where a reply stands; how replies look is known here alone.
 * Multi-line replies (RFC 5321 section 4.2.1) reach logs joined by blanks
 * (Postfix), a literal \n (Exim), "; " (Sendmail) or '?' (a newline that syslog
 * replaced); each part repeats "NNN-". The last line decides.
 * SPDX-License-Identifier: MIT */
#ifndef REPLY_REPLY_H
#define REPLY_REPLY_H

#include "base/slice.h"

/* X.Y.Z of RFC 3463 as one number: X * 1000000 + Y * 1000 + Z; 0 is none. */
#define ENHANCED(x, y, z) ((uint32_t)(x) * 1000000u + (uint32_t)(y) * 1000u + (uint32_t)(z))
#define ENHANCED_CLASS(e) ((int)((e) / 1000000u))
#define ENHANCED_SUBJECT(e) ((int)((e) / 1000u % 1000u))
#define ENHANCED_DETAIL(e) ((int)((e) % 1000u))
enum { ENHANCED_TEXT_MAX = 12 };

struct reply {
	int code;            /* of the last line, 200-599; 0: s does not begin with a reply code */
	uint32_t enhanced;   /* of the last line, or 0 */
	struct slice last;   /* the last line's text behind the codes */
	struct slice all;    /* everything behind the first line's code, as logged */
	bool multiline;
};

/* Read the reply that begins at the first byte of s (blanks before it are
 * skipped). Never fails: what is no reply has code 0, and `last` and `all` are
 * s. A text that begins with an enhanced code but no code (Postfix cleanup,
 * Sendmail's stat=) has code 0 and that enhanced code. */
void reply_parse(struct slice s, struct reply *out);
/* In a longer reply of several lines its length decides, too: the log may have cut it. */
enum { REPLY_WHOLE_MAX = 1000 };
/* The same with the log's own enhanced code (dsn=) or an empty text: that tells which
 * of the lines that were joined is the last. */
void reply_parse_with(struct slice s, struct slice dsn, struct reply *out);
/* X.Y.Z at the front of s, followed by no digit, letter or dot-digit; 0 when
 * there is none. Its length goes to *n. Class 2, 4 or 5; subject and detail
 * one to three digits. */
uint32_t enhanced_parse(struct slice s, size_t *n);
/* "5.7.26" into text; "" for 0. Returns text. */
const char *enhanced_text(uint32_t enhanced, char text[ENHANCED_TEXT_MAX]);

#endif
