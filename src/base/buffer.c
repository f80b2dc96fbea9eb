/* buffer.c - growing output and quoting. SPDX-License-Identifier: MIT */
#include "base/buffer.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdlib.h>

static void reserve(struct buffer *buf, size_t more)
{
	if (buf->n + more <= buf->capacity)
		return;
	buf->capacity = buf->capacity ? 2 * buf->capacity : 256;
	if (buf->capacity < buf->n + more)
		buf->capacity = buf->n + more;
	buf->text = xrealloc(buf->text, buf->capacity);
}

void buffer_release(struct buffer *buf)
{
	free(buf->text);
	*buf = (struct buffer){ 0 };
}

void buffer_byte(struct buffer *buf, char c)
{
	reserve(buf, 1);
	buf->text[buf->n++] = c;
}

void buffer_add(struct buffer *buf, struct slice s)
{
	if (!s.n)
		return;
	reserve(buf, s.n);
	memcpy(buf->text + buf->n, s.p, s.n);
	buf->n += s.n;
}

void buffer_puts(struct buffer *buf, const char *text)
{
	buffer_add(buf, slice_of(text));
}

void buffer_printf(struct buffer *buf, const char *format, ...)
{
	va_list args, again;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	reserve(buf, (size_t)n + 1);
	vsnprintf(buf->text + buf->n, (size_t)n + 1, format, again);
	va_end(again);
	buf->n += (size_t)n;
}

const char *buffer_string(struct buffer *buf)
{
	reserve(buf, 1);
	buf->text[buf->n] = '\0';
	return buf->text;
}

/* Controls, and what could turn a line around or break it on a terminal. */
static bool is_unsafe(int32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0) ||
	       point == 0x61c || point == 0x200e || point == 0x200f ||
	       (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069) ||
	       point == 0xfeff || (point >= 0xfff9 && point <= 0xfffb);
}

static void escape(struct buffer *buf, struct slice bytes)
{
	for (size_t i = 0; i < bytes.n; i++) {
		switch (bytes.p[i]) {
		case '\n': buffer_puts(buf, "\\n"); break;
		case '\r': buffer_puts(buf, "\\r"); break;
		case '\t': buffer_puts(buf, "\\t"); break;
		default: buffer_printf(buf, "\\x%02x", (unsigned char)bytes.p[i]);
		}
	}
}

static void safe_text(struct buffer *buf, struct slice s, bool double_backslash)
{
	for (size_t n; s.n; s = slice_from(s, n)) {
		struct slice one;

		if (is_unsafe(utf8_next(s, &n))) {
			escape(buf, (struct slice){ s.p, n });
			continue;
		}
		one = (struct slice){ s.p, n };
		if (double_backslash && *s.p == '\\')
			buffer_byte(buf, '\\');
		buffer_add(buf, one);
	}
}

void buffer_terminal(struct buffer *buf, struct slice s)
{
	safe_text(buf, s, false);
}

void buffer_tsv(struct buffer *buf, struct slice s)
{
	if (s.n == 0)
		buffer_byte(buf, '-');
	else if (s.n == 1 && *s.p == '-')
		buffer_puts(buf, "\\x2d");
	else
		safe_text(buf, s, true);
}

void buffer_json(struct buffer *buf, struct slice s)
{
	buffer_byte(buf, '"');
	for (size_t n; s.n; s = slice_from(s, n)) {
		int32_t point = utf8_next(s, &n);

		if (point < 0)
			buffer_puts(buf, "\xef\xbf\xbd");
		else if (point == '"' || point == '\\')
			buffer_printf(buf, "\\%c", (char)point);
		else if (point == '\n')
			buffer_puts(buf, "\\n");
		else if (point == '\t')
			buffer_puts(buf, "\\t");
		else if (is_unsafe(point))
			buffer_printf(buf, "\\u%04x", (unsigned)point);
		else
			buffer_add(buf, (struct slice){ s.p, n });
	}
	buffer_byte(buf, '"');
}
