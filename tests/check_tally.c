/* check_tally.c - counting, merging, and that order never shows.
 * SPDX-License-Identifier: MIT */
#include "tally/tally.h"

#include "counted.h"
#include "dumped.h"
#include "suite.h"

static const struct {
	int64_t time;
	int32_t zone;
	int64_t hour;
	int32_t day;
} hours[] = {
	{ 1795258799, 0, 1795255200, 20778 },        /* 2026-11-21T10:59:59Z: 10:00Z */
	{ 1795255800, 19800, 1795253400, 20778 },    /* 10:10Z at +05:30 is 15:40: since 09:30Z */
	{ 1795231800, -12600, 1795231800, 20778 },   /* 03:30Z at -03:30 is the 21st at 00:00 */
	{ 1795231799, -12600, 1795228200, 20777 },
	{ 1795215600, 3600, 1795215600, 20778 },     /* 23:00Z at +01:00 is the next day */
	{ 0, 0, 0, 0 },
	{ -1, 0, -3600, -1 },
	{ TIME_NONE, 3600, 0, 0 },
};

START_TEST(hour_and_day_of_the_log_clock)
{
	struct tally *tally = tally_new(TABLE_BIT(CUBE));
	struct event event = counted[0];
	const struct tally_row **rows;

	event.time = hours[_i].time;
	event.zone = hours[_i].zone;
	tally_event(tally, &event);
	ck_assert_uint_eq(tally_rows(tally, TABLE_CUBE, &rows), 1);
	ck_assert_int_eq(tally_time(tally, rows[0]->key.time)->hour, hours[_i].hour);
	ck_assert_int_eq(tally_time(tally, rows[0]->key.time)->day, hours[_i].day);
	ck_assert_int_eq(tally_time(tally, rows[0]->key.time)->zone, hours[_i].time == TIME_NONE ? 0 : hours[_i].zone);
	free(rows);
	tally_free(tally);
}
END_TEST

static const struct {
	enum kind kind;
	enum outcome outcome;
	int64_t delay;
	uint64_t count;
	struct measures expected;
} measures[] = {
	{ KIND_DELIVERY, OUTCOME_OK, -1, 2, { .count = 2 } },
	{ KIND_DELIVERY, OUTCOME_OK, 0, 2, { .count = 2, .timed = 2 } },
	{ KIND_DELIVERY, OUTCOME_OK, 1799999, 2, { .count = 2, .timed = 2, .delay = 3599998, .delay_max = 1799999 } },
	{ KIND_DELIVERY, OUTCOME_OK, 1800000, 2, { .count = 2, .timed = 2, .late = 2, .delay = 3600000, .delay_max = 1800000 } },
	{ KIND_DELIVERY, OUTCOME_TEMPORARY, 1800000, 1, { .count = 1, .timed = 1, .delay = 1800000, .delay_max = 1800000 } },
	{ KIND_ATTEMPT, OUTCOME_OK, 1800000, 1, { .count = 1, .timed = 1, .delay = 1800000, .delay_max = 1800000 } },
	{ KIND_DELIVERY, OUTCOME_PERMANENT, INT64_MAX, 4, { .count = 4, .timed = 4, .delay = INT64_MAX, .delay_max = INT64_MAX } },
};

START_TEST(measures_of_an_event)
{
	struct tally *tally = tally_new(TABLE_BIT(TRAFFIC));
	struct event event = counted[0];
	const struct tally_row **rows;

	event.kind = measures[_i].kind;
	event.outcome = measures[_i].outcome;
	event.delay = measures[_i].delay;
	event.count = measures[_i].count;
	tally_event(tally, &event);
	ck_assert_uint_eq(tally_rows(tally, TABLE_TRAFFIC, &rows), 1);
	ck_assert_mem_eq(&rows[0]->measures, &measures[_i].expected, sizeof(struct measures));
	free(rows);
	tally_free(tally);
}
END_TEST

