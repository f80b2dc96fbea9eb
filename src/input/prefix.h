/* prefix.h - what stands before a log line's own text: time, host, service.
 *
 * Reads RFC 3164 (with and without <PRI>, year, FreeBSD's, Solaris's, AIX's and
 * BusyBox's additions, months in other languages), metalog, RFC 3339, RFC 5424,
 * Exim's native time, journalctl's short forms and JSON, what container engines put
 * around a line, and one such prefix inside another (the inner one counts). A line
 * without any known prefix is all text.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_PREFIX_H
#define INPUT_PREFIX_H

#include "base/slice.h"
#include "input/piece.h"
#include "input/timestamp.h"
#include "input/zone.h"

struct line {
	struct slice raw;     /* without the newline */
	struct slice host;    /* empty where the form has none */
	struct slice service; /* the program without its pid: "postfix/smtpd"; empty where
	                         the form has none (Exim's own file, bare text) */
	struct slice text;    /* what the program wrote */
	int64_t time;         /* UTC seconds, or TIME_NONE */
	int32_t zone;         /* seconds east of UTC on the log's own clock */
	uint32_t repeats;     /* 1; N+... of "message repeated N times: [ text]" */
	bool gap;             /* says that lines are missing: "last message repeated",
	                         "imuxsock lost N messages", "Suppressed N messages" */
	bool exim_time;       /* had Exim's own time stamp before the text */
	uint8_t piece;        /* of what was written: PIECE_… of piece.h; 0 for nearly all */
};

/* The first bytes of a line, and what they gave: a busy host writes many lines a second. */
struct front {
	char bytes[64];
	size_t n;      /* 0: none */
	uint32_t wanted; /* a bit for each of the first thirty-two that count */
	size_t host_at, host_n;
	int64_t time;
	int32_t zone;
};

/* One per thread: how to read times, of the line's own prefix and of one inside it. */
struct prefix {
	struct clock outer, inner;
	struct front last; /* what stood before the tag of the last line that has one … */
	struct front bare; /* … and before Exim's own text */
	char *room; /* what a wrapped line was decoded to */
	size_t room_size;
	struct piece piece;    /* of a line with PIECE_MARKED */
	const char *mark;      /* where its mark stands */
	struct slice contents; /* of one with PIECE_OPEN or PIECE_LAST: what the program wrote, prefix and all */
	const char *object;    /* the line that was JSON of the journal … */
	struct slice process;  /* … and its pid */
};

void prefix_init(struct prefix *prefix, const struct zone *zone, int64_t reference);
void prefix_release(struct prefix *prefix);
/* Never fails. out's slices point into line or, of a wrapped line, into memory of *prefix
 * that is good until the next call. */
void prefix_parse(struct prefix *prefix, struct slice line, struct line *out);

/* The line as it is shown: raw, but the text of one that had to be decoded, in which
 * addresses look like addresses. */
static inline struct slice line_shown(const struct line *line)
{
	bool within = (uintptr_t)line->text.p - (uintptr_t)line->raw.p <= line->raw.n;

	return within ? line->raw : line->text;
}

/* The year of an RFC 3164 date (one that exists): the latest that puts the instant not later than
 * reference plus a day; for 29 February the latest leap year that does. */
int prefix_year(const struct zone *zone, int64_t reference, int month, int day, int second_of_day);

#endif
