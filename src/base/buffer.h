/* buffer.h - growing output, and every kind of quoting in one place.
 *
 * All that came out of a log was written by strangers. Each output format has
 * one function here through which such bytes pass; what it lets through can
 * neither end a field nor reach a terminal as a control sequence.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include "base/slice.h"

#include <stdio.h>

/* All zero is an empty buffer. text is not terminated; see buffer_string(). */
struct buffer {
	char *text;
	size_t n, capacity;
};

void buffer_release(struct buffer *buf);
void buffer_byte(struct buffer *buf, char c);
void buffer_add(struct buffer *buf, struct slice s);
void buffer_puts(struct buffer *buf, const char *text);
void buffer_printf(struct buffer *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The text so far, terminated (the terminator is not counted in n). */
const char *buffer_string(struct buffer *buf);

static inline struct slice buffer_slice(const struct buffer *buf)
{
	return (struct slice){ buf->text, buf->n };
}

/* UTF-8 for a terminal: controls, format characters (zero width, bidi), line
 * separators and invalid bytes become \n \t \r or \xHH per byte. */
void buffer_terminal(struct buffer *buf, struct slice s);
/* A TSV field: buffer_terminal(), and a backslash is doubled; "-" for empty,
 * "\x2d" for a lone "-". */
void buffer_tsv(struct buffer *buf, struct slice s);
/* A JSON string with its quotes; valid UTF-8 always (an invalid byte HH
 * becomes U+FFFD). */
void buffer_json(struct buffer *buf, struct slice s);

#endif
