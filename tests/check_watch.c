/* check_watch.c - what happens to a log is noticed, with the kernel's help and without.
 * SPDX-License-Identifier: MIT */
#include "input/watch.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SOON_MS = 5000, NEVER_MS = 300 };

static char directory[] = "/tmp/check_watch_XXXXXX";

static void append(const char *path)
{
	FILE *file = fopen(path, "a");

	fputs("a line\n", file);
	fclose(file);
}

static void write_it(void) { append("mail.log"); }
static void write_part(void) { append("mail.log.1"); }
static void write_dated(void) { append("mail-20261120.log"); }
static void write_other(void) { append("auth.log"); }
static void nothing(void) { }
static void rename_it(void) { rename("mail.log", "mail.log.1"); }
static void cut_it(void) { ck_assert_int_eq(truncate("mail.log", 0), 0); }
static void replace_it(void) { append("new"); rename("new", "mail.log"); }
static void write_behind_link(void) { append("elsewhere/real"); }

static const struct {
	void (*happens)(void);
	bool noticed, by_looking; /* with inotify; by looks at the log alone */
} rows[] = {
	{ nothing, false, false },
	{ write_it, true, true },
	{ write_part, true, false },
	{ write_dated, true, false },
	{ write_other, false, false },
	{ rename_it, true, true },
	{ cut_it, true, true },
	{ replace_it, true, true },
};

static void set_up(void)
{
	strcpy(directory + sizeof directory - 7, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert_int_eq(chdir(directory), 0);
	append("mail.log");
}

static void tear_down(void)
{
	static const char *const names[] = { "mail.log", "mail.log.1", "mail-20261120.log", "auth.log", "link.log",
	                                     "elsewhere/real" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unlink(names[i]);
	rmdir("elsewhere");
	ck_assert_int_eq(chdir("/"), 0);
	rmdir(directory);
}

/* No descriptor is left for inotify. */
static struct watch *watch_without(const char *const *paths)
{
	struct rlimit limit, none;
	struct watch *watch;

	getrlimit(RLIMIT_NOFILE, &limit);
	none = (struct rlimit){ 0, limit.rlim_max };
	setrlimit(RLIMIT_NOFILE, &none);
	watch = watch_new(paths, 1);
	setrlimit(RLIMIT_NOFILE, &limit);
	return watch;
}

static void check(struct watch *watch, void (*happens)(void), bool noticed)
{
	happens();
	ck_assert_int_eq(watch_wait(watch, -1, noticed ? SOON_MS : NEVER_MS), noticed);
	ck_assert_int_eq(watch_wait(watch, -1, 0), false); /* not twice */
	watch_free(watch);
}

START_TEST(told)
{
	const char *paths[] = { "mail.log" };

	check(watch_new(paths, 1), rows[_i].happens, rows[_i].noticed);
}
END_TEST

START_TEST(looked_at)
{
	const char *paths[] = { "mail.log" };

	check(watch_without(paths), rows[_i].happens, rows[_i].by_looking);
}
END_TEST

START_TEST(a_log_that_is_not_there_yet)
{
	char *path = NULL;
	const char *paths[1];

	unlink("mail.log");
	ck_assert_int_gt(asprintf(&path, "%s/mail.log", directory), 0);
	paths[0] = path;
	check(watch_new(paths, 1), write_it, true);
	free(path);
}
END_TEST

START_TEST(a_log_behind_a_link)
{
	const char *paths[] = { "link.log" };

	ck_assert_int_eq(mkdir("elsewhere", 0700), 0);
	write_behind_link();
	ck_assert_int_eq(symlink("elsewhere/real", "link.log"), 0);
	check(watch_new(paths, 1), write_behind_link, true);
}
END_TEST

START_TEST(a_descriptor_ends_the_wait)
{
	const char *paths[] = { "mail.log" };
	struct watch *watch = watch_new(paths, 1);
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(write(ends[1], "x", 1), 1);
	ck_assert(!watch_wait(watch, ends[0], -1));
	watch_free(watch);
}
END_TEST

Suite *make_suite(void)
{
	TCase *tcase = tcase_create("watch");
	Suite *suite = suite_create("watch");
	const int n = sizeof rows / sizeof *rows;

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_loop_test(tcase, told, 0, n);
	tcase_add_loop_test(tcase, looked_at, 0, n);
	tcase_add_test(tcase, a_log_that_is_not_there_yet);
	tcase_add_test(tcase, a_log_behind_a_link);
	tcase_add_test(tcase, a_descriptor_ends_the_wait);
	suite_add_tcase(suite, tcase);
	return suite;
}
