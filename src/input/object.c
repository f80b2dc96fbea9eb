/* object.c - SPDX-License-Identifier: MIT */
#include "input/object.h"

/* Machines write hardly any. */
static inline struct slice without_blanks(struct slice s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t' || s.p[0] == '\r'))
		s = slice_from(s, 1);
	return s;
}

/* How many bytes the string at the front of s takes, its quotes included; 0: it has no end. */
static size_t string_length(struct slice s)
{
	const char *p = s.p + 1, *end = s.p + s.n, *quote;

	while (p < end && (quote = memchr(p, '"', (size_t)(end - p)))) {
		size_t backslashes = 0;

		while (quote[-1 - (ptrdiff_t)backslashes] == '\\')
			backslashes++;
		p = quote + 1;
		if (backslashes % 2 == 0)
			return (size_t)(p - s.p);
	}
	return 0;
}

/* The same of an array or object: through the bracket that closes the first one. */
static size_t nested_length(struct slice s)
{
	size_t depth = 0, n = 0, length;

	while (n < s.n) {
		switch (s.p[n]) {
		case '[': case '{':
			depth++;
			n++;
			break;
		case ']': case '}':
			n++;
			if (--depth == 0)
				return n;
			break;
		case '"':
			length = string_length(slice_from(s, n));
			if (length == 0)
				return 0;
			n += length;
			break;
		default:
			n++;
		}
	}
	return 0;
}

/* A number, true, false, null. */
static size_t word_length(struct slice s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != ',' && s.p[n] != '}' && s.p[n] != ']' && s.p[n] != ' ')
		n++;
	return n;
}

static size_t value_length(struct slice s)
{
	if (s.n == 0)
		return 0;
	if (s.p[0] == '"')
		return string_length(s);
	return s.p[0] == '[' || s.p[0] == '{' ? nested_length(s) : word_length(s);
}

bool object_open(struct slice *s)
{
	*s = without_blanks(*s);
	if (s->n == 0 || s->p[0] != '{')
		return false;
	*s = without_blanks(slice_from(*s, 1));
	return true;
}

static inline bool skip_byte(struct slice *s, char c)
{
	*s = without_blanks(*s);
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = without_blanks(slice_from(*s, 1));
	return true;
}

/* A comma before the first member is let pass. */
enum object_step object_next(struct slice *s, struct member *member)
{
	size_t n;

	if (skip_byte(s, '}'))
		return s->n == 0 ? OBJECT_END : OBJECT_WRONG;
	skip_byte(s, ',');
	if (s->n == 0 || s->p[0] != '"' || !(n = string_length(*s)))
		return OBJECT_WRONG;
	member->key = (struct slice){ s->p + 1, n - 2 };
	*s = slice_from(*s, n);
	if (!skip_byte(s, ':') || !(n = value_length(*s)))
		return OBJECT_WRONG;
	member->value = (struct slice){ s->p, n };
	*s = slice_from(*s, n);
	return OBJECT_MEMBER;
}

/* Four hexadecimal digits at the front of s, or -1. */
static int32_t unit_of(struct slice s)
{
	int32_t unit = 0;

	if (s.n < 4)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		unsigned char c = (unsigned char)s.p[i], letter = c | 0x20;

		if (c >= '0' && c <= '9')
			unit = unit * 16 + (c - '0');
		else if (letter >= 'a' && letter <= 'f')
			unit = unit * 16 + (letter - 'a' + 10);
		else
			return -1;
	}
	return unit;
}

/* The character of "uXXXX", or of a pair of these with a backslash between; *n: bytes. */
static int32_t escaped_character(struct slice s, int32_t high, size_t *n)
{
	int32_t low;

	*n = 5;
	if (high < 0xd800 || high > 0xdfff)
		return high;
	low = high < 0xdc00 && s.n > 6 && s.p[5] == '\\' && s.p[6] == 'u' ? unit_of(slice_from(s, 7)) : -1;
	if (low < 0xdc00 || low > 0xdfff)
		return 0xfffd;
	*n = 11;
	return 0x10000 + (high - 0xd800) * 0x400 + (low - 0xdc00);
}

static char *put_utf8(char *to, int32_t c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3f));
	} else {
		if (c < 0x10000) {
			*to++ = (char)(0xe0 | c >> 12);
		} else {
			*to++ = (char)(0xf0 | c >> 18);
			*to++ = (char)(0x80 | (c >> 12 & 0x3f));
		}
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	}
	return to;
}

/* What stands behind a backslash, which *s begins with. An escape takes no fewer bytes
 * than its character, but for one that JSON does not know: that stays as it is. */
static char *put_escaped(char *to, struct slice *s)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	const char *known = s->p[0] ? strchr(from, s->p[0]) : NULL;
	int32_t unit = s->p[0] == 'u' ? unit_of(slice_from(*s, 1)) : -1;
	size_t n = 1;

	if (known)
		*to++ = into[known - from];
	else if (unit >= 0)
		to = put_utf8(to, escaped_character(*s, unit, &n));
	else
		*to++ = s->p[0];
	*s = slice_from(*s, n);
	return to;
}

static struct slice unescaped(struct slice s, char *room)
{
	char *to = room;

	while (s.n) {
		const char *backslash = memchr(s.p, '\\', s.n);
		size_t n = backslash ? (size_t)(backslash - s.p) : s.n;

		memcpy(to, s.p, n);
		to += n;
		s = slice_from(s, n + 1);
		if (backslash && s.n)
			to = put_escaped(to, &s);
	}
	return slice_between(room, to);
}

/* "57,65,75]": each number takes two bytes at least. */
static struct slice bytes_of(struct slice s, char *room)
{
	char *to = room;

	for (size_t i = 0; i < s.n; ) {
		unsigned value = 0;
		size_t digits = 0;

		for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && digits < 4; i++, digits++)
			value = value * 10 + (unsigned)(s.p[i] - '0');
		if (digits == 0 || value > 255)
			return (struct slice){ room, 0 };
		*to++ = (char)value;
		while (i < s.n && (s.p[i] == ',' || s.p[i] == ' ' || s.p[i] == ']'))
			i++;
	}
	return slice_between(room, to);
}

static bool is_bytes(struct slice value)
{
	return value.n > 2 && value.p[0] == '[' && value.p[1] >= '0' && value.p[1] <= '9';
}

static struct slice last_element(struct slice array)
{
	struct slice last = { array.p, 0 }, s = without_blanks(slice_from(array, 1));
	size_t n;

	while (s.n && s.p[0] != ']' && (n = value_length(s))) {
		last = (struct slice){ s.p, n };
		s = slice_from(s, n);
		skip_byte(&s, ',');
	}
	return last;
}

struct slice object_bytes(struct slice value, char *room)
{
	if (value.n > 2 && value.p[0] == '[' && !is_bytes(value))
		value = last_element(value);
	if (is_bytes(value))
		return bytes_of(slice_from(value, 1), room);
	if (value.n < 2 || value.p[0] != '"')
		return (struct slice){ value.p, 0 };
	value = (struct slice){ value.p + 1, value.n - 2 };
	return memchr(value.p, '\\', value.n) ? unescaped(value, room) : value;
}
