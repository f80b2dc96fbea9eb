/* check_value.c - recipients, peers, networks, delays.
 * SPDX-License-Identifier: MIT */
#include "pattern/value.h"

#include "suite.h"

static const struct {
	const char *list;
	size_t n;
	const char *local[4], *domain[4];
} lists[] = {
	{ "<a@example.org>", 1, { "a" }, { "example.org" } },
	{ "<a@example.org>,<b@Example.NET>", 2, { "a", "b" }, { "example.org", "Example.NET" } },
	{ "a@example.org, b@example.net", 2, { "a", "b" }, { "example.org", "example.net" } },
	{ "<\"a b,c\"@example.org>", 1, { "a b,c" }, { "example.org" } },
	{ "\"x@y\"@example.org", 1, { "x@y" }, { "example.org" } },
	{ "root", 1, { "root" }, { "" } },
	{ "<>", 1, { "" }, { "" } },
	{ "\"|/usr/bin/filter -x\"", 1, { "|/usr/bin/filter -x" }, { "" } },
	{ "<a@[192.0.2.1]>", 1, { "a" }, { "[192.0.2.1]" } },
	{ "<a@exa mple>", 1, { "a" }, { "" } },
	{ "<a@example.org.>", 1, { "a" }, { "example.org" } },
	{ "<user@\xe0\xa4\xaf.test>", 1, { "user" }, { "\xe0\xa4\xaf.test" } },
	{ "", 0, { 0 }, { 0 } },
	{ ",,", 0, { 0 }, { 0 } },
};

START_TEST(recipients)
{
	struct slice rest = slice_of(lists[_i].list);
	struct address address;
	size_t n = 0;

	for (; address_next(&rest, &address); n++) {
		ck_assert_uint_lt(n, lists[_i].n);
		ck_assert(slice_eq(address.local, slice_of(lists[_i].local[n])));
		ck_assert(slice_eq(is_domain(address.domain) ? address.domain : SLICE(""), slice_of(lists[_i].domain[n])));
	}
	ck_assert_uint_eq(n, lists[_i].n);
}
END_TEST

static const struct {
	const char *logged, *shown, *host;
} peers[] = {
	{ "192.0.2.1", "192.0.2.1", "192.0.2.1" },
	{ "[192.0.2.1]", "192.0.2.1", "192.0.2.1" },
	{ "[192.0.2.1]:25", "192.0.2.1:25", "192.0.2.1" },
	{ "192.0.2.1]:25", "192.0.2.1:25", "192.0.2.1" },
	{ "2001:db8::1]:25", "[2001:db8::1]:25", "2001:db8::1" },
	{ "[IPv6:2001:db8::1]", "2001:db8::1", "2001:db8::1" },
	{ "private/dovecot-lmtp]", "private/dovecot-lmtp", "private/dovecot-lmtp" },
};

START_TEST(peer)
{
	char room[64];
	struct slice host, shown = peer_address(slice_of(peers[_i].logged), room, &host);

	ck_assert(slice_eq(shown, slice_of(peers[_i].shown)));
	ck_assert(slice_eq(host, slice_of(peers[_i].host)));
}
END_TEST

static const struct {
	const char *address, *network;
	bool in;
} networks[] = {
	{ "127.0.0.1", "127.0.0.0/8", true },
	{ "128.0.0.1", "127.0.0.0/8", false },
	{ "192.0.2.130", "192.0.2.128/25", true },
	{ "192.0.2.127", "192.0.2.128/25", false },
	{ "2001:db8::1", "2001:db8::/32", true },
	{ "2001:db9::1", "2001:db8::/32", false },
	{ "192.0.2.1", "2001:db8::/32", false },
	{ "192.0.2.1", "192.0.2.1", true },
	{ "192.0.2.1", "0.0.0.0/0", true },
	{ "192.0.2.1", "192.0.2.0/33", false },
	{ "mx.example", "192.0.2.0/24", false },
};

START_TEST(network)
{
	ck_assert_int_eq(ip_in_network(slice_of(networks[_i].address), slice_of(networks[_i].network)), networks[_i].in);
}
END_TEST

