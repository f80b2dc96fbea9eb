/* check_verdict.c - what is known of a refusal by its words is what reading it anew
 * would give. SPDX-License-Identifier: MIT */
#include "pattern/verdict.h"

#include "base/buffer.h"
#include "pattern/matcher.h"
#include "pattern/providers.h"
#include "suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

static struct packs *packs;
static struct zone *zone;
static struct matcher *warm; /* has seen all lines of the test */

static void start(const char *const *dirs)
{
	struct matcher_options options = { 0 };
	struct error err;

	packs = packs_load(dirs, true, &err);
	ck_assert_msg(packs != NULL, "%s", err.text);
	zone = zone_new("UTC", &err);
	warm = matcher_new(packs, &options);
}

static void set_up(void)
{
	const char *dirs[] = { SOURCE_PATTERNS_DIR, NULL };

	start(dirs);
}

static void tear_down(void)
{
	matcher_free(warm);
	zone_free(zone);
	packs_free(packs);
}

static void put_event(const struct event *event, struct buffer *out)
{
	char room[EVENT_TEXT_MAX];

	for (int i = 0; i < N_FIELDS; i++) {
		buffer_byte(out, '\t');
		buffer_add(out, event_text(event, (enum field)i, room));
	}
	buffer_printf(out, "\t%d %d %d", event->not_ours, event->twice, event->disagrees);
	for (size_t i = 0; i < event->n_recipients; i++)
		buffer_printf(out, " %" PRIx64, event->recipients[i]);
	buffer_byte(out, '\n');
}

/* All that a matcher says of a line, as text; the verdict of its last event. */
static uint64_t read_line(struct matcher *matcher, struct slice text, struct buffer *out)
{
	struct prefix prefix;
	const struct event *event;
	struct line line;
	uint64_t verdict = 0;

	out->n = 0;
	prefix_init(&prefix, zone, 1798675200);
	prefix_parse(&prefix, text, &line);
	buffer_printf(out, "%d", matcher_line(matcher, &line));
	while ((event = matcher_next(matcher))) {
		put_event(event, out);
		verdict = event->verdict;
	}
	return verdict;
}

/* What the warm matcher knows of the line without making an event is what its event says.
 * False: it knows nothing so. */
static bool check_glance(struct slice text)
{
	const struct event *event;
	struct prefix prefix;
	struct line line;
	struct seen seen;
	struct again again;

	prefix_init(&prefix, zone, 1798675200);
	prefix_parse(&prefix, text, &line);
	if (matcher_glance(warm, &line, &seen) != FATE_SEEN || !seen.refused || !matcher_seen(warm, &seen, &again))
		return false;
	ck_assert_int_eq(matcher_line(warm, &line), FATE_MATCHED);
	event = matcher_next(warm);
	ck_assert_uint_eq(again.token, 0);
	ck_assert_uint_eq(again.verdict, event->verdict);
	ck_assert_uint_eq(again.place, event->place);
	ck_assert_uint_eq(again.count, event->count);
	ck_assert_int_eq(again.delay, event->delay);
	ck_assert_int_eq(again.inward, event->direction == DIRECTION_IN);
	ck_assert_int_eq(again.deferred, event->n_recipients > 0);
	ck_assert_uint_eq(again.recipient, event->n_recipients ? event->recipients[0] : 0);
	ck_assert_uint_le(event->n_recipients, 1);
	ck_assert(!event->not_ours && !event->twice && !event->disagrees);
	ck_assert_ptr_null(matcher_next(warm));
	return true;
}

static size_t glances; /* that told all */

static uint64_t check_line(struct slice text)
{
	struct matcher_options options = { 0 };
	struct matcher *fresh = matcher_new(packs, &options);
	struct buffer expected = { 0 }, got = { 0 };
	uint64_t verdict = 0;

	read_line(fresh, text, &expected);
	for (int i = 0; i < 3; i++) { /* read, read and kept, known */
		verdict = read_line(warm, text, &got);
		ck_assert_msg(strcmp(buffer_string(&got), buffer_string(&expected)) == 0, "%.*s:\n%s, not\n%s", SLICE_ARG(text),
		              buffer_string(&got), buffer_string(&expected));
	}
	buffer_release(&expected);
	buffer_release(&got);
	matcher_free(fresh);
	glances += check_glance(text);
	return verdict;
}

