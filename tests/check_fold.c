/* check_fold.c - what is folded, and that nothing else changes.
 * SPDX-License-Identifier: MIT */
#include "tally/fold.h"

#include "base/buffer.h"
#include "counted.h"
#include "suite.h"
#include "tally/dimension.h"

#include <inttypes.h>

/* Sums over all that is never folded, in the order of tally_rows(), as text; with the
 * open texts, too, when asked. */
static void sums(const struct tally *tally, enum table table, bool texts, struct buffer *out)
{
	const struct tally_row **rows;
	size_t n = tally_rows(tally, table, &rows);
	struct buffer key = { 0 };
	struct map known;

	map_init(&known, sizeof(struct measures));
	for (size_t i = 0; i < n; i++) {
		key.n = 0;
		for (int d = 0; d < N_DIMENSIONS; d++) {
			int64_t value = tally_value(tally, rows[i], (enum dimension)d);

			if (dimension_is_text((enum dimension)d) && (texts || dimension_in_sort((enum dimension)d)))
				buffer_add(&key, tally_string(tally, (uint32_t)value));
			else if (!dimension_is_text((enum dimension)d))
				buffer_printf(&key, "%" PRId64, value);
			buffer_byte(&key, ' ');
		}
		measures_add(map_enter(&known, buffer_slice(&key)), &rows[i]->measures);
	}
	for (uint32_t i = 0; i < known.count; i++) {
		const struct measures *m = map_value(&known, i);

		buffer_printf(out, "%s %.*s=", table_name(table), SLICE_ARG(map_key(&known, i)));
#define MEASURE(member, column, merge) buffer_printf(out, " %" PRIu64, m->member);
#include "tally/dimension.def"
		buffer_byte(out, '\n');
	}
	map_release(&known);
	buffer_release(&key);
	free(rows);
}

static void all_sums(const struct tally *tally, bool texts, struct buffer *out)
{
	struct tally_distinct *sets;
	struct tally_hour *hours;
	size_t n = tally_hours(tally, &hours);

	out->n = 0;
	for (int t = 0; t < N_TABLES; t++)
		sums(tally, (enum table)t, texts, out);
	for (size_t i = 0; i < n; i++)
		buffer_printf(out, "hour %" PRId64 " %" PRIu64 "\n", hours[i].hour, hours[i].lines->lines);
	free(hours);
	n = tally_distinct(tally, &sets);
	for (size_t i = 0; i < n; i++)
		buffer_printf(out, "deferred %d %zu\n", sets[i].day, sets[i].n);
	free(sets);
}

static void expect_same(const struct tally *a, const struct tally *b, bool texts)
{
	struct buffer one = { 0 }, other = { 0 };

	all_sums(a, texts, &one);
	all_sums(b, texts, &other);
	ck_assert_str_eq(buffer_string(&one), buffer_string(&other));
	buffer_release(&one);
	buffer_release(&other);
}

/* How many different values groups have. */
static size_t values(const struct tally *tally, enum table table, enum dimension dimension)
{
	const struct tally_row **rows;
	size_t n = tally_rows(tally, table, &rows), different = 0;
	bool *seen = calloc((size_t)tally_strings(tally) + 1, sizeof *seen);

	for (size_t i = 0; i < n; i++) {
		int64_t value = tally_value(tally, rows[i], dimension);

		different += value && !seen[value];
		seen[value] = true;
	}
	free(seen);
	free(rows);
	return different;
}

static uint64_t count_of(const struct tally *tally, enum table table, enum dimension dimension, const char *text)
{
	const struct tally_row **rows;
	size_t n = tally_rows(tally, table, &rows);
	uint64_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (slice_eq(tally_string(tally, (uint32_t)tally_value(tally, rows[i], dimension)), slice_of(text)))
			count += rows[i]->measures.count;
	free(rows);
	return count;
}

enum { NAMES = 300 };

/* Name i comes i % 7 + 1 times; each with its own relay, and every third with a reason. */
static void count_names(struct tally *tally, int from, int step)
{
	for (int i = from; i < NAMES; i += step) {
		char domain[32], relay[32], reason[32];
		struct event event = counted[i % 4];

		snprintf(domain, sizeof domain, "d%d.example", i);
		snprintf(relay, sizeof relay, "mx%d.example", i % 250);
		snprintf(reason, sizeof reason, "reason %c%c", 'a' + i % 26, 'a' + i / 26);
		event.domain = slice_of(domain);
		event.relay = slice_of(relay);
		event.reason = i % 3 ? SLICE("") : slice_of(reason);
		event.count = (uint64_t)(i % 7) + 1;
		event.time += 3600 * (i % 5);
		tally_event(tally, &event);
	}
	if (from == 0)
		count_all(tally);
}