START_TEST(sums_stop_at_the_largest_number)
{
	struct tally *tally = tally_new(TABLE_BIT(TRAFFIC));
	struct event event = counted[0];
	const struct tally_row **rows;

	event.count = UINT64_MAX / 2;
	for (int i = 0; i < 3; i++)
		tally_event(tally, &event);
	tally_rows(tally, TABLE_TRAFFIC, &rows);
	ck_assert_uint_eq(rows[0]->measures.count, INT64_MAX);
	ck_assert_uint_eq(rows[0]->measures.delay, INT64_MAX);
	free(rows);
	tally_free(tally);
}
END_TEST

/* Rows of the tables for the sample: what each can tell apart. */
static const struct {
	enum table table;
	size_t rows;
} row_counts[] = {
	{ TABLE_TRAFFIC, 7 }, { TABLE_DESTINATION, 7 }, { TABLE_PEER, 7 }, { TABLE_REASON, 7 }, { TABLE_CUBE, 7 },
};

START_TEST(every_table_has_all_counts)
{
	struct tally *tally = counted_tally(ALL_TABLES);
	const struct tally_row **rows;
	uint64_t total = 0;

	ck_assert_uint_eq(tally_rows(tally, row_counts[_i].table, &rows), row_counts[_i].rows);
	for (size_t i = 0; i < row_counts[_i].rows; i++)
		total += rows[i]->measures.count;
	ck_assert_uint_eq(total, 3 + 1 + 2 + 1 + 5 + 4 + 2);
	free(rows);
	ck_assert_uint_eq(tally_unsorted(tally, row_counts[_i].table, &rows), row_counts[_i].rows);
	for (size_t i = 0; i < row_counts[_i].rows; i++)
		total -= rows[i]->measures.count;
	ck_assert_uint_eq(total, 0);
	free(rows);
	tally_free(tally);
}
END_TEST

START_TEST(foreign_domains_are_folded)
{
	struct tally *tally = counted_tally(TABLE_BIT(DESTINATION));
	const struct tally_row **rows;
	size_t n = tally_rows(tally, TABLE_DESTINATION, &rows);

	for (size_t i = 0; i < n; i++)
		if (tally_sort(tally, rows[i]->key.sort)->direction == DIRECTION_IN)
			ck_assert(slice_eq(tally_string(tally, rows[i]->key.domain), SLICE("(not ours)")));
	for (uint32_t id = 1; id <= tally_strings(tally); id++)
		ck_assert(!slice_eq(tally_string(tally, id), SLICE("elsewhere.example")));
	free(rows);
	tally_free(tally);
}
END_TEST

/* Events of many hours, domains and deferrals, split over four workers. */
enum { N_MANY = 4000, N_WORKERS = 4 };

static void count_many(struct tally *tally, int worker)
{
	for (int i = 0; i < N_MANY; i++) {
		struct event event = counted[i % N_COUNTED];
		uint64_t recipient = (uint64_t)(i / 3) * 0x9e3779b97f4a7c15u;
		char domain[32];

		snprintf(domain, sizeof domain, "d%d.example", i * 7 % 97);
		event.domain = slice_of(domain);
		if (event.time != TIME_NONE)
			event.time += i * 61;
		event.recipients = &recipient;
		event.n_recipients = 1;
		if (worker < 0 || i % N_WORKERS == worker) {
			struct line line = { .time = event.time, .zone = event.zone };

			tally_accounting(tally, &line)->lines++;
			tally_event(tally, &event);
		}
	}
}

static const int orders[][N_WORKERS] = {
	{ 0, 1, 2, 3 }, { 3, 2, 1, 0 }, { 2, 0, 3, 1 }, { 1, 3, 0, 2 },
};

START_TEST(merging_in_any_order_gives_the_same)
{
	struct tally *one = tally_new(ALL_TABLES), *merged = tally_new(ALL_TABLES);
	struct buffer expected = { 0 }, got = { 0 };

	count_many(one, -1);
	for (int i = 0; i < N_WORKERS; i++) {
		struct tally *worker = tally_new(TABLE_BIT(CUBE));

		count_many(worker, orders[_i][i]);
		tally_merge(merged, worker);
		tally_free(worker);
	}
	dump(one, &expected);
	dump(merged, &got);
	ck_assert_str_eq(buffer_string(&got), buffer_string(&expected));
	buffer_release(&expected);
	buffer_release(&got);
	tally_free(one);
	tally_free(merged);
}
END_TEST

