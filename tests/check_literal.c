/* check_literal.c - many literals in one pass. SPDX-License-Identifier: MIT */
#include "pattern/literal.h"

#include "suite.h"

#include <stdio.h>

static const struct slice set[] = {
	SLICE_INIT(" status="), SLICE_INIT(": removed"), SLICE_INIT("=>"), SLICE_INIT("reject: "), SLICE_INIT("x"), SLICE_INIT("ee"), SLICE_INIT("eee"),
};
enum { N_SET = sizeof set / sizeof *set };

static const struct {
	struct slice text;
	uint64_t found;
} texts[] = {
	{ SLICE_INIT("4ABC: removed"), 1 << 1 },
	{ SLICE_INIT(": to=<a@b>, status=sent"), 1 << 0 },
	{ SLICE_INIT("=>"), 1 << 2 },
	{ SLICE_INIT("="), 0 },
	{ SLICE_INIT(""), 0 },
	{ SLICE_INIT("a x"), 1 << 4 },
	{ SLICE_INIT("ee"), 1 << 5 },
	{ SLICE_INIT("eee"), 1 << 5 | 1 << 6 },
	{ SLICE_INIT("reject: x => status= removed"), 1 << 3 | 1 << 4 | 1 << 2 | 1 << 0 },
	{ SLICE_INIT("status=reject:"), 0 },
	{ SLICE_INIT("\0\0 status=\0"), 1 << 0 },
	{ SLICE_INIT("a line that is long enough for wide steps and has its end at the end: removed"), 1 << 1 },
};

START_TEST(scan)
{
	struct literals *literals = literals_new(set, N_SET);
	uint64_t found[1] = { ~(uint64_t)0 };

	literals_scan(literals, texts[_i].text, found);
	ck_assert_uint_eq(found[0], texts[_i].found);
	literals_free(literals);
}
END_TEST

/* Against the plain search, at every offset of a padded text. */
START_TEST(every_place_is_seen)
{
	struct literals *literals = literals_new(set, N_SET);
	char text[100];

	for (size_t i = 0; i < N_SET; i++)
		for (size_t at = 0; at + set[i].n <= sizeof text; at++) {
			uint64_t found[1];

			memset(text, '.', sizeof text);
			memcpy(text + at, set[i].p, set[i].n);
			literals_scan(literals, (struct slice){ text, sizeof text }, found);
			for (size_t k = 0; k < N_SET; k++)
				ck_assert_int_eq(found[0] >> k & 1, slice_find((struct slice){ text, sizeof text }, set[k]) >= 0);
		}
	literals_free(literals);
}
END_TEST

START_TEST(more_than_one_word_of_bits)
{
	struct slice many[200];
	char text[200][8];
	uint64_t found[4];
	struct literals *literals;

	for (size_t i = 0; i < 200; i++) {
		snprintf(text[i], sizeof text[i], "<%03zu>", i);
		many[i] = slice_of(text[i]);
	}
	literals = literals_new(many, 200);
	literals_scan(literals, SLICE("a <003> b <199> <064>"), found);
	ck_assert_uint_eq(found[0], 1u << 3);
	ck_assert_uint_eq(found[1], 1);
	ck_assert_uint_eq(found[2], 0);
	ck_assert_uint_eq(found[3], 1u << (199 - 192));
	literals_free(literals);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("literal");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, scan, 0, sizeof texts / sizeof *texts);
	tcase_add_test(all, every_place_is_seen);
	tcase_add_test(all, more_than_one_word_of_bits);
	suite_add_tcase(suite, all);
	return suite;
}