static const uint32_t limits[] = { 1, 2, 10, 99, 249, 250, 299, 400 };

START_TEST(all_other_sums_are_what_they_were)
{
	struct tally *whole = tally_new(ALL_TABLES), *folded = tally_new(ALL_TABLES);
	size_t limit = limits[_i];

	count_names(whole, 0, 1);
	count_names(folded, 0, 1);
	tally_fold(folded, limits[_i], limits[_i]);
	expect_same(whole, folded, false);
	ck_assert_uint_eq(values(folded, TABLE_DESTINATION, DIMENSION_DOMAIN),
	                  values(whole, TABLE_DESTINATION, DIMENSION_DOMAIN) > limit ? limit + 1
	                  : values(whole, TABLE_DESTINATION, DIMENSION_DOMAIN));
	ck_assert_uint_le(values(folded, TABLE_PEER, DIMENSION_RELAY), limit + 1);
	ck_assert_uint_le(values(folded, TABLE_CUBE, DIMENSION_RELAY), limit + 1);
	ck_assert_uint_le(values(folded, TABLE_REASON, DIMENSION_REASON), limit + 1);
	ck_assert_uint_eq(tally_folded(folded)->values[DIMENSION_DOMAIN],
	                  values(whole, TABLE_DESTINATION, DIMENSION_DOMAIN) + (limit < 304) - values(folded, TABLE_DESTINATION, DIMENSION_DOMAIN));
	tally_free(whole);
	tally_free(folded);
}
END_TEST

START_TEST(the_most_frequent_stay_and_of_equal_ones_the_first)
{
	struct tally *tally = tally_new(ALL_TABLES);

	count_names(tally, 0, 1);
	tally_fold(tally, 44, 44);
	/* 42 names come 7 times; a.example 4, but "(not ours)" 5 and so do some */
	for (int i = 6; i < NAMES; i += 7) {
		char domain[32];

		snprintf(domain, sizeof domain, "d%d.example", i);
		ck_assert_uint_eq(count_of(tally, TABLE_DESTINATION, DIMENSION_DOMAIN, domain), 7);
	}
	ck_assert_uint_eq(count_of(tally, TABLE_DESTINATION, DIMENSION_DOMAIN, "d103.example"), 6);
	ck_assert_uint_eq(count_of(tally, TABLE_DESTINATION, DIMENSION_DOMAIN, "d110.example"), 6);
	ck_assert_uint_eq(count_of(tally, TABLE_DESTINATION, DIMENSION_DOMAIN, "d117.example"), 0);
	tally_free(tally);
}
END_TEST

START_TEST(how_the_counting_was_divided_does_not_show)
{
	struct tally *one = tally_new(ALL_TABLES), *merged = tally_new(ALL_TABLES);

	count_names(one, 0, 1);
	tally_fold(one, 20, 10);
	for (int part = 3; part >= 0; part--) {
		struct tally *worker = tally_like(merged);

		count_names(worker, part, 4);
		tally_merge(merged, worker);
		tally_free(worker);
	}
	tally_fold(merged, 20, 10);
	expect_same(one, merged, true);
	tally_free(one);
	tally_free(merged);
}
END_TEST

START_TEST(counting_goes_on_after_folding)
{
	struct tally *whole = tally_new(ALL_TABLES), *folded = tally_new(ALL_TABLES);

	for (int i = 0; i < 3; i++) {
		count_names(whole, 0, 1);
		count_names(folded, 0, 1);
		tally_fold(folded, 2, 1);
	}
	expect_same(whole, folded, false);
	ck_assert_uint_eq(values(folded, TABLE_DESTINATION, DIMENSION_DOMAIN), 2);
	tally_clear(folded);
	ck_assert_uint_eq(tally_folded(folded)->values[DIMENSION_DOMAIN], 0);
	tally_free(whole);
	tally_free(folded);
}
END_TEST

START_TEST(an_event_met_again_is_found_after_folding)
{
	struct tally *tally = tally_new(ALL_TABLES);
	struct line line = { .time = counted[0].time, .zone = counted[0].zone };
	struct event event = counted[0];
	struct again again = { .token = 7, .delay = 1000, .count = 3 };

	event.token = 7;
	tally_event(tally, &event);
	tally_accounting(tally, &line);
	ck_assert(tally_again(tally, &again));
	count_names(tally, 0, 1);
	tally_fold(tally, 5, 5);
	tally_accounting(tally, &line);
	ck_assert(!tally_again(tally, &again));
	event.delay = again.delay;
	tally_event(tally, &event);
	ck_assert(tally_again(tally, &again));
	tally_settle(tally);
	ck_assert_uint_eq(count_of(tally, TABLE_DESTINATION, DIMENSION_DOMAIN, "a.example"), 16); /* four are of count_names() */
	tally_free(tally);
}
END_TEST

