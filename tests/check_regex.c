/* check_regex.c - a regex finds the same however often it was run, and says when it
 * does not compile. SPDX-License-Identifier: MIT */
#include "pattern/regex.h"

#include "suite.h"

#include <string.h>

/* By the length of the name; "x" is none. */
static int length_of(struct slice name)
{
	return slice_eq(name, SLICE("x")) ? -1 : (int)name.n;
}

static const struct {
	const char *regex, *text;
	int rc;
	size_t begin, end; /* of the last group that took part */
} runs[] = {
	{ "^a(?<one>b+)(c)?", "abbb", 2, 1, 4 },
	{ "^a(?<one>b+)(c)?", "abbc", 3, 3, 4 },
	{ "^a(?<one>b+)(c)?", "bab", 0, 0, 0 },
	{ "(?:(a)|b)*c", "abbc", 2, 0, 1 },
	{ "b$", "aab", 1, 2, 3 },
	{ "^(?:a*)*$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaX", -1, 0, 0 },
};

static struct slice filled(char *room, size_t n, const char *text)
{
	memset(room, 'z', n);
	memcpy(room, text, strlen(text));
	return (struct slice){ room, n };
}

static void check_run(const struct regex *regex, struct regex_match *match, struct slice text, int i)
{
	int rc = regex_run(regex, match, text);

	ck_assert_int_eq(rc, runs[i].rc);
	if (rc <= 0)
		return;
	ck_assert_uint_eq(regex_groups(match)[2 * rc - 2], runs[i].begin);
	ck_assert_uint_eq(regex_groups(match)[2 * rc - 1], runs[i].end);
}

START_TEST(the_same_however_often)
{
	struct regex *regex = regex_new(slice_of(runs[_i].regex), length_of);
	struct regex_match *match = regex_match_new();

	for (int n = 0; n < 40; n++)
		check_run(regex, match, slice_of(runs[_i].text), _i);
	regex_match_free(match);
	regex_free(regex);
}
END_TEST

/* A long text is not for the interpreter: what it finds has to be the same. */
START_TEST(the_same_at_any_length)
{
	static char room[5000];
	struct regex *regex = regex_new(SLICE("^ab(?<one>z+)$"), length_of);
	struct regex_match *match = regex_match_new();

	for (size_t n = 4; n < sizeof room; n = 2 * n + 1) {
		ck_assert_int_eq(regex_run(regex, match, filled(room, n, "ab")), 2);
		ck_assert_uint_eq(regex_groups(match)[3], n);
		ck_assert_int_eq(regex_run(regex, match, filled(room, n, "ac")), 0);
	}
	regex_match_free(match);
	regex_free(regex);
}
END_TEST

START_TEST(captures_in_the_order_of_their_groups)
{
	struct regex *regex = regex_new(SLICE("(?<ccc>a)(?<a>b)(c)(?<bb>d)(?<a>e)"), length_of);
	const struct capture *captures, wanted[] = { { 1, 3 }, { 2, 1 }, { 4, 2 }, { 5, 1 } };
	struct error err;

	ck_assert_int_eq(regex_compile(regex, &err), 0);
	ck_assert_uint_eq(regex_captures(regex, &captures), 4);
	for (size_t i = 0; i < 4; i++) {
		ck_assert_uint_eq(captures[i].group, wanted[i].group);
		ck_assert_int_eq(captures[i].slot, wanted[i].slot);
	}
	regex_free(regex);
}
END_TEST

static const struct {
	const char *regex, *says;
} bad[] = {
	{ "ab)c", "does not compile: unmatched closing parenthesis at byte 2, before \")c\"" },
	{ "(?<x>a)", "\"x\" is no name for a capture group" },
	{ "()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()",
	  "has 64 groups, at most 63" },
};

START_TEST(what_does_not_compile_gives_up)
{
	struct regex *regex = regex_new(slice_of(bad[_i].regex), length_of);
	struct regex_match *match = regex_match_new();
	struct error err;

	ck_assert_int_eq(regex_run(regex, match, SLICE("ab)c")), -1);
	ck_assert_int_eq(regex_compile(regex, &err), -1);
	ck_assert_msg(strstr(err.text, bad[_i].says) != NULL, "%s", err.text);
	ck_assert_int_eq(regex_run(regex, match, SLICE("ab)c")), -1);
	regex_match_free(match);
	regex_free(regex);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("regex");
	TCase *tc = tcase_create("all");

	tcase_add_loop_test(tc, the_same_however_often, 0, sizeof runs / sizeof *runs);
	tcase_add_test(tc, the_same_at_any_length);
	tcase_add_test(tc, captures_in_the_order_of_their_groups);
	tcase_add_loop_test(tc, what_does_not_compile_gives_up, 0, sizeof bad / sizeof *bad);
	suite_add_tcase(suite, tc);
	return suite;
}
