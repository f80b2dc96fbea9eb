/* check_memory.c - what is kept, apart from each other, and that it is bounded.
 * SPDX-License-Identifier: MIT */
#include "pattern/memory.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>

static const struct pack one = { .name = SLICE_INIT("one") }, two = { .name = SLICE_INIT("two") };

static struct slice *entry(struct memory *memory, int key)
{
	char text[16];

	snprintf(text, sizeof text, "%d", key);
	return memory_entry(memory, &one, SLICE("mx1"), slice_of(text));
}

START_TEST(packs_hosts_and_keys_are_apart)
{
	struct memory *memory = memory_new();
	struct slice *value = memory_entry(memory, &one, SLICE("mx1"), SLICE("a"));

	memory_set(memory, &value[SLOT_NOTE], SLICE("here"));
	value = memory_entry(memory, &one, SLICE("mx1"), SLICE("a"));
	ck_assert(slice_eq(value[SLOT_NOTE], SLICE("here")));
	ck_assert_ptr_null(value[SLOT_SENDER].p);
	ck_assert_ptr_null(memory_entry(memory, &two, SLICE("mx1"), SLICE("a"))[SLOT_NOTE].p);
	ck_assert_ptr_null(memory_entry(memory, &one, SLICE("mx2"), SLICE("a"))[SLOT_NOTE].p);
	ck_assert_ptr_null(memory_entry(memory, &one, SLICE("mx1"), SLICE("b"))[SLOT_NOTE].p);
	ck_assert_ptr_null(memory_entry(memory, &one, SLICE("mx1"), SLICE(""))[SLOT_NOTE].p);
	memory_forget(memory);
	ck_assert_ptr_null(memory_entry(memory, &one, SLICE("mx1"), SLICE("a"))[SLOT_NOTE].p);
	memory_free(memory);
}
END_TEST

START_TEST(what_is_touched_stays_and_the_rest_goes)
{
	struct memory *memory = memory_new();

	memory_set(memory, &entry(memory, -1)[SLOT_NOTE], SLICE("touched"));
	memory_set(memory, &entry(memory, -2)[SLOT_NOTE], SLICE("left"));
	for (int i = 0; i < 100000; i++) {
		memory_set(memory, &entry(memory, i)[SLOT_NOTE], SLICE("new"));
		if (i % 10000 == 0)
			ck_assert(slice_eq(entry(memory, -1)[SLOT_NOTE], SLICE("touched")));
	}
	ck_assert_ptr_null(entry(memory, -2)[SLOT_NOTE].p);
	ck_assert_ptr_null(entry(memory, 0)[SLOT_NOTE].p);
	ck_assert(slice_eq(entry(memory, 99999)[SLOT_NOTE], SLICE("new")));
	memory_free(memory);
}
END_TEST

/* One entry that changes for ever, as a transcript's does. */
START_TEST(a_value_may_change_without_end)
{
	struct memory *memory = memory_new();
	char text[MEMORY_VALUE_MAX + 1];

	memset(text, 'x', sizeof text);
	memory_set(memory, &entry(memory, 1)[SLOT_SENDER], SLICE("same"));
	for (int i = 0; i < 200000; i++) {
		snprintf(text, 8, "%07d", i);
		memory_set(memory, &entry(memory, 1)[SLOT_NOTE], (struct slice){ text, MEMORY_VALUE_MAX });
	}
	ck_assert_uint_eq(entry(memory, 1)[SLOT_NOTE].n, MEMORY_VALUE_MAX);
	ck_assert(slice_starts(entry(memory, 1)[SLOT_NOTE], SLICE("0199999")));
	ck_assert(slice_eq(entry(memory, 1)[SLOT_SENDER], SLICE("same")));
	memory_set(memory, &entry(memory, 1)[SLOT_NOTE], (struct slice){ text, MEMORY_VALUE_MAX + 1 });
	ck_assert_ptr_null(entry(memory, 1)[SLOT_NOTE].p);
	memory_free(memory);
}
END_TEST

/* Of both generations, and damaged anywhere. */
START_TEST(another_run_takes_it_up)
{
	struct memory *memory = memory_new(), *other = memory_new();
	struct buffer bytes = { 0 };
	struct slice *value;

	memory_write(memory, &bytes);
	ck_assert_uint_eq(bytes.n, 0);
	for (int i = 0; i < 20000; i++)
		memory_set(memory, &entry(memory, i)[SLOT_NOTE], SLICE("note"));
	memory_set(memory, &entry(memory, 1)[SLOT_SENDER], SLICE(""));
	memory_write(memory, &bytes);
	memory_read(other, buffer_slice(&bytes));
	value = entry(other, 1);
	ck_assert(slice_eq(value[SLOT_NOTE], SLICE("note")));
	ck_assert(value[SLOT_SENDER].p && value[SLOT_SENDER].n == 0);
	ck_assert_ptr_null(value[SLOT_RECIPIENTS].p);
	ck_assert(slice_eq(entry(other, 19999)[SLOT_NOTE], SLICE("note")));
	for (size_t n = 0; n < bytes.n; n += n < 200 || n > bytes.n - 200 ? 1 : 1999)
		memory_read(other, (struct slice){ bytes.text, n });
	ck_assert_ptr_null(entry(other, 1)[SLOT_NOTE].p);
	buffer_release(&bytes);
	memory_free(memory);
	memory_free(other);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("memory");
	TCase *all = tcase_create("all");

	tcase_add_test(all, packs_hosts_and_keys_are_apart);
	tcase_add_test(all, what_is_touched_stays_and_the_rest_goes);
	tcase_add_test(all, a_value_may_change_without_end);
	tcase_add_test(all, another_run_takes_it_up);
	suite_add_tcase(suite, all);
	return suite;
}
