/* prefix.c - a line's way to its text: as the line before, else one of the usual
 * forms, else wrapped, then what its text begins with.
 *
 * A prefix is taken as a whole or not at all: when anything in it is not as
 * expected, the line is all text and has no time. SPDX-License-Identifier: MIT */
#include "input/prefix.h"

#include "input/form.h"
#include "input/tag.h"
#include "input/wrapper.h"

#include <stdlib.h>

void prefix_init(struct prefix *prefix, const struct zone *zone, int64_t reference)
{
	struct clock clock = { .zone = zone, .reference = reference };

	*prefix = (struct prefix){ .outer = clock, .inner = clock };
}

void prefix_release(struct prefix *prefix)
{
	free(prefix->room);
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

	if (!form_read(&prefix->inner, out->text, &inner) || (inner.host.n == 0 && !inner.exim_time))
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
		if (slice_eq(out->service, SLICE("imjournal")))
			out->gap = is_gap_of_imjournal(out->text);
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
	    !tag_read(slice_from(line, prefix->last.n), out))
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
	out->partial = false;
	if (!read_again(prefix, line, out)) {
		bool usual = form_read(&prefix->outer, line, out);

		if ((!usual && !wrapper_read(prefix, line, out)) || out->exim_time)
			return;
		if (usual)
			keep_last(prefix, line, out);
	}
	look_inside(prefix, out);
}
