/* tag.c - hosts and tags that are not as usual, and what syslog daemons say in their
 * own name. SPDX-License-Identifier: MIT */
#include "input/tag.h"

/* What they write when lines are missing: a number between two texts. */
static const struct {
	struct slice before, after;
} gaps[] = {
	{ { "last message repeated ", 22 }, { " time", 5 } },
	{ { "--- last message repeated ", 26 }, { " time", 5 } },
	{ { "imuxsock lost ", 14 }, { " messages", 9 } },
	{ { "imjournal: ", 11 }, { " messages lost", 14 } },
	{ { "Suppressed ", 11 }, { " messages", 9 } },
};

static const struct slice severities[] = {
	SLICE_INIT("info"), SLICE_INIT("notice"), SLICE_INIT("warning"), SLICE_INIT("warn"), SLICE_INIT("err"),
	SLICE_INIT("error"), SLICE_INIT("crit"), SLICE_INIT("alert"), SLICE_INIT("emerg"), SLICE_INIT("panic"),
	SLICE_INIT("debug"),
};

bool is_gap(struct slice text)
{
	uint32_t n;

	for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++) {
		struct slice rest = text;

		if (skip(&rest, gaps[i].before) && skip_number(&rest, &n) && slice_starts(rest, gaps[i].after))
			return true;
	}
	return false;
}

bool is_gap_of_imjournal(struct slice text)
{
	uint32_t n;

	return skip_number(&text, &n) && slice_starts(text, SLICE(" messages lost"));
}

/* "name[pid]:text", "name:", "name:text:". Without a pid, a colon in the middle
 * makes a tag only where one stands before the blank too. */
bool tag_read_odd(struct slice s, struct slice token, struct line *out)
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

/* "tag[pid]:", or "tag:" with no other colon: no host looks like that. */
static bool is_tag(struct slice token)
{
	return slice_ends(token, SLICE("]:")) || slice_find_byte(token, ':') == (ptrdiff_t)token.n - 1;
}

/* "mail.info" of BusyBox, "mail:info" of AIX. */
static bool is_priority(struct slice token)
{
	size_t n = 0;

	while (n < token.n && ((token.p[n] >= 'a' && token.p[n] <= 'z') || (token.p[n] >= '0' && token.p[n] <= '9')))
		n++;
	if (n == 0 || n == token.n || (token.p[n] != '.' && token.p[n] != ':'))
		return false;
	for (size_t i = 0; i < sizeof severities / sizeof *severities; i++)
		if (slice_eq(slice_from(token, n + 1), severities[i]))
			return true;
	return false;
}

/* "mail.info tag: text", "Message forwarded from mx1: tag: text" (AIX). */
static bool read_marked(struct slice host, struct slice s, struct line *out)
{
	struct slice rest = s, first = take_token(&rest), from;

	if (is_priority(first)) {
		s = rest;
		first = take_token(&rest);
	}
	if (slice_eq(first, SLICE("Message")) && skip(&rest, SLICE("forwarded from "))) {
		from = take_token(&rest);
		if (from.n < 2 || from.p[from.n - 1] != ':')
			return false;
		host = (struct slice){ from.p, from.n - 1 };
		s = rest;
	} else if (s.p == host.p + host.n + 1) {
		return false; /* there was no mark */
	}
	if (!tag_read(s, out))
		return false;
	out->host = host;
	return true;
}

/* metalog: "[name] text", and no host. An address in brackets is a host. */
static bool read_bracketed(struct slice name, struct slice rest, struct line *out)
{
	bool is_address = name.n > 1 && ((name.p[1] >= '0' && name.p[1] <= '9') || slice_find_byte(name, ':') >= 0);

	if (is_address || name.n < 3 || name.p[name.n - 1] != ']')
		return false;
	out->host = (struct slice){ name.p, 0 };
	out->service = (struct slice){ name.p + 1, name.n - 2 };
	out->text = rest;
	return true;
}

static bool read_gap(struct slice s, struct slice host, struct slice rest, struct line *out)
{
	struct slice none = { s.p, 0 };

	if (is_gap(s)) {
		out->host = none;
		out->text = s;
	} else if (is_gap(rest)) {
		out->host = host;
		out->text = rest;
	} else {
		return false;
	}
	out->service = none;
	return true;
}

bool origin_read_odd(struct slice s, struct line *out)
{
	struct slice rest = s, first = take_token(&rest);

	if (is_tag(first)) {
		if (!tag_read(s, out))
			return false;
		out->host = (struct slice){ s.p, 0 };
		return true;
	}
	if (first.n && first.p[0] == '[') {
		if (read_bracketed(first, rest, out))
			return true;
		if (tag_read(rest, out)) {
			out->host = first;
			return true;
		}
	}
	return read_gap(s, first, rest, out) || read_marked(first, rest, out);
}
