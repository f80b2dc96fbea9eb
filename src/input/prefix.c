/* prefix.c - a line's way to its text: as the line before, else one of the usual
 * forms, else wrapped, then what its text begins with.
 *
 * A prefix is taken as a whole or not at all: when anything in it is not as
 * expected, the line is all text and has no time. SPDX-License-Identifier: MIT */
#include "input/prefix.h"

#include "input/form.h"
#include "input/usual.h"
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

const unsigned char begins[256] = {
	['0'] = DATED, ['1'] = DATED, ['2'] = DATED, ['3'] = DATED, ['4'] = DATED, ['5'] = DATED, ['6'] = DATED,
	['7'] = DATED, ['8'] = DATED, ['9'] = DATED, ['A'] = DATED, ['D'] = DATED, ['F'] = DATED, ['J'] = DATED,
	['M'] = DATED, ['N'] = DATED, ['O'] = DATED, ['<'] = DATED,
	['S'] = DATED_OR_GAP, ['l'] = GAP, ['i'] = GAP, ['-'] = GAP, ['m'] = GAP, ['['] = FRAMED,
};

/* The first piece of several is read as if it were all; the text of a later one begins
 * with its mark, so that nobody takes it for a line. */
static void look_in_brackets(struct prefix *prefix, struct line *out)
{
	skip_message_id(&out->text);
	if (!piece_read(out->text, &prefix->piece))
		return;
	prefix->mark = out->text.p;
	out->piece = PIECE_MARKED;
	if (prefix->piece.number == 1)
		out->text = prefix->piece.text;
}

/* What the text itself may begin with. */
static void look_inside(struct prefix *prefix, struct line *out)
{
	if (out->text.p[0] == '[')
		look_in_brackets(prefix, out);
	else if (out->text.p[0] == 'm')
		open_repeated(out);
	if (out->text.n == 0)
		return;
	switch (begins[(unsigned char)out->text.p[0]]) {
	case DATED:
		if (may_be_date(out->text) && open_nested(prefix, out))
			break;
		if (slice_eq(out->service, SLICE("imjournal")))
			out->gap = is_gap_of_imjournal(out->text);
		break;
	case DATED_OR_GAP:
		if (may_be_date(out->text) && open_nested(prefix, out))
			break;
		/* fall through */
	case GAP:
		out->gap = is_gap(out->text);
	}
}

static bool read_again(const struct prefix *prefix, struct slice line, struct line *out)
{
	struct slice last = { prefix->last.bytes, prefix->last.n };

	if (last.n == 0 || !slice_starts(line, last) || !tag_read(slice_from(line, last.n), out))
		return false;
	take_front(&prefix->last, line, out);
	return true;
}

static void keep_front(struct front *front, struct slice line, size_t n, const struct line *out)
{
	memcpy(front->bytes, line.p, n);
	front->n = n;
	front->wanted = (uint32_t)(n < TAG_REACH ? ((uint64_t)1 << n) - 1 : UINT32_MAX);
	front->host_at = (size_t)(out->host.p - line.p);
	front->host_n = out->host.n;
	front->time = out->time;
	front->zone = out->zone;
}

/* Only "time host tag" is kept, in which the tag begins right behind the host. */
static void keep_last(struct prefix *prefix, struct slice line, const struct line *out)
{
	size_t n = (size_t)(out->service.p - line.p);

	prefix->last.n = 0;
	if (line.p[0] != '<' && out->host.n && out->service.n && n < sizeof prefix->last.bytes &&
	    out->service.p == out->host.p + out->host.n + 1)
		keep_front(&prefix->last, line, n, out);
}

/* Only a time that the text follows is. */
static void keep_bare(struct prefix *prefix, struct slice line, const struct line *out)
{
	size_t n = (size_t)(out->text.p - line.p);

	prefix->bare.n = 0;
	if (line.p[0] != '<' && out->text.n && n < sizeof prefix->bare.bytes && line.p[n - 2] != ']')
		keep_front(&prefix->bare, line, n, out);
}

/* False: the text is all there is. */
static bool read_anew(struct prefix *prefix, struct slice line, struct line *out)
{
	bool usual;

	out->host = out->service = (struct slice){ line.p, 0 };
	out->text = line;
	out->time = TIME_NONE;
	out->zone = 0;
	if (read_again(prefix, line, out))
		return true;
	usual = form_read(&prefix->outer, line, out);
	if (!usual && !wrapper_read(prefix, line, out))
		return false;
	if (usual)
		(out->exim_time ? keep_bare : keep_last)(prefix, line, out);
	return !out->exim_time;
}

void prefix_parse_closer(struct prefix *prefix, struct slice line, struct line *out)
{
	if (read_anew(prefix, line, out) && !is_plain(out))
		look_inside(prefix, out);
}

void prefix_parse(struct prefix *prefix, struct slice line, struct line *out)
{
	if (!prefix_usual(prefix, line, out))
		prefix_parse_closer(prefix, line, out);
}
