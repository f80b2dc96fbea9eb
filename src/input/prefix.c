/* prefix.c - the parts of a line before its text.
 *
 * A prefix is taken as a whole or not at all: when anything in it is not as
 * expected, the line is all text and has no time. Tokens are found with memchr()
 * for the next blank; the tag is then read backwards from there, so that host
 * and tag cost one look each.
 * SPDX-License-Identifier: MIT */
#include "input/prefix.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* What syslog daemons write when lines are missing: a number between two texts. */
static const struct {
	struct slice before, after;
} gaps[] = {
	{ { "last message repeated ", 22 }, { " time", 5 } },
	{ { "--- last message repeated ", 26 }, { " time", 5 } },
	{ { "imuxsock lost ", 14 }, { " messages", 9 } },
	{ { "imjournal: ", 11 }, { " messages lost", 14 } },
	{ { "Suppressed ", 11 }, { " messages", 9 } },
};

void prefix_init(struct prefix *prefix, const struct zone *zone, int64_t reference)
{
	struct clock clock = { .zone = zone, .reference = reference };

	*prefix = (struct prefix){ .outer = clock, .inner = clock };
}

static inline bool skip(struct slice *s, struct slice what)
{
	if (!slice_starts(*s, what))
		return false;
	*s = slice_from(*s, what.n);
	return true;
}

/* A number of at most nine digits off the front; false when there is none. */
static bool skip_number(struct slice *s, uint32_t *out)
{
	uint32_t value = 0;
	size_t n = 0;

	while (n < s->n && n < 9 && s->p[n] >= '0' && s->p[n] <= '9')
		value = value * 10 + (uint32_t)(s->p[n++] - '0');
	*s = slice_from(*s, n);
	*out = value;
	return n > 0;
}

/* The bytes up to the next blank, which is skipped too; empty: none are left. */
static inline struct slice take_token(struct slice *s)
{
	const char *blank = s->n ? memchr(s->p, ' ', s->n) : NULL;
	struct slice token = { s->p, blank ? (size_t)(blank - s->p) : s->n };

	*s = slice_from(*s, token.n + 1);
	return token;
}

static bool is_gap(struct slice text)
{
	uint32_t n;

	for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++) {
		struct slice rest = text;

		if (skip(&rest, gaps[i].before) && skip_number(&rest, &n) && slice_starts(rest, gaps[i].after))
			return true;
	}
	return false;
}

/* The name in "name[pid]"; empty when it is not of that form. */
static inline struct slice before_pid(struct slice tag)
{
	size_t n = tag.n;

	if (n > 0 && tag.p[n - 1] == ']') {
		do
			n--;
		while (n > 0 && tag.p[n] != '[');
		return (struct slice){ tag.p, n };
	}
	return (struct slice){ tag.p, 0 };
}

/* "name[pid]:text", "name:", "name:text:". Without a pid, a colon in the middle
 * makes a tag only where one stands before the blank too. */
static bool read_odd_tag(struct slice s, struct slice token, struct line *out)
{
	ptrdiff_t colon = slice_find(token, SLICE("]:"));
	struct slice tag;

	if (colon > 0)
		colon++;
	else if (token.n && token.p[token.n - 1] == ':')
		colon = slice_find_byte(token, ':');
	if (colon <= 0)
		return false;
	tag = (struct slice){ token.p, (size_t)colon };
	out->service = before_pid(tag);
	if (out->service.n == 0)
		out->service = tag;
	out->text = slice_from(s, tag.n + 1 + (tag.n + 1 == token.n)); /* the colon, and a blank behind it */
	return true;
}

#ifdef __SSE2__

static inline unsigned places_of(const char *p, char c)
{
	const __m128i wanted = _mm_set1_epi8(c), *blocks = (const __m128i *)(const void *)p;
	unsigned low = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(blocks), wanted));
	unsigned high = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(blocks + 1), wanted));

	return low | high << 16;
}

/* "name[pid]: " within 32 bytes, which are looked at together. */
static inline bool read_usual_tag(struct slice s, struct line *out)
{
	unsigned blanks, brackets, end;

	if (s.n < 32 || !(blanks = places_of(s.p, ' ')))
		return false;
	end = (unsigned)__builtin_ctz(blanks);
	brackets = places_of(s.p, '[') & ((1u << end) - 1);
	if (end < 3 || s.p[end - 1] != ':' || s.p[end - 2] != ']' || brackets < 2)
		return false;
	out->service = (struct slice){ s.p, 31 - (unsigned)__builtin_clz(brackets) };
	out->text = slice_from(s, end + 1);
	return true;
}

#else

static bool read_usual_tag(struct slice s, struct line *out)
{
	(void)s, (void)out;
	return false;
}

#endif

