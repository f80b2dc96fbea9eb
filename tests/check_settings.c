/* check_settings.c - the command line: what is taken, what is refused.
 * SPDX-License-Identifier: MIT */
#include "cli/settings.h"

#include "suite.h"

enum { WORDS = 8 };

static int parse(struct settings *settings, char command, const char *const *words, struct error *err)
{
	char *argv[WORDS + 2] = { (char[]){ "smtplog-stats" } };
	int argc = 1;

	for (; argc <= WORDS && words[argc - 1]; argc++)
		argv[argc] = (char *)(uintptr_t)words[argc - 1];
	argv[argc] = NULL;
	return settings_parse(settings, command, argc, argv, err);
}

START_TEST(options_and_operands)
{
	static const char *const words[] = { "--top", "5", "mail.log", "-q", "--hop=a.example, 192.0.2.0/24", "--", "-x", NULL };
	struct settings settings;
	struct error err;

	ck_assert_int_eq(parse(&settings, 'R', words, &err), 0);
	ck_assert_int_eq(settings.top, 5);
	ck_assert(settings.quiet);
	ck_assert_uint_eq(settings.files.n, 2);
	ck_assert_str_eq(settings.files.text[0], "mail.log");
	ck_assert_str_eq(settings.files.text[1], "-x");
	ck_assert_uint_eq(settings.hops.n, 2);
	ck_assert_str_eq(settings.hops.text[1], "192.0.2.0/24");
	ck_assert_ptr_null(settings.hops.text[2]);
	ck_assert_int_eq(settings.jobs, -1);
	settings_release(&settings);
}
END_TEST

START_TEST(facets_go_into_the_filter)
{
	static const char *const words[] = { "--code", "4yz,550", "--domain=*.example.org", NULL };
	struct settings settings;
	struct error err;

	ck_assert_int_eq(parse(&settings, 'E', words, &err), 0);
	ck_assert_uint_eq(settings.filter.facet[FACET_CODE].n, 2);
	ck_assert(filter_accepts(&settings.filter, FACET_DOMAIN, SLICE("a.example.org")));
	ck_assert_uint_eq(settings.files.n, 0);
	settings_release(&settings);
}
END_TEST

static const struct {
	char command;
	const char *words[3];
	const char *says;
} bad[] = {
	{ 'R', { "--nonsense" }, "there is no option --nonsense" },
	{ 'R', { "-z" }, "there is no option -z" },
	{ 'R', { "--db" }, "--db needs an argument" },
	{ 'R', { "-d" }, "-d needs an argument" },
	{ 'R', { "--top", "many" }, "--top: \"many\" is no number" },
	{ 'R', { "--top", "-1" }, "--top: \"-1\" is no number from 0 to 1000000" },
	{ 'R', { "--jobs", "0" }, "--jobs: \"0\" is no number from 1 to 256" },
	{ 'R', { "--jobs", "99999999999" }, "is no number from 1 to 256" },
	{ 'E', { "--year", "1969" }, "is no number from 1970 to 2100" },
	{ 'I', { "--keep", "0" }, "--keep: \"0\" is no number of days" },
	{ 'I', { "--keep", "d" }, "--keep: \"d\" is no number of days" },
	{ 'R', { "--keep-days", "5w" }, "--keep-days: \"5w\" is no number of days" },
	{ 'M', { "--keep", "5d" }, "--keep is no option of this command" },
	{ 'R', { "--quiet=yes" }, "--quiet takes no argument" },
	{ 'E', { "--ra=1" }, "--raw takes no argument" },
	{ 'E', { "--db", "x" }, "--db is no option of this command" },
	{ 'X', { "--raw" }, "--raw is no option of this command" },
	{ 'R', { "--code", "abc" }, "is no reply code" },
};

START_TEST(a_wrong_option_is_named)
{
	struct settings settings;
	struct error err;

	ck_assert_int_eq(parse(&settings, bad[_i].command, bad[_i].words, &err), -1);
	ck_assert_msg(strstr(err.text, bad[_i].says) != NULL, "%s", err.text);
	settings_release(&settings);
}
END_TEST

static const struct {
	const char *option, *all, *messages, *lang;
	int is;
} langs[] = {
	{ NULL, "", "", "", LANG_EN },
	{ NULL, "", "", "ru_RU.UTF-8", LANG_RU },
	{ NULL, "C", "", "ru_RU.UTF-8", LANG_EN },
	{ NULL, "", "ru", "en_GB.UTF-8", LANG_RU },
	{ NULL, "de_DE", "ru", "ru", LANG_EN },
	{ "en", "ru_RU.UTF-8", "", "", LANG_EN },
	{ "ru", "C", "", "", LANG_RU },
	{ "tlh", "", "", "", -1 },
};

START_TEST(language)
{
	struct settings settings = { .lang = langs[_i].option };
	struct error err;

	setenv("LC_ALL", langs[_i].all, 1);
	setenv("LC_MESSAGES", langs[_i].messages, 1);
	setenv("LANG", langs[_i].lang, 1);
	ck_assert_int_eq(settings_lang(&settings, &err), langs[_i].is);
}
END_TEST

START_TEST(each_option_stands_in_the_help_of_its_command)
{
	struct buffer out = { 0 };

	settings_help('R', &out);
	ck_assert(slice_find(buffer_slice(&out), SLICE("--db DB")) > 0);
	ck_assert(slice_find(buffer_slice(&out), SLICE("--code LIST")) > 0);
	out.n = 0;
	settings_help('X', &out);
	ck_assert(slice_find(buffer_slice(&out), SLICE("--lang")) > 0);
	ck_assert(slice_find(buffer_slice(&out), SLICE("--raw")) < 0);
	out.n = 0;
	settings_help('E', &out);
	ck_assert(slice_find(buffer_slice(&out), SLICE("--raw")) > 0);
	ck_assert(slice_find(buffer_slice(&out), SLICE("--db")) < 0);
	buffer_release(&out);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("settings");
	TCase *all = tcase_create("all");

	tcase_add_test(all, options_and_operands);
	tcase_add_test(all, facets_go_into_the_filter);
	tcase_add_loop_test(all, a_wrong_option_is_named, 0, sizeof bad / sizeof *bad);
	tcase_add_loop_test(all, language, 0, sizeof langs / sizeof *langs);
	tcase_add_test(all, each_option_stands_in_the_help_of_its_command);
	suite_add_tcase(suite, all);
	return suite;
}