/* The same event at each of the times of hours[], there and back, told by its token. */
static void count_again(struct tally *tally, bool by_token)
{
	enum { TIMES = sizeof hours / sizeof *hours };
	struct event event = counted[0];

	event.token = 7;
	event.disagrees = true;
	for (int i = 0; i < 3 * TIMES; i++) {
		int at = i < TIMES ? i : i < 2 * TIMES ? 2 * TIMES - 1 - i : i * 5 % TIMES;
		struct line line = { .time = hours[at].time, .zone = hours[at].zone };
		struct again again = { .token = event.token, .delay = 1000 * i, .count = (uint64_t)i + 1 };

		event.time = line.time;
		event.zone = line.zone;
		event.delay = again.delay;
		event.count = again.count;
		tally_accounting(tally, &line)->lines++;
		if (!by_token || !tally_again(tally, &again)) {
			ck_assert(!by_token || i == 0);
			tally_event(tally, &event);
		}
	}
}

static const unsigned agains[] = { ALL_TABLES, SMALL_TABLES, TABLE_BIT(DESTINATION), TABLE_BIT(TRAFFIC), TABLE_BIT(CUBE) };

START_TEST(an_event_met_again_is_counted_as_at_first)
{
	struct tally *plain = tally_new(agains[_i]), *part = tally_new(agains[_i]), *got = tally_new(agains[_i]);
	struct buffer expected = { 0 }, found = { 0 };

	count_again(plain, false);
	count_again(part, true);
	tally_settle(part);
	tally_merge(got, part);
	dump(plain, &expected);
	dump(got, &found);
	ck_assert_str_eq(buffer_string(&found), buffer_string(&expected));
	buffer_release(&expected);
	buffer_release(&found);
	tally_free(plain);
	tally_free(part);
	tally_free(got);
}
END_TEST

/* An event of a verdict and a place that were counted before, or as at first. */
static bool count_known(struct tally *tally, const struct event *event)
{
	const struct line line = { .time = event->time, .zone = event->zone };
	const struct again again = {
		.delay = event->delay, .count = event->count, .verdict = event->verdict, .place = event->place,
		.deferred = event->n_recipients > 0, .recipient = event->n_recipients ? event->recipients[0] : 0,
	};

	tally_accounting(tally, &line);
	tally_expect(tally, &again);
	return tally_again(tally, &again);
}

enum told { BY_TEXTS, BY_NUMBERS, BY_NUMBERS_ALONE };

/* Refusals of few sorts and many names, of each hour; told by their numbers, or not. How
 * many were told by nothing else. */
static int count_refusals(struct tally *tally, enum told told)
{
	int known = 0;
	uint64_t state = 1;

	for (int i = 0; i < 20000; i++) {
		struct event event = counted[i % 3 ? 2 : 1];
		char domain[32], relay[32];
		unsigned drawn, sort;
		uint64_t recipient;

		state = state * 6364136223846793005u + 1442695040888963407u;
		drawn = (unsigned)(state >> 33);
		sort = drawn % 7;
		event.time = hours[drawn % 8].time;
		event.zone = hours[drawn % 8].zone;
		event.code = 400 + (int)sort;
		event.not_ours = sort == 6;
		event.domain = (struct slice){ domain, (size_t)snprintf(domain, sizeof domain, "d%u.example", drawn % 300) };
		event.relay = (struct slice){ relay, drawn % 50 ? (size_t)snprintf(relay, sizeof relay, "mx%u.example", drawn % 50) : 0 };
		event.disagrees = sort == 5;
		event.delay = drawn % 100000;
		if (event.kind == KIND_DELIVERY && event.outcome == OUTCOME_TEMPORARY) {
			recipient = drawn % 1000 + 1;
			event.recipients = &recipient;
			event.n_recipients = 1;
		}
		if (told) { /* some have the same place in what the tally knows */
			event.verdict = 1 + (uint64_t)(2 * sort + (i % 3 != 0)) * 4096;
			event.place = drawn % 300 ? 2 + 2 * (uint64_t)(drawn % 300 / 2 + drawn % 2 * 16384) : 0;
		}
		if (told == BY_NUMBERS_ALONE && event.place && !event.not_ours && !event.disagrees && count_known(tally, &event))
			known++;
		else
			tally_event(tally, &event);
		if (i == 10000)
			tally_clear(tally);
	}
	return known;
}

