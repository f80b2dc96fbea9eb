/* check_journal.c - which entries of a journal are new.
 * SPDX-License-Identifier: MIT */
#include "input/journal.h"

#include "suite.h"

#include <stdlib.h>
#include <string.h>

#define S "0123456789abcdef0123456789abcdef"
#define T "fedcba9876543210fedcba9876543210"
#define ENTRY(sequence, number) "{\"MESSAGE\":\"" number "\",\"__CURSOR\":\"s=" sequence ";i=" number ";b=0\"}\n"

static const struct {
	const char *line;
	bool has;
	uint64_t number;
} cursors[] = {
	{ "{\"__CURSOR\":\"s=" S ";i=1f;b=0\"}", true, 0x1f },
	{ "{\"A\":\"b\",\"__CURSOR\" : \"s=" S ";i=ffffffffffffffff\"}", true, UINT64_MAX },
	{ "data: {\"__CURSOR\":\"s=" S ";i=1\"}", true, 1 },
	{ "\x1e{\"__CURSOR\":\"s=" S ";i=1\"}", true, 1 },
	{ "{\"__CURSOR\":\"s=" S ";i=\"}", false, 0 },
	{ "{\"__CURSOR\":\"s=0123;i=1\"}", false, 0 },
	{ "{\"__CURSOR\":\"s=" S "0;i=1\"}", false, 0 },
	{ "{\"__CURSOR\":\"i=1;s=" S "\"}", false, 0 },
	{ "{\"__CURSOR\":\"s=" S, false, 0 },
	{ "{\"__CURSOR\":", false, 0 },
	{ "{}", false, 0 },
	{ "", false, 0 },
	/* what somebody writes into a message */
	{ "{\"MESSAGE\":\"\\\"__CURSOR\\\":\\\"s=" S ";i=1\\\"\"}", false, 0 },
	{ "Nov 20 10:00:00 mx1 a: {\"__CURSOR\":\"s=" S ";i=1\"}", false, 0 },
};

START_TEST(a_cursor)
{
	struct slice id;
	uint64_t number = 0;

	ck_assert_int_eq(journal_cursor(slice_of(cursors[_i].line), &id, &number), cursors[_i].has);
	if (!cursors[_i].has)
		return;
	ck_assert_uint_eq(number, cursors[_i].number);
	ck_assert(slice_eq(id, SLICE(S)));
}
END_TEST

/* In S entries up to 0x10 were counted, in T none. NULL: refused, with what is to be told. */
static const struct {
	const char *given, *new, *told;
	uint64_t place; /* in S */
} streams[] = {
	{ ENTRY(S, "f") ENTRY(S, "10") ENTRY(S, "11"), ENTRY(S, "11"), NULL, 0x11 },
	{ ENTRY(S, "10") ENTRY(S, "20"), ENTRY(S, "20"), NULL, 0x20 },
	{ ENTRY(S, "11") ENTRY(S, "12"), ENTRY(S, "11") ENTRY(S, "12"), NULL, 0x12 },
	{ ENTRY(S, "9") ENTRY(S, "a"), "", NULL, 0x10 },
	{ ENTRY(S, "f") ENTRY(S, "11"), NULL, "another choice", 0x10 },
	{ ENTRY(S, "12") ENTRY(S, "11"), NULL, "--reverse", 0x10 },
	{ ENTRY(S, "12") ENTRY(S, "12"), NULL, "--reverse", 0x10 },
	{ ENTRY(S, "10") ENTRY(T, "1") ENTRY(S, "11") ENTRY(T, "2"), ENTRY(T, "1") ENTRY(S, "11") ENTRY(T, "2"), NULL, 0x11 },
	/* lines without a cursor go with the entry before; half a line is left */
	{ ENTRY(S, "10") "of it\n" ENTRY(S, "11") "of that\n{\"", ENTRY(S, "11") "of that\n", NULL, 0x11 },
	{ ENTRY(S, "11") "{\"__CURSOR\":\"s=" S ";i=12", ENTRY(S, "11"), NULL, 0x11 },
};

START_TEST(a_stream)
{
	struct journal journal = { 0 };
	struct journal_place *place = journal_place(&journal, SLICE(S));
	char *lines = strdup(streams[_i].given);
	struct error err;
	ptrdiff_t n;

	place->counted = place->given = 0x10;
	n = journal_pass(&journal, lines, strlen(lines), "standard input", &err);
	if (streams[_i].new) {
		ck_assert_int_ge(n, 0);
		ck_assert(slice_eq((struct slice){ lines, (size_t)n }, slice_of(streams[_i].new)));
	} else {
		ck_assert_int_lt(n, 0);
		ck_assert_msg(strstr(err.text, streams[_i].told) != NULL, "%s", err.text);
	}
	ck_assert_uint_eq(journal_place(&journal, SLICE(S))->given, streams[_i].place);
	journal_release(&journal);
	free(lines);
}
END_TEST

Suite *make_suite(void)
{
	TCase *tcase = tcase_create("journal");
	Suite *suite = suite_create("journal");

	tcase_add_loop_test(tcase, a_cursor, 0, sizeof cursors / sizeof *cursors);
	tcase_add_loop_test(tcase, a_stream, 0, sizeof streams / sizeof *streams);
	suite_add_tcase(suite, tcase);
	return suite;
}
