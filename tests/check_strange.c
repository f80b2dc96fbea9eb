/* check_strange.c - unrecognised lines by shape, and masking them.
 * SPDX-License-Identifier: MIT */
#include "tally/strange.h"

#include "reply/mask.h"
#include "suite.h"

#include <stdlib.h>

static void add(struct strange *strange, struct slice service, struct slice text, uint64_t number)
{
	struct line line = { .raw = text, .service = service, .text = text, .repeats = 3 };

	strange_add(strange, &line, number);
}

START_TEST(shapes_are_joined_in_the_order_of_the_log)
{
	struct strange *all = strange_new(), *first = strange_new(), *second = strange_new();
	struct strange_shape *shapes;

	add(first, SLICE("a/smtp"), SLICE("rule 12 of <kim@example.org>"), 4);
	add(first, SLICE("a/smtp"), SLICE("rule 7 of <roe@example.net>"), 5);
	add(first, SLICE("b/smtp"), SLICE("rule 7 of <roe@example.net>"), 6);
	add(second, SLICE("b/smtp"), SLICE("rule 8 of <roe@example.net>"), 1);
	add(second, SLICE("b/smtp"), SLICE("rule 9 of <roe@example.net>"), 2);
	add(second, SLICE("c"), SLICE(""), 9);
	strange_join(all, first, 1, 100);
	strange_join(all, second, 1, 200);
	ck_assert_uint_eq(strange_shapes(all, &shapes), 3);
	ck_assert(slice_eq(shapes[0].service, SLICE("b/smtp")) && slice_eq(shapes[0].text, SLICE("rule <n> of <address>")));
	ck_assert(slice_eq(shapes[0].sample, SLICE("rule 7 of <roe@example.net>")));
	ck_assert_uint_eq(shapes[0].count, 3); /* lines, whatever they repeat */
	ck_assert_uint_eq(shapes[0].line, 106);
	ck_assert_uint_eq(shapes[0].input, 1);
	ck_assert(slice_eq(shapes[1].service, SLICE("a/smtp")) && slice_eq(shapes[1].sample, SLICE("rule 12 of <kim@example.org>")));
	ck_assert_uint_eq(shapes[1].line, 104);
	ck_assert(slice_eq(shapes[2].service, SLICE("c")) && shapes[2].text.n == 0);
	ck_assert_uint_eq(shapes[2].line, 209);
	ck_assert_uint_eq(strange_rest(all), 0);
	free(shapes);
	strange_free(all);
	strange_free(first);
	strange_free(second);
}
END_TEST

/* "word" for each number, in letters, so that each is a shape. */
static struct slice shape_text(int number, char room[16])
{
	size_t n = 0;

	for (room[n++] = 'w'; number > 0; number /= 20)
		room[n++] = (char)('a' + number % 20);
	return (struct slice){ room, n };
}

START_TEST(too_many_shapes_are_counted_together)
{
	struct strange *all = strange_new(), *chunk = strange_new();
	struct strange_shape *shapes;
	char room[16];

	for (int i = 0; i < STRANGE_SHAPES_MAX + 50; i++)
		add(chunk, SLICE("s"), shape_text(i, room), (uint64_t)i + 1);
	add(chunk, SLICE("s"), shape_text(3, room), 99999);
	ck_assert_uint_eq(strange_rest(chunk), 50);
	strange_join(all, chunk, 0, 0);
	strange_join(all, chunk, 0, 20000);
	ck_assert_uint_eq(strange_rest(all), 100);
	ck_assert_uint_eq(strange_shapes(all, &shapes), STRANGE_SHAPES_MAX);
	ck_assert_uint_eq(shapes[0].count, 4);
	ck_assert(slice_eq(shapes[0].text, shape_text(3, room)));
	ck_assert_uint_eq(shapes[1].count, 2);
	ck_assert_uint_eq(shapes[1].line, 1);
	free(shapes);
	strange_free(all);
	strange_free(chunk);
}
END_TEST

static const struct {
	const char *text, *masked;
} masks[] = {
	{ "from <kim.b+x@example.org> to=roe@example.net,", "from <<user>@example.org> <user>@example.net," },
	{ "<\"a \\\" b\"@example.org> \"c\"@d.example \"@e.example", "<<user>@example.org> <user>@d.example \"@e.example" },
	{ "@ a @b c@", "@ a @b <user>@" },
	{ "a@b@c", "<user>@<user>@c" },
	{ "почта@пример.рф 5.7.1 at 12:00", "<user>@пример.рф 5.7.1 at 12:00" },
	{ "nobody", "nobody" },
	{ "", "" },
};

START_TEST(local_parts_are_masked)
{
	struct buffer out = { 0 };

	mask_local_parts(slice_of(masks[_i].text), &out);
	ck_assert_str_eq(buffer_string(&out), masks[_i].masked);
	buffer_release(&out);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("strange");
	TCase *tc = tcase_create("all");

	tcase_add_test(tc, shapes_are_joined_in_the_order_of_the_log);
	tcase_add_test(tc, too_many_shapes_are_counted_together);
	tcase_add_loop_test(tc, local_parts_are_masked, 0, sizeof masks / sizeof *masks);
	suite_add_tcase(suite, tc);
	return suite;
}
