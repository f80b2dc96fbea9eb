/* usual.h - the prefix of nearly every line, in the caller's own loop: as that of the
 * line before, but for the tag. prefix.c has the rest. SPDX-License-Identifier: MIT */
#ifndef INPUT_USUAL_H
#define INPUT_USUAL_H

#include "input/tag.h"

/* By a text's first byte: what it may be beside itself. */
enum { DATED = 1, DATED_OR_GAP, GAP, FRAMED };
extern const unsigned char begins[256];

/* Blanks or dashes where a date has them: most queue ids fail here. */
static inline bool may_be_date(struct slice text)
{
	return text.n > 4 && (text.p[3] == ' ' || text.p[4] == ' ' || text.p[4] == '-' || text.p[0] == '<');
}

/* The second byte of "Sep", "Suppressed", "last message", "imuxsock", "--- last" and
 * "message repeated". */
static inline bool may_be_second(char c)
{
	return c == 'e' || c == 'u' || c == 'a' || c == 'm' || c == '-';
}

/* Nearly all lines leave here. */
static inline bool is_plain(const struct line *line)
{
	unsigned char begin = line->text.n ? begins[(unsigned char)*line->text.p] : 0;

	if (!begin)
		return true;
	if (begin == FRAMED || (begin != GAP && may_be_date(line->text)))
		return false;
	return begin == DATED ? !slice_eq(line->service, SLICE("imjournal"))
	                      : line->text.n > 1 && !may_be_second(line->text.p[1]);
}

static inline void take_front(const struct front *front, struct slice line, struct line *out)
{
	out->host = (struct slice){ line.p + front->host_at, front->host_n };
	out->time = front->time;
	out->zone = front->zone;
}

/* Its front is the same, and `behind` bytes are behind that; of the line there are
 * TAG_REACH. */
static inline bool starts_as(struct slice line, const struct front *front, size_t behind)
{
	return line.n >= front->n + behind && front->n && same_places(line.p, front->bytes, front->wanted) &&
	       (front->n <= TAG_REACH || slice_same(line.p + TAG_REACH, front->bytes + TAG_REACH, front->n - TAG_REACH));
}

/* Exim's offset, or "[pid] ", which is no part of the text. */
static inline bool may_go_on(char c)
{
	return c == '+' || c == '-' || c == '[';
}

/* "time text", by Exim */
static inline bool read_bare(const struct front *bare, struct slice line, struct line *out)
{
	if (line.n < TAG_REACH || !starts_as(line, bare, 1) || may_go_on(line.p[bare->n]))
		return false;
	take_front(bare, line, out);
	out->service = (struct slice){ line.p, 0 };
	out->text = (struct slice){ line.p + bare->n, line.n - bare->n };
	return out->exim_time = true;
}

/* False: prefix_parse_closer() has to look at the line, too. */
static inline bool prefix_usual(const struct prefix *prefix, struct slice line, struct line *out)
{
	/* one by one: a literal of the whole struct is cleared first, and costs more */
	out->raw = line;
	out->repeats = 1;
	out->gap = false;
	out->exim_time = false;
	out->piece = 0;
	if (!starts_as(line, &prefix->last, TAG_REACH) ||
	    !read_usual_tag((struct slice){ line.p + prefix->last.n, line.n - prefix->last.n }, out))
		return read_bare(&prefix->bare, line, out);
	take_front(&prefix->last, line, out);
	return is_plain(out);
}

void prefix_parse_closer(struct prefix *prefix, struct slice line, struct line *out);

#endif