START_TEST(a_name_that_reads_like_ours_is_not_taken_for_it)
{
	struct tally *tally = tally_new(ALL_TABLES);
	struct event event = counted[0];

	event.domain = event.relay = event.reason = SLICE("(other)");
	tally_event(tally, &event);
	event.domain = SLICE("(not ours)");
	tally_event(tally, &event);
	ck_assert_uint_eq(count_of(tally, TABLE_DESTINATION, DIMENSION_DOMAIN, "((other))"), 3);
	ck_assert_uint_eq(count_of(tally, TABLE_DESTINATION, DIMENSION_DOMAIN, "((not ours))"), 3);
	ck_assert_uint_eq(count_of(tally, TABLE_PEER, DIMENSION_RELAY, "((other))"), 6);
	ck_assert_uint_eq(count_of(tally, TABLE_REASON, DIMENSION_REASON, "((other))"), 6);
	ck_assert_uint_eq(count_of(tally, TABLE_DESTINATION, DIMENSION_DOMAIN, "(other)"), 0);
	tally_free(tally);
}
END_TEST

START_TEST(fatal_trouble_stays)
{
	struct tally *tally = tally_new(ALL_TABLES);

	count_names(tally, 0, 1);
	tally_fold(tally, 1, 1);
	ck_assert_uint_eq(count_of(tally, TABLE_REASON, DIMENSION_REASON, "fatal: disk is full"), 2);
	tally_free(tally);
}
END_TEST

/* Code 550 or 554, enhanced 5.a.b; the general 5.0.0 is told from what is folded into it
 * by nothing but its count. */
static void count_codes(struct tally *tally, int n)
{
	for (int i = 0; i < n; i++) {
		struct event event = counted[1];

		event.code = i % 2 ? 550 : 554;
		event.enhanced = ENHANCED(5, i / 100, i % 100);
		event.count = i < 10 ? 5 : 1;
		tally_event(tally, &event);
	}
}

START_TEST(made_up_enhanced_codes_become_general_ones)
{
	enum { N = 2 * PAIRS_MAX + 100 };
	struct tally *few = tally_new(ALL_TABLES), *many = tally_new(ALL_TABLES);
	const struct tally_row **rows;
	uint64_t by_code[2] = { 0, 0 };
	size_t n;

	count_codes(few, 2 * PAIRS_MAX);
	tally_fold(few, 1000, 1000);
	ck_assert_uint_eq(tally_folded(few)->pairs, 0);
	count_codes(many, N);
	tally_fold(many, 1000, 1000);
	ck_assert_uint_eq(tally_folded(many)->pairs, N - PAIRS_MAX);
	n = tally_rows(many, TABLE_REASON, &rows);
	ck_assert_uint_eq(n, PAIRS_MAX + 1); /* 554 5.0.0 was there */
	for (size_t i = 0; i < n; i++) {
		by_code[tally_sort(many, rows[i]->key.sort)->code == 550] += rows[i]->measures.count;
		ck_assert_int_eq(ENHANCED_CLASS(tally_sort(many, rows[i]->key.sort)->enhanced), 5);
	}
	ck_assert_uint_eq(by_code[0], N / 2 + 20);
	ck_assert_uint_eq(by_code[1], N / 2 + 20);
	free(rows);
	tally_free(few);
	tally_free(many);
}
END_TEST

START_TEST(a_part_is_folded_only_when_it_is_very_large)
{
	struct tally *tally = tally_new(ALL_TABLES), *whole = tally_new(ALL_TABLES);

	count_names(tally, 0, 1);
	count_names(whole, 0, 1);
	tally_fold_early(tally, 10000, 10);
	ck_assert(!tally_folded(tally)->early);
	expect_same(tally, whole, true);
	tally_fold_early(tally, 100, 10);
	ck_assert(tally_folded(tally)->early);
	expect_same(tally, whole, false);
	tally_merge(whole, tally);
	ck_assert(tally_folded(whole)->early);
	tally_free(tally);
	tally_free(whole);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("fold");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, all_other_sums_are_what_they_were, 0, sizeof limits / sizeof *limits);
	tcase_add_test(all, the_most_frequent_stay_and_of_equal_ones_the_first);
	tcase_add_test(all, how_the_counting_was_divided_does_not_show);
	tcase_add_test(all, counting_goes_on_after_folding);
	tcase_add_test(all, an_event_met_again_is_found_after_folding);
	tcase_add_test(all, a_name_that_reads_like_ours_is_not_taken_for_it);
	tcase_add_test(all, fatal_trouble_stays);
	tcase_add_test(all, made_up_enhanced_codes_become_general_ones);
	tcase_add_test(all, a_part_is_folded_only_when_it_is_very_large);
	suite_add_tcase(suite, all);
	return suite;
}
