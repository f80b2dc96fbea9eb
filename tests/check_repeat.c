/* check_repeat.c - what "last message repeated" means. SPDX-License-Identifier: MIT */
#include "scan/repeat.h"

#include "scan/carry.h"

#include "suite.h"

static struct zone *zone;
static struct prefix earlier;
enum { REFERENCE = 1798675200 }; /* 2026-12-31 */

static void set_up(void)
{
	struct error err;

	zone = zone_new("UTC", &err);
	ck_assert_ptr_nonnull(zone);
	prefix_init(&earlier, zone, REFERENCE);
}

static void tear_down(void)
{
	prefix_release(&earlier);
	zone_free(zone);
}

static struct line parse(const char *text)
{
	struct prefix prefix;
	struct line line;

	prefix_init(&prefix, zone, REFERENCE);
	prefix_parse(&prefix, slice_of(text), &line);
	return line;
}

static const struct {
	const char *text;
	uint32_t times;
} repeats[] = {
	{ "Nov 20 10:00:05 mx1 last message repeated 4 times", 4 },
	{ "Nov 20 10:00:05 last message repeated 1 time", 1 },
	{ "Nov 20 10:00:05 mx1 --- last message repeated 12 times ---", 12 },
	{ "Nov 20 10:00:05 mx1 last message repeated 0 times", 0 },
	{ "Nov 20 10:00:05 mx1 last message repeated 99999999999 times", 0 },
	{ "Nov 20 10:00:05 mx1 postfix/smtp[1]: x last message repeated 4 times", 0 },
	{ "Nov 20 10:00:05 mx1 imuxsock lost 4 messages from pid 1 due to rate-limiting", 0 },
	{ "Nov 20 10:00:05 mx1 postfix/smtp[1]: message repeated 4 times: [ x]", 0 },
};

START_TEST(times)
{
	struct line line = parse(repeats[_i].text);

	ck_assert_uint_eq(repeat_times(&line), repeats[_i].times);
}
END_TEST

#define MEANT "Nov 20 10:00:01 mx1 postfix/smtp[1]: meant\n"
#define OTHER "Nov 20 10:00:02 mx2 postfix/smtp[1]: another host's\n"
#define AGAIN "Nov 20 10:00:03 mx1 last message repeated 2 times\n"

static const struct {
	const char *before;
	bool found;
} searches[] = {
	{ MEANT, true },
	{ "Nov 20 09:00:00 mx1 x[1]: older\n" MEANT OTHER OTHER, true },
	{ MEANT AGAIN OTHER AGAIN, true },
	{ MEANT "\n\n" OTHER "no prefix\r\n", true },
	{ OTHER, false },
	{ AGAIN, false },
	{ "", false },
};

START_TEST(search)
{
	struct line line = parse("Nov 20 11:00:05 mx1 last message repeated 4 times"), out;

	ck_assert_int_eq(repeat_find(slice_of(searches[_i].before), &earlier, &line, &out), searches[_i].found);
	if (!searches[_i].found)
		return;
	ck_assert(slice_eq(out.text, SLICE("meant")));
	ck_assert(slice_eq(out.service, SLICE("postfix/smtp")));
	ck_assert_uint_eq(out.repeats, 4);
	ck_assert_int_eq(out.time, line.time);
}
END_TEST

START_TEST(a_tail_is_whole_lines)
{
	struct buffer chunk = { 0 };
	struct slice tail;

	ck_assert(slice_eq(carry_tail(SLICE("a\nb\n"), JOIN_REACH), SLICE("a\nb\n")));
	ck_assert(slice_eq(carry_tail(SLICE("a\nb\n"), 2), SLICE("b\n")));
	ck_assert_uint_eq(carry_tail(SLICE("a\nbb\n"), 2).n, 0);
	ck_assert_uint_eq(carry_tail(SLICE(""), JOIN_REACH).n, 0);
	while (chunk.n < 2 * JOIN_REACH)
		buffer_puts(&chunk, OTHER);
	tail = carry_tail(buffer_slice(&chunk), JOIN_REACH);
	ck_assert_uint_le(tail.n, JOIN_REACH);
	ck_assert_uint_gt(tail.n, JOIN_REACH - sizeof OTHER);
	ck_assert(slice_starts(tail, SLICE(OTHER)));
	buffer_release(&chunk);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("repeat");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, times, 0, sizeof repeats / sizeof *repeats);
	tcase_add_loop_test(tc, search, 0, sizeof searches / sizeof *searches);
	tcase_add_test(tc, a_tail_is_whole_lines);
	suite_add_tcase(suite, tc);
	return suite;
}
