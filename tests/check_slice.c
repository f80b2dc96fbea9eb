/* check_slice.c - comparing, cutting, globs. SPDX-License-Identifier: MIT */
#include "base/slice.h"

#include "suite.h"

static const struct {
	const char *text, *glob;
	bool fits;
} globs[] = {
	{ "postfix/smtp", "*/smtp", true },
	{ "postfix/submission/smtpd", "*/smtpd", true },
	{ "postfix/smtpd", "*/smtp", false },
	{ "smtp", "*/smtp", false },
	{ "MX1.Example.ORG", "*.example.org", true },
	{ "aab", "*ab", true },
	{ "abcabd", "a*b?", true },
	{ "ab", "ab*", true },
	{ "abc", "ab*bc", false },
	{ "abbc", "ab*bc", true },
	{ "a", "?*", true },
	{ "", "?*", false },
	{ "a-b-c", "?*-*c", true },
	{ "a-c", "?*-*-c", false },
	{ "xab", "*a**b", true },
	{ "", "*", true },
	{ "", "?", false },
	{ "x", "", false },
	{ "", "", true },
};

START_TEST(glob)
{
	ck_assert_int_eq(slice_glob(slice_of(globs[_i].text), slice_of(globs[_i].glob)), globs[_i].fits);
}
END_TEST

START_TEST(split_keeps_empty_parts)
{
	static const char *const parts[] = { "a", "", "b", "" };
	struct slice rest = SLICE("a,,b,"), part;
	size_t n = 0;

	while (slice_split(&rest, ',', &part)) {
		ck_assert_uint_lt(n, 4);
		ck_assert(slice_eq(part, slice_of(parts[n++])));
	}
	ck_assert_uint_eq(n, 4);
}
END_TEST

START_TEST(order_is_of_bytes)
{
	ck_assert_int_lt(slice_cmp(SLICE("a"), SLICE("ab")), 0);
	ck_assert_int_gt(slice_cmp(SLICE("\xff"), SLICE("a")), 0);
	ck_assert_int_eq(slice_cmp(SLICE(""), SLICE("")), 0);
}
END_TEST

START_TEST(numbers)
{
	uint64_t value = 7;

	ck_assert(slice_to_u64(SLICE("0042"), &value));
	ck_assert_uint_eq(value, 42);
	ck_assert(!slice_to_u64(SLICE(""), &value));
	ck_assert(!slice_to_u64(SLICE("4x"), &value));
	ck_assert(!slice_to_u64(SLICE("9999999999999999999"), &value));
}
END_TEST

START_TEST(find)
{
	ck_assert_int_eq(slice_find(SLICE("status=sent"), SLICE("sent")), 7);
	ck_assert_int_eq(slice_find(SLICE("sen"), SLICE("sent")), -1);
	ck_assert_int_eq(slice_find(SLICE(""), SLICE("")), 0);
	ck_assert(slice_ends_nocase(SLICE("mx.EXAMPLE.org"), SLICE(".example.org")));
	ck_assert(slice_eq(slice_trim(SLICE(" \ta b ")), SLICE("a b")));
}
END_TEST

/* A needle of every length at every place of texts of every length, behind a copy of
 * which only the middle is wrong. */
START_TEST(find_anywhere)
{
	enum { TEXT = 70 };
	char text[TEXT];

	for (size_t n = 1; n <= 20; n++)
		for (size_t length = n; length <= TEXT; length++)
			for (size_t at = 0; at + n <= length; at++) {
				struct slice needle = { text + at, n }, whole = { text, length };

				memset(text, '.', sizeof text);
				memset(text + at, 'm', n);
				text[at] = 'a';
				text[at + n - 1] = 'z';
				if (n > 2 && at >= n) {
					memcpy(text + at - n, text + at, n);
					text[at - n + n / 2] = '!';
				}
				ck_assert_int_eq(slice_find(whole, needle), (ptrdiff_t)at);
				ck_assert_int_eq(slice_find((struct slice){ text, at + n - 1 }, needle), -1);
			}
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("slice");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, glob, 0, sizeof globs / sizeof *globs);
	tcase_add_test(all, split_keeps_empty_parts);
	tcase_add_test(all, order_is_of_bytes);
	tcase_add_test(all, numbers);
	tcase_add_test(all, find);
	tcase_add_test(all, find_anywhere);
	suite_add_tcase(suite, all);
	return suite;
}
