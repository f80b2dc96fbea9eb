/* check_prefix.c - every form of prefix that is read, what merely looks like one,
 * the year of a date without one, and that the kept hour changes no result.
 * SPDX-License-Identifier: MIT */
#include "input/prefix.h"

#include "base/mem.h"
#include "tests/prefix_rows.h"
#include "tests/suite.h"

#include <stdio.h>
#include <time.h>

enum { REFERENCE = 1795219200 }; /* 2026-11-21 00:00:00 UTC */

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
	ck_assert_int_eq((out.piece & PIECE_OPEN) != 0, row->partial);
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
	prefix_release(&prefix);
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
	prefix_release(&fresh);
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
	prefix_release(&prefix);
	zone_free(zone);
}
END_TEST

/* Behind a host of any length: the same again, with each of its bytes another one, and
 * with less and less behind it. */
START_TEST(any_length)
{
	struct zone *zone = berlin();
	struct prefix prefix;
	char text[160];

	prefix_init(&prefix, zone, REFERENCE);
	for (int host = 1; host < 80; host++) {
		int n = snprintf(text, sizeof text, "Nov 20 00:00:00 %.*s postfix/smtpd[7]: connect", host,
		                 "mx1.a-host.that-has.a-long-name.of-eighty-bytes.and-is.in-a-domain.of.example.org");

		for (int changed = 0; changed <= host; changed++) {
			struct slice line = copy((struct slice){ text, (size_t)n }), other = copy(line);

			((char *)other.p)[16 + changed] = changed < host ? 'X' : ' ';
			check_kept(&prefix, line);
			check_kept(&prefix, line);
			check_kept(&prefix, other);
			free((char *)line.p);
			free((char *)other.p);
		}
		for (int cut = n; cut > 16; cut--) {
			struct slice line = copy((struct slice){ text, (size_t)cut });

			check_kept(&prefix, line);
			free((char *)line.p);
		}
	}
	prefix_release(&prefix);
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
	prefix_release(&prefix);
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
	prefix_release(&prefix);
	zone_free(zone);
}
END_TEST

static const struct {
	const char *name;
	int month;
} months[] = {
#define MONTH(name, month) { name, month },
#include "input/month.def"
#undef MONTH
};

/* Each name is found, so the table is in order; with a dot, too, as some languages write. */
START_TEST(month_names)
{
	static const char *const shapes[] = { "%s 20 10:00:05 mx1 a[1]: x", "%s.  2 10:00:05 mx1 a[1]: x" };
	struct zone *zone = berlin();
	struct prefix prefix;
	struct line out;
	char text[64], month[8], expected[8];

	prefix_init(&prefix, zone, REFERENCE);
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		time_t t;
		struct tm tm;

		snprintf(text, sizeof text, shapes[i], months[_i].name);
		prefix_parse(&prefix, slice_of(text), &out);
		ck_assert_msg(out.time != TIME_NONE, "%s", text);
		t = (time_t)out.time;
		strftime(month, sizeof month, "%m", gmtime_r(&t, &tm));
		snprintf(expected, sizeof expected, "%02d", months[_i].month);
		ck_assert_str_eq(month, expected);
	}
	zone_free(zone);
}
END_TEST

/* A string of a megabyte, brackets a megabyte deep, and what never ends. */
START_TEST(hostile_objects)
{
	static const struct {
		const char *begin, *repeat, *end;
		bool whole;
	} objects[] = {
		{ "{\"MESSAGE\":\"", "x", "\"}", true },
		{ "{\"MESSAGE\":\"", "\\u0000", "\"}", true },
		{ "{\"MESSAGE\":\"", "\\\"", "\"}", true },
		{ "{\"MESSAGE\":[49", ",49", "]}", true },
		{ "{\"MESSAGE\":\"", "\\\\", "", false },
		{ "{\"MESSAGE\":\"", "\"", "\"}", false },
		{ "{\"MESSAGE\":", "[", "", false },
		{ "{\"MESSAGE\":", "{\"a\":", "", false },
		{ "{\"MESSAGE\":\"x\"", ",\"MESSAGE\":\"x\"", "}", true },
		{ "{\"MESSAGE\":\"x\"", ",", "}", false },
	};
	enum { ROOM = 1 << 20 };
	struct zone *zone = berlin();
	struct prefix prefix;
	struct line out;
	char *text = xmalloc(ROOM);
	size_t n = 0, end = strlen(objects[_i].end), step = strlen(objects[_i].repeat);

	for (const char *p = objects[_i].begin; *p; p++)
		text[n++] = *p;
	for (; n + step + end <= ROOM; n += step)
		memcpy(text + n, objects[_i].repeat, step);
	memcpy(text + n, objects[_i].end, end);
	prefix_init(&prefix, zone, REFERENCE);
	prefix_parse(&prefix, (struct slice){ text, n + end }, &out);
	ck_assert_int_eq(out.text.p != text, objects[_i].whole);
	prefix_release(&prefix);
	zone_free(zone);
	free(text);
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
	tcase_add_test(tcase, any_length);
	tcase_add_loop_test(tcase, broken_hours, 0, 3);
	tcase_add_test(tcase, hostile_bytes);
	tcase_add_loop_test(tcase, month_names, 0, (int)(sizeof months / sizeof *months));
	tcase_add_loop_test(tcase, hostile_objects, 0, 10);
	tcase_add_loop_test(tcase, year, 0, (int)(sizeof years / sizeof *years));
	suite_add_tcase(suite, tcase);
	return suite;
}
