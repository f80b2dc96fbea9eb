/* check_client.c - what is kept of a client's name. SPDX-License-Identifier: MIT */
#include "tally/client.h"

#include "suite.h"

static const struct {
	const char *host, *kept;
} hosts[] = {
	{ "host-7.dsl.example.net", "example.net" },
	{ "example.net", "example.net" },
	{ "a.b.example.co.uk", "example.co.uk" },
	{ "co.uk", "co.uk" },
	{ "mx.example.de", "example.de" },
	{ "[192.0.2.1]", "" },
	{ "localhost", "localhost" },
	{ "", "" },
};

START_TEST(kept)
{
	ck_assert(slice_eq(client_public_part(slice_of(hosts[_i].host)), slice_of(hosts[_i].kept)));
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("client");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, kept, 0, sizeof hosts / sizeof *hosts);
	suite_add_tcase(suite, all);
	return suite;
}
