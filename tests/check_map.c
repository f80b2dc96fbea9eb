/* check_map.c - the hash map. SPDX-License-Identifier: MIT */
#include "base/map.h"

#include "suite.h"

#include <stdio.h>

START_TEST(keys_get_numbers_in_the_order_of_arrival)
{
	struct map map;
	char text[16];

	map_init(&map, sizeof(uint32_t));
	for (uint32_t round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 5000; i++) {
			bool is_new;
			uint32_t index;

			snprintf(text, sizeof text, "key %u", i);
			index = map_put(&map, slice_of(text), &is_new);
			ck_assert_uint_eq(index, i);
			ck_assert_int_eq(is_new, round == 0);
			*(uint32_t *)map_value(&map, index) += i;
		}
	ck_assert_uint_eq(map.count, 5000);
	ck_assert_uint_eq(*(uint32_t *)map_value(&map, 77), 154);
	ck_assert_int_eq(map_find(&map, SLICE("key 4999")), 4999);
	ck_assert_int_eq(map_find(&map, SLICE("key 5000")), -1);
	map_clear(&map);
	ck_assert_int_eq(map_find(&map, SLICE("key 1")), -1);
	map_release(&map);
}
END_TEST

START_TEST(keys_are_bytes)
{
	struct map map;

	map_init(&map, 1);
	ck_assert_uint_eq(map_put(&map, SLICE(""), NULL), 0);
	ck_assert_uint_eq(map_put(&map, SLICE("\0"), NULL), 1);
	ck_assert_uint_eq(map_put(&map, SLICE("\0\0"), NULL), 2);
	ck_assert_uint_eq(map_put(&map, SLICE("12345678"), NULL), 3);
	ck_assert_uint_eq(map_put(&map, SLICE("123456789"), NULL), 4);
	ck_assert_uint_eq(map_put(&map, SLICE("12345678"), NULL), 3);
	map_release(&map);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("map");
	TCase *all = tcase_create("all");

	tcase_add_test(all, keys_get_numbers_in_the_order_of_arrival);
	tcase_add_test(all, keys_are_bytes);
	suite_add_tcase(suite, all);
	return suite;
}
