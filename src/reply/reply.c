/* reply.c - splitting a reply as a log holds it; the last line decides.
 *
 * Only a first line with "NNN-" can be followed by others. Where a newline can
 * still be seen (a literal \n), each line's own code counts. Where lines were
 * joined by blanks, a line's beginning looks like any other "NNN" in a text, so
 * that only the first line's code begins a part, and of several candidates:
 *  - "NNN-" parts come before the last line, so it begins behind the last one;
 *  - a server that gives an enhanced code on the first line gives one on each
 *    (RFC 2034 section 4), so that "554 of 10" is text there, not a line;
 *  - the first line's own enhanced code is likelier than another one, a capital
 *    likelier than a small letter, and "said: 550 ..." is a quotation;
 *  - of equals the first: what follows is the last line's own text.
 * SPDX-License-Identifier: MIT */
#include "reply/reply.h"

#include <stdio.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static inline struct slice skip_blanks(struct slice s)
{
	while (s.n && (*s.p == ' ' || *s.p == '\t'))
		s.p++, s.n--;
	return s;
}

/* Does c behind a code make it a part of a longer number, an address, a path? */
static bool joins_code(char c)
{
	return is_digit(c) || c == '@' || c == '_' || c == '/' || c == '%';
}

/* The code at the front of s or 0. What follows it must not make it a part of
 * something else, such as a longer number, an address or a host name. */
static inline int code_at(struct slice s)
{
	if (s.n < 3 || s.p[0] < '2' || s.p[0] > '5' || !is_digit(s.p[1]) || !is_digit(s.p[2]))
		return 0;
	if (s.n > 3 && joins_code(s.p[3]))
		return 0;
	if (s.n > 4 && s.p[3] == '.' && is_alnum(s.p[4]))
		return 0;
	return (s.p[0] - '0') * 100 + (s.p[1] - '0') * 10 + (s.p[2] - '0');
}

uint32_t enhanced_parse(struct slice s, size_t *n)
{
	const char *p = s.p, *end = p + s.n;
	uint32_t value;

	*n = 0;
	if (s.n < 5 || (*p != '2' && *p != '4' && *p != '5'))
		return 0;
	value = (uint32_t)(*p++ - '0');
	if (*p == '.' && is_digit(p[1]) && p[2] == '.' && is_digit(p[3]) && (s.n == 5 || p[4] == ' ')) {
		*n = 5; /* as most are */
		return ENHANCED(value, p[1] - '0', p[3] - '0');
	}
	for (int dots = 0; dots < 2; dots++) {
		const char *dot = p;
		uint32_t number = 0;

		if (p == end || *p++ != '.')
			return 0;
		for (; p < end && is_digit(*p) && p - dot < 4; p++)
			number = number * 10 + (uint32_t)(*p - '0');
		if (p == dot + 1)
			return 0;
		value = value * 1000 + number;
	}
	if (p < end && (is_alnum(*p) || *p == '_' || (*p == '.' && p + 1 < end && is_alnum(p[1]))))
		return 0;
	*n = (size_t)(p - s.p);
	return value;
}

const char *enhanced_text(uint32_t enhanced, char text[ENHANCED_TEXT_MAX])
{
	text[0] = '\0';
	if (enhanced)
		snprintf(text, ENHANCED_TEXT_MAX, "%u.%u.%u", enhanced / 1000000u % 10u,
		         enhanced / 1000u % 1000u, enhanced % 1000u);
	return text;
}

/* Takes the enhanced code off the front of *s, also in the form "#5.1.0". */
static inline uint32_t take_enhanced(struct slice *s)
{
	struct slice rest = skip_blanks(*s);
	uint32_t enhanced;
	size_t n;

	if (rest.n && *rest.p == '#')
		rest = slice_from(rest, 1);
	enhanced = enhanced_parse(rest, &n);
	if (enhanced)
		*s = slice_from(rest, n);
	return enhanced;
}

/* The text behind a line's code and its separator. */
static inline struct slice behind_code(struct slice line)
{
	line = slice_from(line, 3);
	return line.n && *line.p == '-' ? slice_from(line, 1) : line;
}

/* text: the last line behind its code; no blanks end it. */
static inline void set_last(struct reply *out, struct slice text)
{
	out->enhanced = take_enhanced(&text);
	out->last = skip_blanks(text);
}

/* The next line behind a literal \n (any number of backslashes); false: none. */
static bool next_escaped_line(struct slice *rest)
{
	for (ptrdiff_t at; (at = slice_find_byte(*rest, '\\')) >= 0; ) {
		*rest = slice_from(*rest, (size_t)at);
		while (rest->n && *rest->p == '\\')
			*rest = slice_from(*rest, 1);
		if (rest->n && *rest->p == 'n') {
			*rest = slice_from(*rest, 1);
			return true;
		}
	}
	return false;
}

static bool last_escaped_line(struct slice s, struct reply *out)
{
	bool found = false;
	struct slice last = s;

	while (next_escaped_line(&s)) {
		int code = code_at(s);

		if (!code)
			continue;
		found = true;
		out->code = code;
		last = s;
	}
	if (found)
		set_last(out, behind_code(last));
	return found;
}

/* How likely the last line of a joined reply begins at s (behind a blank or
 * '?'); 0 for a quotation. */
static int likelihood(struct slice s, char before, uint32_t first_enhanced)
{
	struct slice text = slice_from(s, 3);
	uint32_t enhanced = take_enhanced(&text);

	if (enhanced && enhanced == first_enhanced)
		return 4;
	if (before == ':')
		return 0;
	if (enhanced)
		return 3;
	text = skip_blanks(text);
	return text.n && *text.p >= 'a' && *text.p <= 'z' ? 1 : 2;
}

/* s begins with the first line's code, followed by '-'. */
static struct slice last_joined_line(struct slice s, uint32_t first_enhanced)
{
	const struct slice code = { s.p, 3 };
	struct slice rest = slice_from(s, 4), last = s, final = { NULL, 0 };
	int best = -1;

	for (ptrdiff_t at; (at = slice_find(rest, code)) >= 0; rest = slice_from(rest, 3)) {
		struct slice text;
		char sep;
		int how;

		rest = slice_from(rest, (size_t)at);
		sep = rest.n > 3 ? rest.p[3] : ' ';
		if ((rest.p[-1] != ' ' && rest.p[-1] != '?') || (sep != ' ' && sep != '-'))
			continue;
		if (sep == '-') {
			text = behind_code(rest);
			if (first_enhanced && !take_enhanced(&text))
				continue;
			last = rest;
			best = -1;
			continue;
		}
		how = likelihood(rest, rest.p[-2], first_enhanced);
		if (how > best) {
			best = how;
			final = rest;
		}
	}
	return best >= 0 ? final : last;
}

/* Apart from reply_parse(), which is quick without it. */
static void read_last_line(struct slice s, struct reply *out)
{
	if (!last_escaped_line(s, out))
		set_last(out, behind_code(last_joined_line(s, out->enhanced)));
}

void reply_parse(struct slice s, struct reply *out)
{
	s = slice_trim(s);
	out->code = code_at(s);
	out->all = out->code ? skip_blanks(behind_code(s)) : s;
	out->multiline = out->code && s.n > 3 && s.p[3] == '-';
	set_last(out, out->all);
	if (out->multiline)
		read_last_line(s, out);
}
