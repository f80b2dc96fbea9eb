/* check_places.c - numbers of fingerprints, and the places that are kept by them.
 * SPDX-License-Identifier: MIT */
#include "pattern/places.h"

#include "base/prints.h"
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

static struct whom make_whom(int i, char domain[64], char relay[64])
{
	return (struct whom){
		.domain = { domain, i % 7 ? (size_t)snprintf(domain, 64, "d%d.example", i) : 0 },
		.relay = { relay, (size_t)snprintf(relay, 64, "mx%d.example", i) },
		.address = SLICE("192.0.2.1:25"), .host = i % 3 ? SLICE("192.0.2.1") : SLICE(""), .provider = SLICE("Alpha"),
	};
}

static void check_place(const struct kept_place *place, uint64_t number, int i)
{
	char domain[64], relay[64];
	const struct whom expected = make_whom(i, domain, relay);
	struct whom got;

	ck_assert_ptr_nonnull(place);
	got = whom_of(place);
	ck_assert_uint_eq(place->number, number);
	ck_assert(slice_eq(got.domain, expected.domain) && slice_eq(got.relay, expected.relay));
	ck_assert(slice_eq(got.address, expected.address) && slice_eq(got.host, expected.host));
	ck_assert(slice_eq(got.provider, expected.provider));
}

START_TEST(places_are_kept_up_to_a_number)
{
	struct places places = { .n = 0 };
	uint64_t last = 0;

	for (int i = 0; i < 3 * PLACES_MAX; i++) {
		const struct fingerprint key = print_of(i), before = print_of(i - 1);
		char domain[64], relay[64];
		struct whom whom = make_whom(i, domain, relay);
		uint64_t number;

		places_reserve(&places, 1);
		places_expect(&places, &key);
		ck_assert_ptr_null(places_find(&places, &key));
		number = places_keep(&places, &key, &whom)->number;
		memset(domain, 'x', sizeof domain);
		memset(relay, 'x', sizeof relay);
		ck_assert_uint_gt(number, last);
		ck_assert_uint_eq(number % 2, 0);
		check_place(places_find(&places, &key), number, i);
		if (i % PLACES_MAX)
			check_place(places_find(&places, &before), last, i - 1);
		ck_assert_uint_le(places.n, PLACES_MAX);
		last = number;
	}
	places_release(&places);
}
END_TEST

START_TEST(texts_stay_as_long_as_there_is_room)
{
	struct places places = { .n = 0 };
	char domain[64], relay[64];
	struct fingerprint key;
	struct whom whom, first;

	for (int i = 0; i < PLACES_MAX - 10; i++) {
		whom = make_whom(i, domain, relay);
		key = print_of(i);
		places_keep(&places, &key, &whom);
	}
	places_reserve(&places, 10);
	key = print_of(1);
	first = whom_of(places_find(&places, &key));
	for (int i = 1; i <= 10; i++) {
		whom = make_whom(-i, domain, relay);
		key = print_of(-i);
		places_keep(&places, &key, &whom);
	}
	ck_assert(slice_eq(first.relay, SLICE("mx1.example")));
	places_reserve(&places, 1);
	key = print_of(1);
	ck_assert_ptr_null(places_find(&places, &key));
	places_release(&places);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("places");
	TCase *tc = tcase_create("places");

	tcase_add_test(tc, a_fingerprint_has_its_number);
	tcase_add_test(tc, places_are_kept_up_to_a_number);
	tcase_add_test(tc, texts_stay_as_long_as_there_is_room);
	suite_add_tcase(suite, tc);
	return suite;
}
