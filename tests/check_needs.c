/* check_needs.c - literals that no match lacks. SPDX-License-Identifier: MIT */
#include "pattern/needs.h"

#include "suite.h"

static const struct {
	const char *regex, *literal;
	bool needs;
} rows[] = {
	{ "^a: status=(?<status>sent) ", "status=", true },
	{ "^(?:a, )?+status=b", "status=", true },
	{ "status=", "status=", true },
	{ "sstatus=", "status=", true },
	{ "\\(a\\) said: ", "(a) said: ", true },
	{ "[^]x(]status=[[]", "status=", true },
	{ "(?=a)(?!b)(?|c|d)(?<e>f)(?>g)x: ", "x: ", true },
	{ "a\\|b", "a|b", true },
	/* within groups, alternatives and classes */
	{ "^(?:status=)?a", "status=", false },
	{ "(status=|stat=)", "status=", false },
	{ "a|status=", "status=", false },
	{ "status=|a", "status=", false },
	{ "[status=]", "status=", false },
	{ "[]status=]", "status=", false },
	{ "(?!status=)a", "status=", false },
	/* a quantifier makes the last byte optional or repeats it */
	{ "status=?", "status=", false },
	{ "status=*", "status=", false },
	{ "status={0}", "status=", false },
	{ "sta?tus=", "status=", false },
	{ "stat(?:u)s=", "status=", false },
	{ "sta.us=", "status=", false },
	{ "sta\\tus=", "status=", false },
	{ "sta\\dus=", "status=", false },
	/* not looked into */
	{ "\\Q|\\Estatus=", "status=", false },
	{ "(?i)status=", "status=", false },
	{ "(?x)status=", "status=", false },
	{ "(*ACCEPT)status=", "status=", false },
	{ "(?#status=", "status=", false },
	{ "[[:alpha:]]status=", "status=", false },
	{ "status=", "", false },
	{ "", "status=", false },
	{ "status", "status=", false },
	{ "[status=", "status=", false },
	{ "\\", "\\", false },
};

START_TEST(needs)
{
	ck_assert_msg(regex_needs(slice_of(rows[_i].regex), slice_of(rows[_i].literal)) == rows[_i].needs,
	              "%s: %s", rows[_i].regex, rows[_i].literal);
}
END_TEST

static const struct {
	const char *regex, *text, *lacks;
} lacking[] = {
	{ "^(?<id>[0-9A-Z]{6}) <= (?<from>\\S++) H=(?<relay>a|b)(?: |$)", "1A <= a U=b", " H=" },
	{ "^(?<id>[0-9A-Z]{6}) <= (?<from>\\S++) H=(?<relay>a|b)(?: |$)", "1A <= a H=c", "" },
	{ "^from=(.*), size=\\d+,(?=[^\\[]*+\\[).* relay=", "from=a, size=1, relay=b", "[" },
	{ "^from=(.*), size=\\d+,(?![^\\[]*+\\[).* relay=", "from=a, size=1, relay=b", "" },
	{ "(?:a(b)c)d", "abc", "abcd" },
	{ "a(?:bc)+d", "a", "bc" },
	{ "a(?:bc)?d", "a", "d" },
	{ "a(?:bcd|bce)f", "a", "f" },
	{ "abc|abd", "a", "" },
	{ "ab+c", "", "ab" },
	{ "ab?c", "", "a" },
	{ "a{3}b", "", "a" },
	{ "ab*", "ac", "" },
	{ "a(?i:bcd)e", "", "a" },
	{ "a[b]c", "", "abc" },
	{ "a\\bb$", "", "ab" },
	{ "(?<!x)a(?=bc)", "a", "bc" },
	{ "\\Qabc", "", "" }, /* not read */
};

START_TEST(what_a_text_lacks)
{
	struct arena arena = { 0 };
	struct slice lacks = needs_but_lacks(syntax_read(slice_of(lacking[_i].regex), &arena), slice_of(lacking[_i].text), &arena);

	ck_assert_msg(slice_eq(lacks, slice_of(lacking[_i].lacks)), "%s: %.*s", lacking[_i].regex, SLICE_ARG(lacks));
	arena_release(&arena);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("needs");
	TCase *tc = tcase_create("all");

	tcase_add_loop_test(tc, needs, 0, sizeof rows / sizeof *rows);
	tcase_add_loop_test(tc, what_a_text_lacks, 0, sizeof lacking / sizeof *lacking);
	suite_add_tcase(suite, tc);
	return suite;
}
