/* prefix_rows.h - lines, and what prefix_parse() is to find in them.
 * SPDX-License-Identifier: MIT */
#ifndef TESTS_PREFIX_ROWS_H
#define TESTS_PREFIX_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#define TEXT "4B1C3D5E6F: removed"

#define READ(...) { __VA_ARGS__, 1, false, false, false }
/* Read, but for the time: there is none. */
#define TIMELESS(line, ...) { line, NULL, 0, __VA_ARGS__, 1, false, false, false }
#define PART(...) { __VA_ARGS__, 1, false, false, true }
#define EXIM(...) { __VA_ARGS__, 1, false, true, false }
#define BARE(line) { line, NULL, 0, "", "", line, 1, false, false, false }
#define JOURNAL(message) "{\"__REALTIME_TIMESTAMP\":\"1795169109123456\",\"_HOSTNAME\":\"mx1\"," \
	"\"SYSLOG_IDENTIFIER\":\"postfix/smtp\",\"_PID\":\"9\",\"MESSAGE\":" message "}"

/* The zone for times without an offset is Europe/Berlin. Times are UTC. */
static const struct row {
	const char *line;
	const char *time; /* NULL: none */
	int zone;
	const char *host, *service, *text;
	unsigned repeats;
	bool gap, exim, partial;
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

	/* multilog, and what tai64nlocal makes of it; Exim has milliseconds at most */
	READ("@400000006a0c9b0e1dcd6500 new msg 1", "2026-05-19 17:16:52", 7200, "", "", "new msg 1"),
	READ("@400000006a0c9b0e1dcd6500 mx1 exim[1]: x", "2026-05-19 17:16:52", 7200, "", "", "mx1 exim[1]: x"),
	READ("@400000000000000a00000000 x", "1970-01-01 00:00:00", 3600, "", "", "x"),
	READ("2026-11-20 10:00:05.123456500 [7] x", "2026-11-20 09:00:05", 3600, "", "", "[7] x"),
	{ "2026-11-20 10:00:05.123 [7] x", "2026-11-20 09:00:05", 3600, "", "", "x", 1, false, true, false },

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
	  "", "", "1vK4Ab-000000001ab-2cde Completed", 1, false, true, false },
	{ "2026-11-20 10:00:05.123 Start queue run", "2026-11-20 09:00:05", 3600, "", "", "Start queue run", 1, false, true, false },
	{ "2026-11-20 10:00:05 +0530 Start queue run", "2026-11-20 04:30:05", 19800, "", "", "Start queue run", 1, false, true, false },
	{ "2026-11-20 10:00:05.123 -0500 [77] Start", "2026-11-20 15:00:05", -18000, "", "", "Start", 1, false, true, false },
	{ "2026-11-20 10:00:05 +junk", "2026-11-20 09:00:05", 3600, "", "", "+junk", 1, false, true, false },
	{ "2026-11-20 10:00:05 [77] Start", "2026-11-20 09:00:05", 3600, "", "", "Start", 1, false, true, false },
	{ "2026-11-20 10:00:05 [192.0.2.1] Connection refused", "2026-11-20 09:00:05", 3600,
	  "", "", "[192.0.2.1] Connection refused", 1, false, true, false },
	{ "Nov 20 10:00:09 mx1 exim[7]: 2026-11-20 10:00:05 +0000 Start", "2026-11-20 10:00:05", 0,
	  "mx1", "exim", "Start", 1, false, true, false },

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
	  "mx1", "postfix/smtpd", "x y", 3, false, false, false },
	{ "Nov 20 10:00:05 mx1 postfix/smtpd[1]: message repeated 2 times: [ cut off", "2026-11-20 09:00:05", 3600,
	  "mx1", "postfix/smtpd", "cut off", 2, false, false, false },
	{ "Nov 20 10:00:05 mx1 exim[1]: message repeated 2 times: [ 2026-11-20 10:00:01 Start]", "2026-11-20 09:00:01", 3600,
	  "mx1", "exim", "Start", 2, false, true, false },
	READ("Nov 20 10:00:05 mx1 a: message repeated 0 times: [ x]", "2026-11-20 09:00:05", 3600,
	  "mx1", "a", "message repeated 0 times: [ x]"),
	READ("Nov 20 10:00:05 mx1 a: message repeated 99999999999999999999 times: [ x]", "2026-11-20 09:00:05", 3600,
	  "mx1", "a", "message repeated 99999999999999999999 times: [ x]"),
	{ "Nov 20 10:00:05 mx1 last message repeated 4 times", "2026-11-20 09:00:05", 3600,
	  "mx1", "", "last message repeated 4 times", 1, true, false, false },
	{ "Nov 20 10:00:05 last message repeated 1 time", "2026-11-20 09:00:05", 3600,
	  "", "", "last message repeated 1 time", 1, true, false, false },
	{ "Nov 20 10:00:05 mx1 --- last message repeated 4 times ---", "2026-11-20 09:00:05", 3600,
	  "mx1", "", "--- last message repeated 4 times ---", 1, true, false, false },
	{ "Nov 20 10:00:05 mx1 rsyslogd-2177: imuxsock lost 12 messages from pid 9 due to rate-limiting", "2026-11-20 09:00:05",
	  3600, "mx1", "rsyslogd-2177", "imuxsock lost 12 messages from pid 9 due to rate-limiting", 1, true, false, false },
	{ "Nov 20 10:00:05 mx1 rsyslogd[8]: imjournal: 12 messages lost due to rate-limiting", "2026-11-20 09:00:05",
	  3600, "mx1", "rsyslogd", "imjournal: 12 messages lost due to rate-limiting", 1, true, false, false },
	{ "Nov 20 10:00:05 mx1 imjournal: 12 messages lost due to rate-limiting", "2026-11-20 09:00:05",
	  3600, "mx1", "imjournal", "12 messages lost due to rate-limiting", 1, true, false, false },
	{ "Nov 20 10:00:05 mx1 systemd-journald[8]: Suppressed 77 messages from postfix.service", "2026-11-20 09:00:05",
	  3600, "mx1", "systemd-journald", "Suppressed 77 messages from postfix.service", 1, true, false, false },
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
	BARE("@400000006a0c9b0e1dcd650 new msg 1"), BARE("@400000006a0c9b0e1dcd65000 new msg 1"),
	BARE("@400000006a0c9b0e1dcd6500"), BARE("@400000006A0C9B0E1DCD6500 x"), BARE("@ffffffffffffffff1dcd6500 x"),
	BARE("@400000000000000900000000 x"), BARE("@400000006a0c9b0e1dcd65gg x"),
	BARE("<22>1 2026-11-20T10:00:04Z mx1 exim 1 -"), BARE("<22>1 2026-11-20T10:00:04Z mx1 exim 1 - [a"),
	BARE("<22>1 2026-11-20T10:00:04Z mx1 exim 1 - [a b=\"\\"), BARE("<22>2 2026-11-20T10:00:04Z mx1 exim 1 - - x"),
	BARE("<22"), BARE("<>Nov 20 10:00:05 mx1 a[1]: x"), BARE("<a b>Nov 20 10:00:05 mx1 a[1]: x"),
	BARE(" Nov 20 10:00:05 mx1 a[1]: x"),
	BARE("99999999999999999999999999999999999999"),

	/* months in other languages */
	READ("Απρ 15 10:00:05 mx1 a[1]: x", "2026-04-15 08:00:05", 7200, "mx1", "a", "x"),
	READ("Μαΐ 15 10:00:05 mx1 a[1]: x", "2026-05-15 08:00:05", 7200, "mx1", "a", "x"),
	READ("nov. 20 10:00:05 mx1 a[1]: x", "2026-11-20 09:00:05", 3600, "mx1", "a", "x"),
	READ("nov 20 10:00:05.123456 mx1 a[1]: x", "2026-11-20 09:00:05", 3600, "mx1", "a", "x"),
	READ("ноя  1 10:00:05 mx1 a[1]: x", "2026-11-01 09:00:05", 3600, "mx1", "a", "x"),
	READ("11月 20 10:00:05 mx1 a[1]: x", "2026-11-20 09:00:05", 3600, "mx1", "a", "x"),
	READ("de febr. 03 10:00:05 mx1 a[1]: x", "2026-02-03 09:00:05", 3600, "mx1", "a", "x"),
	READ("Thg 1 20 10:00:05 mx1 a[1]: x", "2026-01-20 09:00:05", 3600, "mx1", "a", "x"),
	READ("Thg 11 20 10:00:05 mx1 a[1]: x", "2026-11-20 09:00:05", 3600, "mx1", "a", "x"),
	READ("okt   20 10:00:05 mx1 a[1]: x", "2026-10-20 08:00:05", 7200, "mx1", "a", "x"),
	READ("dez 20 2024 10:00:05 mx1 a[1]: x", "2024-12-20 09:00:05", 3600, "mx1", "a", "x"),
	BARE("lis 20 10:00:05 mx1 a[1]: x"), BARE("Απρ 31 10:00:05 mx1 a[1]: x"), BARE("Απρ"), BARE("Απρ "),
	BARE("Απρ 15 10:00:05"), BARE(" nov 15 10:00:05 mx1 a[1]: x"), BARE(" 1月 20 10:00:05 mx1 a[1]: x"), BARE("\tApr 20 10:00:05 mx1 a[1]: x"), BARE(". 15 10:00:05 mx1 a[1]: x"),
	BARE("de 15 10:00:05 mx1 a[1]: x"), BARE("Απριλ 15 10:00:05 mx1 a[1]: x"),

	/* journalctl's short forms */
	READ("Fri 2026-11-20 11:05:09 CET mx1 a[1]: x", "2026-11-20 10:05:09", 3600, "mx1", "a", "x"),
	READ("Fri 2026-11-20 10:05:09 UTC mx1 a[1]: x", "2026-11-20 10:05:09", 0, "mx1", "a", "x"),
	READ("Sun 2026-10-25 02:30:00 CEST mx1 a[1]: x", "2026-10-25 00:30:00", 7200, "mx1", "a", "x"),
	READ("Sun 2026-10-25 02:30:00 CET mx1 a[1]: x", "2026-10-25 01:30:00", 3600, "mx1", "a", "x"),
	READ("Sun 2026-03-29 02:30:00 UTC mx1 a[1]: x", "2026-03-29 02:30:00", 0, "mx1", "a", "x"), /* no such time in Berlin */
	READ("Fri 2026-11-20 07:05:09 -03 mx1 a[1]: x", "2026-11-20 10:05:09", -10800, "mx1", "a", "x"),
	READ("Fri 2026-11-20 15:50:09 +0545 mx1 a[1]: x", "2026-11-20 10:05:09", 20700, "mx1", "a", "x"),
	READ("Fri 2026-11-20 11:05:09 IST mx1 a[1]: x", "2026-11-20 10:05:09", 3600, "mx1", "a", "x"), /* one of three: the clock's */
	READ("Fri 2026-11-20 11:05:09 CET postfix/smtp[1]: x", "2026-11-20 10:05:09", 3600, "", "postfix/smtp", "x"),
	READ("Fri 2026-11-20 11:05:09 CET mx1 postfix@-.service[1]: x", "2026-11-20 10:05:09", 3600, "mx1", "postfix@-.service", "x"),
	BARE("Fri 2026-11-20T11:05:09 CET mx1 a[1]: x"), BARE("Fri 2026-11-20 11:05:09 mx1 a[1]:"),
	BARE("Fri 2026-11-20 11:05:09 "), BARE("Fri 2026-11-20 11:05:09 CET"), BARE("Fri 2026-11-20 11:05:09 +99 mx1 text"),
	READ("1795169109.123456 mx1 a[1]: x", "2026-11-20 10:05:09", 3600, "mx1", "a", "x"),
	READ("0.000000 mx1 a[1]: x", "1970-01-01 00:00:00", 3600, "mx1", "a", "x"),
	READ("253402300799.999999 mx1 a[1]: x", "9999-12-31 23:59:59", 3600, "mx1", "a", "x"),
	BARE("253402300800.000000 mx1 a[1]: x"), BARE("99999999999999999999.0 mx1 a[1]: x"), BARE("-5.000000 mx1 a[1]: x"),
	BARE("1795169109 mx1 a[1]: x"), BARE("1795169109. mx1 a[1]: x"), BARE("1795169109.123456"),
	TIMELESS("[   12.345678] mx1 a[1]: x", "mx1", "a", "x"),
	TIMELESS("[   13.345678 <    1.000000 >] mx1 a[1]: x", "mx1", "a", "x"),
	TIMELESS("[   12.345678                ] mx1 a[1]: x", "mx1", "a", "x"),
	BARE("[ 12] mx1 a[1]: x"), BARE("[ 12.3 mx1 a[1]: x"), BARE("["), BARE("[."), BARE("[.]"), BARE("[.] "), BARE("[192.0.2.1] x"),
	BARE("-- Boot 1123456789abcdef0123456789abcdef --"), BARE("-- Reboot --"), BARE("-- No entries --"),
	BARE("-- Logs begin at Fri 2026-11-20 11:05:09 CET, end at Fri 2026-11-20 11:05:17 CET. --"),
	BARE("-- Journal begins at Fri 2026-11-20 11:05:09 CET, ends at Fri 2026-11-20 11:05:17 CET. --"),
	BARE("                                second line"),

	/* AIX, BusyBox, metalog, a relay's prefix */
	READ("Nov 20 10:00:05 mx1 mail:info sendmail[9]: x", "2026-11-20 09:00:05", 3600, "mx1", "sendmail", "x"),
	READ("Nov 20 10:00:05 mx1 mail.info postfix/smtp[9]: x", "2026-11-20 09:00:05", 3600, "mx1", "postfix/smtp", "x"),
	READ("Nov 20 10:00:05 mx1 mail.warn exim: x", "2026-11-20 09:00:05", 3600, "mx1", "exim", "x"),
	READ("Nov 20 10:00:05 relay Message forwarded from mx1: sendmail[9]: x", "2026-11-20 09:00:05", 3600, "mx1", "sendmail", "x"),
	READ("Nov 20 10:00:05 relay mail:info Message forwarded from mx1: sendmail[9]: x", "2026-11-20 09:00:05", 3600,
	     "mx1", "sendmail", "x"),
	READ("Nov 20 10:00:05 [postfix/smtp] x", "2026-11-20 09:00:05", 3600, "", "postfix/smtp", "x"),
	READ("Nov 20 10:00:05 [sendmail] 9AK: x", "2026-11-20 09:00:05", 3600, "", "sendmail", "9AK: x"),
	READ("Nov 20 10:00:05 [192.0.2.1] sendmail[9]: x", "2026-11-20 09:00:05", 3600, "[192.0.2.1]", "sendmail", "x"),
	READ("Nov 20 10:00:05 [fe80::1] sendmail[9]: x", "2026-11-20 09:00:05", 3600, "[fe80::1]", "sendmail", "x"),
	READ("Nov 20 10:00:05 relay <22>Nov 20 09:00:04 mx1 sm-mta[9]: x", "2026-11-20 08:00:04", 3600, "mx1", "sm-mta", "x"),
	READ("2026-11-20T10:00:05Z relay 2026-11-20T09:00:04Z mx1 sm-mta[9]: x", "2026-11-20 09:00:04", 0, "mx1", "sm-mta", "x"),
	BARE("Nov 20 10:00:05 mx1 mail.info text"), BARE("Nov 20 10:00:05 mx1 mail.x a[1]: x"), BARE("Nov 20 10:00:05 mx1 .info a[1]: x"),
	BARE("Nov 20 10:00:05 mx1 Message forwarded from : a[1]: x"), BARE("Nov 20 10:00:05 [] text"),

	/* containers: the engine's time counts */
	READ("2026-11-20T10:00:05.123456789Z stdout F Nov 20 11:00:04 mx1 postfix/smtp[9]: x", "2026-11-20 10:00:05", 0,
	     "mx1", "postfix/smtp", "x"),
	READ("2026-11-20T10:00:05.123456789+05:30 stderr F postfix/smtp[9]: x", "2026-11-20 04:30:05", 19800, "", "postfix/smtp", "x"),
	READ("2026-11-20T10:00:05.123456789Z stdout F 4B1C3D5E6F: removed", "2026-11-20 10:00:05", 0, "", "", "4B1C3D5E6F: removed"),
	EXIM("2026-11-20T10:00:05.123456789Z stdout F 2026-11-20 03:00:04 Start", "2026-11-20 10:00:05", 0, "", "", "Start"),
	PART("2026-11-20T10:00:05.123456789Z stdout P postfix/smtp[9]: begin", "2026-11-20 10:00:05", 0, "", "postfix/smtp", "begin"),
	BARE("2026-11-20T10:00:05.123456789Z stdout X text"), BARE("2026-11-20T10:00:05.123456789Z stdout "),
	READ("2026-11-20T10:00:05.123456789Z Nov 20 11:00:04 mx1 postfix/smtp[9]: x", "2026-11-20 10:00:05", 0, "mx1", "postfix/smtp", "x"),
	READ("mail-1  | Nov 20 11:00:04 mx1 postfix/smtp[9]: x", "2026-11-20 10:00:04", 3600, "mx1", "postfix/smtp", "x"),
	READ("mail-1  | 2026-11-20T10:00:05.123456789Z Nov 20 11:00:04 mx1 postfix/smtp[9]: x", "2026-11-20 10:00:05", 0,
	     "mx1", "postfix/smtp", "x"),
	READ("mail.1.k3v@node1    | 2026-11-20T10:00:05Z mx1 postfix/smtp[9]: x", "2026-11-20 10:00:05", 0, "mx1", "postfix/smtp", "x"),
	TIMELESS("mail-1  | postfix/smtp[9]: x", "", "postfix/smtp", "x"),
	TIMELESS("mail-1  | 4B1C3D5E6F: removed", "", "", "4B1C3D5E6F: removed"),
	BARE("\tmail | Nov 20 11:00:04 mx1 postfix/smtp[9]: x"), BARE(" mail | Nov 20 11:00:04 mx1 postfix/smtp[9]: x"),
	BARE("| x"), BARE("mail-1|x"), BARE("mail-1 "), BARE("mail-1  |"), BARE("a b | x"),
	READ("{\"log\":\"Nov 20 11:00:04 mx1 postfix/smtp[9]: a \\u003cb\\u003e\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-20T10:00:05.123456789Z\"}",
	     "2026-11-20 10:00:05", 0, "mx1", "postfix/smtp", "a <b>"),
	READ("{\"log\":\"postfix/smtp[9]: x\\r\\n\",\"stream\":\"stdout\",\"attrs\":{\"time\":\"no\",\"a\":[\"}\"]},\"time\":\"2026-11-20T10:00:05Z\"}",
	     "2026-11-20 10:00:05", 0, "", "postfix/smtp", "x"),
	PART("{\"log\":\"postfix/smtp[9]: begin\",\"stream\":\"stdout\",\"time\":\"2026-11-20T10:00:05Z\"}",
	     "2026-11-20 10:00:05", 0, "", "postfix/smtp", "begin"),
	TIMELESS("{\"log\":\"postfix/smtp[9]: x\\n\",\"time\":\"yesterday\"}", "", "postfix/smtp", "x"),
	EXIM("{\"log\":\"2026-11-20 03:00:04 Start\\n\",\"time\":\"2026-11-20T10:00:05Z\"}", "2026-11-20 10:00:05", 0, "", "", "Start"),

	/* the journal's JSON */
	READ(JOURNAL("\"x\""), "2026-11-20 10:05:09", 3600, "mx1", "postfix/smtp", "x"),
	READ("data: " JOURNAL("\"x\""), "2026-11-20 10:05:09", 3600, "mx1", "postfix/smtp", "x"),
	READ("\x1e" JOURNAL("\"x\""), "2026-11-20 10:05:09", 3600, "mx1", "postfix/smtp", "x"),
	READ(JOURNAL("\"a \\\"b\\\" \\\\n \\/ \\t \\u00fc\\u20ac\\ud83d\\ude00 \xff\""), "2026-11-20 10:05:09", 3600, "mx1", "postfix/smtp",
	     "a \"b\" \\n / \t ü€😀 \xff"),
	READ(JOURNAL("\"\\ud800 \\udc00 \\ud800\\u0041 \\ud800\\\" \\uzzzz \\q\""), "2026-11-20 10:05:09", 3600, "mx1", "postfix/smtp",
	     "\xef\xbf\xbd \xef\xbf\xbd \xef\xbf\xbd" "A \xef\xbf\xbd\" uzzzz q"),
	READ(JOURNAL("\"first\\nNov 20 10:00:05 mx1 a[1]: second\""), "2026-11-20 10:05:09", 3600, "mx1", "postfix/smtp", "first"),
	READ(JOURNAL("[57,65,255,32,10,66]"), "2026-11-20 10:05:09", 3600, "mx1", "postfix/smtp", "9A\xff "),
	READ(JOURNAL("[57,256]"), "2026-11-20 10:05:09", 3600, "mx1", "postfix/smtp", ""),
	READ(JOURNAL("[\"one\",\"two\"]"), "2026-11-20 10:05:09", 3600, "mx1", "postfix/smtp", "two"),
	READ(JOURNAL("[null,\"two\"]"), "2026-11-20 10:05:09", 3600, "mx1", "postfix/smtp", "two"),
	READ(JOURNAL("[\"one\",[116,119,111]]"), "2026-11-20 10:05:09", 3600, "mx1", "postfix/smtp", "two"),
	READ(JOURNAL("[[111,110,101],\"two\",null]"), "2026-11-20 10:05:09", 3600, "mx1", "postfix/smtp", ""),
	READ(JOURNAL("null"), "2026-11-20 10:05:09", 3600, "mx1", "postfix/smtp", ""),
	READ(JOURNAL("[[[[{}]]]]"), "2026-11-20 10:05:09", 3600, "mx1", "postfix/smtp", ""),
	READ(JOURNAL("[]"), "2026-11-20 10:05:09", 3600, "mx1", "postfix/smtp", ""),
	READ(JOURNAL("[ ]"), "2026-11-20 10:05:09", 3600, "mx1", "postfix/smtp", ""),
	READ(JOURNAL("{\"MESSAGE\":\"inner\"}"), "2026-11-20 10:05:09", 3600, "mx1", "postfix/smtp", ""),
	READ(JOURNAL("\"x\",\"_SOURCE_REALTIME_TIMESTAMP\":\"1795169100000000\""), "2026-11-20 10:05:00", 3600, "mx1", "postfix/smtp", "x"),
	{ JOURNAL("\"message repeated 3 times: [ x y]\""), "2026-11-20 10:05:09", 3600, "mx1", "postfix/smtp", "x y", 3, false, false, false },
	EXIM("{\"__REALTIME_TIMESTAMP\":\"1795169109123456\",\"_COMM\":\"exim4\",\"MESSAGE\":\"2026-11-20 11:00:04 Start\"}",
	     "2026-11-20 10:00:04", 3600, "", "exim4", "Start"),
	{ "{\"MESSAGE\":\"12 messages lost\",\"SYSLOG_IDENTIFIER\":\"imjournal\"}", NULL, 0, "", "imjournal", "12 messages lost",
	  1, true, false, false },
	TIMELESS("{\"__REALTIME_TIMESTAMP\":\"-5\",\"MESSAGE\":\"x\"}", "", "", "x"),
	TIMELESS("{\"__REALTIME_TIMESTAMP\":\"999999999999999999\",\"MESSAGE\":\"x\"}", "", "", "x"),
	TIMELESS("{\"__REALTIME_TIMESTAMP\":\"99999999999999999999999\",\"MESSAGE\":\"x\"}", "", "", "x"),
	TIMELESS("{ \"__REALTIME_TIMESTAMP\" : 1795169109123456 , \"MESSAGE\" : \"x\" } ", "", "", "x"),
	BARE("{"), BARE("{}"), BARE("{\"MESSAGE\""), BARE("{\"MESSAGE\":"), BARE("{\"MESSAGE\":\"x\""), BARE("{\"MESSAGE\":\"x\\\"}"),
	BARE("{\"MESSAGE\":\"x\"} y"), BARE("{\"MESSAGE\":[\"x\"}"), BARE("{MESSAGE:\"x\"}"), BARE("[\"MESSAGE\",\"x\"]"),
	BARE("{\"a\":{\"MESSAGE\":\"x\"}}"), BARE("{\"MESSAGE\":\"x\",}"), BARE("data: "), BARE("\x1e"), BARE("data: mail-1 | x"), BARE("{\"\":\"\"}"),
};

#endif
