/* prefix.h - what stands before a log line's own text: time, host, service.
 *
 * Reads RFC 3164 (with and without <PRI>, year, FreeBSD's and Solaris's
 * additions), RFC 3339, RFC 5424, Exim's native time, and one such prefix inside
 * another (the inner one counts). A line without any known prefix is all text.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_PREFIX_H
#define INPUT_PREFIX_H

#include "base/slice.h"
#include "input/timestamp.h"
#include "input/zone.h"

#define TIME_NONE INT64_MIN

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
};

/* One per thread: how to read times, of the line's own prefix and of one inside it. */
struct prefix {
	struct clock outer, inner;
	/* The last line's bytes before its tag, and what they gave: a busy host writes
	 * many lines a second. n 0: none. */
	struct {
		char bytes[64];
		size_t n, host_at, host_n;
		int64_t time;
		int32_t zone;
	} last;
};

void prefix_init(struct prefix *prefix, const struct zone *zone, int64_t reference);
/* Never fails. out's slices point into line. */
void prefix_parse(struct prefix *prefix, struct slice line, struct line *out);

/* The year of an RFC 3164 date (one that exists): the latest that puts the instant not later than
 * reference plus a day; for 29 February the latest leap year that does. */
int prefix_year(const struct zone *zone, int64_t reference, int month, int day, int second_of_day);

#endif
