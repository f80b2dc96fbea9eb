/* check_hash.c - hashes and fingerprints. SPDX-License-Identifier: MIT */
#include "base/hash.h"

#include "suite.h"

/* It is stored (deferred recipients), so it must never change. */
static const struct {
	const char *text;
	uint64_t hash; /* where the lowest byte of a word comes first */
} fixed[] = {
	{ "", 0x15cc7096022bb813u },
	{ "a", 0xd1f8c3816bc87320u },
	{ "1234567", 0x48ec123421e3eb94u },
	{ "12345678", 0xce9ab36315526ce8u },
	{ "kim@example.org, and more than sixteen bytes", 0xfb52d5fd6bb603ecu },
};

START_TEST(fixed_hash_stays)
{
	struct slice text = slice_of(fixed[_i].text);

	if (slice_load32("\1\0\0\0") == 1)
		ck_assert_uint_eq(hash_fixed(text), fixed[_i].hash);
	ck_assert_uint_ne(hash_fixed(text), hash_bytes(text));
}
END_TEST

static struct fingerprint of_two(struct slice a, struct slice b)
{
	struct fingerprint f = fingerprint_of(0);

	fingerprint_text(&f, a);
	fingerprint_text(&f, b);
	return f;
}

static bool same(struct fingerprint a, struct fingerprint b)
{
	return a.a == b.a && a.b == b.b;
}

/* Every two texts, and every way to cut one in two, for all lengths up to three steps. */
START_TEST(fingerprints_differ)
{
	enum { MOST = 48 };
	char text[2 * MOST];

	memset(text, 'a', sizeof text);
	for (size_t n = 0; n <= MOST; n++)
		for (size_t m = 0; m <= MOST; m++)
			for (size_t k = 0; k <= MOST; k++) {
				struct slice a = { text, n }, b = { text, m };
				struct fingerprint f = of_two(a, b);

				if (k != n)
					ck_assert(!same(f, of_two((struct slice){ text, k }, b)));
				if (k != m)
					ck_assert(!same(f, of_two(a, (struct slice){ text, k })));
				if (k <= n + m && k != n)
					ck_assert(!same(f, of_two((struct slice){ text, k }, (struct slice){ text, n + m - k })));
			}
}
END_TEST

START_TEST(fingerprints_of_single_bytes)
{
	for (int x = 0; x < 256; x++)
		for (int y = 0; y < 256; y++) {
			char a = (char)x, b = (char)y;

			ck_assert_int_eq(same(of_two((struct slice){ &a, 1 }, SLICE("")), of_two((struct slice){ &b, 1 }, SLICE(""))), x == y);
			ck_assert_int_eq(same(of_two(SLICE(""), (struct slice){ &a, 1 }), of_two(SLICE(""), (struct slice){ &b, 1 })), x == y);
		}
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("hash");
	TCase *tc = tcase_create("all");

	tcase_add_loop_test(tc, fixed_hash_stays, 0, sizeof fixed / sizeof *fixed);
	tcase_add_test(tc, fingerprints_differ);
	tcase_add_test(tc, fingerprints_of_single_bytes);
	suite_add_tcase(suite, tc);
	return suite;
}
