/* check_gather.c - what threads have counted is what one would have.
 * SPDX-License-Identifier: MIT */
#include "scan/gather.h"

#include "counted.h"
#include "dumped.h"
#include "suite.h"

enum { N_EVENTS = 5000, WORKERS_MAX = 9 };

/* The i-th of some events of many names and days, part of which come again. */
static struct event event_at(int i, char *domain, size_t n)
{
	struct event event = counted[i % N_COUNTED];

	event.domain = (struct slice){ domain, (size_t)snprintf(domain, n, "d%d.example", i * 7 % 1201) };
	if (event.time != TIME_NONE)
		event.time += i % 50 * 3600;
	return event;
}

/* Those that fall to a worker; each `again` time as one that is known by its token. */
static void count_part(struct tally *tally, int worker, int workers)
{
	for (int i = worker; i < N_EVENTS; i += workers) {
		char domain[32];
		struct event event = event_at(i, domain, sizeof domain);
		struct line line = { .time = event.time, .zone = event.zone };
		struct again again = { .token = (uint64_t)i + 1, .delay = event.delay, .count = event.count };

		event.token = event.n_recipients ? 0 : again.token;
		tally_accounting(tally, &line)->lines++;
		tally_event(tally, &event);
		if (event.token)
			ck_assert(tally_again(tally, &again));
	}
}

/* By number of workers. */
START_TEST(tallies_come_together)
{
	static const unsigned tables[] = { SMALL_TABLES, ALL_TABLES };
	struct tally *tallies[WORKERS_MAX], *one = tally_new(tables[_i % 2]);
	struct buffer expected = { 0 }, got = { 0 };

	count_part(one, 0, 1);
	tally_settle(one);
	dump(one, &expected);
	for (int i = 0; i < _i; i++)
		count_part(tallies[i] = tally_like(one), i, _i);
	gather(tallies, (size_t)_i);
	dump(tallies[0], &got);
	ck_assert_str_eq(buffer_string(&got), buffer_string(&expected));
	ck_assert_uint_eq(tally_strings(tallies[0]), tally_strings(one));
	ck_assert_uint_eq(tally_sorts(tallies[0]), tally_sorts(one));
	ck_assert_uint_eq(tally_times(tallies[0]), tally_times(one));
	for (int i = 0; i < _i; i++)
		tally_free(tallies[i]);
	buffer_release(&expected);
	buffer_release(&got);
	tally_free(one);
}
END_TEST

/* What is cleared counts on, and what it counts comes to the rest. */
START_TEST(again_and_again)
{
	struct tally *tallies[3], *one = tally_new(SMALL_TABLES);
	struct buffer expected = { 0 }, got = { 0 };

	for (int i = 0; i < 3; i++)
		tallies[i] = tally_new(SMALL_TABLES);
	for (int round = 0; round < 3; round++) {
		count_part(one, 0, 1);
		for (int i = 0; i < 3; i++)
			count_part(tallies[i], i, 3);
		gather(tallies, 3);
		for (int i = 1; i < 3; i++)
			tally_clear(tallies[i]);
	}
	tally_settle(one);
	dump(one, &expected);
	dump(tallies[0], &got);
	ck_assert_str_eq(buffer_string(&got), buffer_string(&expected));
	for (int i = 0; i < 3; i++)
		tally_free(tallies[i]);
	buffer_release(&expected);
	buffer_release(&got);
	tally_free(one);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("gather");
	TCase *tc = tcase_create("gather");

	tcase_add_loop_test(tc, tallies_come_together, 1, WORKERS_MAX + 1);
	tcase_add_test(tc, again_and_again);
	suite_add_tcase(suite, tc);
	return suite;
}
