/* check_literal.c - many literals in one pass. SPDX-License-Identifier: MIT */
#include "pattern/literal.h"

#include "suite.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct slice set[] = {
	SLICE_INIT(" status="), SLICE_INIT(": removed"), SLICE_INIT("=>"), SLICE_INIT("reject: "), SLICE_INIT("x"), SLICE_INIT("ee"), SLICE_INIT("eee"),
};
enum { N_SET = sizeof set / sizeof *set };

static const struct {
	struct slice text;
	uint64_t found;
} texts[] = {
	{ SLICE_INIT("4ABC: removed"), 1 << 1 },
	{ SLICE_INIT(": to=<a@b>, status=sent"), 1 << 0 },
	{ SLICE_INIT("=>"), 1 << 2 },
	{ SLICE_INIT("="), 0 },
	{ SLICE_INIT(""), 0 },
	{ SLICE_INIT("a x"), 1 << 4 },
	{ SLICE_INIT("ee"), 1 << 5 },
	{ SLICE_INIT("eee"), 1 << 5 | 1 << 6 },
	{ SLICE_INIT("reject: x => status= removed"), 1 << 3 | 1 << 4 | 1 << 2 | 1 << 0 },
	{ SLICE_INIT("status=reject:"), 0 },
	{ SLICE_INIT("\0\0 status=\0"), 1 << 0 },
	{ SLICE_INIT("a line that is long enough for wide steps and has its end at the end: removed"), 1 << 1 },
};

START_TEST(scan)
{
	struct literals *literals = literals_new(set, N_SET);
	uint64_t found[1] = { ~(uint64_t)0 };

	literals_scan(literals, texts[_i].text, found);
	ck_assert_uint_eq(found[0], texts[_i].found);
	literals_free(literals);
}
END_TEST

/* Against the plain search, at every offset of a padded text. */
START_TEST(every_place_is_seen)
{
	struct literals *literals = literals_new(set, N_SET);
	char text[100];

	for (size_t i = 0; i < N_SET; i++)
		for (size_t at = 0; at + set[i].n <= sizeof text; at++) {
			uint64_t found[1];

			memset(text, '.', sizeof text);
			memcpy(text + at, set[i].p, set[i].n);
			literals_scan(literals, (struct slice){ text, sizeof text }, found);
			for (size_t k = 0; k < N_SET; k++)
				ck_assert_int_eq(found[0] >> k & 1, slice_find((struct slice){ text, sizeof text }, set[k]) >= 0);
		}
	literals_free(literals);
}
END_TEST

START_TEST(more_than_one_word_of_bits)
{
	struct slice many[200];
	char text[200][8];
	uint64_t found[4];
	struct literals *literals;

	for (size_t i = 0; i < 200; i++) {
		snprintf(text[i], sizeof text[i], "<%03zu>", i);
		many[i] = slice_of(text[i]);
	}
	literals = literals_new(many, 200);
	literals_scan(literals, SLICE("a <003> b <199> <064>"), found);
	ck_assert_uint_eq(found[0], 1u << 3);
	ck_assert_uint_eq(found[1], 1);
	ck_assert_uint_eq(found[2], 0);
	ck_assert_uint_eq(found[3], 1u << (199 - 192));
	literals_free(literals);
}
END_TEST

/* xorshift: the same numbers everywhere. */
static uint32_t draw(uint32_t *state, uint32_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state % below;
}

enum { MAX_SET = 150, MAX_LITERAL = 40, MAX_TEXT = 700 };

/* Few different bytes, so that parts of literals are everywhere; of all halves. */
static void fill(uint32_t *state, char *bytes, size_t n)
{
	static const char alphabet[] = "aab:q\0\x81\xff 1";

	for (size_t i = 0; i < n; i++)
		bytes[i] = alphabet[draw(state, sizeof alphabet - 1)];
}

static void compare_with_search(const struct literals *literals, const struct slice *many, size_t n, struct slice text)
{
	uint64_t found[(MAX_SET + 63) / 64];

	memset(found, 0xff, sizeof found);
	literals_scan(literals, text, found);
	for (size_t i = 0; i < n; i++)
		if ((found[i / 64] >> i % 64 & 1) != (slice_find(text, many[i]) >= 0))
			ck_abort_msg("literal %zu of %zu (%zu bytes) in %zu bytes", i, n, many[i].n, text.n);
}

