/* check_prefix.c - every form of prefix that is read, what merely looks like one,
 * the year of a date without one, and that the kept hour changes no result.
 * SPDX-License-Identifier: MIT */
#include "input/prefix.h"

#include "base/mem.h"
#include "tests/suite.h"

#include <stdio.h>
#include <time.h>

enum { REFERENCE = 1795219200 }; /* 2026-11-21 00:00:00 UTC */

#define TEXT "4B1C3D5E6F: removed"

#define READ(...) { __VA_ARGS__, 1, false, false }
#define BARE(line) { line, NULL, 0, "", "", line, 1, false, false }

/* The zone for times without an offset is Europe/Berlin. Times are UTC. */
static const struct row {
	const char *line;
	const char *time; /* NULL: the line is all text */
	int zone;
	const char *host, *service, *text;
	unsigned repeats;
	bool gap, exim;
} rows[] = {
	/* RFC 3164 and its variants */
	READ("Nov  1 05:47:16 mx1 postfix/smtpd[123]: " TEXT, "2026-11-01 04:47:16", 3600, "mx1", "postfix/smtpd", TEXT),
	READ("Nov 01 05:47:16 mx1 postfix/smtpd[123]: " TEXT, "2026-11-01 04:47:16", 3600, "mx1", "postfix/smtpd", TEXT),
	READ("Nov 1 05:47:16 mx1 postfix/smtpd[123]: " TEXT, "2026-11-01 04:47:16", 3600, "mx1", "postfix/smtpd", TEXT),
	READ("Jul 15 23:59:59 mx1 sm-mta[9]: x", "2026-07-15 21:59:59", 7200, "mx1", "sm-mta", "x"),
	READ("Dec 31 23:59:60 mx1 sm-mta[9]: x", "2025-12-31 22:59:59", 3600, "mx1", "sm-mta", "x"),
	READ("Feb 29 10:00:00 mx1 sm-mta[9]: x", "2024-02-29 09:00:00", 3600, "mx1", "sm-mta", "x"),
	READ("Nov  1 2024 05:47:16 mx1 sm-mta[9]: x", "2024-11-01 04:47:16", 3600, "mx1", "sm-mta", "x"),
	READ("2024 Nov  1 05:47:16 mx1 sm-mta[9]: x", "2024-11-01 04:47:16", 3600, "mx1", "sm-mta", "x"),
	READ("Nov  1 05:47:16.123456 mx1 sm-mta[9]: x", "2026-11-01 04:47:16", 3600, "mx1", "sm-mta", "x"),
	READ("<22>Nov  1 05:47:16 mx1 sm-mta[9]: x", "2026-11-01 04:47:16", 3600, "mx1", "sm-mta", "x"),
	READ("<22>2026-11-20T10:00:00Z mx1 sm-mta[9]: x", "2026-11-20 10:00:00", 0, "mx1", "sm-mta", "x"),
	READ("Nov 20 10:00:05 <mail.info> mx1 sm-mta[9]: x", "2026-11-20 09:00:05", 3600, "mx1", "sm-mta", "x"),
	READ("Nov 20 10:00:05 <2.6> mx1 sm-mta[9]: x", "2026-11-20 09:00:05", 3600, "mx1", "sm-mta", "x"),
	READ("Nov 20 10:00:05 mx1 sendmail[9]: [ID 197553 mail.info] x", "2026-11-20 09:00:05", 3600, "mx1", "sendmail", "x"),

	/* hosts and tags */
	READ("Nov 20 10:00:05 a.example/b.example exim: x", "2026-11-20 09:00:05", 3600, "a.example/b.example", "exim", "x"),
	READ("Nov 20 10:00:05 src@mx1 exim[1]: x", "2026-11-20 09:00:05", 3600, "src@mx1", "exim", "x"),
	READ("Nov 20 10:00:05 2001:db8::1 exim[1]: x", "2026-11-20 09:00:05", 3600, "2001:db8::1", "exim", "x"),
	READ("Nov 20 10:00:05 mx1 postfix/submission/smtpd[1]: x", "2026-11-20 09:00:05", 3600, "mx1", "postfix/submission/smtpd", "x"),
	READ("Nov 20 10:00:05 mx1 postfix/smtpd[1]:x", "2026-11-20 09:00:05", 3600, "mx1", "postfix/smtpd", "x"),
	READ("Nov 20 10:00:05 mx1 dovecot: imap: x", "2026-11-20 09:00:05", 3600, "mx1", "dovecot", "imap: x"),
	READ("Nov 20 10:00:05 mx1 dovecot:imap: x", "2026-11-20 09:00:05", 3600, "mx1", "dovecot", "imap: x"),
	READ("Nov 20 10:00:05 mx1 (post)[7]: x", "2026-11-20 09:00:05", 3600, "mx1", "(post)", "x"),
	READ("Nov 20 10:00:05 mx1 exim[1]:", "2026-11-20 09:00:05", 3600, "mx1", "exim", ""),
	READ("Nov 20 10:00:05 mx1 exim[1]:  indented", "2026-11-20 09:00:05", 3600, "mx1", "exim", " indented"),
	READ("Nov 20 10:00:05 mx1 exim[1]: a[2]: b[3]: c, and more than thirty bytes", "2026-11-20 09:00:05", 3600, "mx1", "exim",
	     "a[2]: b[3]: c, and more than thirty bytes"),
	READ("Nov 20 10:00:05 mx1 a[1]b[2]: c[3], and more than thirty bytes", "2026-11-20 09:00:05", 3600, "mx1", "a[1]b",
	     "c[3], and more than thirty bytes"),
	READ("Nov 20 10:00:05 mx1 exim: [1]: and more than thirty bytes, too", "2026-11-20 09:00:05", 3600, "mx1", "exim",
	     "[1]: and more than thirty bytes, too"),
	READ("Nov 20 10:00:05 mx1 a-tag/of/more/than/thirty/bytes[1]: x[2]: y", "2026-11-20 09:00:05", 3600, "mx1",
	     "a-tag/of/more/than/thirty/bytes", "x[2]: y"),
	READ("Nov 20 10:00:05 exim[1]: x", "2026-11-20 09:00:05", 3600, "", "exim", "x"),
	READ("Nov 20 10:00:05 exim: x y", "2026-11-20 09:00:05", 3600, "", "exim", "x y"),

	/* RFC 3339 */
	READ("2026-11-20T10:00:04+01:00 mx1 postfix/smtp[1]: x", "2026-11-20 09:00:04", 3600, "mx1", "postfix/smtp", "x"),
	READ("2026-11-20T10:00:04.123Z mx1 postfix/smtp[1]: x", "2026-11-20 10:00:04", 0, "mx1", "postfix/smtp", "x"),
	READ("2026-11-20T10:00:04.123456-05:30 mx1 postfix/smtp[1]: x", "2026-11-20 15:30:04", -19800, "mx1", "postfix/smtp", "x"),
	READ("2026-11-20T10:00:04.123456789+00:00 mx1 postfix/smtp[1]: x", "2026-11-20 10:00:04", 0, "mx1", "postfix/smtp", "x"),
	READ("2026-11-20T10:00:04+0100 mx1 postfix/smtp[1]: x", "2026-11-20 09:00:04", 3600, "mx1", "postfix/smtp", "x"),
	READ("2026-11-20T10:00:04,123456+0100 mx1 postfix/smtp[1]: x", "2026-11-20 09:00:04", 3600, "mx1", "postfix/smtp", "x"),
	READ("2026-07-20T10:00:04 mx1 postfix/smtp[1]: x", "2026-07-20 08:00:04", 7200, "mx1", "postfix/smtp", "x"),
	READ("2026-10-25T02:30:00+01:00 mx1 postfix/smtp[1]: x", "2026-10-25 01:30:00", 3600, "mx1", "postfix/smtp", "x"),

	/* RFC 5424 */
	READ("<22>1 2026-11-20T10:00:04.1+01:00 mx1 postfix/smtp 100 - - x", "2026-11-20 09:00:04", 3600, "mx1", "postfix/smtp", "x"),
	READ("<22>1 2026-11-20T10:00:04Z mx1 postfix/smtp 100 ID1 [a@1 b=\"c\\]\\\"d\"][e f=\"]\"] \xef\xbb\xbfx",
	  "2026-11-20 10:00:04", 0, "mx1", "postfix/smtp", "x"),
	READ("<22>1 2026-11-20T10:00:04Z - - - - -  x", "2026-11-20 10:00:04", 0, "", "", "x"),
	READ("<22>1 2026-11-20T10:00:04Z mx1 exim 1 - -", "2026-11-20 10:00:04", 0, "mx1", "exim", ""),
	READ("<22>1 2026-11-20T10:00:04Z mx1 exim 1 - [a]", "2026-11-20 10:00:04", 0, "mx1", "exim", ""),

	/* Exim's own */
	{ "2026-11-20 10:00:05 1vK4Ab-000000001ab-2cde Completed", "2026-11-20 09:00:05", 3600,
	  "", "", "1vK4Ab-000000001ab-2cde Completed", 1, false, true },
	{ "2026-11-20 10:00:05.123 Start queue run", "2026-11-20 09:00:05", 3600, "", "", "Start queue run", 1, false, true },
	{ "2026-11-20 10:00:05 +0530 Start queue run", "2026-11-20 04:30:05", 19800, "", "", "Start queue run", 1, false, true },
	{ "2026-11-20 10:00:05.123 -0500 [77] Start", "2026-11-20 15:00:05", -18000, "", "", "Start", 1, false, true },
	{ "2026-11-20 10:00:05 +junk", "2026-11-20 09:00:05", 3600, "", "", "+junk", 1, false, true },
	{ "2026-11-20 10:00:05 [77] Start", "2026-11-20 09:00:05", 3600, "", "", "Start", 1, false, true },
	{ "2026-11-20 10:00:05 [192.0.2.1] Connection refused", "2026-11-20 09:00:05", 3600,
	  "", "", "[192.0.2.1] Connection refused", 1, false, true },
	{ "Nov 20 10:00:09 mx1 exim[7]: 2026-11-20 10:00:05 +0000 Start", "2026-11-20 10:00:05", 0,
	  "mx1", "exim", "Start", 1, false, true },

	/* one inside another */
	READ("May 02 22:56:18 outer docker[32360]: May  2 20:56:17 inner postfix/smtp[17742]: x",
	  "2026-05-02 18:56:17", 7200, "inner", "postfix/smtp", "x"),
	READ("2026-11-20T10:00:04+01:00 outer docker[1]: <22>1 2026-11-20T10:00:03Z inner exim 1 - - x",
	  "2026-11-20 10:00:03", 0, "inner", "exim", "x"),
	READ("2026-11-20T10:00:04Z outer docker[1]: Nov 20 10:00:03 text: without a host", "2026-11-20 10:00:04", 0,
	  "outer", "docker", "Nov 20 10:00:03 text: without a host"),
	READ("2026-11-20T10:00:04Z outer docker[1]: May I have a word", "2026-11-20 10:00:04", 0, "outer", "docker", "May I have a word"),
	READ("Nov 20 10:00:05 mx1 sm-mta[1]: Nov 20 10:00:04 a b[1]: Nov 20 10:00:03 c d[1]: x", "2026-11-20 09:00:04", 3600,
	  "a", "b", "Nov 20 10:00:03 c d[1]: x"),
	READ("Nov 20 10:00:05 mx1 sm-mta[1]: <alice@example.org>... User unknown", "2026-11-20 09:00:05", 3600,
	  "mx1", "sm-mta", "<alice@example.org>... User unknown"),
	READ("Nov 20 10:00:05 mx1 postfix/qmgr[1]: 2026: x at Nov 20 10:00:05 h t[1]: y", "2026-11-20 09:00:05", 3600,
	  "mx1", "postfix/qmgr", "2026: x at Nov 20 10:00:05 h t[1]: y"),

	/* repeats and gaps */
	{ "Nov 20 10:00:05 mx1 postfix/smtpd[1]: message repeated 3 times: [ x y]", "2026-11-20 09:00:05", 3600,
	  "mx1", "postfix/smtpd", "x y", 3, false, false },
	{ "Nov 20 10:00:05 mx1 postfix/smtpd[1]: message repeated 2 times: [ cut off", "2026-11-20 09:00:05", 3600,
	  "mx1", "postfix/smtpd", "cut off", 2, false, false },
	{ "Nov 20 10:00:05 mx1 exim[1]: message repeated 2 times: [ 2026-11-20 10:00:01 Start]", "2026-11-20 09:00:01", 3600,
	  "mx1", "exim", "Start", 2, false, true },
	READ("Nov 20 10:00:05 mx1 a: message repeated 0 times: [ x]", "2026-11-20 09:00:05", 3600,
	  "mx1", "a", "message repeated 0 times: [ x]"),
	READ("Nov 20 10:00:05 mx1 a: message repeated 99999999999999999999 times: [ x]", "2026-11-20 09:00:05", 3600,
	  "mx1", "a", "message repeated 99999999999999999999 times: [ x]"),
	{ "Nov 20 10:00:05 mx1 last message repeated 4 times", "2026-11-20 09:00:05", 3600,
	  "mx1", "", "last message repeated 4 times", 1, true, false },
	{ "Nov 20 10:00:05 last message repeated 1 time", "2026-11-20 09:00:05", 3600,
	  "", "", "last message repeated 1 time", 1, true, false },
	{ "Nov 20 10:00:05 mx1 --- last message repeated 4 times ---", "2026-11-20 09:00:05", 3600,
	  "mx1", "", "--- last message repeated 4 times ---", 1, true, false },
	{ "Nov 20 10:00:05 mx1 rsyslogd-2177: imuxsock lost 12 messages from pid 9 due to rate-limiting", "2026-11-20 09:00:05",
	  3600, "mx1", "rsyslogd-2177", "imuxsock lost 12 messages from pid 9 due to rate-limiting", 1, true, false },
	{ "Nov 20 10:00:05 mx1 rsyslogd[8]: imjournal: 12 messages lost due to rate-limiting", "2026-11-20 09:00:05",
	  3600, "mx1", "rsyslogd", "imjournal: 12 messages lost due to rate-limiting", 1, true, false },
	{ "Nov 20 10:00:05 mx1 imjournal: 12 messages lost due to rate-limiting", "2026-11-20 09:00:05",
	  3600, "mx1", "imjournal", "12 messages lost due to rate-limiting", 1, true, false },
	{ "Nov 20 10:00:05 mx1 systemd-journald[8]: Suppressed 77 messages from postfix.service", "2026-11-20 09:00:05",
	  3600, "mx1", "systemd-journald", "Suppressed 77 messages from postfix.service", 1, true, false },
	READ("Nov 20 10:00:05 mx1 a[8]: lost connection", "2026-11-20 09:00:05", 3600, "mx1", "a", "lost connection"),

	/* no prefix, or not a whole one */
	BARE(""), BARE("x"), BARE("Nov"), BARE("Nov 20 10:00:05"), BARE("Nov 20 10:00:05 "),
	BARE("Nov 20 10:00:05 mx1 text without a tag"),
	BARE("Nov 20 10:00:05 mx1 two words: text"),
	BARE("Nov 20 10:00:05 mx1  tag[1]: two blanks"),
	BARE("Nov 31 10:00:05 mx1 a[1]: x"), BARE("Feb 30 10:00:05 mx1 a[1]: x"), BARE("Nov  0 10:00:05 mx1 a[1]: x"),
	BARE("Nox 20 10:00:05 mx1 a[1]: x"), BARE("Nov 20 24:00:05 mx1 a[1]: x"), BARE("Nov 20 10:60:05 mx1 a[1]: x"),
	BARE("Nov 20 10:00:61 mx1 a[1]: x"), BARE("Nov 20 10:00:5x mx1 a[1]: x"), BARE("Nov 20 10-00-05 mx1 a[1]: x"),
	BARE("2025-02-29T10:00:05Z mx1 a[1]: x"), BARE("2026-13-01T10:00:05Z mx1 a[1]: x"),
	BARE("2026-00-01T10:00:05Z mx1 a[1]: x"), BARE("0000-11-20T10:00:05Z mx1 a[1]: x"),
	BARE("2026-11-20T25:00:05Z mx1 a[1]: x"), BARE("2026-11-20T10:00:05+25:00 mx1 a[1]: x"),
	BARE("2026-11-20T10:00:05.Z mx1 a[1]: x"), BARE("2026-11-20T10:00:05.1234567890Z mx1 a[1]: x"),
	BARE("2026-11-20T10:00:05"), BARE("2026-11-20T10:00:05+01:0"), BARE("2026-11-20 10:00:05"),
	BARE("<22>1 2026-11-20T10:00:04Z mx1 exim 1 -"), BARE("<22>1 2026-11-20T10:00:04Z mx1 exim 1 - [a"),
	BARE("<22>1 2026-11-20T10:00:04Z mx1 exim 1 - [a b=\"\\"), BARE("<22>2 2026-11-20T10:00:04Z mx1 exim 1 - - x"),
	BARE("<22"), BARE("<>Nov 20 10:00:05 mx1 a[1]: x"), BARE("<a b>Nov 20 10:00:05 mx1 a[1]: x"),
	BARE(" Nov 20 10:00:05 mx1 a[1]: x"),
	BARE("99999999999999999999999999999999999999"),
	BARE("\xce\x91\xcf\x80\xcf\x81 15 10:00:05 mx1 a[1]: x"),
};

