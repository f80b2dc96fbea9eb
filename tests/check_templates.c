/* check_templates.c - a remembered template is the one that would be made.
 * SPDX-License-Identifier: MIT */
#include "reply/templates.h"

#include "suite.h"

/* Parts that could reach into each other, and addresses of all sorts. */
static const char *const parts[] = {
	"<kim@example.org>", "<a.b+c=d@mx-1.example.net>", "<550@192.example>", "<4.7.1@example.org>", "<Kim@EXAMPLE.org>",
	"<\"a b\"@example.org>", "<kim@[192.0.2.1]>", "<kim@xn--e1afmkfd.example>", "<-kim@example.org>", "<kim@example.org.>",
	"<kim@@example.org>", "<kim@a@b.example>", "<kim>", "<kim@>", "<>", "<<kim@example.org>>", "<user>", "<address>",
	"kim@example.org", "kim", "KIM", "kimono", "roe", "jane.roe", "\"", "@", "@[", "]", "<", ">", ":", "::", "\\n", "(", "?", "=",
	"550-5.7.1 ", "550 ", "5.1.1 ", " ", ", ", "User unknown", "blocked using", "listed in ", "zen.example.org", "192.0.2.1",
	"2001:db8::1", "https://example.org/", "12:30", "Nov 20 ", "dGhpcyBpcyBhIHRlc3Q+abc", "4F2A91B3C", "no?", "\xd0\xba", "\xff",
	"a long text that goes on for some time, so that what follows it may be cut off where the template ends, ",
};
enum { PARTS = sizeof parts / sizeof *parts };

static const struct reason_names name_lists[] = {
	{ .n = 0 },
	{ { { "kim", 3 } }, 1 },
	{ { { "jane.roe", 8 }, { "Kim", 3 } }, 2 },
	{ { { "a.b+c=d", 7 } }, 1 },
	{ { { "kim <a", 6 }, { "", 0 } }, 2 },
	{ { { "example", 7 } }, 1 },
};
enum { NAME_LISTS = sizeof name_lists / sizeof *name_lists };

static unsigned draw(uint64_t *state, unsigned below)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(*state >> 33) % below;
}

START_TEST(the_same_as_made_anew)
{
	struct templates templates;
	struct buffer text = { 0 }, expected = { 0 };
	uint64_t state = 1;

	templates_init(&templates);
	for (int i = 0; i < 100000; i++) {
		const struct reason_names *names = &name_lists[draw(&state, NAME_LISTS)];
		struct slice got;

		text.n = expected.n = 0;
		for (unsigned n = 1 + draw(&state, 5); n > 0; n--)
			buffer_puts(&text, parts[draw(&state, PARTS)]);
		reason_template(buffer_slice(&text), names, &expected);
		got = templates_of(&templates, buffer_slice(&text), names).text;
		ck_assert_msg(slice_eq(got, buffer_slice(&expected)), "%s: %.*s, not %s", buffer_string(&text), SLICE_ARG(got),
		              buffer_string(&expected));
	}
	templates_release(&templates);
	buffer_release(&text);
	buffer_release(&expected);
}
END_TEST

/* How many templates are made of these texts. */
static const struct {
	const char *texts[3];
	unsigned made;
} alike[] = {
	{ { "<a@example.org>: no such user", "<b.c@d-e.example>: no such user", "<f@g.example>: no such user" }, 1 },
	{ { "<a@example.org> no", "<a@example.org> yes", "<b@example.org> no" }, 2 },
	{ { "a <a@b.example> b <c@d.example>", "a <c@d.example> b <a@b.example>", "a  b <c@d.example>" }, 2 },
	{ { "full", "full", "full" }, 1 },
	{ { "<a@b.example>", "<a@b.example><a@b.example>", "" }, 3 },
	{ { "kim is unknown", "Kim is unknown", "<kim@example.org> is unknown" }, 1 }, /* the first two hold the name */
};

START_TEST(what_is_alike_is_made_once)
{
	static const struct reason_names names = { { { "kim", 3 } }, 1 };
	struct templates templates;

	templates_init(&templates);
	for (int i = 0; i < 3; i++)
		templates_of(&templates, slice_of(alike[_i].texts[i]), &names);
	ck_assert_uint_eq(templates.known.count, alike[_i].made);
	templates_release(&templates);
}
END_TEST

START_TEST(numbers_tell_templates_apart)
{
	struct templates templates;
	struct reason_names none = { .n = 0 };
	uint64_t full, other;

	templates_init(&templates);
	full = templates_of(&templates, SLICE("<a@b.example>: full"), &none).number;
	ck_assert_uint_ne(full, 0);
	ck_assert_uint_eq(full, templates_of(&templates, SLICE("<c@d.example>: full"), &none).number);
	/* not kept by its words, but the same template */
	ck_assert_uint_eq(full, templates_of(&templates, SLICE("<\"c\"@d.example>: full"), &none).number);
	other = templates_of(&templates, SLICE("<c@d.example>: empty"), &none).number;
	ck_assert_uint_ne(full, other);
	templates_release(&templates);
}
END_TEST

START_TEST(more_than_can_be_kept_is_forgotten)
{
	struct templates templates;
	struct reason_names none = { .n = 0 };
	struct buffer text = { 0 };

	templates_init(&templates);
	for (int i = 0; i < 2 * TEMPLATES_MAX + 10; i++) {
		text.n = 0;
		buffer_printf(&text, "rule R%d of <a@b%d.example>", i, i);
		ck_assert_uint_ne(templates_of(&templates, buffer_slice(&text), &none).number, 0);
		ck_assert_uint_le(templates.known.count, TEMPLATES_MAX);
	}
	templates_release(&templates);
	buffer_release(&text);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("templates");
	TCase *tc = tcase_create("all");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, the_same_as_made_anew);
	tcase_add_loop_test(tc, what_is_alike_is_made_once, 0, sizeof alike / sizeof *alike);
	tcase_add_test(tc, numbers_tell_templates_apart);
	tcase_add_test(tc, more_than_can_be_kept_is_forgotten);
	suite_add_tcase(suite, tc);
	return suite;
}
