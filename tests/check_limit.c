/* check_limit.c - a database with days of floods: what is folded, and that no other sum
 * changes. SPDX-License-Identifier: MIT */
#include "store/keep.h"

#include "base/mem.h"
#include "counted.h"
#include "store/merge.h"
#include "store/sql.h"
#include "suite.h"
#include "tally/dimension.h"
#include "tally/fold.h"

#include <inttypes.h>
#include <unistd.h>

enum { DAY = 86400, FIRST = COUNTED_DAY, NAMES = 3000, SOME = 1500, VALUES = 900, ALL_DAYS = 4 };

static char dir[40];
static struct error err;

static void enter_dir(void)
{
	strcpy(dir, "/tmp/check_limit.XXXXXX");
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

static int64_t ask(struct store *store, const char *format, int64_t number)
{
	char *sql = xasprintf(format, number); /* of this file's own texts */
	int64_t answer;

	ck_assert_msg(sql_number(store, sql, -1, &answer, &err) == 0, "%s", err.text);
	free(sql);
	return answer;
}

static struct store *new_store(const char *name)
{
	struct store *store = store_extend(name, &err);

	ck_assert_msg(store != NULL, "%s", err.text);
	return store;
}

/* Names of this day alone come once, every tenth, of all days, four times. */
static void count_day(struct store *store, int day, int names)
{
	struct tally *tally = tally_new(ALL_TABLES);

	for (int i = 0; i < names; i++) {
		char domain[40], relay[40], reason[40];
		struct event event = counted[i % 3];

		snprintf(domain, sizeof domain, i % 10 ? "d%d.day%d.example" : "d%d.example", i, day);
		snprintf(relay, sizeof relay, i % 10 ? "mx%d.day%d.example" : "mx%d.example", i, day);
		snprintf(reason, sizeof reason, "no %c%c%c", 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i / 676);
		event.time = (int64_t)(FIRST + day) * DAY + i * 30 % DAY - 3600;
		event.domain = slice_of(domain);
		event.relay = slice_of(relay);
		event.reason = slice_of(reason);
		event.count = i % 10 ? 1 : 4;
		event.n_recipients = 0;
		tally_accounting(tally, &(struct line){ .time = event.time, .zone = event.zone })->lines++;
		tally_event(tally, &event);
	}
	ck_assert_msg(store_commit(store, tally, &err) == 0, "%s", err.text);
	tally_free(tally);
}

static void keep(struct store *store, int64_t values)
{
	struct keep keep = { .cube = KEEP_ALL, .rest = KEEP_ALL, .now = (int64_t)(FIRST + ALL_DAYS) * DAY, .values = values };

	ck_assert_msg(store_keep(store, &keep, &err) == 0, "%s", err.text);
}

/* Sums by what is never folded, packed or not. */
static void sums(struct store *store, struct buffer *out)
{
	static const struct {
		enum table table;
		const char *by;
	} sums[] = {
		{ TABLE_TRAFFIC, "hour, zone, sort" }, { TABLE_DESTINATION, "day, sort" }, { TABLE_PEER, "day, sort" },
		{ TABLE_REASON, "day, sort" }, { TABLE_CUBE, "hour, zone, sort" },
	};

	out->n = 0;
	for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
		struct buffer sql = { 0 };
		sqlite3_stmt *statement;

		buffer_puts(&sql, "SELECT sum(count) || ' ' || sum(timed) || ' ' || sum(late) || ' ' || sum(delay) || ' ' || max(delay_max) FROM ");
		source_write(&sql, sums[i].table, true);
		buffer_printf(&sql, " GROUP BY %s ORDER BY %s", sums[i].by, sums[i].by);
		statement = sql_prepare(store, buffer_string(&sql), &err);
		ck_assert_msg(statement != NULL, "%s", err.text);
		while (sqlite3_step(statement) == SQLITE_ROW)
			buffer_printf(out, "%s: %s\n", table_name(sums[i].table), (const char *)sqlite3_column_text(statement, 0));
		sqlite3_finalize(statement);
		buffer_release(&sql);
	}
}

static int64_t values_of_day(struct store *store, int day)
{
	return ask(store, "SELECT count(DISTINCT domain) FROM by_domain WHERE strftime('%%s', day) / 86400 = %" PRId64, FIRST + day);
}