/* An exact copy, so that a sanitizer sees a read outside it. */
static struct slice copy(struct slice s)
{
	char *p = xmalloc(s.n);

	if (s.n)
		memcpy(p, s.p, s.n);
	return (struct slice){ p, s.n };
}

static void assert_text(struct slice found, const char *expected)
{
	char *text = xmalloc(found.n + 1);

	if (found.n)
		memcpy(text, found.p, found.n);
	text[found.n] = '\0';
	ck_assert_str_eq(text, expected);
	free(text);
}

static struct zone *berlin(void)
{
	struct error err;
	struct zone *zone = zone_new("Europe/Berlin", &err);

	ck_assert_msg(zone != NULL, "%s", err.text);
	return zone;
}

START_TEST(forms)
{
	const struct row *row = &rows[_i];
	struct slice line = copy(slice_of(row->line));
	struct zone *zone = berlin();
	struct prefix prefix;
	struct line out;
	char when[32];

	prefix_init(&prefix, zone, REFERENCE);
	prefix_parse(&prefix, line, &out);
	ck_assert_ptr_eq(out.raw.p, line.p);
	ck_assert_uint_eq(out.repeats, row->repeats);
	ck_assert_int_eq(out.gap, row->gap);
	ck_assert_int_eq(out.exim_time, row->exim);
	if (row->time) {
		time_t t = (time_t)out.time;
		struct tm tm;

		ck_assert(out.time != TIME_NONE);
		strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", gmtime_r(&t, &tm));
		ck_assert_str_eq(when, row->time);
	} else {
		ck_assert(out.time == TIME_NONE);
	}
	ck_assert_int_eq(out.zone, row->zone);
	assert_text(out.host, row->host);
	assert_text(out.service, row->service);
	assert_text(out.text, row->text);
	zone_free(zone);
	free((char *)line.p);
}
END_TEST

