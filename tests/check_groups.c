/* check_groups.c - the groups of a table, by their keys. SPDX-License-Identifier: MIT */
#include "tally/groups.h"

#include "suite.h"

enum { N_KEYS = 70000 }; /* over several chunks, and beyond what one huge page holds */

static struct measures *enter(struct groups *groups, const struct group_key *key)
{
	uint32_t hash = groups_hash(groups, key);

	groups_expect(groups, hash);
	groups_expect_row(groups, hash);
	return groups_enter(groups, key, hash);
}

/* Keys that differ in one member each. */
static struct group_key key_of(uint32_t i)
{
	struct group_key key = { .time = 0 };
	uint32_t words[GROUP_KEY_WORDS] = { 0 };

	words[i % GROUP_KEY_WORDS] = i / GROUP_KEY_WORDS + 1;
	memcpy(&key, words, sizeof key);
	return key;
}

START_TEST(rows_stand_in_the_order_of_arrival_and_stay)
{
	static struct measures *first[N_KEYS];
	struct groups groups;

	groups_init(&groups);
	for (int round = 0; round < 3; round++)
		for (uint32_t i = 0; i < N_KEYS; i++) {
			struct group_key key = key_of(i);
			struct measures *measures = enter(&groups, &key);

			if (round == 0)
				first[i] = measures;
			ck_assert_ptr_eq(measures, first[i]);
			ck_assert_uint_eq(measures->count, (uint64_t)round * i);
			measures->count += i;
		}
	ck_assert_uint_eq(groups.count, N_KEYS);
	for (uint32_t i = 0; i < N_KEYS; i++) {
		struct group_key key = key_of(i);

		ck_assert_ptr_eq(&groups_row(&groups, i)->measures, first[i]);
		ck_assert_mem_eq(&groups_row(&groups, i)->key, &key, sizeof key);
	}
	groups_release(&groups);
}
END_TEST

START_TEST(what_was_cleared_is_entered_anew)
{
	struct group_key key = { .domain = 1 }, none = { .time = 0 };
	struct groups groups;

	groups_init(&groups);
	groups_clear(&groups);
	enter(&groups, &none)->count = 1;
	enter(&groups, &key)->count = 2;
	ck_assert_uint_eq(groups.count, 2);
	groups_clear(&groups);
	ck_assert_uint_eq(groups.count, 0);
	ck_assert_uint_eq(enter(&groups, &key)->count, 0);
	ck_assert_uint_eq(enter(&groups, &none)->count, 0);
	ck_assert_uint_eq(groups.count, 2);
	groups_release(&groups);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("groups");
	TCase *all = tcase_create("all");

	tcase_add_test(all, rows_stand_in_the_order_of_arrival_and_stay);
	tcase_add_test(all, what_was_cleared_is_entered_anew);
	suite_add_tcase(suite, all);
	return suite;
}