START_TEST(every_sample_is_the_same_to_who_has_seen_all)
{
	size_t known = 0;

	for (int round = 0; round < 2; round++)
		for (size_t p = 0; p < packs->n; p++)
			for (size_t i = 0; i < packs->pack[p]->n_patterns; i++)
				for (size_t k = 0; k < packs->pack[p]->patterns[i].n_samples; k++)
					known += check_line(packs->pack[p]->patterns[i].samples[k].line) != 0;
	ck_assert_uint_gt(known, 400);
	ck_assert_uint_gt(glances, 200);
}
END_TEST

#define LINE(host, service, id, to, relay, delay, dsn, status, text) \
	"Nov 21 10:00:00 " host " " service "[1]: " id ": to=" to ", relay=" relay ", delay=" delay ", delays=0/0/0/0, dsn=" dsn \
	", status=" status " (" text ")"
#define KIM "<kim@b.example>"
#define MX "mx.b.example[192.0.2.1]:25"
#define SAID "host mx.b.example[192.0.2.1] said: "
#define FIRST LINE("mx", "postfix/smtp", "4AAAA1", KIM, MX, "1", "5.1.1", "bounced", SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command)")
#define REPLY(reply) LINE("mx", "postfix/smtp", "4AAAA1", KIM, MX, "1", "5.1.1", "bounced", SAID reply " (in reply to RCPT TO command)")

enum { OTHER, ALIKE, UNKNOWN };

