/* check_filter.c - what --code, --domain and the others accept.
 * SPDX-License-Identifier: MIT */
#include "pattern/filter.h"

#include "input/prefix.h"
#include "suite.h"

static const struct {
	enum facet facet;
	const char *list, *value;
	bool accepts;
} lists[] = {
	{ FACET_CODE, "550", "550", true }, { FACET_CODE, "550", "551", false },
	{ FACET_CODE, "4yz", "421", true }, { FACET_CODE, "4yz", "521", false },
	{ FACET_CODE, "45x", "452", true }, { FACET_CODE, "x5z", "250", true },
	{ FACET_CODE, "x5z", "221", false }, { FACET_CODE, "4..", "499", true },
	{ FACET_CODE, "5**", "571", true }, { FACET_CODE, "5", "554", true },
	{ FACET_CODE, "4yz, 550", "550", true }, { FACET_CODE, "5yz", "", false },
	{ FACET_ENHANCED, "5.7.1", "5.7.1", true }, { FACET_ENHANCED, "5.7.1", "5.7.11", false },
	{ FACET_ENHANCED, "x.7.x", "4.7.28", true }, { FACET_ENHANCED, "5.*.*", "4.1.1", false },
	{ FACET_ENHANCED, "5.7.x", "", false },
	{ FACET_DOMAIN, "*.example.org", "mx.example.org", true },
	{ FACET_DOMAIN, "*.example.org", "example.org", false },
	{ FACET_DOMAIN, "Example.ORG", "example.org", true },
	{ FACET_KIND, "delivery,probe", "probe", true },
	{ FACET_DIRECTION, "out", "in", false },
};

START_TEST(list)
{
	struct filter filter;
	struct error err;

	filter_init(&filter);
	ck_assert_int_eq(filter_add(&filter, lists[_i].facet, lists[_i].list, &err), 0);
	ck_assert(!filter_is_open(&filter));
	ck_assert_int_eq(filter_accepts(&filter, lists[_i].facet, slice_of(lists[_i].value)), lists[_i].accepts);
	filter_release(&filter);
}
END_TEST

static const struct {
	enum facet facet;
	const char *list;
} nonsense[] = {
	{ FACET_CODE, "" }, { FACET_CODE, "abc" }, { FACET_CODE, "5500" }, { FACET_CODE, "650" }, { FACET_CODE, "55" }, { FACET_CODE, "5.7.1" },
	{ FACET_ENHANCED, "5.7" }, { FACET_ENHANCED, "5.7.1.1" }, { FACET_ENHANCED, "5.7.1234" }, { FACET_ENHANCED, "a.b.c" },
	{ FACET_CODE, "550,," }, { FACET_DIRECTION, "up" }, { FACET_KIND, "none" }, { FACET_DOMAIN, "a,,b" },
};

START_TEST(nonsense_is_an_error)
{
	struct filter filter;
	struct error err = { "" };

	filter_init(&filter);
	ck_assert_int_eq(filter_add(&filter, nonsense[_i].facet, nonsense[_i].list, &err), -1);
	ck_assert_str_ne(err.text, "");
	filter_release(&filter);
}
END_TEST

START_TEST(a_period_ends_before_its_end)
{
	struct filter filter;
	struct event event = { .time = 1000 };

	filter_init(&filter);
	ck_assert(filter_event(&filter, &event));
	filter.since = 1000, filter.until = 1001;
	ck_assert(filter_event(&filter, &event));
	event.time = 1001;
	ck_assert(!filter_event(&filter, &event));
	event.time = 999;
	ck_assert(!filter_event(&filter, &event));
	event.time = TIME_NONE;
	ck_assert(!filter_event(&filter, &event));
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("filter");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, list, 0, sizeof lists / sizeof *lists);
	tcase_add_loop_test(all, nonsense_is_an_error, 0, sizeof nonsense / sizeof *nonsense);
	tcase_add_test(all, a_period_ends_before_its_end);
	suite_add_tcase(suite, all);
	return suite;
}
