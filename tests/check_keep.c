/* check_keep.c - days that are over are packed, and old ones taken away, and no report of
 * what is kept changes. SPDX-License-Identifier: MIT */
#include "store/keep.h"

#include "base/mem.h"
#include "counted.h"
#include "report/report.h"
#include "store/merge.h"
#include "store/sql.h"
#include "suite.h"

#include <inttypes.h>
#include <unistd.h>

enum { DAYS = 12, KEPT = 6, MANY = 2000, FIRST = COUNTED_DAY, LAST = FIRST + DAYS - 1, DAY = 86400 };

static char dir[40];
static struct error err;

static void enter_dir(void)
{
	strcpy(dir, "/tmp/check_keep.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
}

static void leave_dir(void)
{
	static const char *const files[] = { "new.db", "new.db-wal", "new.db-shm", "all.db", "all.db-wal", "all.db-shm" };

	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		unlink(files[i]);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}

static int64_t ask(struct store *store, const char *sql)
{
	int64_t number;

	ck_assert_msg(sql_number(store, sql, -1, &number, &err) == 0, "%s", err.text);
	return number;
}

static struct slice print(char text[40], const char *format, int a, int b)
{
	return (struct slice){ text, (size_t)snprintf(text, 40, format, a, b) };
}

/* The i-th event of a day: names of the day alone, few and many recipients, delays that a
 * pack cannot hold, and none. */
static void count_one(struct tally *tally, int day, int i)
{
	static const int64_t delays[] = { -1, 0, 900, 70000, 5000, 400000000, 20000000000 };
	static const uint64_t counts[] = { 1, 3, 1, 190, 2, 54999, 1, 70000 };
	char domain[40], relay[40], reason[40];
	struct event event = {
		FROM_MX1, COUNTED_OUT, .time = (int64_t)(FIRST + day) * DAY + i * 200 % DAY - 3600, .stage = STAGE_RCPT, .code = 250,
		.outcome = OUTCOME_OK, .delay = delays[i % 7], .count = counts[i % 8],
		.domain = print(domain, i % 2 ? "d%d.example" : "d%d.day%d.example", i, day),
		.relay = print(relay, "mx%d.d%d.example", i % 3, i),
	};
	struct line line = { .host = SLICE("mx1"), .time = event.time, .zone = event.zone, .repeats = 1 };

	if (i % 5 == 0) {
		event.code = 550;
		event.outcome = OUTCOME_PERMANENT;
		event.reason = print(reason, "reason %d of %d", i % 7, day / 20);
	}
	tally_accounting(tally, &line)->lines++;
	tally_event(tally, &event);
}

static void count_days(struct store *store, int first, int last, int events)
{
	for (int day = first; day <= last; day++) {
		struct tally *tally = tally_new(ALL_TABLES);

		for (int i = 0; i < events; i++)
			count_one(tally, day, i);
		ck_assert_msg(store_commit(store, tally, &err) == 0, "%s", err.text);
		tally_free(tally);
	}
}

static struct store *new_store(void)
{
	struct store *store = store_extend("new.db", &err);

	ck_assert_msg(store != NULL, "%s", err.text);
	return store;
}

static void keep(struct store *store, int64_t cube, int64_t rest, int64_t day)
{
	struct keep keep = { .cube = cube, .rest = rest, .now = day * DAY };

	ck_assert_msg(store_keep(store, &keep, &err) == 0, "%s", err.text);
}

/* A report over a period, by these columns or as a whole, as text; "" when it is refused. */
static void report_write(struct buffer *into, struct store *store, const char *domain, int64_t since, int64_t until,
                         size_t n_by, const enum column *by)
{
	struct filter filter;
	struct report_request request = { .n_by = n_by, .filter = &filter, .filter_in_store = true };
	struct report_style style = { .width = 200 };
	struct report *report;
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	filter_init(&filter);
	filter.since = since;
	filter.until = until;
	if (domain)
		ck_assert_int_eq(filter_add(&filter, FACET_DOMAIN, domain, &err), 0);
	for (size_t i = 0; i < n_by; i++)
		request.by[i] = by[i];
	report = report_build(store, &request, &err);
	if (report) {
		ck_assert_int_eq(report_json(report, &style, out), 0);
		report_free(report);
	}
	fclose(out);
	buffer_puts(into, text);
	free(text);
	filter_release(&filter);
}

static const enum column crossing[] = { COLUMN_DOMAIN, COLUMN_RELAY, COLUMN_REASON, COLUMN_HOUR };

/* Of whole days of the log, which is an hour east of UTC. */
static char *reports(struct store *store, int first, int last)
{
	int64_t since = (int64_t)(FIRST + first) * DAY - 3600, until = (int64_t)(FIRST + last + 1) * DAY - 3600;
	struct buffer all = { 0 };

	report_write(&all, store, NULL, since, until, 0, NULL);
	report_write(&all, store, "d1*.example", since, until, 0, NULL);
	report_write(&all, store, NULL, since, until, 1, crossing);
	report_write(&all, store, NULL, since, until, 1, crossing + 1);
	report_write(&all, store, "d1*.example", since, until, 2, crossing);
	report_write(&all, store, NULL, since, until, 4, crossing);
	report_write(&all, store, NULL, since + 7200, until - 7200, 1, crossing); /* cuts days */
	ck_assert_ptr_nonnull(strstr(buffer_string(&all), "day"));
	return all.text;
}

/* Reports are too long for what Check says of strings. */
static void compare(const char *before, const char *after)
{
	size_t at = 0;

	while (before[at] && before[at] == after[at])
		at++;
	ck_assert_msg(before[at] == after[at], "%.200s\nis not\n%.200s", before + at, after + at);
}

START_TEST(what_is_kept_gives_what_it_gave)
{
	struct store *store = new_store();
	char *before, *after;

	count_days(store, 0, DAYS - 1, MANY);
	before = reports(store, DAYS - 1 - KEPT, DAYS - 1);
	keep(store, KEPT, 400, LAST);
	ck_assert_int_eq(ask(store, "SELECT min((hour + zone) / 86400) FROM cube_pack"), LAST - KEPT);
	ck_assert_int_gt(ask(store, "SELECT count(*) FROM destination_pack"), 0);
	ck_assert_int_gt(ask(store, "SELECT count(*) FROM peer_pack"), 0);
	after = reports(store, DAYS - 1 - KEPT, DAYS - 1);
	compare(before, after);
	free(after);
	keep(store, KEPT, KEPT, LAST);
	ck_assert_int_eq(ask(store, "SELECT min(day) FROM destination"), LAST - KEPT);
	ck_assert_int_eq(ask(store, "SELECT min(day) FROM destination_pack"), LAST - KEPT);
	ck_assert_int_eq(ask(store, "SELECT min((hour + zone) / 86400) FROM accounting WHERE hour > 0"), LAST - KEPT);
	after = reports(store, DAYS - 1 - KEPT, DAYS - 1);
	compare(before, after);
	free(before);
	free(after);
	store_close(store);
}
END_TEST

START_TEST(views_hold_what_is_packed)
{
	struct store *store = new_store();
	int64_t before, relays;

	count_days(store, 0, 9, MANY);
	before = ask(store, "SELECT sum(count * 3 + timed * 5 + late * 7 + delay + delay_max * length(domain)) FROM by_domain");
	relays = ask(store, "SELECT sum(count * 3 + timed * 5 + late * 7 + delay + delay_max * length(relay)) FROM by_relay");
	keep(store, 35, 400, FIRST + 9);
	ck_assert_int_gt(ask(store, "SELECT count(*) FROM destination_pack"), 0);
	ck_assert_int_eq(ask(store, "SELECT sum(count * 3 + timed * 5 + late * 7 + delay + delay_max * length(domain))"
	                            " FROM by_domain"), before);
	ck_assert_int_eq(ask(store, "SELECT sum(count * 3 + timed * 5 + late * 7 + delay + delay_max * length(relay))"
	                            " FROM by_relay"), relays);
	store_close(store);
}
END_TEST

START_TEST(a_crossing_of_old_days_is_refused_and_says_since_when)
{
	struct store *store = new_store();
	struct buffer report = { 0 };

	count_days(store, 0, 3, MANY);
	keep(store, 1, 400, LAST); /* 2026-11-22 is the first that is kept whole */
	report_write(&report, store, NULL, TIME_NONE, TIME_NONE, 2, crossing);
	ck_assert_uint_eq(report.n, 0);
	ck_assert_msg(strstr(err.text, "from 2026-11-22 on only") != NULL, "%s", err.text);
	report_write(&report, store, NULL, TIME_NONE, TIME_NONE, 1, crossing);
	ck_assert_uint_gt(report.n, 0);
	report.n = 0;
	report_write(&report, store, NULL, (int64_t)(FIRST + 2) * DAY - 3600, TIME_NONE, 2, crossing);
	ck_assert_uint_gt(report.n, 0);
	buffer_release(&report);
	store_close(store);
}
END_TEST

START_TEST(what_is_counted_late_is_added)
{
	struct store *store = new_store();
	char *once, *late;

	count_days(store, 0, 9, MANY);
	count_days(store, 3, 3, MANY);
	once = reports(store, 0, 9);
	store_close(store);
	leave_dir();
	enter_dir();
	store = new_store();
	count_days(store, 0, 9, MANY);
	keep(store, KEEP_ALL, KEEP_ALL, FIRST + 9);
	count_days(store, 3, 3, MANY);
	late = reports(store, 0, 9);
	compare(once, late);
	free(late);
	keep(store, KEEP_ALL, KEEP_ALL, FIRST + 9);
	late = reports(store, 0, 9);
	compare(once, late);
	free(late);
	free(once);
	store_close(store);
}
END_TEST

START_TEST(neither_a_wrong_clock_nor_a_wrong_date_takes_counts_away)
{
	struct store *store = new_store();
	struct tally *tally = tally_new(ALL_TABLES);

	count_days(store, 0, 3, MANY);
	keep(store, 35, 400, LAST + 10000);
	ck_assert_int_eq(ask(store, "SELECT min((hour + zone) / 86400) FROM accounting WHERE hour > 0"), FIRST);
	count_one(tally, 5000, 0);
	ck_assert_int_eq(store_commit(store, tally, &err), 0);
	keep(store, 35, 400, FIRST + 4);
	ck_assert_int_eq(ask(store, "SELECT min((hour + zone) / 86400) FROM accounting WHERE hour > 0"), FIRST);
	tally_free(tally);
	store_close(store);
}
END_TEST

START_TEST(what_is_packed_is_merged)
{
	static const char *const one[] = { "new.db" };
	struct store *store = new_store(), *all = store_extend("all.db", &err);
	char *before, *after;

	ck_assert_ptr_nonnull(all);
	count_days(store, 9, 9, 300); /* ids differ from those of the other */
	store_close(store);
	ck_assert_msg(store_merge(all, one, 1, &err) == 0, "%s", err.text);
	store = new_store();
	count_days(store, 0, 8, MANY);
	keep(store, 3, 400, FIRST + 9);
	before = reports(store, 6, 9);
	store_close(store);
	for (int times = 0; times < 2; times++) {
		ck_assert_msg(store_merge(all, one, 1, &err) == 0, "%s", err.text);
		after = reports(all, 6, 9);
		compare(before, after);
		free(after);
	}
	ck_assert_int_gt(ask(all, "SELECT count(*) FROM cube_pack"), 0);
	ck_assert_int_eq(ask(all, "SELECT value FROM kept WHERE origin = 2 AND name = 'cube'"), FIRST + 6);
	free(before);
	store_close(all);
}
END_TEST

START_TEST(a_new_database_is_not_swept)
{
	struct store *store = new_store();

	count_days(store, 0, DAYS - 1, 20);
	keep(store, KEPT, KEPT, LAST);
	ck_assert_int_eq(ask(store, "SELECT value FROM kept WHERE name = 'swept'"), LAST - KEPT);
	ck_assert_int_eq(ask(store, "SELECT count(*) FROM kept WHERE name = 'swept texts'"), 0);
	store_close(store);
}
END_TEST

/* Each day has names of its own; only so many names and pages stay. */
START_TEST(the_file_does_not_grow_for_ever)
{
	struct store *store = new_store();
	int64_t texts = 0, pages = 0;

	for (int day = 0; day < 100; day++) {
		count_days(store, day, day, 200);
		keep(store, 5, 20, FIRST + day);
		if (day == 59) {
			texts = ask(store, "SELECT count(*) FROM text");
			pages = ask(store, "PRAGMA page_count");
		}
	}
	ck_assert_int_lt(ask(store, "SELECT count(*) FROM text"), texts * 3 / 2);
	ck_assert_int_lt(ask(store, "PRAGMA page_count"), pages * 5 / 4);
	ck_assert_int_eq(ask(store, "SELECT count(*) FROM destination LEFT JOIN text ON domain = text.id"
	                            " LEFT JOIN sort ON sort = sort.id WHERE value IS NULL OR code IS NULL"), 0);
	store_close(store);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("keep");
	TCase *tcase = tcase_create("keep");

	tcase_add_checked_fixture(tcase, enter_dir, leave_dir);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, what_is_kept_gives_what_it_gave);
	tcase_add_test(tcase, views_hold_what_is_packed);
	tcase_add_test(tcase, a_crossing_of_old_days_is_refused_and_says_since_when);
	tcase_add_test(tcase, what_is_counted_late_is_added);
	tcase_add_test(tcase, neither_a_wrong_clock_nor_a_wrong_date_takes_counts_away);
	tcase_add_test(tcase, what_is_packed_is_merged);
	tcase_add_test(tcase, a_new_database_is_not_swept);
	tcase_add_test(tcase, the_file_does_not_grow_for_ever);
	suite_add_tcase(suite, tcase);
	return suite;
}
