/* check_dated.c - up to when a file's lines may be, and how times follow each other.
 * SPDX-License-Identifier: MIT */
#include "input/dated.h"
#include "input/times.h"

#include "suite.h"

enum { MTIME = 1795262400 }; /* 2026-11-21T12:00:00Z */

static const struct {
	const char *path;
	int64_t until;
} names[] = {
	{ "/var/log/mail.log", MTIME },
	{ "mail.log.1", MTIME },
	{ "mail.log-20251120", 1763683200 },      /* 2025-11-21T00:00:00Z */
	{ "mail.log-20251120.gz", 1763683200 },
	{ "mail-2025-11-20.log", 1763683200 },
	{ "mail.log-2025112013", 1763683200 },
	{ "mail.log-202511", 1764547200 },        /* 2025-12-01T00:00:00Z */
	{ "mail.log-202512", 1767225600 },        /* 2026-01-01T00:00:00Z */
	{ "mail.log-1763640000", 1763640000 },
	/* a date that tells nothing */
	{ "mail.log-20260601", MTIME },           /* it may have begun then */
	{ "mail.log-20261122", MTIME },
	{ "mail.log-20301122", MTIME },
	{ "mail.log-20112026", MTIME },
	{ "mail.log-20251320", MTIME },
	{ "mail.log-20251100", MTIME },
	{ "mail.log-99999999999999999999", MTIME },
	{ "/var/log-20251120/mail.log", MTIME },
	{ "standard input", MTIME },
};

START_TEST(a_name)
{
	ck_assert_int_eq(dated_until(names[_i].path, SLICE("Nov 20 10:00:00 mx1 a: b"), MTIME), names[_i].until);
}
END_TEST

#define GZIP(mtime) SLICE_INIT("\x1f\x8b\x08\x00" mtime "\x00\x03")

static const struct {
	struct slice front;
	int64_t until;
} fronts[] = {
	{ GZIP("\xc0\x01\x1f\x69"), 1763639744 },
	{ GZIP("\x00\x00\x00\x6a"), MTIME },          /* 2026-05: something may have been added */
	{ GZIP("\x00\x00\x00\x00"), MTIME },
	{ GZIP("\xff\xff\xff\xff"), MTIME },
	{ SLICE_INIT("\x1f\x8b\x08\x00\x01\x00\x00"), MTIME },
	{ SLICE_INIT(""), MTIME },
};

START_TEST(what_gzip_keeps)
{
	ck_assert_int_eq(dated_until("mail.log.2.gz", fronts[_i].front, MTIME), fronts[_i].until);
}
END_TEST

START_TEST(steps_back)
{
	static const int64_t seen[] = { 1000000, 1086400, 1000001, 2000000, 1900000, 1000000, 1000060 };
	struct times whole = { 0 }, front = { 0 }, back = { 0 };

	for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
		times_add(&whole, seen[i]);
		times_add(i < 4 ? &front : &back, seen[i]);
	}
	ck_assert_int_eq(whole.first, 1000000);
	ck_assert_int_eq(whole.last, 1000060);
	ck_assert_int_eq(whole.latest, 2000000);
	ck_assert_uint_eq(whole.steps_back, 2);
	ck_assert_int_eq(whole.from, 2000000);
	ck_assert_int_eq(whole.to, 1900000);
	times_join(&front, &back);
	ck_assert_int_eq(front.last, whole.last);
	ck_assert_int_eq(front.latest, whole.latest);
	ck_assert_uint_eq(front.steps_back, 2);
	ck_assert_int_eq(front.to, whole.to);
	times_join(&front, &(struct times){ 0 });
	ck_assert_uint_eq(front.steps_back, 2);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("dated");
	TCase *tcase = tcase_create("dated");

	tcase_add_loop_test(tcase, a_name, 0, sizeof names / sizeof *names);
	tcase_add_loop_test(tcase, what_gzip_keeps, 0, sizeof fronts / sizeof *fronts);
	tcase_add_test(tcase, steps_back);
	suite_add_tcase(suite, tcase);
	return suite;
}