static bool same(const struct line *a, const struct line *b)
{
	return a->time == b->time && a->zone == b->zone && a->repeats == b->repeats && a->gap == b->gap &&
	       a->exim_time == b->exim_time && slice_eq(a->host, b->host) &&
	       slice_eq(a->service, b->service) && slice_eq(a->text, b->text);
}

static void check_kept(struct prefix *kept, struct slice line)
{
	struct line with, without;
	struct prefix fresh;

	prefix_init(&fresh, kept->outer.zone, kept->outer.reference);
	prefix_parse(&fresh, line, &without);
	prefix_parse(kept, line, &with);
	ck_assert_msg(same(&with, &without), "%.*s", SLICE_ARG(line));
}

/* All rows after each other, and each cut at every byte. */
START_TEST(any_order)
{
	struct zone *zone = berlin();
	struct prefix prefix;
	size_t n = sizeof rows / sizeof *rows;

	prefix_init(&prefix, zone, REFERENCE);
	for (size_t i = 0; i < n * n; i++) {
		struct slice line = copy(slice_of(rows[i % 2 ? i % n : i / n].line));

		check_kept(&prefix, line);
		free((char *)line.p);
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t cut = 0; cut <= strlen(rows[i].line); cut++) {
			struct slice line = copy((struct slice){ rows[i].line, cut });

			check_kept(&prefix, line);
			free((char *)line.p);
		}
	}
	zone_free(zone);
}
END_TEST

