/* check_digest.c - SPDX-License-Identifier: MIT */
#include "base/digest.h"

#include "suite.h"

/* They are stored (checkpoints), so they must never change. Reckoned by another program
 * after the paper on SipHash. */
static const struct {
	uint64_t before;
	struct slice bytes;
	uint64_t sum;
} rows[] = {
	{ 0, SLICE_INIT(""), 0x5868baffe3b45afe },
	{ 0, SLICE_INIT("a"), 0x5fdb885895393e82 },
	{ 0, SLICE_INIT("12345678"), 0xdc5ff9d456939a08 },
	{ 1, SLICE_INIT("12345678"), 0xedd775d3111191bf },
	{ UINT64_MAX, SLICE_INIT("Nov 21 10:00:00 mx postfix\n\0\xff"), 0xb5fca201fb03dfc7 },
};

START_TEST(stays)
{
	ck_assert_uint_eq(digest(rows[_i].before, rows[_i].bytes), rows[_i].sum);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("digest");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, stays, 0, sizeof rows / sizeof *rows);
	suite_add_tcase(suite, all);
	return suite;
}
