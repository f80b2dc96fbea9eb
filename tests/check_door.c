/* check_door.c - floods of names at the door of a database: who comes in, and that no sum
 * changes. SPDX-License-Identifier: MIT */
#include "store/door.h"

#include "base/buffer.h"
#include "base/mem.h"
#include "counted.h"
#include "store/limit.h"
#include "store/roll.h"
#include "suite.h"
#include "tally/dimension.h"

#include <stdio.h>

enum { VALUES = 80, OPEN = DAY_OPEN * VALUES, FULL = DAY_FULL * VALUES, FEW = VALUES / 8 };

static struct error err;

/* Names from `first` on, each with its own relay and reason, so many times. */
static void come(struct tally *tally, int day, int first, int n, int times)
{
	for (int i = first; i < first + n; i++) {
		char domain[40], relay[40], reason[40];
		struct event event = counted[1];

		snprintf(domain, sizeof domain, "d%d.example", i);
		snprintf(relay, sizeof relay, "mx%d.example", i);
		snprintf(reason, sizeof reason, "no %c%c%c", 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i / 676);
		event.time += (int64_t)day * 86400 + i % 3600;
		event.domain = slice_of(domain);
		event.relay = slice_of(relay);
		event.reason = slice_of(reason);
		event.count = (uint64_t)times;
		event.n_recipients = 0;
		tally_event(tally, &event);
	}
}

/* A look, and what is gathered by it. How many values of a dimension of a day stay outside. */
static size_t look(struct door *door, struct tally *gathered, const struct tally *more, enum dimension dimension, int day)
{
	const struct tail *tail = door_look(door, gathered, more);
	size_t outside = 0;

	for (uint32_t time = 0; tail && time < tally_times(more); time++) {
		size_t n = 0;

		if (tally_time(more, time)->day != COUNTED_DAY + day)
			continue;
		for (uint32_t id = 1; tail->texts[dimension] && id <= tally_strings(more); id++)
			n += (tail->texts[dimension][id] & tail->days[time]) != 0;
		outside = n;
	}
	if (tail)
		tally_merge_but(gathered, more, tail);
	else
		tally_merge(gathered, more);
	return outside;
}

static size_t look_at(struct door *door, struct tally *gathered, int day, int first, int n, int times)
{
	struct tally *more = tally_new(ALL_TABLES);
	size_t outside;

	come(more, day, first, n, times);
	outside = look(door, gathered, more, DIMENSION_DOMAIN, day);
	tally_free(more);
	return outside;
}

static uint64_t count_of(const struct tally *tally, int day, const char *domain)
{
	const struct tally_row **rows;
	size_t n = tally_rows(tally, TABLE_DESTINATION, &rows);
	uint64_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (tally_time(tally, rows[i]->key.time)->day == COUNTED_DAY + day &&
		    slice_eq(tally_string(tally, rows[i]->key.domain), slice_of(domain)))
			count += rows[i]->measures.count;
	free(rows);
	return count;
}

/* By table, what is never folded. */
static void sums(const struct tally *tally, struct buffer *out)
{
	for (int t = 0; t < N_TABLES; t++) {
		const struct tally_row **rows;
		size_t n = tally_rows(tally, (enum table)t, &rows);
		struct measures sum = { .count = 0 };

		for (size_t i = 0; i < n; i++)
			measures_add(&sum, &rows[i]->measures);
		buffer_printf(out, "%s %d %d\n", table_name((enum table)t), (int)sum.count, (int)sum.delay);
		free(rows);
	}
}

static struct store *store;
static struct door *door;
static struct tally *gathered;

static void begin(void)
{
	store = store_live(&err);
	ck_assert_msg(store != NULL, "%s", err.text);
	door = door_new(store, VALUES);
	gathered = tally_new(ALL_TABLES);
}

static void end(void)
{
	tally_free(gathered);
	door_free(door);
	store_close(store);
}

START_TEST(a_day_is_open_at_first)
{
	ck_assert_uint_eq(look_at(door, gathered, 0, 0, OPEN - 20, 1), 0);
	ck_assert_uint_eq(look_at(door, gathered, 0, 0, OPEN, 1), 0);
	ck_assert_uint_eq(look_at(door, gathered, 0, OPEN, FEW, 1), 0); /* are not looked at */
	ck_assert_uint_eq(count_of(gathered, 0, "d7.example"), 2);
	ck_assert_uint_eq(count_of(gathered, 0, "(other)"), 0);
}
END_TEST

START_TEST(then_what_is_new_stays_outside_and_no_sum_changes)
{
	struct buffer one = { 0 }, other = { 0 };
	struct tally *all = tally_new(ALL_TABLES);

	ck_assert_uint_eq(look_at(door, gathered, 0, 0, OPEN, 1), 0);
	ck_assert_uint_eq(look_at(door, gathered, 0, 60, OPEN, 1), 60);
	ck_assert_uint_eq(count_of(gathered, 0, "d70.example"), 2);
	ck_assert_uint_eq(count_of(gathered, 0, "(other)"), 60);
	come(all, 0, 0, OPEN, 1);
	come(all, 0, 60, OPEN, 1);
	sums(gathered, &one);
	sums(all, &other);
	ck_assert_str_eq(buffer_string(&one), buffer_string(&other));
	buffer_release(&one);
	buffer_release(&other);
	tally_free(all);
}
END_TEST

