/* form.c - a prefix is taken as a whole or not at all.
 *
 * Tokens are found with memchr() for the next blank; the tag is then read backwards
 * from there, so that host and tag cost one look each. SPDX-License-Identifier: MIT */
#include "input/form.h"

#include "input/oddtime.h"
#include "input/tag.h"

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

		if (n == 0 || stamp.bare)
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

/* Exim's own text begins after "[pid] ", which log_selector = +pid puts there. */
static void set_bare(const struct timestamp *stamp, struct slice text, struct line *out)
{
	struct slice rest = text;
	uint32_t pid;

	if (stamp->exim && skip(&rest, SLICE("[")) && skip_number(&rest, &pid) && skip(&rest, SLICE("] ")))
		text = rest;
	out->text = text;
	out->exim_time = stamp->exim;
}

bool form_read(struct clock *clock, struct slice s, struct line *out)
{
	struct timestamp stamp = { .utc = TIME_NONE };
	size_t n;

	if (s.n && s.p[0] == '<') {
		if (!skip_priority(&s))
			return false;
		if (skip(&s, SLICE("1 ")))
			return read_rfc5424(clock, s, out);
	}
	n = timestamp_read(clock, s, &stamp);
	if (n == 0)
		n = oddtime_read(clock, s, &stamp);
	if (n == 0)
		return false;
	s = slice_from(s, n);
	if (stamp.bare) {
		set_bare(&stamp, s, out);
	} else {
		if (s.n && s.p[0] == '<' && (!skip_priority(&s) || !skip(&s, SLICE(" "))))
			return false;
		if (!origin_read(s, out))
			return false;
	}
	out->time = stamp.utc;
	out->zone = stamp.offset;
	return true;
}
