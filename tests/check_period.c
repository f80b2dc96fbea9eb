/* check_period.c - dates as people give them, seen from one known instant.
 * SPDX-License-Identifier: MIT */
#include "cli/period.h"

#include "input/prefix.h"
#include "suite.h"

/* Saturday 21 November 2026, 12:00 UTC. */
#define NOW INT64_C(1795262400)
#define MIDNIGHT (NOW - 43200)
#define DAY INT64_C(86400)

static const struct {
	const char *zone, *since, *until, *day;
	int64_t from, to;
} periods[] = {
	{ "UTC", NULL, NULL, NULL, TIME_NONE, TIME_NONE },
	{ "UTC", NULL, NULL, "today", MIDNIGHT, MIDNIGHT + DAY },
	{ "UTC", NULL, NULL, "yesterday", MIDNIGHT - DAY, MIDNIGHT },
	{ "UTC", NULL, NULL, "last-week", MIDNIGHT - 12 * DAY, MIDNIGHT - 5 * DAY }, /* Mon 9 - Mon 16 */
	{ "UTC", NULL, NULL, "2026-11-20", MIDNIGHT - DAY, MIDNIGHT },
	{ "+01:00", NULL, NULL, "2026-11-20", MIDNIGHT - DAY - 3600, MIDNIGHT - 3600 },
	{ "UTC", "-24h", NULL, NULL, NOW - DAY, TIME_NONE },
	{ "UTC", "-7d", "now", NULL, NOW - 7 * DAY, NOW },
	{ "UTC", "2026-11-20T10:00", NULL, NULL, MIDNIGHT - DAY + 36000, TIME_NONE },
	{ "+05:30", "2026-11-20T10:00:30", NULL, NULL, MIDNIGHT - DAY + 36030 - 19800, TIME_NONE },
	{ "UTC", "2026-11-20T10:00:00Z", "2026-11-20T10:00:00-01:00", NULL, MIDNIGHT - DAY + 36000, MIDNIGHT - DAY + 39600 },
	{ "UTC", "2026-11-19", "2026-11-20", NULL, MIDNIGHT - 2 * DAY, MIDNIGHT - DAY },
	{ "Europe/Berlin", NULL, NULL, "2026-10-25", INT64_C(1792879200), INT64_C(1792969200) }, /* 25 hours */
};

static int settle(const char *zone_name, const char *since, const char *until, const char *day,
                  struct filter *filter, struct error *err)
{
	struct settings settings = { .since = since, .until = until, .day = day };
	struct zone *zone = zone_new(zone_name, err);
	int rc;

	ck_assert_ptr_nonnull(zone);
	filter_init(&settings.filter);
	rc = period_settle(&settings, zone, NOW, err);
	*filter = settings.filter;
	zone_free(zone);
	return rc;
}

START_TEST(period)
{
	struct filter filter;
	struct error err;

	ck_assert_int_eq(settle(periods[_i].zone, periods[_i].since, periods[_i].until, periods[_i].day, &filter, &err), 0);
	ck_assert_int_eq(filter.since, periods[_i].from);
	ck_assert_int_eq(filter.until, periods[_i].to);
}
END_TEST

static const struct {
	const char *since, *until, *day, *says;
} bad[] = {
	{ "tomorow", NULL, NULL, "--since: \"tomorow\" is no date" },
	{ "2026-02-30", NULL, NULL, "is no date" },
	{ "2026-13-01", NULL, NULL, "is no date" },
	{ "2026-11-20T25:00", NULL, NULL, "is no date" },
	{ "2026-11-20 10:00 x", NULL, NULL, "is no date" },
	{ "-24y", NULL, NULL, "is no date" },
	{ NULL, NULL, "-24h", "is an instant" },
	{ "today", NULL, "today", "stands alone" },
	{ "2026-11-20", "2026-11-20", NULL, "ends before it begins" },
};

START_TEST(nonsense_is_an_error)
{
	struct filter filter;
	struct error err;

	ck_assert_int_eq(settle("UTC", bad[_i].since, bad[_i].until, bad[_i].day, &filter, &err), -1);
	ck_assert_msg(strstr(err.text, bad[_i].says) != NULL, "%s", err.text);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("period");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, period, 0, sizeof periods / sizeof *periods);
	tcase_add_loop_test(all, nonsense_is_an_error, 0, sizeof bad / sizeof *bad);
	suite_add_tcase(suite, all);
	return suite;
}
