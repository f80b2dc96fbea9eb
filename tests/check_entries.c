/* check_entries.c - journal entries of many lines become lines, whatever they hold and
 * wherever they are cut. SPDX-License-Identifier: MIT */
#include "input/entries.h"

#include "suite.h"

#define CURSOR "__CURSOR=s=1;i=2\n"
#define BEGIN "{\"__CURSOR\":\"s=1;i=2\""
#define BYTES(literal) { literal, sizeof(literal) - 1 }

static const struct {
	struct slice given, lines;
} rows[] = {
	{ BYTES(CURSOR "MESSAGE=a=b\n\n"), BYTES(BEGIN ",\"MESSAGE\":\"a=b\"}\n") },
	{ BYTES(CURSOR "\n\n\n" CURSOR "\n"), BYTES(BEGIN "}\n" BEGIN "}\n") },
	{ BYTES(CURSOR "MESSAGE=\"\\\t\xff\n\n"), BYTES(BEGIN ",\"MESSAGE\":\"\\u0022\\u005c\\u0009\xff\"}\n") },
	/* a length, and a value that looks like the next entry */
	{ BYTES(CURSOR "MESSAGE\n\x0c\0\0\0\0\0\0\0a\n\n__CURSOR=\nB=c\n\n"),
	  BYTES(BEGIN ",\"MESSAGE\":\"a\\u000a\\u000a__CURSOR=\",\"B\":\"c\"}\n") },
	{ BYTES(CURSOR "MESSAGE\n\0\0\0\0\0\0\0\0\nB=c\n\n"), BYTES(BEGIN ",\"MESSAGE\":\"\",\"B\":\"c\"}\n") },
	/* a length that nothing has, and no end behind a value: the rest is looked at again */
	{ BYTES(CURSOR "MESSAGE\n\xff\xff\xff\xff\xff\xff\xff\xff\nB=c\n\n"), BYTES(BEGIN "}\n{\"B\":\"c\"}\n") },
	{ BYTES(CURSOR "MESSAGE\n\x01\0\0\0\0\0\0\0ab=\nB=c\n\n"), BYTES(BEGIN ",\"MESSAGE\":\"a\",\"B\":\"c\"}\n") },
	/* what is no field */
	{ BYTES(CURSOR "\nNov 20 10:00:00 mx1 a=b\n" CURSOR "\n"), BYTES(BEGIN "}\nNov 20 10:00:00 mx1 a=b\n" BEGIN "}\n") },
	{ BYTES(CURSOR "no field\n\n"), BYTES(BEGIN "}\n") },
	/* broken off: half a line, which has no end */
	{ BYTES(CURSOR "MESSAGE=a\n"), BYTES(BEGIN ",\"MESSAGE\":\"a\"") },
	{ BYTES(CURSOR "MESSAGE=a"), BYTES(BEGIN) },
	{ BYTES(CURSOR "MESSAGE\n\x0c\0\0\0\0\0\0\0a"), BYTES(BEGIN) },
	{ BYTES("{\n\t\"a\" : \"b\",\n\t\"c\" : [\n\t\t27,\n\t\t10\n\t]\n}\n{\n\t\"d\" : \"}\\\"\\\\\"\n}\n"),
	  BYTES("{ \t\"a\" : \"b\", \t\"c\" : [ \t\t27, \t\t10 \t] }\n{ \t\"d\" : \"}\\\"\\\\\" }\n") },
};

static void take_all(struct entries *entries, struct buffer *out)
{
	char piece[7];
	size_t n;

	while ((n = entries_take(entries, piece, sizeof piece)) > 0)
		buffer_add(out, (struct slice){ piece, n });
}

/* Cut into pieces of each size. */
START_TEST(entries)
{
	for (size_t size = 1; size <= rows[_i].given.n; size++) {
		struct entries *made = entries_new(rows[_i].given);
		struct slice rest = rows[_i].given;
		struct buffer out = { 0 };

		ck_assert_ptr_nonnull(made);
		while (rest.n) {
			size_t n = rest.n < size ? rest.n : size;

			entries_give(made, (struct slice){ rest.p, n });
			take_all(made, &out);
			rest = slice_from(rest, n);
		}
		entries_end(made);
		take_all(made, &out);
		ck_assert_msg(slice_eq(buffer_slice(&out), rows[_i].lines), "%zu: %s", size, buffer_string(&out));
		buffer_release(&out);
		entries_free(made);
	}
}
END_TEST

START_TEST(other_forms)
{
	ck_assert_ptr_null(entries_new(SLICE("Nov 20 10:00:00 mx1 postfix/smtp[9]: __CURSOR=")));
	ck_assert_ptr_null(entries_new(SLICE("{\"__CURSOR\":\"s=1\"}\n")));
	ck_assert_ptr_null(entries_new(SLICE("{ }")));
}
END_TEST

/* What a log line has no use for takes no room. */
START_TEST(a_large_value)
{
	struct entries *made = entries_new(SLICE(CURSOR));
	struct buffer given = { 0 }, out = { 0 };

	for (int field = 0; field < 100; field++) {
		buffer_puts(&given, field ? "" : CURSOR);
		buffer_printf(&given, "F%d=", field);
		for (int i = 0; i < 100000; i++)
			buffer_byte(&given, 'x');
		buffer_byte(&given, '\n');
	}
	buffer_byte(&given, '\n');
	entries_give(made, buffer_slice(&given));
	take_all(made, &out);
	ck_assert_uint_lt(out.n, 1 << 20);
	ck_assert(slice_ends(buffer_slice(&out), SLICE("x\"}\n")));
	buffer_release(&given);
	buffer_release(&out);
	entries_free(made);
}
END_TEST

Suite *make_suite(void)
{
	TCase *tcase = tcase_create("entries");
	Suite *suite = suite_create("entries");

	tcase_add_loop_test(tcase, entries, 0, sizeof rows / sizeof *rows);
	tcase_add_test(tcase, other_forms);
	tcase_add_test(tcase, a_large_value);
	suite_add_tcase(suite, tcase);
	return suite;
}
