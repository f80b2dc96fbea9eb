/* check_needs.c - literals that no match lacks. SPDX-License-Identifier: MIT */
#include "pattern/needs.h"

#include "suite.h"

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
	{ "^(?:status=)?a", "a", "" },
	{ "[^]x(]status=[[]", "", "status=[" },
	{ "(?=a)(?!b)(?|c|d)(?<e>f)(?>g)x: ", "", "fgx: " },
	{ "status={0}", "", "status" },
	{ "sta\\.us=", "", "sta.us=" },
	{ "sta\\dus=", "", "sta" },
	/* not read */
	{ "\\Qabc", "", "" },
	{ "(?i)status=", "", "" },
	{ "(*ACCEPT)status=", "", "" },
	{ "(?#status=", "", "" },
	{ "[status=", "", "" },
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

	tcase_add_loop_test(tc, what_a_text_lacks, 0, sizeof lacking / sizeof *lacking);
	suite_add_tcase(suite, tc);
	return suite;
}
