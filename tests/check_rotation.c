/* check_rotation.c - which file is a part of which log, and how old.
 * SPDX-License-Identifier: MIT */
#include "input/rotation.h"

#include "suite.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	const char *path, *log;
	int kind;
	const char *digits;
} rows[] = {
	{ "/var/log/mail.log", "/var/log/mail.log", AGE_CURRENT, "" },
	{ "mail.log", "mail.log", AGE_CURRENT, "" },
	{ "mail.log.1", "mail.log", AGE_NUMBER, "1" },
	{ "mail.log.0", "mail.log", AGE_NUMBER, "0" },
	{ "/var/log/mail.log.12.gz", "/var/log/mail.log", AGE_NUMBER, "12" },
	{ "mail.log.3.bz2", "mail.log", AGE_NUMBER, "3" },
	{ "mail.log.3.xz", "mail.log", AGE_NUMBER, "3" },
	{ "mail.log.3.zst", "mail.log", AGE_NUMBER, "3" },
	{ "mail.log.3.lz4", "mail.log", AGE_NUMBER, "3" },
	{ "maillog-20261120", "maillog", AGE_DATE, "20261120" },
	{ "maillog-20261120.gz", "maillog", AGE_DATE, "20261120" },
	{ "maillog-2026112013.gz", "maillog", AGE_DATE, "2026112013" },
	{ "maillog-20261120-13", "maillog", AGE_DATE, "2026112013" },
	{ "maillog-1795212000", "maillog", AGE_DATE, "1795212000" },
	{ "mail.log.2026-11-20", "mail.log", AGE_DATE, "20261120" },
	{ "mail-20261120.log", "mail.log", AGE_DATE, "20261120" },
	{ "mail-2026-11-20.log.gz", "mail.log", AGE_DATE, "20261120" },
	{ "mail.1.log", "mail.log", AGE_NUMBER, "1" },
	{ "d.1/mainlog", "d.1/mainlog", AGE_CURRENT, "" },
	/* no parts of others */
	{ "mail.log.gz", "mail.log.gz", AGE_CURRENT, "" },
	{ "mail.log-2", "mail.log-2", AGE_CURRENT, "" },
	{ "mx1.log", "mx1.log", AGE_CURRENT, "" },
	{ "mx-2.log", "mx-2.log", AGE_CURRENT, "" },
	{ "10.0.0.1.log", "10.0.0.1.log", AGE_CURRENT, "" },
	{ "host-192.0.2.1.log", "host-192.0.2.1.log", AGE_CURRENT, "" },
	{ "20261120", "20261120", AGE_CURRENT, "" },
	{ "-20261120", "-20261120", AGE_CURRENT, "" },
	{ ".1", ".1", AGE_CURRENT, "" },
	{ "mail.log.", "mail.log.", AGE_CURRENT, "" },
	{ "-", "-", AGE_CURRENT, "" },
	{ "", "", AGE_CURRENT, "" },
};

START_TEST(a_path)
{
	struct age age;
	char *log = rotation_log(rows[_i].path, &age);

	ck_assert_str_eq(log, rows[_i].log);
	ck_assert_int_eq((int)age.kind, rows[_i].kind);
	ck_assert_str_eq(age.digits, rows[_i].digits);
	free(log);
}
END_TEST

START_TEST(parts_stand_from_old_to_young)
{
	static const char *const names[] = {
		"mail.log.10.gz", "mail.log.2.gz", "mail.log.1", "mail.log-20261119", "mail.log-20261120", "mail.log",
	};
	enum { N = sizeof names / sizeof *names };
	char directory[] = "/tmp/check_rotation.XXXXXX";
	struct parts parts;

	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert_int_eq(chdir(directory), 0);
	for (int i = 0; i < N; i++)
		fclose(fopen(names[(i * 5 + 2) % N], "w"));
	fclose(fopen("mail.log.old.1", "w"));
	ck_assert_int_eq(mkdir("mail.log.3", 0700), 0);
	parts_find(&parts, "mail.log");
	ck_assert_uint_eq(parts.n, N);
	for (int i = 0; i < N; i++)
		ck_assert_str_eq(parts.list[i].path, names[i]);
	parts_release(&parts);
	parts_find(&parts, "none/mail.log");
	ck_assert_uint_eq(parts.n, 0);
	parts_release(&parts);
	for (int i = 0; i < N; i++)
		unlink(names[i]);
	unlink("mail.log.old.1");
	rmdir("mail.log.3");
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(directory), 0);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("rotation");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, a_path, 0, sizeof rows / sizeof *rows);
	tcase_add_test(all, parts_stand_from_old_to_young);
	suite_add_tcase(suite, all);
	return suite;
}