START_TEST(numbers_tell_what_texts_do)
{
	for (enum told told = BY_NUMBERS; told <= BY_NUMBERS_ALONE; told++) {
		struct tally *plain = tally_new(agains[_i]), *by_number = tally_new(agains[_i]);
		struct buffer expected = { 0 }, got = { 0 };

		count_refusals(plain, BY_TEXTS);
		ck_assert_int_eq(count_refusals(by_number, told) > 1000, told == BY_NUMBERS_ALONE);
		dump(plain, &expected);
		dump(by_number, &got);
		ck_assert_str_eq(buffer_string(&got), buffer_string(&expected));
		buffer_release(&expected);
		buffer_release(&got);
		tally_free(plain);
		tally_free(by_number);
	}
}
END_TEST

START_TEST(merging_table_by_table)
{
	struct tally *four = counted_tally(SMALL_TABLES), *copy = tally_new(SMALL_TABLES);
	struct buffer expected = { 0 }, got = { 0 };

	tally_merge(copy, four);
	dump(four, &expected);
	dump(copy, &got);
	ck_assert_str_eq(buffer_string(&got), buffer_string(&expected));
	buffer_release(&expected);
	buffer_release(&got);
	tally_free(four);
	tally_free(copy);
}
END_TEST

START_TEST(a_cleared_tally_is_as_new)
{
	struct tally *fresh = tally_new(ALL_TABLES), *used = tally_new(ALL_TABLES);
	struct buffer expected = { 0 }, got = { 0 };

	count_all(fresh);
	count_many(used, -1);
	dump(used, &got);
	tally_clear(used);
	ck_assert_uint_eq(tally_strings(used), 0);
	count_all(used);
	dump(fresh, &expected);
	dump(used, &got);
	ck_assert_str_eq(buffer_string(&got), buffer_string(&expected));
	buffer_release(&expected);
	buffer_release(&got);
	tally_free(fresh);
	tally_free(used);
}
END_TEST

static void check_reason(struct tally *tally, uint64_t number, struct slice reason, uint64_t count)
{
	struct event event = counted[1];
	const struct tally_row **rows;
	uint64_t total = 0;
	size_t n;

	event.reason_number = number;
	event.reason = reason;
	tally_event(tally, &event);
	n = tally_rows(tally, TABLE_REASON, &rows);
	for (size_t i = 0; i < n; i++)
		if (slice_eq(tally_string(tally, rows[i]->key.reason), reason))
			total += rows[i]->measures.count;
	ck_assert_uint_eq(total, count);
	free(rows);
}

/* Numbers that fall together, and one that stands for another text in a new tally. */
START_TEST(a_reason_is_known_by_its_number)
{
	struct tally *tally = tally_new(SMALL_TABLES);

	for (uint64_t round = 1; round <= 3; round++) {
		check_reason(tally, 1, SLICE("mailbox is full"), round);
		check_reason(tally, 1 + (1 << 20), SLICE("no such user"), 2 * round - 1);
		check_reason(tally, 0, SLICE("no such user"), 2 * round);
	}
	tally_clear(tally);
	check_reason(tally, 1, SLICE("no such user"), 1);
	check_reason(tally, 1, SLICE("no such user"), 2);
	tally_free(tally);
}
END_TEST

START_TEST(lines_are_counted_by_hour)
{
	struct tally *tally = tally_new(TABLE_BIT(CUBE));
	struct line first = { .time = COUNTED_HOUR, .zone = 3600 }, none = { .time = TIME_NONE, .zone = 7200 };
	struct event event = counted[2];
	struct tally_hour *by_hour;

	event.disagrees = true;
	tally_accounting(tally, &none)->lines++;
	tally_accounting(tally, &first)->lines += 2;
	tally_event(tally, &event);
	ck_assert_uint_eq(tally_hours(tally, &by_hour), 3);
	ck_assert_int_eq(by_hour[0].hour, TIME_NONE);
	ck_assert_int_eq(by_hour[0].zone, 0);
	ck_assert_uint_eq(by_hour[0].lines->lines, 1);
	ck_assert_int_eq(by_hour[1].hour, COUNTED_HOUR);
	ck_assert_uint_eq(by_hour[1].lines->lines, 2);
	ck_assert_uint_eq(by_hour[1].lines->disagreements, 0);
	ck_assert_int_eq(by_hour[2].hour, COUNTED_HOUR + 3600);
	ck_assert_uint_eq(by_hour[2].lines->disagreements, 2);
	free(by_hour);
	tally_free(tally);
}
END_TEST

