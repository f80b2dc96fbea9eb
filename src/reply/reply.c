/* reply.c - splitting a reply as a log holds it; the last line decides.
 *
 * Only a first line with "NNN-" can be followed by others. Where a newline can
 * still be seen (a literal \n), each line's own code counts. Where lines were
 * joined by blanks, a line's beginning looks like any other "NNN" in a text, and of
 * several candidates:
 *  - "NNN-" parts come before the last line, so it begins behind the last one;
 *  - the enhanced code that the log has of its own (dsn=) is the last line's;
 *  - a server that gives an enhanced code on the first line gives one on each
 *    (RFC 2034 section 4), so that "554 of 10" is text there, not a line;
 *  - the first line's own enhanced code is likelier than another one, a capital
 *    likelier than a small letter, and "said: 550 ..." is a quotation;
 *  - all lines must have one code (RFC 5321 section 4.2.1); another one is believed
 *    with the log's own enhanced code behind it or, if nothing else will do and none
 *    stands in the reply, if that (X.0.0) is of its class and not of the first line's.
 *    Texts quote others' replies too often for less;
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

/* A reply whose lines were joined. */
struct joined {
	int code;          /* of the first line */
	uint32_t enhanced; /* the same; 0: none */
	uint32_t dsn;      /* the log's own; 0: none */
	bool whole;        /* not so long that the log may have cut its end off */
};

/* How likely the last line begins at a place; below 0: it does not. */
enum likelihood {
	UNLIKELY = -1, AS_QUOTED, AS_OTHER, AS_SMALL, AS_CAPITAL, AS_ENHANCED, AS_SAME, AS_DSN
};

/* The log says X.0.0, so the last line has no enhanced code, and that the first line's
 * class is not the last one's. */
static bool other_fits(const struct joined *j, int code, uint32_t enhanced)
{
	return !enhanced && !j->enhanced && code / 100 != j->code / 100 && j->dsn == ENHANCED(code / 100, 0, 0) && j->whole;
}

/* s begins with a code, behind a blank or '?'; before: the byte before that. */
static enum likelihood likelihood(const struct joined *j, struct slice s, int code, char before)
{
	struct slice text = slice_from(s, 3);
	uint32_t enhanced = take_enhanced(&text);

	if (enhanced && enhanced == j->dsn && ENHANCED_CLASS(enhanced) == code / 100)
		return AS_DSN;
	if (code != j->code)
		return other_fits(j, code, enhanced) ? AS_OTHER : UNLIKELY;
	if (enhanced && enhanced == j->enhanced)
		return AS_SAME;
	if (before == ':')
		return AS_QUOTED;
	if (enhanced)
		return AS_ENHANCED;
	text = skip_blanks(text);
	return text.n && *text.p >= 'a' && *text.p <= 'z' ? AS_SMALL : AS_CAPITAL;
}

/* "NNN-" at the front of s: is it a part's begin? */
static bool part_begins(const struct joined *j, struct slice s, int code)
{
	struct slice text = behind_code(s);
	uint32_t enhanced = take_enhanced(&text);

	return code == j->code && (enhanced || !j->enhanced);
}

/* The next place behind a blank or '?' where a code stands, alone or before a dash. */
static int next_code(struct slice *rest)
{
	const char *p = rest->p, *end = p + rest->n;

	for (; end - p > 3; p++) {
		int code;

		if (p[1] < '2' || p[1] > '5' || (*p != ' ' && *p != '?'))
			continue;
		*rest = slice_between(p + 1, end);
		code = code_at(*rest);
		if (code && (rest->n == 3 || rest->p[3] == ' ' || rest->p[3] == '-'))
			return code;
	}
	return 0;
}

/* s begins with the first line's code, followed by '-'. */
static struct slice last_joined_line(struct slice s, uint32_t first_enhanced, uint32_t dsn)
{
	const struct joined j = { code_at(s), first_enhanced, dsn, s.n <= REPLY_WHOLE_MAX };
	struct slice rest = slice_from(s, 4), last = s, final = { NULL, 0 };
	enum likelihood best = UNLIKELY;
	int code;

	while ((code = next_code(&rest))) {
		enum likelihood how;

		if (rest.n > 3 && rest.p[3] == '-') {
			if (!part_begins(&j, rest, code))
				continue;
			last = rest;
			best = UNLIKELY;
			continue;
		}
		how = likelihood(&j, rest, code, rest.p[-2]);
		if (how > best) {
			best = how;
			final = rest;
		}
	}
	return best > UNLIKELY ? final : last;
}

/* Apart from reply_parse(), which is quick without it. */
static void read_last_line(struct slice s, struct slice dsn, struct reply *out)
{
	struct slice last;
	size_t n;

	if (last_escaped_line(s, out))
		return;
	last = last_joined_line(s, out->enhanced, enhanced_parse(dsn, &n));
	out->code = code_at(last);
	set_last(out, behind_code(last));
}

void reply_parse_with(struct slice s, struct slice dsn, struct reply *out)
{
	s = slice_trim(s);
	out->code = code_at(s);
	out->all = out->code ? skip_blanks(behind_code(s)) : s;
	out->multiline = out->code && s.n > 3 && s.p[3] == '-';
	set_last(out, out->all);
	if (out->multiline)
		read_last_line(s, dsn, out);
}

void reply_parse(struct slice s, struct reply *out)
{
	reply_parse_with(s, (struct slice){ NULL, 0 }, out);
}
