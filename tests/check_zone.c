/* check_zone.c - zones by name, rule and offset; the hours of spring and autumn.
 * Instants are from the tz database's rules, worked out by hand.
 * SPDX-License-Identifier: MIT */
#include "input/zone.h"

#include "tests/suite.h"

static const struct {
	const char *zone;
	int64_t utc;
	int32_t offset;
} offsets[] = {
	{ "UTC", 0, 0 },
	{ "+02:00", 1795000000, 7200 },
	{ "-0530", 0, -19800 },
	{ "+14", 0, 50400 },
	{ "Europe/Berlin", 1774745999, 3600 }, /* 2026-03-29 00:59:59 */
	{ "Europe/Berlin", 1774746000, 7200 },
	{ "Europe/Berlin", 1792889999, 7200 }, /* 2026-10-25 00:59:59 */
	{ "Europe/Berlin", 1792890000, 3600 },
	{ "Europe/Berlin", 2550744000, 3600 }, /* 2050-10-30 12:00, the first day of winter time */
	{ "Europe/Berlin", 2540000000, 7200 }, /* 2050-06-28 */
	{ "Asia/Kolkata", 1795000000, 19800 },
	{ "America/New_York", 1793512799, -14400 }, /* 2026-11-01 05:59:59 */
	{ "America/New_York", 1793512800, -18000 },
	{ "CET-1CEST,M3.5.0,M10.5.0/3", 1782000000, 7200 },
	{ "<+03>-3", 0, 10800 },
};

START_TEST(offset)
{
	struct error err;
	struct zone *zone = zone_new(offsets[_i].zone, &err);

	ck_assert_ptr_nonnull(zone);
	ck_assert_int_eq(zone_offset(zone, offsets[_i].utc), offsets[_i].offset);
	zone_free(zone);
}
END_TEST

static const struct {
	const char *zone;
	int year, month, day, hour, minute;
	int64_t utc;
} instants[] = {
	{ "UTC", 1970, 1, 1, 0, 0, 0 },
	{ "UTC", 2026, 11, 20, 10, 0, 1795168800 },
	{ "Asia/Kolkata", 2026, 11, 20, 10, 0, 1795149000 },
	{ "Europe/Berlin", 2026, 3, 29, 1, 59, 1774745940 },
	{ "Europe/Berlin", 2026, 3, 29, 2, 30, 1774747800 }, /* skipped: an hour on, 03:30 +02:00 */
	{ "Europe/Berlin", 2026, 3, 29, 3, 0, 1774746000 },
	{ "Europe/Berlin", 2026, 10, 25, 2, 30, 1792888200 }, /* twice: the first, +02:00 */
	{ "Europe/Berlin", 2026, 10, 25, 3, 0, 1792893600 },
	{ "-05:00", 2026, 1, 1, 0, 0, 1767243600 },
};

START_TEST(to_utc)
{
	struct error err;
	struct zone *zone = zone_new(instants[_i].zone, &err);
	int64_t local = civil_days(instants[_i].year, instants[_i].month, instants[_i].day) * 86400 +
	                instants[_i].hour * 3600 + instants[_i].minute * 60;

	ck_assert_ptr_nonnull(zone);
	ck_assert_int_eq(zone_to_utc(zone, local), instants[_i].utc);
	zone_free(zone);
}
END_TEST

static const struct {
	const char *zone;
	int hour, minute, month, day; /* of 2026 */
	bool twice;
	int64_t first, second;
} autumn[] = {
	{ "Europe/Berlin", 1, 59, 10, 25, false, 1792886340, 1792886340 },
	{ "Europe/Berlin", 2, 0, 10, 25, true, 1792886400, 1792890000 },
	{ "Europe/Berlin", 2, 59, 10, 25, true, 1792889940, 1792893540 },
	{ "Europe/Berlin", 3, 0, 10, 25, false, 1792893600, 1792893600 },
	{ "Europe/Berlin", 2, 30, 3, 29, false, 1774747800, 1774747800 },
	{ "Australia/Lord_Howe", 1, 30, 4, 5, true, 1775313000, 1775314800 }, /* half an hour */
	{ "Australia/Lord_Howe", 1, 29, 4, 5, false, 1775312940, 1775312940 },
	{ "+02:00", 2, 30, 10, 25, false, 1792888200, 1792888200 },
};