START_TEST(long_names_are_cut)
{
	struct tally *tally = tally_new(TABLE_BIT(CUBE));
	struct event event = counted[0];
	char name[5000];

	memset(name, 'x', sizeof name);
	event.domain = (struct slice){ name, sizeof name };
	tally_event(tally, &event);
	for (uint32_t id = 1; id <= tally_strings(tally); id++)
		ck_assert_uint_le(tally_string(tally, id).n, 512);
	tally_free(tally);
}
END_TEST

/* The hashes 1 .. n, in an order that jumps about: step is coprime to n. */
static void defer(struct tally *tally, uint64_t n, uint64_t step, uint64_t part, uint64_t parts)
{
	struct event event = counted[2];

	event.n_recipients = 1;
	for (uint64_t i = part; i < n; i += parts) {
		uint64_t hash = i * step % n + 1;

		event.recipients = &hash;
		tally_event(tally, &event);
		if (i % 5 == 0)
			tally_event(tally, &event);
	}
}

static const struct {
	uint64_t recipients, kept;
} deferrals[] = {
	{ 1, 1 }, { 64, 64 }, { DISTINCT_MAX - 1, DISTINCT_MAX - 1 }, { DISTINCT_MAX, DISTINCT_MAX },
	{ 2 * DISTINCT_MAX - 1, DISTINCT_MAX }, { 300000, DISTINCT_MAX },
};

START_TEST(the_smallest_hashes_are_kept)
{
	struct tally *tally = tally_new(TABLE_BIT(CUBE)), *merged = tally_new(TABLE_BIT(CUBE));
	struct tally_distinct *sets;

	for (uint64_t part = 0; part < 3; part++) {
		defer(tally, deferrals[_i].recipients, 7919, part, 3);
		tally_merge(merged, tally);
		tally_clear(tally);
	}
	ck_assert_uint_eq(tally_distinct(merged, &sets), 1);
	ck_assert_int_eq(sets->day, COUNTED_DAY + 1);
	ck_assert_int_eq(sets->direction, DIRECTION_OUT);
	ck_assert_uint_eq(sets->n, deferrals[_i].kept);
	for (size_t i = 0; i < sets->n; i++)
		ck_assert_uint_eq(sets->hashes[i], i + 1);
	free(sets);
	tally_free(tally);
	tally_free(merged);
}
END_TEST

#define LOOP(tc, test, rows) tcase_add_loop_test(tc, test, 0, sizeof(rows) / sizeof *(rows))

Suite *make_suite(void)
{
	Suite *suite = suite_create("tally");
	TCase *tc = tcase_create("tally");

	LOOP(tc, hour_and_day_of_the_log_clock, hours);
	LOOP(tc, measures_of_an_event, measures);
	tcase_add_test(tc, sums_stop_at_the_largest_number);
	LOOP(tc, every_table_has_all_counts, row_counts);
	tcase_add_test(tc, foreign_domains_are_folded);
	LOOP(tc, merging_in_any_order_gives_the_same, orders);
	tcase_add_loop_test(tc, an_event_met_again_is_counted_as_at_first, 0, sizeof agains / sizeof *agains);
	LOOP(tc, numbers_tell_what_texts_do, agains);
	tcase_add_test(tc, merging_table_by_table);
	tcase_add_test(tc, a_cleared_tally_is_as_new);
	tcase_add_test(tc, a_reason_is_known_by_its_number);
	tcase_add_test(tc, lines_are_counted_by_hour);
	tcase_add_test(tc, long_names_are_cut);
	LOOP(tc, the_smallest_hashes_are_kept, deferrals);
	suite_add_tcase(suite, tc);
	return suite;
}