START_TEST(who_comes_more_often_comes_in_until_the_day_is_full)
{
	look_at(door, gathered, 0, 0, OPEN, 1);
	ck_assert_uint_eq(look_at(door, gathered, 0, 1000, 50, 2), 0);
	ck_assert_uint_eq(look_at(door, gathered, 0, 2000, 100, 2), 100 - (FULL - OPEN - 50));
	ck_assert_uint_eq(look_at(door, gathered, 0, 0, OPEN, 1), 0);
}
END_TEST

START_TEST(who_comes_again_is_remembered)
{
	look_at(door, gathered, 0, 0, OPEN, 1);
	ck_assert_uint_eq(look_at(door, gathered, 0, 1000, 50, 1), 50);
	ck_assert_uint_eq(look_at(door, gathered, 0, 1000, 50, 1), 0);
	ck_assert_uint_eq(count_of(gathered, 0, "d1000.example"), 1);
	ck_assert_uint_eq(look_at(door, gathered, 0, 2000, VALUES + 1, 1), VALUES + 1); /* that many are not */
	ck_assert_uint_eq(look_at(door, gathered, 0, 2000, VALUES + 1, 1), VALUES + 1);
}
END_TEST

START_TEST(what_the_database_holds_is_known)
{
	struct tally *more = tally_new(ALL_TABLES);

	come(more, 0, 0, OPEN, 1);
	ck_assert_int_eq(store_commit(store, more, &err), 0);
	tally_free(more);
	ck_assert_uint_eq(look_at(door, gathered, 0, 0, OPEN, 1), 0);
	ck_assert_uint_eq(look_at(door, gathered, 0, OPEN, 50, 1), 50);
}
END_TEST

START_TEST(each_day_has_its_own)
{
	struct tally *more = tally_new(ALL_TABLES);

	look_at(door, gathered, 0, 0, OPEN, 1);
	come(more, 0, 1000, 50, 1);
	come(more, 1, 1000, 50, 1);
	ck_assert_uint_eq(look(door, gathered, more, DIMENSION_RELAY, 0), 50);
	ck_assert_uint_eq(count_of(gathered, 0, "d1007.example"), 0);
	ck_assert_uint_eq(count_of(gathered, 1, "d1007.example"), 1);
	ck_assert_uint_eq(count_of(gathered, 0, "(other)"), 50);
	tally_free(more);
}
END_TEST

START_TEST(the_worst_trouble_comes_in)
{
	struct tally *more = tally_new(ALL_TABLES);

	look_at(door, gathered, 0, 0, OPEN, 1);
	come(more, 0, 1000, 50, 1);
	count_trouble(more);
	ck_assert_uint_eq(look(door, gathered, more, DIMENSION_REASON, 0), 50);
	tally_free(more);
}
END_TEST

START_TEST(a_roll_knows_who_was_let_in)
{
	struct roll roll = { .names = NULL };
	char text[40];

	ck_assert_uint_eq(roll_least(&roll, 1), 0);
	for (int i = 0; i < 10000; i++) {
		struct roll_name *name = roll_add(&roll, (struct slice){ text, (size_t)sprintf(text, "name %d", i) }, i % 2 ? 3 : 5);

		if (i < 4000)
			roll_let_in(&roll, name);
	}
	ck_assert_uint_le(10000 - roll.inside - roll.outside, 1); /* two of a hash */
	ck_assert_uint_eq(roll_least(&roll, 1900), 5);
	ck_assert_uint_eq(roll_least(&roll, 3900), 3);
	ck_assert_uint_eq(roll_least(&roll, 4001), 0);
	roll_forget_outside(&roll);
	ck_assert_uint_eq(roll.outside, 0);
	ck_assert(roll_add(&roll, SLICE("name 7"), 1)->inside);
	ck_assert_uint_eq(roll_add(&roll, SLICE("name 7"), ROLL_COUNT_MAX)->count, ROLL_COUNT_MAX);
	ck_assert(!roll_add(&roll, SLICE("name 9999"), 1)->inside);
	roll_release(&roll);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("door");
	TCase *names = tcase_create("names"), *roll = tcase_create("roll");

	tcase_add_checked_fixture(names, begin, end);
	tcase_add_test(names, a_day_is_open_at_first);
	tcase_add_test(names, then_what_is_new_stays_outside_and_no_sum_changes);
	tcase_add_test(names, who_comes_more_often_comes_in_until_the_day_is_full);
	tcase_add_test(names, who_comes_again_is_remembered);
	tcase_add_test(names, what_the_database_holds_is_known);
	tcase_add_test(names, each_day_has_its_own);
	tcase_add_test(names, the_worst_trouble_comes_in);
	suite_add_tcase(suite, names);
	tcase_add_test(roll, a_roll_knows_who_was_let_in);
	suite_add_tcase(suite, roll);
	return suite;
}
