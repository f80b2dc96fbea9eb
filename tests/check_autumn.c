/* check_autumn.c - which lines of a log are in the second of two hours, however the log is
 * cut into chunks. SPDX-License-Identifier: MIT */
#include "input/autumn.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>

enum { REFERENCE = 1793000000 }; /* 2026-10-26 */

/* Times of lines on 25 October, and 's' where they are of the second. */
static const struct {
	const char *times, *second;
} logs[] = {
	{ "01:59 02:00 02:59 02:00 02:30 02:20 02:59 03:00", "...ssss." },
	{ "02:30 02:40 02:35 02:31 02:30 02:29", "....ss" }, /* ten minutes back, no less */
	{ "02:10 02:40 03:10", "..." },
	{ "01:00 03:00 02:10 02:59 02:01 04:00 02:50", "....s.." },
	{ "00:10 00:00 00:50 00:20", "...." },
	{ "04:00 05:00 04:00", "..." },
};

/* Mask of the lines that are of the second, the log being cut before line `cut`, too. */
static uint64_t find(const struct zone *zone, const char *times, size_t cut)
{
	struct {
		char text[80];
	} lines[16];
	struct autumn autumn = { 0 };
	struct second second;
	uint64_t mask = 0;
	size_t n = 0;

	for (const char *p = times; *p; p += p[5] ? 6 : 5)
		snprintf(lines[n++].text, sizeof lines->text, "Oct 25 %.5s:00 mx1 postfix/qmgr[1]: 4XyZ: removed, and so on.\n", p);
	for (size_t from = 0, to; from < n; from = to) {
		char chunk[16 * 80] = "";
		const char *line = chunk;

		to = from < cut ? cut : n;
		for (size_t i = from; i < to; i++)
			strcat(chunk, lines[i].text);
		autumn_chunk(&autumn, zone, REFERENCE, slice_of(chunk), &second);
		for (size_t i = from; i < to; i++, line = strchr(line, '\n') + 1)
			mask |= (uint64_t)second_has(&second, line) << i;
	}
	return mask;
}

START_TEST(lines_of_the_second)
{
	struct error err;
	struct zone *zone = zone_new("Europe/Berlin", &err);
	uint64_t expected = 0;
	size_t n = strlen(logs[_i].second);

	for (size_t i = 0; i < n; i++)
		expected |= (uint64_t)(logs[_i].second[i] == 's') << i;
	for (size_t cut = 0; cut < n; cut++)
		ck_assert_uint_eq(find(zone, logs[_i].times, cut), expected);
	zone_free(zone);
}
END_TEST

START_TEST(nothing_without_times)
{
	static const char *const texts[] = { "", "\n", "\n\n\n", "no time\n", "Oct 25 02:30", "\0\0\0\n" };
	struct error err;
	struct zone *zone = zone_new("Europe/Berlin", &err);
	struct autumn autumn = { 0 };
	struct second second;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		autumn_chunk(&autumn, zone, REFERENCE, slice_of(texts[i]), &second);
		ck_assert_uint_eq(second.n, 0);
	}
	zone_free(zone);
}
END_TEST

/* More such hours than are kept: the last ones are taken for the first. */
START_TEST(many_autumns)
{
	struct error err;
	struct zone *zone = zone_new("Europe/Berlin", &err);
	struct autumn autumn = { 0 };
	struct second second;
	char text[8192] = "";

	for (int i = 0; i < 40; i++) {
		strcat(text, "2026-10-25 02:50:00 1xV7nU-0001 Completed\n2026-10-25 02:10:00 1xV7nU-0001 Completed\n");
		strcat(text, "2026-10-25 03:10:00 1xV7nU-0001 Completed\n");
	}
	autumn_chunk(&autumn, zone, REFERENCE, slice_of(text), &second);
	ck_assert_uint_eq(second.n, AUTUMN_PARTS);
	autumn_chunk(&autumn, zone, REFERENCE, slice_of(text), &second);
	ck_assert_uint_eq(second.n, AUTUMN_PARTS);
	zone_free(zone);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("autumn");
	TCase *tcase = tcase_create("autumn");

	tcase_add_loop_test(tcase, lines_of_the_second, 0, sizeof logs / sizeof *logs);
	tcase_add_test(tcase, nothing_without_times);
	tcase_add_test(tcase, many_autumns);
	suite_add_tcase(suite, tcase);
	return suite;
}
