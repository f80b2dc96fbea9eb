/* check_pieces.c - plain addresses in brackets, and what stands around them.
 * SPDX-License-Identifier: MIT */
#include "reply/pieces.h"

#include "reply/bracketed.h"
#include "suite.h"

static const struct {
	const char *text;
	bool is_plain; /* all of it, but for what is behind a blank */
} addresses[] = {
	{ "<a@b>", true },
	{ "<a@b.example>", true },
	{ "<A_1.b-c+d=e@mx-1.b.example>", true },
	{ "<a.@b>", true },
	{ "<0@1>", true },
	{ "<z9@Z-0.a>", true },
	{ "<a.very.long.local.part.of.forty-eight.bytes.it.is@b>", true },
	{ "<a.very.long.local.part.and.domain@that.are.more.than.sixty-four.bytes.together.example>", true },
	{ "<local-part-that-ends-at-a-block@just-there.and-so-on.b.example>", true },
	{ "<a@b> <c@d>", true },
	{ "<a@b>@", true },
	{ "<", false },
	{ "<>", false },
	{ "<a>", false },
	{ "<a@>", false },
	{ "<@b>", false },
	{ "<.a@b>", false },
	{ "<-a@b>", false },
	{ "<+a@b>", false },
	{ "<a@b@c>", false },
	{ "<a@@c>", false },
	{ "<a@b.>", false },
	{ "<a@.b>", false },
	{ "<a@b..c>", false },
	{ "<a@b.-c>", false },
	{ "<a@b+c>", false },
	{ "<a@b=c>", false },
	{ "<a b@c>", false },
	{ "<a@b c>", false },
	{ "<a@b", false },
	{ "<a@b <c@d>", false },
	{ "<a<b@c>", false },
	{ "<a@[192.0.2.1]>", false },
	{ "<a@\xd0\xba.example>", false },
	{ "<\"a\"@b>", false },
	{ "<a/b@c>", false },
	{ "<a@b\x7f>", false },
	{ "<a:b@c>", false },
	{ "<`a@b>", false },
	{ "<a@b{>", false },
};

/* Near the end of the text it is looked at by bytes, elsewhere in blocks. */
START_TEST(a_plain_address_has_a_length)
{
	const struct slice text = slice_of(addresses[_i].text);
	const ptrdiff_t end = slice_find_byte(text, '>');
	char room[256];

	for (size_t more = 0; more < 100; more++) {
		memcpy(room, text.p, text.n);
		memset(room + text.n, more % 2 ? 'x' : '>', more);
		if (!addresses[_i].is_plain && end < 0 && more % 2 == 0)
			continue;
		ck_assert_uint_eq(bracketed_length((struct slice){ room, text.n + more }),
		                  addresses[_i].is_plain ? (size_t)end + 1 : 0);
	}
}
END_TEST

/* Each byte in each place of an address. */
START_TEST(blocks_say_the_same_as_bytes)
{
	static const char quoted[][20] = { "<ab.c+d@e-f.ghi.jk>", "<ab.c-d@e-f.ghi.jk>" };
	const char *plain = quoted[_i];
	char room[sizeof *quoted + 64];

	memset(room, 'x', sizeof room);
	for (size_t i = 1; i < sizeof *quoted - 1; i++)
		for (int c = 0; c < 256; c++) {
			size_t by_bytes, by_blocks;

			memcpy(room, plain, sizeof *quoted - 1);
			room[i] = (char)c;
			by_bytes = bracketed_length((struct slice){ room, i < 15 && c == '>' ? i + 1 : sizeof *quoted - 1 });
			by_blocks = bracketed_length((struct slice){ room, sizeof room });
			ck_assert_msg(by_bytes == by_blocks, "%zu: %d", i, c);
		}
}
END_TEST

static bool same(const char *a, const char *b)
{
	struct fingerprint x = fingerprint_of(0), y = fingerprint_of(0);

	ck_assert(pieces_fingerprint(slice_of(a), &x) && pieces_fingerprint(slice_of(b), &y));
	return x.a == y.a && x.b == y.b;
}