START_TEST(a_day_that_is_over_keeps_so_many_and_no_other_sum_changes)
{
	struct store *store = new_store("new.db");
	struct buffer before = { 0 }, after = { 0 };

	for (int day = 0; day < ALL_DAYS; day++)
		count_day(store, day, day == 0 ? SOME : day == 1 ? VALUES - 10 : NAMES);
	sums(store, &before);
	keep(store, VALUES);
	sums(store, &after);
	ck_assert_str_eq(buffer_string(&after), buffer_string(&before));
	ck_assert_int_eq(values_of_day(store, 0), VALUES + 1);
	ck_assert_int_eq(values_of_day(store, 1), VALUES - 10);
	ck_assert_int_eq(values_of_day(store, ALL_DAYS - 1), VALUES + 1); /* more than three times as many */
	ck_assert_int_eq(ask(store, "SELECT sum(count) FROM by_domain WHERE domain LIKE 'd%%0.example' AND domain NOT LIKE '%%day%%'"
	                            " AND strftime('%%s', day) / 86400 = %" PRId64, FIRST), SOME / 10 * 4);
	ck_assert_int_eq(ask(store, "SELECT count(*) > 0 FROM destination_pack WHERE day = %" PRId64, FIRST), 1);
	keep(store, VALUES);
	sums(store, &after);
	ck_assert_str_eq(buffer_string(&after), buffer_string(&before));
	buffer_release(&before);
	buffer_release(&after);
	store_close(store);
}
END_TEST

START_TEST(a_day_that_is_being_counted_may_hold_three_times_as_many)
{
	struct store *store = new_store("new.db");

	count_day(store, 0, 3 * VALUES);
	keep(store, VALUES);
	ck_assert_int_eq(values_of_day(store, 0), 3 * VALUES);
	count_day(store, 0, NAMES);
	keep(store, VALUES);
	ck_assert_int_eq(values_of_day(store, 0), VALUES + 1);
	store_close(store);
}
END_TEST

START_TEST(texts_of_floods_go)
{
	struct store *store = new_store("new.db");

	for (int day = 0; day < ALL_DAYS; day++) {
		count_day(store, day, NAMES);
		keep(store, VALUES);
		ck_assert_int_le(ask(store, "SELECT count(*) FROM text WHERE id > %" PRId64, 0), (day + 1) * 3 * (VALUES + 1) + 8 * VALUES + NAMES);
	}
	ck_assert_int_eq(ask(store, "SELECT count(*) FROM destination WHERE domain NOT IN (SELECT id FROM text) AND day > %" PRId64, 0), 0);
	store_close(store);
}
END_TEST

START_TEST(without_a_limit_all_stays)
{
	struct store *store = new_store("new.db");

	count_day(store, 0, NAMES);
	keep(store, 0);
	ck_assert_int_eq(values_of_day(store, 0), NAMES);
	store_close(store);
}
END_TEST

START_TEST(what_was_folded_is_merged_as_what_it_is)
{
	struct store *store = new_store("new.db"), *all = new_store("all.db");
	static const char *const from[] = { "new.db" };
	struct buffer before = { 0 }, after = { 0 };

	for (int day = 0; day < ALL_DAYS; day++)
		count_day(store, day, NAMES);
	keep(store, VALUES);
	sums(store, &before);
	store_close(store);
	ck_assert_msg(store_merge(all, from, 1, &err) == 0, "%s", err.text);
	keep(all, VALUES);
	sums(all, &after);
	ck_assert_str_eq(buffer_string(&after), buffer_string(&before));
	ck_assert_int_eq(values_of_day(all, 0), VALUES + 1);
	buffer_release(&before);
	buffer_release(&after);
	store_close(all);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("limit");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, enter_dir, leave_dir);
	tcase_add_test(all, a_day_that_is_over_keeps_so_many_and_no_other_sum_changes);
	tcase_add_test(all, a_day_that_is_being_counted_may_hold_three_times_as_many);
	tcase_add_test(all, texts_of_floods_go);
	tcase_add_test(all, without_a_limit_all_stays);
	tcase_add_test(all, what_was_folded_is_merged_as_what_it_is);
	suite_add_tcase(suite, all);
	return suite;
}
