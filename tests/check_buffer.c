/* check_buffer.c - quoting of what strangers wrote. SPDX-License-Identifier: MIT */
#include "base/buffer.h"

#include "base/utf8.h"
#include "suite.h"

static const struct {
	struct slice text;
	const char *terminal, *tsv, *json;
} quoted[] = {
	{ SLICE_INIT("plain"), "plain", "plain", "\"plain\"" },
	{ SLICE_INIT(""), "", "-", "\"\"" },
	{ SLICE_INIT("-"), "-", "\\x2d", "\"-\"" },
	{ SLICE_INIT("a\tb\n"), "a\\tb\\n", "a\\tb\\n", "\"a\\tb\\n\"" },
	{ SLICE_INIT("\x1b[31m"), "\\x1b[31m", "\\x1b[31m", "\"\\u001b[31m\"" },
	{ SLICE_INIT("\xc2\x9b" "31m"), "\\xc2\\x9b31m", "\\xc2\\x9b31m", "\"\\u009b31m\"" }, /* C1 CSI */
	{ SLICE_INIT("\x00x"), "\\x00x", "\\x00x", "\"\\u0000x\"" },
	{ SLICE_INIT("\xff"), "\\xff", "\\xff", "\"\xef\xbf\xbd\"" },
	{ SLICE_INIT("\xe2\x80\xae" "evil"), "\\xe2\\x80\\xaeevil", "\\xe2\\x80\\xaeevil", "\"\\u202eevil\"" },
	{ SLICE_INIT("\xe2\x80\x8b"), "\\xe2\\x80\\x8b", "\\xe2\\x80\\x8b", "\"\\u200b\"" }, /* zero width */
	{ SLICE_INIT("\xf3\xa0\x81\x81"), "\\xf3\\xa0\\x81\\x81", "\\xf3\\xa0\\x81\\x81", "\"\\udb40\\udc41\"" }, /* a tag */
	{ SLICE_INIT("a\\\"b"), "a\\\"b", "a\\\\\"b", "\"a\\\\\\\"b\"" },
	{ SLICE_INIT("почта"), "почта", "почта", "\"почта\"" },
	{ SLICE_INIT("\xed\xa0\x80"), "\\xed\\xa0\\x80", "\\xed\\xa0\\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
};

START_TEST(quoting)
{
	struct buffer buf = { 0 };

	buffer_terminal(&buf, quoted[_i].text);
	ck_assert_str_eq(buffer_string(&buf), quoted[_i].terminal);
	buf.n = 0;
	buffer_tsv(&buf, quoted[_i].text);
	ck_assert_str_eq(buffer_string(&buf), quoted[_i].tsv);
	buf.n = 0;
	buffer_json(&buf, quoted[_i].text);
	ck_assert_str_eq(buffer_string(&buf), quoted[_i].json);
	ck_assert(utf8_valid(buffer_slice(&buf)));
	buffer_release(&buf);
}
END_TEST

static const struct {
	const char *text;
	size_t width;
} widths[] = {
	{ "abc", 3 }, { "почта", 5 }, { "日本語", 6 }, { "e\xcc\x81", 1 }, { "", 0 }, { "\xff", 1 },
};

START_TEST(width)
{
	ck_assert_uint_eq(utf8_width(slice_of(widths[_i].text)), widths[_i].width);
}
END_TEST

START_TEST(fit_cuts_whole_characters)
{
	ck_assert(slice_eq(utf8_fit(SLICE("日本語"), 5), SLICE("日本")));
	ck_assert(slice_eq(utf8_fit(SLICE("abc"), 9), SLICE("abc")));
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("buffer");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, quoting, 0, sizeof quoted / sizeof *quoted);
	tcase_add_loop_test(all, width, 0, sizeof widths / sizeof *widths);
	tcase_add_test(all, fit_cuts_whole_characters);
	suite_add_tcase(suite, all);
	return suite;
}
