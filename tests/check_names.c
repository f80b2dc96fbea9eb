/* check_names.c - numbers of fingerprints, and the names that are kept by them.
 * SPDX-License-Identifier: MIT */
#include "pattern/names.h"

#include "suite.h"

#include <stdio.h>

static struct fingerprint print_of(int i)
{
	struct fingerprint f = fingerprint_of(7);

	fingerprint_words(&f, (uint64_t)i, 0);
	return f;
}

START_TEST(a_fingerprint_has_its_number)
{
	enum { MANY = 10000 };
	struct prints prints = { 0 };

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < MANY; i++) {
			const struct fingerprint f = print_of(i);

			ck_assert_uint_eq(prints_find(&prints, &f), 0);
			prints_add(&prints, &f, (uint32_t)i + 1);
		}
		for (int i = 0; i < 2 * MANY; i++) {
			const struct fingerprint f = print_of(i);

			ck_assert_uint_eq(prints_find(&prints, &f), i < MANY ? (uint32_t)i + 1 : 0);
		}
		prints_clear(&prints);
	}
	prints_release(&prints);
}
END_TEST

static struct name name_of(int i, char *room)
{
	return (struct name){
		.text = { room, (size_t)snprintf(room, 64, "mx%d.example", i) }, .address = SLICE("192.0.2.1:25"),
		.host = SLICE("192.0.2.1"), .provider = SLICE("Alpha"),
	};
}

START_TEST(names_are_kept_up_to_a_number)
{
	struct names names = { .n = 0 };
	uint64_t last = 0;
	char room[64];

	for (int i = 0; i < 3 * NAMES_MAX; i++) {
		const struct fingerprint key = print_of(i);
		struct name name = name_of(i, room);
		const struct name *found;
		uint64_t number;

		names_reserve(&names, 1);
		ck_assert_ptr_null(names_find(&names, &key));
		number = names_keep(&names, &key, &name)->number;
		memset(room, 'x', sizeof room);
		ck_assert_uint_gt(number, last);
		found = names_find(&names, &key);
		ck_assert_uint_eq(found->number, number);
		ck_assert_uint_le(names.n, NAMES_MAX);
		last = number;
		name = name_of(i, room);
		ck_assert(slice_eq(found->text, name.text) && slice_eq(found->address, name.address));
		ck_assert(slice_eq(found->host, name.host) && slice_eq(found->provider, name.provider));
	}
	names_release(&names);
}
END_TEST

START_TEST(what_is_found_stays_as_long_as_there_is_room)
{
	struct names names = { .n = 0 };
	struct slice first;
	struct fingerprint key;
	char room[64];

	for (int i = 0; i < NAMES_MAX - 10; i++) {
		struct name name = name_of(i, room);

		key = print_of(i);
		names_keep(&names, &key, &name);
	}
	names_reserve(&names, 10);
	key = print_of(0);
	first = names_find(&names, &key)->text;
	for (int i = 0; i < 10; i++) {
		struct name name = name_of(-i, room);

		key = print_of(-i - 1);
		names_keep(&names, &key, &name);
	}
	ck_assert(slice_eq(first, SLICE("mx0.example")));
	names_reserve(&names, 1);
	key = print_of(0);
	ck_assert_ptr_null(names_find(&names, &key));
	names_release(&names);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("names");
	TCase *tc = tcase_create("names");

	tcase_add_test(tc, a_fingerprint_has_its_number);
	tcase_add_test(tc, names_are_kept_up_to_a_number);
	tcase_add_test(tc, what_is_found_stays_as_long_as_there_is_room);
	suite_add_tcase(suite, tc);
	return suite;
}
