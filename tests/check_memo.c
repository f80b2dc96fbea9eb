/* check_memo.c - a remembered event is the one that reading would give.
 * SPDX-License-Identifier: MIT */
#include "pattern/memo.h"

#include "pattern/matcher.h"
#include "suite.h"

#include <stdio.h>

static struct packs *packs;
static struct zone *zone;
static struct matcher *matcher;

static void set_up(void)
{
	const char *dirs[] = { SOURCE_PATTERNS_DIR, NULL };
	struct matcher_options options = { 0 };
	struct error err;

	packs = packs_load(dirs, true, &err);
	zone = zone_new("UTC", &err);
	ck_assert_ptr_nonnull(packs);
	matcher = matcher_new(packs, &options);
}

static void tear_down(void)
{
	matcher_free(matcher);
	zone_free(zone);
	packs_free(packs);
}

static bool next(struct slice text, struct event *event, bool *again)
{
	struct prefix prefix;
	struct line line;
	const struct event *next;
	struct again repeated;

	prefix_init(&prefix, zone, 1798675200);
	prefix_parse(&prefix, text, &line);
	matcher_line(matcher, &line);
	*again = matcher_again(matcher, &repeated);
	next = matcher_next(matcher);
	if (next)
		*event = *next;
	return next != NULL;
}

static void copy_fields(const struct event *event, struct arena *arena, struct slice fields[N_FIELDS])
{
	char room[EVENT_TEXT_MAX];

	for (int i = 0; i < N_FIELDS; i++)
		fields[i] = arena_copy(arena, event_text(event, (enum field)i, room));
}

/* Every sample of every pack, read and then met again. */
START_TEST(a_line_met_again_gives_the_same_event)
{
	size_t remembered = 0;

	for (size_t p = 0; p < packs->n; p++)
		for (size_t i = 0; i < packs->pack[p]->n_patterns; i++)
			for (size_t k = 0; k < packs->pack[p]->patterns[i].n_samples; k++) {
				struct slice line = packs->pack[p]->patterns[i].samples[k].line, first[N_FIELDS], second[N_FIELDS];
				struct arena arena = { 0 };
				struct event event;
				bool again;

				if (!next(line, &event, &again))
					continue;
				copy_fields(&event, &arena, first);
				ck_assert(next(line, &event, &again));
				copy_fields(&event, &arena, second);
				remembered += again;
				for (int f = 0; f < N_FIELDS; f++)
					ck_assert_msg(slice_eq(first[f], second[f]), "%.*s: %s", SLICE_ARG(line), field_name((enum field)f));
				arena_release(&arena);
			}
	ck_assert_uint_gt(remembered, 20);
}
END_TEST

#define LINE(host, service, id, to, relay, delay, dsn, status, reply) \
	"Nov 21 10:00:00 " host " " service "[1]: " id ": to=<" to ">, relay=" relay ", delay=" delay ", delays=0/0/0/0, dsn=" dsn \
	", status=" status " (" reply ")"
#define FIRST LINE("mx", "postfix/smtp", "4AAAA1", "a@b.example", "mx.b.example[192.0.2.1]:25", "1", "2.0.0", "sent", "250 2.0.0 Ok")

/* One thing is other than in FIRST, and the event must say so. */
static const struct {
	const char *line, *field, *value;
	bool again;
} others[] = {
	{ LINE("mx", "postfix/smtp", "4AAAA2", "a@b.example", "mx.b.example[192.0.2.1]:25", "1", "2.0.0", "sent", "250 2.0.0 Ok"), "id", "4AAAA2", true },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "c@b.example", "mx.b.example[192.0.2.1]:25", "1", "2.0.0", "sent", "250 2.0.0 Ok"), "domain", "b.example", true },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "a@b.example", "mx.b.example[192.0.2.1]:25", "2.5", "2.0.0", "sent", "250 2.0.0 Ok"), "delay", "2.5", true },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "a@b.example", "mx.b.example[192.0.2.1]:25", "1", "2.0.0", "sent", "250 2.0.0 queued as 7"), "code", "250", true },
	{ LINE("mx2", "postfix/smtp", "4AAAA1", "a@b.example", "mx.b.example[192.0.2.1]:25", "1", "2.0.0", "sent", "250 2.0.0 Ok"), "host", "mx2", false },
	{ LINE("mx", "out/smtp", "4AAAA1", "a@b.example", "mx.b.example[192.0.2.1]:25", "1", "2.0.0", "sent", "250 2.0.0 Ok"), "service", "out/smtp", false },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "a@c.example", "mx.b.example[192.0.2.1]:25", "1", "2.0.0", "sent", "250 2.0.0 Ok"), "domain", "c.example", false },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "a@b.example", "mx.c.example[192.0.2.1]:25", "1", "2.0.0", "sent", "250 2.0.0 Ok"), "relay", "mx.c.example", false },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "a@b.example", "mx.b.example[192.0.2.1]:26", "1", "2.0.0", "sent", "250 2.0.0 Ok"), "relay_ip", "192.0.2.1:26", false },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "a@b.example", "localhost[127.0.0.1]:25", "1", "2.0.0", "sent", "250 2.0.0 Ok"), "direction", "hop", false },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "a@b.example", "mx.b.example[192.0.2.1]:25", "1", "2.6.0", "sent", "250 Ok"), "enhanced", "2.6.0", false },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "a@b.example", "mx.b.example[192.0.2.1]:25", "1", "2.0.0", "sent", "250 2.6.0 Ok"), "enhanced", "2.6.0", false },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "a@b.example", "mx.b.example[192.0.2.1]:25", "1", "2.0.0", "sent", "250  2.6.0 Ok"), "enhanced", "2.6.0", false },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "a@b.example", "mx.b.example[192.0.2.1]:25", "1", "2.0.0", "sent", "252 2.0.0 Ok"), "code", "252", false },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "a@b.example", "mx.b.example[192.0.2.1]:25", "1", "2.0.0", "sent", "250-2.0.0 a 250 2.6.0 b"), "enhanced", "2.6.0", false },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "a@b.example", "mx.b.example[192.0.2.1]:25", "1", "2.0.0", "sent", "250 2.0.0 from MTA(smtp:[192.0.2.9]:25): 250 Ok"), "direction", "hop", false },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "a@b.example", "mx.b.example[192.0.2.1]:25", "1", "2.0.0", "deliverable", "250 2.0.0 Ok"), "kind", "probe", false },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "a@b.example", "mx.b.example[192.0.2.1]:25", "1", "4.2.0", "deferred", "450 4.2.0 later"), "outcome", "temporary", false },
};

