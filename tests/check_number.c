/* check_number.c - numbers, durations and times as people read them.
 * SPDX-License-Identifier: MIT */
#include "report/number.h"

#include "reply/reply.h"
#include "suite.h"

#define SPACE "\xe2\x80\xaf" /* narrow, no break */
#define NBSP "\xc2\xa0"

static const struct {
	uint64_t n;
	const char *en, *ru;
} counts[] = {
	{ 0, "0", "0" }, { 999, "999", "999" }, { 1000, "1,000", "1000" }, { 12345, "12,345", "12" SPACE "345" },
	{ 412310, "412,310", "412" SPACE "310" }, { 1234567, "1,234,567", "1" SPACE "234" SPACE "567" },
	{ UINT64_MAX, "18,446,744,073,709,551,615",
	  "18" SPACE "446" SPACE "744" SPACE "073" SPACE "709" SPACE "551" SPACE "615" },
};

START_TEST(count)
{
	struct buffer en = { 0 }, ru = { 0 };

	number_count(&en, counts[_i].n, LANG_EN);
	number_count(&ru, counts[_i].n, LANG_RU);
	ck_assert_str_eq(buffer_string(&en), counts[_i].en);
	ck_assert_str_eq(buffer_string(&ru), counts[_i].ru);
	buffer_release(&en);
	buffer_release(&ru);
}
END_TEST

static const struct {
	uint64_t part, whole;
	const char *share, *percent;
} shares[] = {
	{ 0, 7, "0.0", "0.0" NBSP "%" }, { 7, 7, "100.0", "100.0" NBSP "%" },
	{ 1, 3, "33.3", "33.3" NBSP "%" }, { 2, 3, "66.7", "66.7" NBSP "%" },
	{ 1, 10000, "<0.1", "0.01" NBSP "%" }, { 2, 10000, "<0.1", "0.02" NBSP "%" },
	{ 1, 1000000, "<0.1", "<0.1" NBSP "%" }, { 50, 10000, "0.5", "0.50" NBSP "%" },
	{ 9999, 10000, "99.9", "99.9" NBSP "%" }, { 18204, 18466, "98.6", "98.6" NBSP "%" },
};

START_TEST(share)
{
	struct buffer out = { 0 };

	number_share(&out, shares[_i].part, shares[_i].whole, LANG_EN);
	ck_assert_str_eq(buffer_string(&out), shares[_i].share);
	out.n = 0;
	number_percent(&out, shares[_i].part, shares[_i].whole, LANG_EN);
	ck_assert_str_eq(buffer_string(&out), shares[_i].percent);
	buffer_release(&out);
}
END_TEST

START_TEST(share_has_a_comma_in_russian)
{
	struct buffer out = { 0 };

	number_share(&out, 1, 3, LANG_RU);
	ck_assert_str_eq(buffer_string(&out), "33,3");
	buffer_release(&out);
}
END_TEST

static const struct {
	uint64_t milliseconds;
	const char *en, *ru;
} delays[] = {
	{ 0, "0 ms", "0 мс" }, { 120, "120 ms", "120 мс" }, { 999, "999 ms", "999 мс" },
	{ 1200, "1.2 s", "1,2 с" }, { 9949, "9.9 s", "9,9 с" }, { 9950, "10 s", "10 с" },
	{ 45499, "45 s", "45 с" }, { 59499, "59 s", "59 с" }, { 60000, "1.0 min", "1,0 мин" },
	{ 150000, "2.5 min", "2,5 мин" }, { 596000, "9.9 min", "9,9 мин" }, { 600000, "10 min", "10 мин" },
	{ 3569000, "59 min", "59 мин" }, { 3599000, "1.0 h", "1,0 ч" }, { 7500000, "2.1 h", "2,1 ч" },
	{ 86399000, "1.0 d", "1,0 д" }, { 97200000, "1.1 d", "1,1 д" }, { 432000000, "5.0 d", "5,0 д" },
	{ 8640000000000, "100,000 d", "100\u202f000 д" },
};

START_TEST(delay)
{
	struct buffer en = { 0 }, ru = { 0 };

	number_delay(&en, delays[_i].milliseconds, LANG_EN);
	number_delay(&ru, delays[_i].milliseconds, LANG_RU);
	ck_assert_str_eq(buffer_string(&en), delays[_i].en);
	ck_assert_str_eq(buffer_string(&ru), delays[_i].ru);
	buffer_release(&en);
	buffer_release(&ru);
}
END_TEST

static const struct {
	int64_t local;
	int32_t zone;
	const char *hour, *day, *ru_day, *iso;
} times[] = {
	{ 0, 0, "1 Jan 00:00", "Thu 1 Jan 1970", "Чт 1 января 1970", "1970-01-01T00:00:00+00:00" },
	{ 1795219200, 3600, "21 Nov 00:00", "Sat 21 Nov 2026", "Сб 21 ноября 2026", "2026-11-21T00:00:00+01:00" },
	{ 1709209800, -12600, "29 Feb 12:30", "Thu 29 Feb 2024", "Чт 29 февраля 2024", "2024-02-29T12:30:00-03:30" },
	{ -3600, 0, "31 Dec 23:00", "Wed 31 Dec 1969", "Ср 31 декабря 1969", "1969-12-31T23:00:00+00:00" },
};

START_TEST(time_of_day)
{
	int64_t local = times[_i].local, day = local / 86400 - (local % 86400 < 0);
	struct buffer out = { 0 };

	number_hour(&out, local, LANG_EN);
	ck_assert_str_eq(buffer_string(&out), times[_i].hour);
	out.n = 0;
	number_day(&out, day, LANG_EN);
	ck_assert_str_eq(buffer_string(&out), times[_i].day);
	out.n = 0;
	number_day(&out, day, LANG_RU);
	ck_assert_str_eq(buffer_string(&out), times[_i].ru_day);
	out.n = 0;
	number_iso_time(&out, local - times[_i].zone, times[_i].zone);
	ck_assert_str_eq(buffer_string(&out), times[_i].iso);
	buffer_release(&out);
}
END_TEST

static const struct {
	int code;
	uint32_t enhanced;
	const char *text;
} replies[] = {
	{ 550, ENHANCED(5, 1, 1), "550 5.1.1" }, { 421, 0, "421" }, { 0, ENHANCED(4, 4, 7), "4.4.7" }, { 0, 0, "" },
};

START_TEST(reply)
{
	struct buffer out = { 0 };

	number_reply(&out, replies[_i].code, replies[_i].enhanced);
	ck_assert_str_eq(buffer_string(&out), replies[_i].text);
	buffer_release(&out);
}
END_TEST

#define N(table) (int)(sizeof(table) / sizeof *(table))

Suite *make_suite(void)
{
	Suite *suite = suite_create("number");
	TCase *tcase = tcase_create("number");

	tcase_add_loop_test(tcase, count, 0, N(counts));
	tcase_add_loop_test(tcase, share, 0, N(shares));
	tcase_add_test(tcase, share_has_a_comma_in_russian);
	tcase_add_loop_test(tcase, delay, 0, N(delays));
	tcase_add_loop_test(tcase, time_of_day, 0, N(times));
	tcase_add_loop_test(tcase, reply, 0, N(replies));
	suite_add_tcase(suite, tcase);
	return suite;
}