static void ask_whether_any_stands(const struct literals *literals, const struct slice *many, size_t n, struct slice text,
                                   size_t from)
{
	for (size_t i = 0; i < n && !literals_may_stand(literals, text, from); i++)
		ck_assert_int_lt(slice_find(slice_from(text, from), many[i]), 0);
}

/* Each text ends where memory ends. */
START_TEST(random_texts_before_a_page_that_is_not_there)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint32_t state = 0x5eed + (uint32_t)_i;
	char bytes[MAX_SET][MAX_LITERAL];
	struct slice many[MAX_SET];
	size_t n = 1 + draw(&state, MAX_SET), longest = 1 + draw(&state, MAX_LITERAL);
	struct literals *here, *plain, *like;

	ck_assert_ptr_ne(memory, MAP_FAILED);
	ck_assert_int_eq(mprotect(memory + page, page, PROT_NONE), 0);
	for (size_t i = 0; i < n; i++) {
		many[i] = (struct slice){ bytes[i], 1 + draw(&state, (uint32_t)longest) };
		fill(&state, bytes[i], many[i].n);
	}
	here = literals_new(many, n);
	plain = literals_new_plain(many, n);
	fill(&state, memory, MAX_LITERAL);
	like = literals_new_for(many, n, (struct slice){ memory, MAX_LITERAL });
	for (size_t length = 0; length <= MAX_TEXT; length++) {
		struct slice text = { memory + page - length, length };
		struct slice planted = many[draw(&state, (uint32_t)n)];

		fill(&state, memory + page - length, length);
		if (planted.n <= length)
			memcpy(memory + page - length + draw(&state, (uint32_t)(length - planted.n + 1)), planted.p, planted.n);
		compare_with_search(here, many, n, text);
		compare_with_search(plain, many, n, text);
		compare_with_search(like, many, n, text);
		ask_whether_any_stands(here, many, n, text, draw(&state, (uint32_t)length + 1));
		ask_whether_any_stands(like, many, n, text, draw(&state, (uint32_t)length + 1));
		ask_whether_any_stands(plain, many, n, text, draw(&state, (uint32_t)length + 1));
	}
	literals_free(here);
	literals_free(plain);
	literals_free(like);
	munmap(memory, 2 * page);
}
END_TEST

START_TEST(texts_like_the_typical_one)
{
	static const struct slice wanted[] = {
		SLICE_INIT("["), SLICE_INIT("lied about "), SLICE_INIT("delaying="), SLICE_INIT("SYSERR"), SLICE_INIT("unsafe: "),
		SLICE_INIT("Losing "), SLICE_INIT(", stat="), SLICE_INIT(" delayed"), SLICE_INIT("bogus queue file"),
	};
	struct slice typical = SLICE("5AK5806C431527: from=app, size=30359, class=0, msgid=<a@app.example.org>, relay=app@localhost");
	struct slice like = SLICE("5AL4475A940782: from=ann, size=842, class=0, msgid=<b1@app.example.org>, relay=ann@localhost");
	struct slice unlike = SLICE("5AL4475A940782: from=ann, size=842, class=0, msgid=<b1@app.example.org>, relay=ann@[192.0.2.1]");
	struct literals *literals = literals_new_for(wanted, sizeof wanted / sizeof *wanted, typical);

	ck_assert(!literals_may_stand(literals, typical, 0));
	ck_assert(!literals_may_stand(literals, like, 0));
	ck_assert(literals_may_stand(literals, unlike, 0));
	ck_assert(literals_may_stand(literals, unlike, unlike.n - 11));
	literals_free(literals);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("literal");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, scan, 0, sizeof texts / sizeof *texts);
	tcase_add_test(all, every_place_is_seen);
	tcase_add_test(all, more_than_one_word_of_bits);
	tcase_add_test(all, texts_like_the_typical_one);
	tcase_add_loop_test(all, random_texts_before_a_page_that_is_not_there, 0, 60);
	suite_add_tcase(suite, all);
	return suite;
}
