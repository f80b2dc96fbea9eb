/* check_lines.c - lines found a block at a time are those found one by one.
 * SPDX-License-Identifier: MIT */
#include "input/lines.h"

#include "suite.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGES = 4 };

/* xorshift: the same numbers everywhere. */
static uint32_t draw(uint32_t *state, uint32_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state % below;
}

static void compare(struct slice bytes)
{
	struct lines lines;
	struct slice rest = bytes, one, other;

	lines_init(&lines, bytes);
	while (line_next(&rest, &one)) {
		ck_assert(lines_next(&lines, &other));
		ck_assert_ptr_eq(other.p, one.p);
		ck_assert_uint_eq(other.n, one.n);
	}
	ck_assert(!lines_next(&lines, &other));
	ck_assert(!lines_next(&lines, &other));
}

/* One byte in `rarity` is not an ordinary one. */
static void fill(uint32_t *state, char *bytes, size_t n, uint32_t rarity)
{
	for (size_t i = 0; i < n; i++)
		bytes[i] = draw(state, rarity) ? 'x' : "\n\n\n\r\0"[draw(state, 5)];
}

/* The bytes end where memory ends, with a newline or without. */
START_TEST(random_bytes_before_a_page_that_is_not_there)
{
	static const uint32_t rarities[] = { 1, 2, 20, 100, 5000 };
	size_t page = (size_t)sysconf(_SC_PAGESIZE), size = PAGES * page;
	char *memory = mmap(NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint32_t state = 0x5eed + (uint32_t)_i;

	ck_assert_ptr_ne(memory, MAP_FAILED);
	ck_assert_int_eq(mprotect(memory + size, page, PROT_NONE), 0);
	for (size_t n = 0; n < size; n += n < 200 ? 1 : 61) {
		fill(&state, memory + size - n, n, rarities[_i]);
		compare((struct slice){ memory + size - n, n });
	}
	munmap(memory, size + page);
}
END_TEST

static const struct {
	struct slice bytes, first;
	size_t lines;
} rows[] = {
	{ SLICE_INIT(""), SLICE_INIT(""), 0 },
	{ SLICE_INIT("\0\0\0"), SLICE_INIT(""), 0 },
	{ SLICE_INIT("\n"), SLICE_INIT(""), 1 },
	{ SLICE_INIT("\0\n"), SLICE_INIT(""), 1 },
	{ SLICE_INIT("\r\n\r"), SLICE_INIT(""), 2 },
	{ SLICE_INIT("\0a\r\nb\n\0\0"), SLICE_INIT("a"), 2 },
	{ SLICE_INIT("a\r"), SLICE_INIT("a\r"), 1 },
};

START_TEST(what_is_no_part_of_a_line)
{
	struct lines lines;
	struct slice line;
	size_t n = 0;

	lines_init(&lines, rows[_i].bytes);
	for (; lines_next(&lines, &line); n++)
		ck_assert(n > 0 || slice_eq(line, rows[_i].first));
	ck_assert_uint_eq(n, rows[_i].lines);
	compare(rows[_i].bytes);
}
END_TEST

START_TEST(a_line_that_is_too_long_is_cut)
{
	size_t n = LINE_MAX_BYTES + 5000;
	char *bytes = malloc(n);

	memset(bytes, 'x', n);
	compare((struct slice){ bytes, n });
	bytes[n - 1] = bytes[n - 3] = '\n';
	compare((struct slice){ bytes, n });
	free(bytes);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("lines");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, random_bytes_before_a_page_that_is_not_there, 0, 5);
	tcase_add_loop_test(all, what_is_no_part_of_a_line, 0, sizeof rows / sizeof *rows);
	tcase_add_test(all, a_line_that_is_too_long_is_cut);
	suite_add_tcase(suite, all);
	return suite;
}