/* The tag at the front of s, and the text behind it. */
static inline bool read_tag(struct slice s, struct line *out)
{
	struct slice rest = s, token, name;

	if (read_usual_tag(s, out))
		return true;
	token = take_token(&rest);

	if (token.n && token.p[token.n - 1] == ':') {
		name = before_pid((struct slice){ token.p, token.n - 1 });
		if (name.n) {
			out->service = name;
			out->text = rest;
			return true;
		}
	}
	return read_odd_tag(s, token, out);
}

/* "tag[pid]:", or "tag:" with no other colon: no host looks like that. */
static bool is_tag(struct slice token)
{
	return slice_ends(token, SLICE("]:")) || slice_find_byte(token, ':') == (ptrdiff_t)token.n - 1;
}

/* No host, or no tag because syslog itself says that lines are missing. */
static bool read_odd_origin(struct slice s, struct line *out)
{
	struct slice rest = s, first = take_token(&rest);
	struct slice none = { s.p, 0 };

	if (is_tag(first)) {
		out->host = none;
		return read_tag(s, out);
	}
	if (is_gap(s)) {
		out->host = none;
		out->text = s;
	} else if (is_gap(rest)) {
		out->host = first;
		out->text = rest;
	} else {
		return false;
	}
	out->service = none;
	return true;
}

/* "host tag: text" */
static inline bool read_origin(struct slice s, struct line *out)
{
	struct slice rest = s, host = take_token(&rest);

	if (host.n == 0)
		return false;
	if (host.p[host.n - 1] == ':' || !read_tag(rest, out))
		return read_odd_origin(s, out);
	out->host = host;
	return true;
}

static struct slice unless_nil(struct slice token)
{
	return slice_eq(token, SLICE("-")) ? (struct slice){ token.p, 0 } : token;
}

/* RFC 5424 6.3: "-" or elements in brackets, in whose quoted values a backslash
 * protects the next byte. */
static bool skip_structured_data(struct slice *s)
{
	bool quoted = false, inside = false;
	size_t i;

	if (skip(s, SLICE("-")))
		return s->n == 0 || skip(s, SLICE(" "));
	for (i = 0; i < s->n; i++) {
		char c = s->p[i];

		if (quoted && c == '\\')
			i++;
		else if (inside && c == '"')
			quoted = !quoted;
		else if (!quoted && c == (inside ? ']' : '['))
			inside = !inside;
		else if (!inside)
			break;
	}
	if (i == 0 || inside || i > s->n || (i < s->n && s->p[i] != ' '))
		return false;
	*s = slice_from(*s, i + 1);
	return true;
}

/* What follows "<22>1 ". */
static bool read_rfc5424(struct clock *clock, struct slice s, struct line *out)
{
	struct timestamp stamp = { .utc = TIME_NONE };
	struct slice host, app, procid, msgid;

	if (!skip(&s, SLICE("- "))) {
		size_t n = timestamp_read(clock, s, &stamp);

		if (n == 0 || stamp.exim)
			return false;
		s = slice_from(s, n);
	}
	host = take_token(&s);
	app = take_token(&s);
	procid = take_token(&s);
	msgid = take_token(&s);
	if (!host.n || !app.n || !procid.n || !msgid.n || !skip_structured_data(&s))
		return false;
	skip(&s, SLICE("\xef\xbb\xbf"));
	skip(&s, SLICE(" ")); /* rsyslog keeps the blank that stood after the tag */
	out->host = unless_nil(host);
	out->service = unless_nil(app);
	out->text = s;
	out->time = stamp.utc;
	out->zone = stamp.offset;
	return true;
}

/* "<22>", "<mail.info>", "<2.6>" */
static bool skip_priority(struct slice *s)
{
	struct slice front = { s->p, s->n < 24 ? s->n : 24 };
	ptrdiff_t close = slice_find_byte(front, '>');

	if (close < 2 || memchr(s->p, ' ', (size_t)close))
		return false;
	*s = slice_from(*s, (size_t)close + 1);
	return true;
}

/* Exim's own text: after "[pid] ", which log_selector = +pid puts there. */
static void set_exim(const struct timestamp *stamp, struct slice text, struct line *out)
{
	struct slice rest = text;
	uint32_t pid;

	if (skip(&rest, SLICE("[")) && skip_number(&rest, &pid) && skip(&rest, SLICE("] ")))
		text = rest;
	out->text = text;
	out->time = stamp->utc;
	out->zone = stamp->offset;
	out->exim_time = true;
}

/* One prefix at the front of s; `out` is changed only when it is whole. */
static bool read_prefix(struct clock *clock, struct slice s, struct line *out)
{
	struct timestamp stamp;
	size_t n;

	if (s.n && s.p[0] == '<') {
		if (!skip_priority(&s))
			return false;
		if (skip(&s, SLICE("1 ")))
			return read_rfc5424(clock, s, out);
	}
	n = timestamp_read(clock, s, &stamp);
	if (n == 0)
		return false;
	s = slice_from(s, n);
	if (stamp.exim) {
		set_exim(&stamp, s, out);
		return true;
	}
	if (s.n && s.p[0] == '<' && (!skip_priority(&s) || !skip(&s, SLICE(" "))))
		return false;
	if (!read_origin(s, out))
		return false;
	out->time = stamp.utc;
	out->zone = stamp.offset;
	return true;
}

