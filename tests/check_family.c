/* check_family.c - what names tell of logs. SPDX-License-Identifier: MIT */
#include "input/family.h"

#include "suite.h"

#include <stdlib.h>

static const struct {
	const char *part, *whole;
	size_t n;
} rows[] = {
	{ "/var/log/exim4/rejectlog", "/var/log/exim4/mainlog", 0 },
	{ "paniclog", "mainlog", 0 },
	{ "/var/log/exim/reject.log", "/var/log/exim/main.log", 0 },
	{ "/var/log/exim_rejectlog", "/var/log/exim_mainlog", 0 },
	{ "exim-panic.log", "exim-main.log", 0 },
	{ "mail.err", "mail.log", 0 },
	{ "mail.err", "maillog", 1 },
	{ "mail.err", "mail", 2 },
	{ "mail.err", NULL, 3 },
	{ "/l/mail.info", "/l/mail.log", 0 },
	{ "/l/mail.warn", "/l/mail.log", 0 },
	{ "mx1-mail.warn", "mx1-mail.log", 0 },
	{ "syslog", "mail.log", 0 },
	{ "messages", "maillog", 1 },
	/* no parts of others */
	{ "mainlog", NULL, 0 },
	{ "mail.log", NULL, 0 },
	{ "hotmail.info", NULL, 0 },
	{ "unreject", NULL, 0 },
	{ "rejectlog/mx1", NULL, 0 },
	{ "-", NULL, 0 },
	{ "", NULL, 0 },
};

START_TEST(what_holds_a_log)
{
	char *whole = family_whole(rows[_i].part, rows[_i].n);

	if (rows[_i].whole)
		ck_assert_str_eq(whole, rows[_i].whole);
	else
		ck_assert_ptr_null(whole);
	free(whole);
}
END_TEST

static const struct {
	const char *name;
	bool other;
} kinds[] = {
	{ "/var/log/auth.log", true }, { "wtmp", true }, { "d/stats.db", true }, { "stats.db-wal", true },
	{ "system.journal", true }, { "user-1000@0006.journal~", true }, { "mail.log.offset", true }, { "cron", true },
	{ "mail.log", false }, { "mx1.example.org", false }, { "wtmp/mail.log", false }, { "qmail-send", false },
	{ "current", false }, { "cronmail", false }, { "dbmail.log", false },
};

START_TEST(a_name_of_another_kind)
{
	ck_assert_int_eq(family_is_other(kinds[_i].name), kinds[_i].other);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("family");
	TCase *tcase = tcase_create("family");

	tcase_add_loop_test(tcase, what_holds_a_log, 0, sizeof rows / sizeof *rows);
	tcase_add_loop_test(tcase, a_name_of_another_kind, 0, sizeof kinds / sizeof *kinds);
	suite_add_tcase(suite, tcase);
	return suite;
}
