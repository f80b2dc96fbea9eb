/* check_mark.c - a log is known by its content. SPDX-License-Identifier: MIT */
#include "input/mark.h"

#include "base/mem.h"
#include "suite.h"

/* A log of lines of 50 bytes; `of` tells logs apart. */
enum { LINE = 50 };

static struct slice make_log(char *room, size_t n, char of)
{
	for (size_t i = 0; i < n; i++)
		room[i] = i % LINE == LINE - 1 ? '\n' : (char)('a' + i / LINE * 7 % 26);
	if (n > LINE / 2)
		room[LINE / 2] = of;
	return (struct slice){ room, n };
}

static struct slice front_of(struct slice log)
{
	return (struct slice){ log.p, log.n < MARK_BYTES ? log.n : MARK_BYTES };
}

static const struct {
	const char *about;
	size_t counted, size; /* bytes read up to the mark; bytes that are there now */
	char of;
	enum mark_fit fit;
} rows[] = {
	{ "nothing new", 500, 500, 'x', MARK_BEGINS },
	{ "a line more", 500, 550, 'x', MARK_BEGINS },
	{ "half a line more", 500, 520, 'x', MARK_BEGINS },
	{ "a long log has grown", 20000, 30000, 'x', MARK_BEGINS },
	{ "a log has grown beyond the front", 500, 30000, 'x', MARK_BEGINS },
	{ "counted to the middle of a line", 520, 550, 'x', MARK_BEGINS },
	{ "another log", 500, 550, 'y', MARK_OTHER },
	{ "another long one", 20000, 30000, 'y', MARK_OTHER },
	{ "another one, shorter", 500, 100, 'y', MARK_OTHER },
	{ "an empty one", 500, 0, 'x', MARK_OTHER },
	{ "its first line, not yet whole", 500, 40, 'x', MARK_OTHER },
	{ "its first line", 500, 50, 'x', MARK_WITHIN },
	{ "its first lines", 500, 150, 'x', MARK_WITHIN },
	{ "its first lines, the last one not yet whole", 500, 160, 'x', MARK_WITHIN },
	{ "the front of a long one", 20000, 1000, 'x', MARK_WITHIN },
	{ "more than that: the place decides", 20000, 5000, 'x', MARK_BEGINS },
};

START_TEST(fits)
{
	char counted[32768], found[32768];
	struct slice log = make_log(counted, rows[_i].counted, 'x'), now = make_log(found, rows[_i].size, rows[_i].of);
	struct mark mark = { 0 };

	mark_set(&mark, log.n, front_of(log), log);
	ck_assert_int_eq(mark_fits(&mark, front_of(now)), rows[_i].fit);
	mark_release(&mark);
}
END_TEST

START_TEST(ends)
{
	char room[32768];
	struct slice log = make_log(room, 20000, 'x');
	struct mark mark = { 0 };

	mark_set(&mark, log.n, front_of(log), log);
	ck_assert(mark_ends(&mark, log));
	ck_assert(mark_ends(&mark, slice_from(log, log.n - MARK_BYTES)));
	ck_assert(!mark_ends(&mark, slice_from(log, log.n - MARK_BYTES + 1)));
	room[log.n - 1] = ' ';
	ck_assert(!mark_ends(&mark, log));
	mark_release(&mark);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("mark");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, fits, 0, sizeof rows / sizeof *rows);
	tcase_add_test(all, ends);
	suite_add_tcase(suite, all);
	return suite;
}