/* Hours of which only a part has the same year or offset: a reference in the
 * middle of one, and Lord Howe's half-hour steps. */
START_TEST(broken_hours)
{
	static const char *const zones[] = { "Australia/Lord_Howe", "Europe/Berlin", "+05:30" };
	struct error err;
	struct zone *zone = zone_new(zones[_i], &err);
	struct prefix prefix;
	char text[64];

	ck_assert_ptr_nonnull(zone);
	prefix_init(&prefix, zone, REFERENCE + 1234);
	for (int day = 1; day <= 31; day++) {
		for (int minute = 0; minute < 1440; minute += 7) {
			for (int form = 0; form < 2; form++) {
				const char *format = form ? "2026-10-%02d %02d:%02d:30 Start queue run"
				                          : "Oct %2d %02d:%02d:30 mx1 exim[1]: x";

				snprintf(text, sizeof text, format, day, minute / 60, minute % 60);
				check_kept(&prefix, slice_of(text));
			}
			snprintf(text, sizeof text, "Nov %2d %02d:%02d:30 mx1 exim[1]: x", day % 30 + 1,
			         minute / 60, minute % 60);
			check_kept(&prefix, slice_of(text));
			snprintf(text, sizeof text, "Apr %2d %02d:%02d:30 mx1 exim[1]: x", day % 30 + 1,
			         minute / 60, minute % 60);
			check_kept(&prefix, slice_of(text));
		}
	}
	zone_free(zone);
}
END_TEST