START_TEST(shown_twice)
{
	struct error err;
	struct zone *zone = zone_new(autumn[_i].zone, &err);
	int64_t local = civil_days(2026, autumn[_i].month, autumn[_i].day) * 86400 + autumn[_i].hour * 3600 +
	                autumn[_i].minute * 60;
	int64_t begin;

	ck_assert_int_eq(zone_shows_twice(zone, local, &begin), autumn[_i].twice);
	ck_assert_int_eq(zone_to_utc(zone, local), autumn[_i].first);
	ck_assert_int_eq(zone_to_utc_again(zone, local), autumn[_i].second);
	zone_free(zone);
}
END_TEST

START_TEST(put_back)
{
	struct error err;
	struct zone *zone = zone_new("Europe/Berlin", &err);

	ck_assert(zone_is_put_back(zone, 1792890000, 1792890000));
	ck_assert(!zone_is_put_back(zone, 1792890001, 1792990000));
	ck_assert(!zone_is_put_back(zone, 1774700000, 1774790000)); /* in spring it is put forward */
	zone_free(zone);
}
END_TEST

START_TEST(of_steps)
{
	static const struct zone_step steps[] = { { 1000, 7200 }, { 5000, 3600 } };
	struct zone *zone = zone_of_steps(steps, 2);

	ck_assert_int_eq(zone_offset(zone, 0), 7200);
	ck_assert_int_eq(zone_offset(zone, 4999), 7200);
	ck_assert_int_eq(zone_offset(zone, 5000), 3600);
	zone_free(zone);
}
END_TEST

static const char *const unknown[] = {
	"", "Nowhere/City", "Europe", "Europe/", "zone.tab", "../etc/passwd", "/etc/localtime",
	"+24:00", "+02:60", "+2", "+02:0", "+02:000", "X1", "CET-1CEST,M3.5.0", "CET-1CEST,junk,M3",
};

START_TEST(is_unknown)
{
	struct error err = { "" };

	ck_assert_ptr_null(zone_new(unknown[_i], &err));
	ck_assert_ptr_nonnull(strstr(err.text, "not known"));
}
END_TEST

START_TEST(environment_stays)
{
	struct error err;

	setenv("TZ", "America/New_York", 1);
	zone_free(zone_new("Europe/Berlin", &err));
	ck_assert_str_eq(getenv("TZ"), "America/New_York");
	unsetenv("TZ");
	zone_free(zone_new("Europe/Berlin", &err));
	ck_assert_ptr_null(getenv("TZ"));
}
END_TEST

START_TEST(hosts_own)
{
	struct error err;
	struct zone *zone;

	setenv("TZ", "Asia/Kolkata", 1);
	zone = zone_new(NULL, &err);
	ck_assert_int_eq(zone_offset(zone, 0), 19800);
	zone_free(zone);
}
END_TEST

static const struct {
	int year, month, day;
	int64_t days;
} dates[] = {
	{ 1970, 1, 1, 0 }, { 1969, 12, 31, -1 }, { 2000, 2, 29, 11016 }, { 2000, 3, 1, 11017 },
	{ 2100, 3, 1, 47541 }, { 2026, 11, 20, 20777 }, { 1, 1, 1, -719162 }, { 9999, 12, 31, 2932896 },
};

START_TEST(civil)
{
	int year, month, day;

	ck_assert_int_eq(civil_days(dates[_i].year, dates[_i].month, dates[_i].day), dates[_i].days);
	civil_from_days(dates[_i].days, &year, &month, &day);
	ck_assert_int_eq(year, dates[_i].year);
	ck_assert_int_eq(month, dates[_i].month);
	ck_assert_int_eq(day, dates[_i].day);
}
END_TEST

#define N(rows) (int)(sizeof(rows) / sizeof *(rows))

Suite *make_suite(void)
{
	Suite *suite = suite_create("zone");
	TCase *tcase = tcase_create("zone");

	tcase_add_loop_test(tcase, offset, 0, N(offsets));
	tcase_add_loop_test(tcase, to_utc, 0, N(instants));
	tcase_add_loop_test(tcase, shown_twice, 0, N(autumn));
	tcase_add_test(tcase, put_back);
	tcase_add_test(tcase, of_steps);
	tcase_add_loop_test(tcase, is_unknown, 0, N(unknown));
	tcase_add_test(tcase, environment_stays);
	tcase_add_test(tcase, hosts_own);
	tcase_add_loop_test(tcase, civil, 0, N(dates));
	suite_add_tcase(suite, tcase);
	return suite;
}