/* One thing is other than in FIRST. */
static const struct {
	const char *line;
	int verdict;
} others[] = {
	{ FIRST, ALIKE },
	{ LINE("mx", "postfix/smtp", "4AAAA2", KIM, MX, "1", "5.1.1", "bounced", SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command)"), ALIKE },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "<roe@b.example>", MX, "1", "5.1.1", "bounced", SAID "550 5.1.1 <roe@b.example>: User unknown (in reply to RCPT TO command)"), ALIKE },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "<kim@C.example>", MX, "1", "5.1.1", "bounced", SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command)"), ALIKE },
	{ LINE("mx", "postfix/smtp", "4AAAA1", KIM, "MX.c.example[192.0.2.1]:25", "1", "5.1.1", "bounced", SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command)"), ALIKE },
	{ LINE("mx", "postfix/smtp", "4AAAA1", KIM, "mx.b.example[192.0.2.2]:25", "1", "5.1.1", "bounced", SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command)"), ALIKE },
	{ LINE("mx", "postfix/smtp", "4AAAA1", KIM, "unknown[192.0.2.2]:25", "1", "5.1.1", "bounced", SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command)"), ALIKE },
	{ LINE("mx", "postfix/smtp", "4AAAA1", KIM, MX, "2.5", "5.1.1", "bounced", SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command)"), ALIKE },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "<\"k, im\"@b.example>", MX, "1", "5.1.1", "bounced", SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command)"), ALIKE },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "kim", MX, "1", "5.1.1", "bounced", SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command)"), ALIKE },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "<kim@b_/example>", MX, "1", "5.1.1", "bounced", SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command)"), ALIKE },
	{ LINE("mx2", "postfix/smtp", "4AAAA1", KIM, MX, "1", "5.1.1", "bounced", SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command)"), OTHER },
	{ LINE("mx", "out/smtp", "4AAAA1", KIM, MX, "1", "5.1.1", "bounced", SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command)"), OTHER },
	{ LINE("mx", "postfix/smtp", "4AAAA1", KIM, "none", "1", "5.1.1", "bounced", SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command)"), OTHER },
	{ LINE("mx", "postfix/smtp", "4AAAA1", KIM, MX, "1", "5.1.2", "bounced", SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command)"), OTHER },
	{ LINE("mx", "postfix/smtp", "4AAAA1", KIM, MX, "1", "5.1.1", "deferred", SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command)"), OTHER },
	{ LINE("mx", "postfix/smtp", "4AAAA1", KIM, MX, "1", "5.1.1", "undeliverable", SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command)"), OTHER },
	{ LINE("mx", "postfix/smtp", "4AAAA1", KIM, MX, "1", "5.1.1", "bounced", SAID "550 5.1.1 " KIM ": User unknown (in reply to MAIL FROM command)"), OTHER },
	{ LINE("mx", "postfix/smtp", "4AAAA1", KIM, MX, "1", "5.1.1", "bounced", "Protocol error: " SAID "250 2.1.5 Ok (in reply to RCPT TO command)"), UNKNOWN },
	{ REPLY("551 5.1.1 " KIM ": User unknown"), OTHER },
	{ REPLY("450 5.1.1 " KIM ": User unknown"), OTHER },
	{ REPLY("550 5.1.6 " KIM ": User unknown"), OTHER },
	{ REPLY("550 " KIM ": User unknown"), OTHER },
	{ REPLY("550" KIM ": User unknown"), OTHER },
	{ REPLY("550-5.1.1 " KIM ": User unknown"), OTHER },
	{ REPLY("550-5.1.1 " KIM ": User unknown 550 5.2.1 disabled"), OTHER },
	{ REPLY("550-5.1.1 User unknown 550 5.2.1 disabled " KIM), OTHER },
	{ REPLY("550-5.1.1 User unknown\\n552 5.2.2 full " KIM), OTHER },
	{ REPLY("550 5.1.1 " KIM ": Mailbox full"), OTHER },
	{ REPLY("550 5.1.1 " KIM ": User  unknown"), OTHER },
	{ REPLY("550 5.1.1 " KIM KIM ": User unknown"), OTHER },
	{ REPLY("550 5.1.1 : User unknown"), OTHER },
	{ REPLY("550 5.1.1 <kim>: User unknown"), UNKNOWN },
	{ REPLY("550 5.1.1 kim@b.example: User unknown"), UNKNOWN },
	{ REPLY("550 5.1.1 " KIM ": kim unknown"), UNKNOWN },
	{ REPLY("550 5.1.1 " KIM ": KIM unknown"), UNKNOWN },
	{ REPLY("550 5.1.1 " KIM ": User \"kim\" unknown"), UNKNOWN },
	{ REPLY("550 5.1.1 <kim@[192.0.2.1]>: User unknown"), UNKNOWN },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "<user@b.example>", MX, "1", "5.1.1", "bounced", SAID "550 5.1.1 <user@b.example>: User unknown (in reply to RCPT TO command)"), UNKNOWN },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "<k@b.example>", MX, "1", "5.1.1", "bounced", SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command)"), UNKNOWN },
	{ LINE("mx", "postfix/smtp", "4AAAA1", "<z@b.example>", MX, "1", "5.1.1", "bounced", SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command)"), ALIKE },
	{ "Nov 21 10:00:00 mx postfix/smtp[1]: message repeated 3 times: [ 4AAAA1: to=" KIM ", relay=" MX ", delay=1, delays=0/0/0/0, dsn=5.1.1, status=bounced ("
	  SAID "550 5.1.1 " KIM ": User unknown (in reply to RCPT TO command))]", ALIKE },
};

START_TEST(what_differs_is_told_apart)
{
	uint64_t first = check_line(slice_of(FIRST)), other = check_line(slice_of(others[_i].line));

	ck_assert_uint_ne(first, 0);
	ck_assert_msg(others[_i].verdict == ALIKE ? other == first : others[_i].verdict == UNKNOWN ? other == 0 : other && other != first,
	              "%s: %" PRIu64, others[_i].line, other);
	ck_assert_uint_eq(check_line(slice_of(FIRST)), first);
	ck_assert_uint_eq(check_line(slice_of(others[_i].line)), other);
}
END_TEST

START_TEST(providers_are_told_apart)
{
	uint64_t last = 0, verdict;
	char text[512];

	for (int round = 0; round < 2; round++, last = 0)
		for (size_t i = 0; i < packs->providers->n; i++) {
			const struct slice relay = packs->providers->provider[i].samples.text[0];

			snprintf(text, sizeof text, LINE("mx", "postfix/smtp", "4AAAA1", KIM, "%.*s[192.0.2.1]:25", "1", "5.7.1", "bounced",
			         SAID "550 5.7.1 Message rejected (in reply to end of DATA command)"), SLICE_ARG(relay));
			verdict = check_line(slice_of(text));
			ck_assert_uint_gt(verdict, last);
			last = verdict;
		}
}
END_TEST

/* A pack whose rules look at all that is not hashed. */
static char directory[] = "/tmp/check_verdict.XXXXXX";
static char path[64];

#define RULE(slot, glob, stage) "{\"when\":{\"" slot "\":\"" glob "\"},\"set\":{\"stage\":\"" stage "\"}}"
static const char curious[] =
	"{\"pack\":\"t\",\"services\":[\"t\"],\"patterns\":[{\"name\":\"p\",\"anchor\":\"to=\",\"regex\":"
	"\"^(?<id>[0-9A-F]+): to=(?<recipients>[^ ]*) relay=(?<relay>[^ \\\\[]*)(?<relay_ip>[^ ]*) delay=(?<delay>[^ ]*) "
	"from=(?<sender>[^ ]*) user=(?<user>[^ ]*) (?:domain=(?<domain>[^ ]*) )?(?:note=(?<note>[^ ]*) )?(?<reply>.*)$\","
	"\"set\":{\"kind\":\"delivery\",\"direction\":\"out\"},\"rules\":["
	RULE("id", "A*", "connect") "," RULE("relay_ip", "", "other") "," RULE("recipients", "*jo@*", "helo") "," RULE("relay", "*.net", "starttls") ","
	RULE("relay_ip", "2001:db8::/32", "auth") "," RULE("delay", "9*", "mail") "," RULE("sender", "*x*", "rcpt") ","
	RULE("user", "root", "data") "," RULE("domain", "d.example", "data-end") "," RULE("reply", "*lou@*", "vrfy") ","
	RULE("reply", "550 5.1.1 <m*", "mail") "," RULE("reply", "550 5.1.1 ?n*", "helo") "," RULE("reply", "*pat@b.example> no", "auth") ","
	RULE("reply", "*>: gone", "vrfy") "," RULE("reply", "*x: gone", "etrn") "," RULE("reply", "450 no * busy", "rcpt") ","
	RULE("reply", "*not here*", "connect") "," RULE("reply", "*jim*", "starttls") "," RULE("reply", "451 *b c*d", "mail") ","
	RULE("reply", "450 bare <LF> got", "auth") "," RULE("reply", "450 <max@b.example> got", "data") "," RULE("reply", "450*e> got", "helo") ","
	RULE("reply", "552 *", "data") "," RULE("reply", "553 no", "connect") "," RULE("relay", "*.net", "starttls") ","
	RULE("note", "n", "etrn") "," RULE("time", "2026-11-22*", "other") ","
	"{\"when\":{\"note\":\"r\"},\"set\":{\"reason\":\"no sue here\"}},"
	RULE("reply", "", "rcpt") "," RULE("reply", "?*", "data-end") "],\"samples\":[{\"line\":"
	"\"Nov 21 10:00:00 h t[1]: B1: to=a@b.example relay=mx.example[192.0.2.1] delay=1 from=c user=d 550 5.1.1 no\","
	"\"expect\":{\"code\":\"550\"}}]}]}";

static void set_up_curious(void)
{
	const char *dirs[] = { directory, NULL };
	FILE *file;

	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/t.json", directory);
	file = fopen(path, "w");
	fputs(curious, file);
	fclose(file);
	start(dirs);
	unlink(path);
	rmdir(directory);
}

#define ASKED(day, id, to, relay, delay, from, user, more, reply) \
	"Nov " day " 10:00:00 h t[1]: " id ": to=" to " relay=" relay " delay=" delay " from=" from " user=" user " " more reply
static const char *const asked[] = {
	ASKED("21", "B1", "al@b.example", "mx.example[192.0.2.1]", "1", "cc", "dd", "", "550 5.1.1 <al@b.example> no"),
	ASKED("22", "B1", "al@b.example", "mx.example[192.0.2.1]", "1", "cc", "dd", "", "550 5.1.1 <al@b.example> no"),
	ASKED("21", "A1", "al@b.example", "mx.example[192.0.2.1]", "1", "cc", "dd", "", "550 5.1.1 <al@b.example> no"),
	ASKED("21", "B1", "jo@b.example", "mx.example[192.0.2.1]", "1", "cc", "dd", "", "550 5.1.1 <al@b.example> no"),
	ASKED("21", "B1", "al@b.example", "mx.example.net[192.0.2.1]", "1", "cc", "dd", "", "550 5.1.1 <al@b.example> no"),
	ASKED("21", "B1", "al@b.example", "mx.example", "1", "cc", "dd", "", "550 5.1.1 <al@b.example> no"),
	ASKED("21", "B1", "al@b.example", "mx.example[2001:db8::1]", "1", "cc", "dd", "", "550 5.1.1 <al@b.example> no"),
	ASKED("21", "B1", "al@b.example", "mx.example[192.0.2.1]", "9", "cc", "dd", "", "550 5.1.1 <al@b.example> no"),
	ASKED("21", "B1", "al@b.example", "mx.example[192.0.2.1]", "1", "xx", "dd", "", "550 5.1.1 <al@b.example> no"),
	ASKED("21", "B1", "al@b.example", "mx.example[192.0.2.1]", "1", "cc", "root", "", "550 5.1.1 <al@b.example> no"),
	ASKED("21", "B1", "al@b.example", "mx.example[192.0.2.1]", "1", "cc", "dd", "domain=d.example ", "550 5.1.1 <al@b.example> no"),
	ASKED("21", "B1", "al@b.example", "mx.example[192.0.2.1]", "1", "cc", "dd", "domain=e.example ", "550 5.1.1 <al@b.example> no"),
	ASKED("21", "B1", "al@b.example", "mx.example[192.0.2.1]", "1", "cc", "dd", "note=n ", "550 5.1.1 <al@b.example> no"),
	ASKED("21", "B1", "al@b.example", "mx.example[192.0.2.1]", "1", "cc", "dd", "", "550 5.1.1 <lou@b.example> no"),
	ASKED("21", "B1", "al@b.example,jo@c.example", "mx.example[192.0.2.1]", "1", "cc", "dd", "", "550 5.1.1 <al@b.example> no"),
	ASKED("21", "B1", "al@b.example", "mx.example[192.0.2.1]", "1", "cc", "dd", "", "550 5.1.1 <max@b.example> no"),
	ASKED("21", "B1", "al@b.example", "mx.example[192.0.2.1]", "1", "cc", "dd", "", "550 5.1.1 <nan@b.example> no"),
	ASKED("21", "B1", "al@b.example", "mx.example[192.0.2.1]", "1", "cc", "dd", "", "550 5.1.1 <pat@b.example> no"),
	ASKED("21", "B1", "al@b.example", "mx.example[192.0.2.1]", "1", "cc", "dd", "", "552 5.1.1 <al@b.example> no"),
	ASKED("21", "B1", "al@b.example", "mx.example[192.0.2.1]", "1", "cc", "dd", "", "552 <al@b.example> no"),
	ASKED("21", "B1", "al@b.example", "mx.example[192.0.2.1]", "1", "cc", "dd", "", "552<al@b.example> no"),
#define REPLIED(reply) ASKED("21", "B1", "al@b.example", "mx.example[192.0.2.1]", "1", "cc", "dd", "", reply)
	REPLIED("553 no"), REPLIED("550 <al@b.example>: gone"), REPLIED("550 <alx@b.example>: gone"), REPLIED("550 : gone"),
	REPLIED("550 <al@b.example> : gone"), REPLIED("550 >: gone"), REPLIED("550 <al@b.example> x: gone"),
	REPLIED("450 no <al@b.example> busy"), REPLIED("450 no busy"), REPLIED("450 no  busy"), REPLIED("450 no a busy"),
	REPLIED("450 no <al@b.example>busy"), REPLIED("450 bare <LF> got"), REPLIED("450 bare <al@b.example> got"), REPLIED("450 bare  got"),
	REPLIED("451 not here"), REPLIED("451 <al@b.example> not here, go"), REPLIED("451 not <al@b.example> here"),
	REPLIED("451 not<al@b.example>here"), REPLIED("451 <jim@b.example>"), REPLIED("451 <al@b.example>"), REPLIED("451 b c <al@b.example> d"),
	REPLIED("451 b c <al@b.d>"), REPLIED("451 b <al@b.d> c d"), REPLIED("451 <al@b.d> b cd"), REPLIED("451 b c"),
	REPLIED("450 <al@b.example> got"), REPLIED("450 <max@b.example> got"), REPLIED("450 <al@b.exampl> got"), REPLIED("450  got"),
	ASKED("21", "B1", "al@b.example", "mx.example[192.0.2.1]", "1", "cc", "dd", "", "553 <al@b.example> no"),
};
enum { N_ASKED = sizeof asked / sizeof *asked };

START_TEST(what_rules_ask_is_told_apart)
{
	for (int i = 0; i < 3 * N_ASKED; i++)
		ck_assert_uint_ne(check_line(slice_of(asked[(_i * i) % N_ASKED])), 0);
}
END_TEST

/* A name of the next line may stand in it. */
START_TEST(of_a_reason_that_the_pack_sets_nothing_is_kept)
{
	static const char *const to[] = { "al@b.example", "sue@b.example", "al@b.example" };
	char text[256];

	for (int i = 0; i < 3; i++) {
		snprintf(text, sizeof text, ASKED("21", "B1", "%s", "mx.example[192.0.2.1]", "1", "cc", "dd", "note=r ", "550 5.1.1 no"), to[i]);
		ck_assert_uint_eq(check_line(slice_of(text)), 0);
	}
}
END_TEST

/* What they ask of a reply is the same for all that are hashed alike. */
START_TEST(rules_of_the_usual_kinds_need_not_be_tried)
{
	int found = 0;

	for (size_t p = 0; p < packs->n; p++)
		for (size_t i = 0; i < packs->pack[p]->n_patterns; i++) {
			const struct pattern *pattern = &packs->pack[p]->patterns[i];

			if (!slice_eq(pattern->pack->name, SLICE("sendmail")) && !slice_eq(pattern->pack->name, SLICE("postfix")))
				continue;
			if (!slice_eq(pattern->name, SLICE("delivery")) && !slice_eq(pattern->name, SLICE("reject")) &&
			    !slice_eq(pattern->name, SLICE("ruleset-recipient")))
				continue;
			ck_assert(pattern->verdicts);
			ck_assert_uint_eq(pattern->n_open, 0);
			found++;
		}
	ck_assert_int_ge(found, 4);
}
END_TEST

START_TEST(more_than_can_be_kept_is_forgotten)
{
	struct buffer out = { 0 };
	uint64_t last = 0;
	char text[512];

	for (int i = 0; i < 2 * VERDICTS_MAX + 100; i++) {
		uint64_t verdict;

		snprintf(text, sizeof text, REPLY("550 5.1.1 " KIM ": rule R%d"), i);
		ck_assert_uint_eq(read_line(warm, slice_of(text), &out), 0);
		verdict = read_line(warm, slice_of(text), &out);
		if (!verdict) /* its template was forgotten just then */
			verdict = read_line(warm, slice_of(text), &out);
		ck_assert_uint_gt(verdict, last);
		last = verdict;
		if (i % 1000 == 0)
			check_line(slice_of(FIRST));
	}
	ck_assert_uint_eq(check_line(slice_of(text)), last);
	buffer_release(&out);
}
END_TEST

/* What one slot says does not undo what another one says. */
START_TEST(two_slots_are_told_apart)
{
	static const int slots[] = { FIELD_STAGE, FIELD_CODE, FIELD_ENHANCED, FIELD_COUNT, SLOT_DSN, SLOT_STATUS, SLOT_NOTE };
	static const char fronts[] = "xy";
	struct fingerprint said[2];

	for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
		for (size_t k = 0; k < i; k++) {
			for (int round = 0; round < 2; round++) {
				const char one[] = { fronts[round], '0', '0' }, other[] = { fronts[round], '0', (char)('0' ^ slots[i] ^ slots[k]) };
				struct captured captured = { .set = (uint64_t)1 << slots[i] | (uint64_t)1 << slots[k] };

				captured.slot[slots[i]] = (struct slice){ one, sizeof one };
				captured.slot[slots[k]] = (struct slice){ other, sizeof other };
				said[round] = verdict_said(&captured, captured.set);
			}
			ck_assert(said[0].a != said[1].a && said[0].b != said[1].b);
		}
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("verdict");
	TCase *all = tcase_create("all"), *rules = tcase_create("rules");

	tcase_add_checked_fixture(all, set_up, tear_down);
	tcase_add_test(all, every_sample_is_the_same_to_who_has_seen_all);
	tcase_add_loop_test(all, what_differs_is_told_apart, 0, sizeof others / sizeof *others);
	tcase_add_test(all, providers_are_told_apart);
	tcase_add_test(all, rules_of_the_usual_kinds_need_not_be_tried);
	tcase_add_test(all, more_than_can_be_kept_is_forgotten);
	tcase_add_test(all, two_slots_are_told_apart);
	suite_add_tcase(suite, all);
	tcase_add_checked_fixture(rules, set_up_curious, tear_down);
	tcase_add_loop_test(rules, what_rules_ask_is_told_apart, 1, 4);
	tcase_add_test(rules, of_a_reason_that_the_pack_sets_nothing_is_kept);
	suite_add_tcase(suite, rules);
	return suite;
}
