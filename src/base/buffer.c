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

/* Controls (category Cc), what is invisible or turns a line around (Cf, line and
 * paragraph separators), private use and non-characters of Unicode 15. Sorted. */
static const struct {
	int32_t first, last;
} unsafe[] = {
	{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x600, 0x605 }, { 0x61c, 0x61c }, { 0x6dd, 0x6dd },
	{ 0x70f, 0x70f }, { 0x890, 0x891 }, { 0x8e2, 0x8e2 }, { 0x180e, 0x180e }, { 0x200b, 0x200f },
	{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xe000, 0xf8ff }, { 0xfdd0, 0xfdef }, { 0xfeff, 0xfeff },
	{ 0xfff9, 0xfffb }, { 0xfffe, 0xffff }, { 0x110bd, 0x110bd }, { 0x110cd, 0x110cd }, { 0x13430, 0x1343f },
	{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0001, 0x10ffff },
};

static bool is_unsafe(int32_t point)
{
	if (point >= 0x20 && point < 0x7f)
		return false;
	if (point < 0)
		return true;
	for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe && unsafe[i].first <= point; i++)
		if (point <= unsafe[i].last)
			return true;
	return false;
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
		else if (is_unsafe(point) && point > 0xffff)
			buffer_printf(buf, "\\u%04x\\u%04x", 0xd7c0 + ((unsigned)point >> 10), 0xdc00 + ((unsigned)point & 0x3ff));
		else if (is_unsafe(point))
			buffer_printf(buf, "\\u%04x", (unsigned)point);
		else
			buffer_add(buf, (struct slice){ s.p, n });
	}
	buffer_byte(buf, '"');
}
