/* check_checkpoint.c - counts and checkpoints move together or not at all.
 * SPDX-License-Identifier: MIT */
#include "store/checkpoint.h"

#include "base/mem.h"
#include "counted.h"
#include "store/sql.h"
#include "suite.h"

#include <unistd.h>

static char dir[40];
static struct error err;

static void enter_dir(void)
{
	strcpy(dir, "/tmp/check_checkpoint.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
}

static void leave_dir(void)
{
	unlink("new.db");
	unlink("new.db-wal");
	unlink("new.db-shm");
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}

/* One run of the program. */
struct a_run {
	struct store *store;
	struct checkpoints known;
};

static struct a_run begin_run(void)
{
	struct a_run run = { .store = store_extend("new.db", &err) };

	ck_assert_msg(run.store != NULL, "%s", err.text);
	ck_assert_int_eq(checkpoints_read(run.store, &run.known, &err), 0);
	return run;
}

static void end_run(struct a_run *run)
{
	checkpoints_release(&run->known);
	store_close(run->store);
}

static int64_t ask(struct store *store, const char *sql)
{
	int64_t number;

	ck_assert_msg(sql_number(store, sql, -1, &number, &err) == 0, "%s", err.text);
	return number;
}

/* A log of equal lines, read to `offset`. */
static struct checkpoint checkpoint_at(int64_t stream, uint64_t offset, const char *line)
{
	struct checkpoint to = { .stream = stream, .touch = { 1, 2, 3, 4 }, .reference = 5, .name = xstrdup("mail.log") };
	struct buffer log = { 0 };

	while (log.n < offset)
		buffer_puts(&log, line);
	mark_set(&to.mark, offset, buffer_slice(&log), (struct slice){ log.text, offset });
	buffer_puts(&to.open, "what is open");
	buffer_release(&log);
	return to;
}

static int advance(struct a_run *run, int64_t stream, uint64_t from, uint64_t offset, const char *line)
{
	struct checkpoint to = checkpoint_at(stream, offset, line);
	struct tally *tally = counted_tally(ALL_TABLES);
	int result = store_advance(run->store, tally, &run->known, from, &to, &err);

	tally_free(tally);
	checkpoint_release(&to);
	return result;
}

START_TEST(counts_move_with_their_checkpoint)
{
	struct a_run run = begin_run();

	ck_assert_int_eq(advance(&run, 0, 0, 100, "a\n"), 1);
	ck_assert_int_eq(advance(&run, 1, 100, 200, "a\n"), 1);
	ck_assert_int_eq(ask(run.store, "SELECT sum(count) FROM cube"), 36);
	ck_assert_int_eq(ask(run.store, "SELECT offset FROM stream"), 200);
	ck_assert_int_eq(ask(run.store, "SELECT sum(lines) FROM accounting WHERE stream = 1"), 4);
	end_run(&run);
	run = begin_run();
	ck_assert_uint_eq(run.known.n, 1);
	ck_assert_uint_eq(run.known.list[0].mark.offset, 200);
	ck_assert_uint_eq(run.known.list[0].mark.head.n, 100 * 8);
	ck_assert_str_eq(run.known.list[0].name, "mail.log");
	ck_assert_int_eq(run.known.list[0].touch.changed, 4);
	ck_assert_int_eq(run.known.list[0].reference, 5);
	ck_assert(slice_eq(buffer_slice(&run.known.list[0].open), SLICE("what is open")));
	end_run(&run);
}
END_TEST

START_TEST(the_slower_of_two_runs_adds_nothing)
{
	struct a_run first = begin_run(), second = begin_run();

	ck_assert_int_eq(advance(&first, 0, 0, 100, "a\n"), 1);
	ck_assert_int_eq(advance(&second, 0, 0, 50, "a\n"), 0); /* the same log, as new */
	ck_assert_int_eq(ask(second.store, "SELECT sum(count) FROM cube"), 18);
	ck_assert_int_eq(checkpoints_read(second.store, &second.known, &err), 0);
	ck_assert_uint_eq(second.known.n, 1);
	ck_assert_int_eq(advance(&second, 1, 100, 150, "a\n"), 1);
	ck_assert_int_eq(advance(&first, 1, 100, 200, "a\n"), 0); /* it stands at 150 */
	ck_assert_int_eq(ask(first.store, "SELECT offset FROM stream"), 150);
	ck_assert_int_eq(ask(first.store, "SELECT sum(count) FROM cube"), 36);
	ck_assert_int_eq(ask(first.store, "SELECT sum(count) FROM traffic"), 36);
	ck_assert_int_eq(ask(first.store, "SELECT sum(lines) FROM accounting"), 4);
	end_run(&first);
	end_run(&second);
}
END_TEST

START_TEST(other_logs_do_not_stand_in_the_way)
{
	struct a_run first = begin_run(), second = begin_run();

	ck_assert_int_eq(advance(&first, 0, 0, 100, "a\n"), 1);
	ck_assert_int_eq(advance(&second, 0, 0, 50, "b\n"), 1);
	ck_assert_int_eq(ask(second.store, "SELECT count(*) FROM stream"), 2);
	ck_assert_int_eq(ask(second.store, "SELECT offset FROM stream WHERE id = 2"), 50);
	end_run(&first);
	end_run(&second);
}
END_TEST

START_TEST(what_others_commit_is_read_anew)
{
	struct a_run first = begin_run(), second = begin_run();

	ck_assert_int_eq(advance(&first, 0, 0, 100, "a\n"), 1);
	ck_assert_uint_eq(second.known.n, 0);
	ck_assert_int_eq(checkpoints_read(second.store, &second.known, &err), 0);
	ck_assert_uint_eq(second.known.n, 1);
	ck_assert_int_eq(advance(&second, 1, 100, 120, "a\n"), 1);
	ck_assert_uint_eq(second.known.list[0].mark.offset, 120);
	end_run(&first);
	end_run(&second);
}
END_TEST

/* An older version's counts stand with no stream. */
START_TEST(what_was_counted_without_a_place_is_not_counted_again)
{
	struct a_run run = begin_run();
	struct tally *tally = counted_tally(ALL_TABLES);

	ck_assert_int_eq(store_commit(run.store, tally, &err), 0);
	ck_assert_int_eq(advance(&run, 0, 0, 100, "a\n"), -1);
	ck_assert_msg(strstr(err.text, "an older smtplog-stats has counted") != NULL, "%s", err.text);
	ck_assert_int_eq(ask(run.store, "SELECT sum(count) FROM cube"), 18);
	ck_assert_int_eq(sql_exec(run.store, "UPDATE accounting SET hour = hour - 86400 WHERE hour <> 0", &err), 0);
	ck_assert_int_eq(advance(&run, 0, 0, 100, "a\n"), 1);
	tally_free(tally);
	end_run(&run);
}
END_TEST

START_TEST(a_file_that_was_removed_takes_nothing)
{
	struct a_run run = begin_run();

	unlink("new.db");
	ck_assert_int_eq(advance(&run, 0, 0, 100, "a\n"), -1);
	ck_assert_msg(strstr(err.text, "new.db: was removed meanwhile") == err.text, "%s", err.text);
	end_run(&run);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("checkpoint");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, enter_dir, leave_dir);
	tcase_add_test(all, counts_move_with_their_checkpoint);
	tcase_add_test(all, the_slower_of_two_runs_adds_nothing);
	tcase_add_test(all, other_logs_do_not_stand_in_the_way);
	tcase_add_test(all, what_others_commit_is_read_anew);
	tcase_add_test(all, what_was_counted_without_a_place_is_not_counted_again);
	tcase_add_test(all, a_file_that_was_removed_takes_nothing);
	suite_add_tcase(suite, all);
	return suite;
}