/* Bytes of any value at every place. */
START_TEST(hostile_bytes)
{
	struct zone *zone = berlin();
	struct prefix prefix;

	prefix_init(&prefix, zone, REFERENCE);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (size_t at = 0; at < strlen(rows[i].line); at++) {
			static const char bytes[] = { '\0', '\n', '\x80', '\xff', ' ', '[', ']', ':', '<', '9', '-' };
			struct slice line = copy(slice_of(rows[i].line));

			for (size_t b = 0; b < sizeof bytes; b++) {
				((char *)line.p)[at] = bytes[b];
				check_kept(&prefix, line);
			}
			free((char *)line.p);
		}
	}
	zone_free(zone);
}
END_TEST

static const struct {
	int64_t reference;
	int month, day, second;
	int year;
} years[] = {
	{ REFERENCE, 11, 21, 0, 2026 },
	{ REFERENCE, 11, 22, 0, 2026 },     /* a day later than the reference, to the second */
	{ REFERENCE, 11, 22, 1, 2025 },
	{ REFERENCE, 12, 31, 0, 2025 },
	{ REFERENCE, 1, 1, 0, 2026 },
	{ REFERENCE, 2, 29, 0, 2024 },
	{ 1798761599, 1, 1, 3600, 2027 },   /* at 2026-12-31 23:59:59 */
	{ 1798761599, 1, 2, 0, 2026 },
	{ 4107542400, 2, 29, 0, 2096 },     /* at 2100-03-01: 2100 is no leap year */
	{ 1709164800, 2, 29, 0, 2024 },     /* at 2024-02-29 */
};

START_TEST(year)
{
	struct error err;
	struct zone *zone = zone_new("UTC", &err);

	ck_assert_int_eq(prefix_year(zone, years[_i].reference, years[_i].month, years[_i].day, years[_i].second),
	                 years[_i].year);
	zone_free(zone);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("prefix");
	TCase *tcase = tcase_create("prefix");

	tcase_add_loop_test(tcase, forms, 0, (int)(sizeof rows / sizeof *rows));
	tcase_add_test(tcase, any_order);
	tcase_add_loop_test(tcase, broken_hours, 0, 3);
	tcase_add_test(tcase, hostile_bytes);
	tcase_add_loop_test(tcase, year, 0, (int)(sizeof years / sizeof *years));
	suite_add_tcase(suite, tcase);
	return suite;
}
