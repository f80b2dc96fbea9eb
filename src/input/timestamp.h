/* timestamp.h - the time at the front of a log line.
 *
 * "Nov  1 05:47:16" (RFC 3164; a year before the month or after the day, and a
 * fraction, may be there), "2026-11-01T05:47:16.123456+01:00" (RFC 3339; without
 * an offset the clock's zone holds), Exim's "2026-11-01 05:47:16.123 +0100", and what
 * multilog writes: "@400000006a0c9b0e1dcd6500", TAI64N, in which a second has the
 * number 2^62 + 10 + its Unix time; read by tai64nlocal, nine digits behind the second.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_TIMESTAMP_H
#define INPUT_TIMESTAMP_H

#include "input/autumn.h"
#include "input/times.h"
#include "input/zone.h"

/* In UTC seconds: a line without a time, and the end of the year 9999. */
#define TIME_NONE INT64_MIN
#define TIME_LAST INT64_C(253402300799)

/* How to understand times, and the hour of the last one: most lines begin with
 * the same bytes as the line before, up to the minutes. The hour is kept only
 * where all of it has one year and one offset, so it never changes a result. */
struct clock {
	const struct zone *zone;  /* for times without an offset */
	int64_t reference;        /* RFC 3164 years: see prefix_year() */
	uint64_t front[2];        /* the bytes up to the minutes, others zero */
	uint64_t mask[2];         /* 0xff for each such byte */
	size_t front_len;         /* how many; 0: nothing is kept */
	int64_t local, utc;       /* when the hour began, on the log's clock and in zone */
	int32_t offset;
	const struct second *second; /* where an hour that comes twice is the second; NULL: nowhere */
	struct times times;       /* of those without a year */
};

struct timestamp {
	int64_t utc;
	int32_t offset;  /* seconds east of UTC on the log's own clock */
	bool bare;       /* no host and no program follow, as in files of Exim and multilog */
	bool exim;       /* a blank between date and time, at most milliseconds */
};

/* Reads the time at the front of s, and the blank that must follow it. The bytes
 * that took, or 0 when there is no valid time. A second of 60 counts as 59. */
size_t timestamp_read(struct clock *clock, struct slice s, struct timestamp *out);

#endif