START_TEST(pieces_are_what_is_left)
{
	struct fingerprint f;

	ck_assert(same("550 <a@b.example>: no", "550 <cd@e.example>: no"));
	ck_assert(same("<a@b.example>", "<c@d>"));
	ck_assert(!same("550 <a@b.example>: no", "550 : no"));
	ck_assert(!same("550 <a@b.example>: no", "550 : no<a@b.example>"));
	ck_assert(!same("550 <a@b.example>: no", "550 <a@b.example><a@b.example>: no"));
	ck_assert(!same("550 <a@b.example>: no", "551 <a@b.example>: no"));
	ck_assert(!same("550 <ab>: no", "550 <cd>: no"));
	ck_assert(same("", ""));
	ck_assert(!pieces_fingerprint(SLICE("550 \"<a@b.example>\""), &f));
	ck_assert(!pieces_fingerprint(SLICE("550 a@[192.0.2.1] <a@b.example>"), &f));
	ck_assert(!pieces_fingerprint(SLICE("550 5.1.1 a text of some length that goes on up to a quote: \""), &f));
}
END_TEST

static const struct {
	const char *text, *name;
	bool holds;
} names[] = {
	{ "550 <kim@b.example>: no such user", "kim", false },
	{ "550 <kim@b.example>: no such user", "user", true },
	{ "550 <kim@b.example>: no such user", "USER", true },
	{ "550 <kim@b.example>: no such user", "uses", false },
	{ "550 <kim@b.example>: no such user", "550 :", false },
	{ "550 <kim@b.example>: no such user", "0", true },
	{ "550 <kim@b.example>: no such user", "z", false },
	{ "550 <kim@b.example>: no such user", "550 <kim", true }, /* it could reach in */
	{ "550 <kim@b.example>: no such user", "<kim", true },
	{ "550 <kim@b.example>: no such user", "such<", true },
	{ "550<kim@b.example>", "0<k", true },
	{ "user 550", "user 551", false },
	{ "r550 use", "user", false },
	{ "550 \"kim\"", "roe", true }, /* not plain */
	{ "", "kim", false },
};

START_TEST(names_are_looked_for_in_pieces)
{
	const struct reason_names list = { { slice_of("qqq"), slice_of(names[_i].name) }, 2 };
	const struct slice text = slice_of(names[_i].text);
	struct pairs pairs = { { 0 } };

	ck_assert_int_eq(pieces_hold(text, &list), names[_i].holds);
	pieces_pairs(text, &pairs);
	if (names[_i].holds && slice_find_byte(text, '"') < 0 && strcmp(names[_i].name, "such<") != 0)
		ck_assert(pairs_may_hold(&pairs, list.name, list.n));
}
END_TEST

START_TEST(pairs_of_letters_tell_most_names_from_a_text)
{
	const struct slice text = SLICE("550 5.1.1 <kim@b.example>: User unknown in virtual mailbox table");
	const struct slice absent = SLICE("harbour.943"), present = SLICE("MAILBOX");
	struct pairs pairs = { { 0 } };

	ck_assert(!pairs_may_hold(&pairs, &present, 1));
	pieces_pairs(text, &pairs);
	ck_assert(!pairs_may_hold(&pairs, &absent, 1));
	ck_assert(pairs_may_hold(&pairs, &present, 1));
	ck_assert(!pairs_may_hold(&pairs, NULL, 0));
}
END_TEST

#define LOOP(tc, test, rows) tcase_add_loop_test(tc, test, 0, sizeof(rows) / sizeof *(rows))

Suite *make_suite(void)
{
	Suite *suite = suite_create("pieces");
	TCase *tc = tcase_create("pieces");

	LOOP(tc, a_plain_address_has_a_length, addresses);
	tcase_add_loop_test(tc, blocks_say_the_same_as_bytes, 0, 2);
	tcase_add_test(tc, pieces_are_what_is_left);
	LOOP(tc, names_are_looked_for_in_pieces, names);
	tcase_add_test(tc, pairs_of_letters_tell_most_names_from_a_text);
	suite_add_tcase(suite, tc);
	return suite;
}