/* Solaris: "[ID 197553 mail.info] text". */
static void skip_message_id(struct slice *text)
{
	struct slice front = { text->p, text->n < 48 ? text->n : 48 }, rest = *text;
	ptrdiff_t close = slice_find(front, SLICE("] "));
	uint32_t id;

	if (close > 0 && skip(&rest, SLICE("[ID ")) && skip_number(&rest, &id) && skip(&rest, SLICE(" ")))
		*text = slice_from(*text, (size_t)close + 2);
}

/* rsyslog: "message repeated 3 times: [ text]". */
static void open_repeated(struct line *out)
{
	struct slice rest = out->text;
	uint32_t times;

	if (!skip(&rest, SLICE("message repeated ")) || !skip_number(&rest, &times) || times == 0 ||
	    !skip(&rest, SLICE(" times: [")))
		return;
	skip(&rest, SLICE(" "));
	if (slice_ends(rest, SLICE("]")))
		rest.n--;
	out->repeats = times;
	out->text = rest;
}

/* "docker[9]: May  2 20:56:17 host postfix/smtp[7]: text": the inner prefix
 * counts, if it names a host or is Exim's. */
static bool open_nested(struct prefix *prefix, struct line *out)
{
	struct line inner = *out;

	if (!read_prefix(&prefix->inner, out->text, &inner) || (inner.host.n == 0 && !inner.exim_time))
		return false;
	*out = inner;
	return true;
}

/* Blanks or dashes where a date has them: most queue ids fail here. */
static bool may_be_date(struct slice text)
{
	return text.n > 4 && (text.p[3] == ' ' || text.p[4] == ' ' || text.p[4] == '-' || text.p[0] == '<');
}

/* What the text itself may begin with; most lines leave at the first byte. */
static void look_inside(struct prefix *prefix, struct line *out)
{
	if (out->text.n && out->text.p[0] == '[')
		skip_message_id(&out->text);
	else if (out->text.n && out->text.p[0] == 'm')
		open_repeated(out);
	if (out->text.n == 0)
		return;
	switch (out->text.p[0]) {
	case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
	case 'A': case 'D': case 'F': case 'J': case 'M': case 'N': case 'O': case '<':
		if (may_be_date(out->text) && open_nested(prefix, out))
			break;
		if (slice_eq(out->service, SLICE("imjournal"))) /* there the tag is part of the text */
			out->gap = is_gap(slice_between(out->service.p, out->text.p + out->text.n));
		break;
	case 'S':
		if (may_be_date(out->text) && open_nested(prefix, out))
			break;
		/* fall through */
	case 'l': case 'i': case '-':
		out->gap = is_gap(out->text);
	}
}

/* The same bytes before the tag as in the line before. */
static bool read_again(const struct prefix *prefix, struct slice line, struct line *out)
{
	if (prefix->last.n == 0 || line.n < prefix->last.n || !slice_same(line.p, prefix->last.bytes, prefix->last.n) ||
	    !read_tag(slice_from(line, prefix->last.n), out))
		return false;
	out->host = (struct slice){ line.p + prefix->last.host_at, prefix->last.host_n };
	out->time = prefix->last.time;
	out->zone = prefix->last.zone;
	return true;
}

/* Only "time host tag" is kept, in which the tag begins right behind the host. */
static void keep_last(struct prefix *prefix, struct slice line, const struct line *out)
{
	size_t n = (size_t)(out->service.p - line.p);

	prefix->last.n = 0;
	if (line.p[0] == '<' || out->host.n == 0 || out->service.n == 0 || n > sizeof prefix->last.bytes ||
	    out->service.p != out->host.p + out->host.n + 1)
		return;
	memcpy(prefix->last.bytes, line.p, n);
	prefix->last.n = n;
	prefix->last.host_at = (size_t)(out->host.p - line.p);
	prefix->last.host_n = out->host.n;
	prefix->last.time = out->time;
	prefix->last.zone = out->zone;
}

void prefix_parse(struct prefix *prefix, struct slice line, struct line *out)
{
	struct slice none = { line.p, 0 };

	/* one by one: a literal of the whole struct is cleared first, and a chain of
	 * assignments reads back what it has just written; both cost more */
	out->raw = line;
	out->host = none;
	out->service = none;
	out->text = line;
	out->time = TIME_NONE;
	out->zone = 0;
	out->repeats = 1;
	out->gap = false;
	out->exim_time = false;
	if (!read_again(prefix, line, out)) {
		if (!read_prefix(&prefix->outer, line, out) || out->exim_time)
			return;
		keep_last(prefix, line, out);
	}
	look_inside(prefix, out);
}