START_TEST(what_differs_is_told_apart)
{
	struct event event;
	char room[EVENT_TEXT_MAX];
	struct slice got;
	bool again;

	ck_assert(next(slice_of(FIRST), &event, &again));
	ck_assert(!again);
	ck_assert(next(slice_of(others[_i].line), &event, &again));
	got = event_text(&event, (enum field)field_parse(slice_of(others[_i].field)), room);
	ck_assert_msg(slice_eq(got, slice_of(others[_i].value)), "%s: %s is %.*s", others[_i].line, others[_i].field, SLICE_ARG(got));
	ck_assert_int_eq(again, others[_i].again);
}
END_TEST

/* Of lines that differ in message and recipient. */
static const char *const deliveries[] = {
	"2026-11-21 10:00:04 1vMD4x-0000000%04d-1Kfw => %s R=dnslookup T=remote_smtp H=mx.b.example [203.0.113.25] "
	"C=\"250 2.0.0 Ok: queued as 4XyZ12\"",
	LINE("mx", "postfix/smtp", "4AAAA%04d", "%s", "mx.b.example[192.0.2.1]:25", "1", "2.0.0", "sent", "250 2.0.0 Ok: queued as 4XyZ12"),
};
enum { DELIVERIES = sizeof deliveries / sizeof *deliveries };

/* Addresses that lines of one outline may hold. */
static const char *const addresses[] = {
	"a@b.example", "A.long.name+tag@b.example", "o'a@b.example", "a\\b@b.example", "a\tb@b.example", "\xc3\xa4@b.example",
	"a@c.example@b.example", "a@b.example@", "a@b.example.", "a@B.Example", "a@b.example\"x", "a@b\\.example", "a@|b", "@b.example",
	"a b@b.example", "a,c@b.example", "a@b.example,c@d.example", "\"a\"@b.example", "a", "<a@b.example",
};

static struct event fresh_event(struct slice text, char room[static EVENT_TEXT_MAX])
{
	struct matcher *usual = matcher;
	struct matcher_options options = { 0 };
	struct event event = { .count = 0 };
	bool again;

	matcher = matcher_new(packs, &options);
	next(text, &event, &again);
	event.domain = (struct slice){ memcpy(room, event.domain.p ? event.domain.p : "", event.domain.n), event.domain.n };
	matcher_free(matcher);
	matcher = usual;
	return event;
}

/* When the outline has been learnt, the address is not parsed any more. */
START_TEST(an_address_means_what_it_did_before_its_outline_was_known)
{
	const char *delivery = deliveries[_i % DELIVERIES];
	char text[512], to[64], room[EVENT_TEXT_MAX];
	struct event event, expected;
	bool again;

	for (int i = 0; i < 2000; i++) {
		snprintf(to, sizeof to, "name.%d@d%d.example", i, i % 20);
		snprintf(text, sizeof text, delivery, i, to);
		ck_assert(next(slice_of(text), &event, &again));
		ck_assert(again || i < 1000);
	}
	snprintf(text, sizeof text, delivery, 4711, addresses[_i / DELIVERIES]);
	expected = fresh_event(slice_of(text), room);
	for (int i = 0; i < 3; i++) {
		event = (struct event){ .count = 0 };
		next(slice_of(text), &event, &again);
		ck_assert_msg(slice_eq(event.domain, expected.domain), "%s: %.*s", text, SLICE_ARG(event.domain));
		ck_assert_int_eq(event.kind, expected.kind);
		ck_assert_uint_eq(event.count, expected.count);
	}
}
END_TEST

START_TEST(more_than_can_be_kept_is_forgotten)
{
	struct event event;
	char text[256];
	bool again;
	uint64_t token = 0;

	for (int i = 0; i < MEMO_MAX + 100; i++) {
		snprintf(text, sizeof text, LINE("mx", "postfix/smtp", "4AAAA1", "a@d%d.example", "mx.b.example[192.0.2.1]:25", "1", "2.0.0", "sent",
		         "250 2.0.0 Ok"), i);
		ck_assert(next(slice_of(text), &event, &again));
		ck_assert(!again);
		ck_assert_uint_gt(event.token, token);
		token = event.token;
	}
	ck_assert(next(slice_of(text), &event, &again));
	ck_assert(again);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("memo");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, set_up, tear_down);
	tcase_add_test(all, a_line_met_again_gives_the_same_event);
	tcase_add_loop_test(all, what_differs_is_told_apart, 0, sizeof others / sizeof *others);
	tcase_add_loop_test(all, an_address_means_what_it_did_before_its_outline_was_known, 0,
	                    DELIVERIES * sizeof addresses / sizeof *addresses);
	tcase_add_test(all, more_than_can_be_kept_is_forgotten);
	suite_add_tcase(suite, all);
	return suite;
}