static const struct {
	const char *text;
	int64_t milliseconds;
} delays[] = {
	{ "0.12", 120 }, { "5", 5000 }, { "0", 0 }, { "345600", 345600000 }, { "1.234s", 1234 },
	{ "00:01:02", 62000 }, { "1+02:03:04", 93784000 }, { "3m20s", 200000 }, { "2d3h", 183600000 },
	{ "1.5s", 1500 }, { "1w", 604800000 }, { "", -1 }, { "x", -1 }, { "1x", -1 }, { "-1", -1 },
	{ "99999999999999999999", -1 }, { "1:", -1 },
	{ "9+9+9+9+9+9+9+9+9+9+9+9", -1 }, { "999999999w999999999w999999999w", -1 }, { "1+2s", -1 }, { "1s2:3", -1 }, { "1s2", -1 },
	{ "99:59:59", 359999000 }, { "00:99:00", 5940000 }, { "00:0a:02", -1 }, { "00:01-02", -1 }, { "00-01:02", -1 }, { "0::00:02", -1 }, { "00:01:0", 60000 },
	{ "5.", 5000 }, { "0.999", 999 }, { "0.05", 50 }, { "1.2345", 1234 }, { "1234.5678", 1234567 }, { "123456789", 123456789000 },
	{ "1234567890", 1234567890000 }, { ".5", -1 }, { "1.2.3", -1 }, { "1.x", -1 }, { "1,5", -1 }, { "12345.678", 12345678 },
};

START_TEST(delay)
{
	ck_assert_int_eq(delay_parse(slice_of(delays[_i].text)), delays[_i].milliseconds);
}
END_TEST

/* Every length and place, for they are looked at in blocks. */
START_TEST(an_address_alone)
{
	static const char others[] = { 'a', '@', '>', '"', '<', ',' };
	char text[64];
	size_t at;

	for (size_t n = 3; n <= sizeof text; n++)
		for (size_t place = 1; place < n - 1; place++)
			for (size_t i = 0; i < sizeof others; i++) {
				memset(text, 'x', n);
				text[0] = '<';
				text[place] = others[i];
				text[n - 1] = '>';
				ck_assert_int_eq(address_alone((struct slice){ text, n }, &at), others[i] != '>' && others[i] != '"');
				ck_assert(others[i] != '@' || at == place);
			}
	ck_assert(!address_alone(SLICE("<>"), &at));
	ck_assert(!address_alone(SLICE("kim@example.org"), &at));
	ck_assert(address_alone(SLICE("<kim@example.org@example.net>"), &at));
	ck_assert_uint_eq(at, 16);
}
END_TEST

START_TEST(a_bare_address)
{
	static const char others[] = "@>\"<,\\ \t\xc3(.";
	char text[40];
	size_t at;

	for (size_t n = 3; n < sizeof text; n++)
		for (size_t i = 1; i < n; i++)
			for (size_t k = 0; others[k]; k++) {
				memset(text, 'x', n);
				text[i] = others[k];
				ck_assert_int_eq(address_bare((struct slice){ text, n }, &at),
				                 others[k] == '@' || others[k] == '(' || others[k] == '.');
				if (others[k] == '@')
					ck_assert_uint_eq(at, i);
			}
	ck_assert(address_bare(SLICE("kim@example.org"), &at));
	ck_assert_uint_eq(at, 3);
	ck_assert(!address_bare(SLICE("@example.org"), &at));
	ck_assert(!address_bare(SLICE("<kim@example.org>"), &at));
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("value");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, recipients, 0, sizeof lists / sizeof *lists);
	tcase_add_loop_test(all, peer, 0, sizeof peers / sizeof *peers);
	tcase_add_loop_test(all, network, 0, sizeof networks / sizeof *networks);
	tcase_add_test(all, an_address_alone);
	tcase_add_test(all, a_bare_address);
	tcase_add_loop_test(all, delay, 0, sizeof delays / sizeof *delays);
	suite_add_tcase(suite, all);
	return suite;
}
