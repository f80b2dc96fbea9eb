/* check_reason.c - refusals of one cause fall together, and nothing private is
 * left in them. SPDX-License-Identifier: MIT */
#include "reply/reason.h"

#include "base/utf8.h"
#include "reply/letters.h"

#include "suite.h"

static const struct reason_names names = { { { "john", 4 }, { "jane.roe+tag", 12 }, { "info", 4 }, { "", 0 } }, 4 };

static void expect(const char *text, const char *template)
{
	struct buffer once = { 0 }, twice = { 0 };

	reason_template(slice_of(text), &names, &once);
	ck_assert_str_eq(buffer_string(&once), template);
	reason_template(buffer_slice(&once), &names, &twice);
	ck_assert_str_eq(buffer_string(&twice), template);
	buffer_release(&once);
	buffer_release(&twice);
}

static const struct {
	const char *text, *template;
} rows[] = {
	/* addresses and names */
	{ "<u@example.org>: no such user u.x@example.com.", "<address>: no such user <address>." },
	{ "to=<\"john doe\"@example.org> \"a\\\"b\"@example.org", "to=<address> <address>" },
	{ "SRS0=abc=de=example.org=user@example.net bounced", "<address> bounced" },
	{ "почта@пример.рф неизвестна", "<address> неизвестна" },
	{ "john@[192.0.2.1] <@> <cut@exam", "<address> <@> <<address>" },
	{ "\"John\" <john> JOHN: johnny jane.roe+tag, info.", "\"<user>\" <user> <user>: johnny <user>, <user>." },
	{ "EXAMPLE\\john uid=john john's info.example.org", "EXAMPLE\\<user> uid=<user> <user>'s <host>" },
	/* hosts, addresses of hosts, URLs */
	{ "mx.example.org[192.0.2.1]:25 refused", "<host>[<ip>]:<n> refused" },
	{ "client [IPv6:2001:db8::1] 2001:db8:0:0:0:0:0:1, ::1 and ::ffff:192.0.2.1: no", "client [<ip>] <ip>, <ip> and <ip>: no" },
	{ "192.0.2.0/24 and 2001:db8::/32", "<ip> and <ip>" },
	{ "see https://example.org/a?b=c&d=user@example.org.", "see <url>." },
	{ "(http://example.org/x) example.org/help", "(<url>) <url>" },
	{ "No mailbox.Please check, e.g. Net::DNS", "No mailbox.Please check, e.g. Net::DNS" },
	/* blocklists */
	{ "blocked using zen.spamhaus.org; x", "blocked using <list>; x" },
	{ "blocked using lists.example.net", "blocked using <list>" },
	{ "listed by dq.example.net found in x.example.net listed at y.example.net",
	  "listed by <list> found in <list> listed at <list>" },
	{ "BLOCKED. (USING) a.example, blocked by a.example, not using a.example; listed, at a.example",
	  "BLOCKED. (USING) <list>, blocked by <host>, not using <host>; listed, at <list>" },
	{ "by b.barracudacentral.org or rbl.example.net", "by <list> or <list>" },
	/* ids, numbers, times */
	{ "queue 4F2A91B3C 4Qk7Xj0Bz1z9Rs 1rABCd-0002Xy-5K 1rABCd-00000002Xyz-5Kab", "queue <id> <id> <id> <id>" },
	{ "a1-20020a05600c4ec100b003fc01189b0asi1234567wmq.123 - gsmtp", "<id> - gsmtp" },
	{ "UGFzc3dvcmQ6== dGhpcyBpcyBhIHRlc3Q+abc/dEf0123==", "<id> <id>" },
	{ "12 of 1,234 (10MB, 2.5GB)", "<n> of <n> (<n>MB, <n>GB)" },
	{ "[TSS04] (S3150) OU-002 IPv6 SPF", "[TSS04] (S3150) OU-002 IPv6 SPF" },
	{ "Fri, 20 Nov 2026 10:00:04 +0100: x", "<time>: x" },
	{ "at 2026-11-20T10:00:04.123Z 2026-11-20 10:00 Nov 20 10:00:04 20-Nov-2026", "at <time> <time> <time> <time>" },
	/* parts of a reply */
	{ "550-5.7.1 first 550-5.7.1 second 550 5.7.1 third", "first second third" },
	{ "5.7.1 first 550 5.7.1 third", "first third" },
	{ "550-first\\n550 third", "first third" },
	{ "250-OK\\\\n250 done", "OK done" },
	{ "535-5.7.8 no?535 5.7.8 more", "no? more" },
	{ "554 Message 554 of 421 rejected, error code 452 (was 250)", "Message <n> of <n> rejected, error code <n> (was <n>)" },
	{ "550", "" },
	{ "", "" },
	{ "  a \t b\n ", "a b" },
	/* a placeholder stays */
	{ "<address> <user> <host> <ip> <url> <id> <n> <time> <list>", "<address> <user> <host> <ip> <url> <id> <n> <time> <list>" },
	{ "bad \xff\xc3 byte \xc3\xa9", "bad ?? byte \xc3\xa9" },
};

START_TEST(masks)
{
	expect(rows[_i].text, rows[_i].template);
}
END_TEST

/* Two texts of one cause, as large providers and common servers word them. */
static const struct {
	const char *one, *other, *template;
} causes[] = {
	{ "550-5.7.26 Unauthenticated email from example.org is not accepted 550 5.7.26 see https://a.example/x a1-20020a05600c4sor.12 - gsmtp",
	  "550-5.7.26 Unauthenticated email from mail.example.com is not accepted 550 5.7.26 see https://a.example/y b2c3-4e15600d4sor.7 - gsmtp",
	  "Unauthenticated email from <host> is not accepted see <url> <id> - gsmtp" },
	{ "421-4.7.28 unusual rate of mail from your IP address [192.0.2.1      15]. 421 4.7.28 Review xx9-20020a45.45 - gsmtp",
	  "421-4.7.28 unusual rate of mail from your IP address [2001:db8::25      19]. 421 4.7.28 Review d2-2adb8453.1 - gsmtp",
	  "unusual rate of mail from your IP address [<ip> <n>]. Review <id> - gsmtp" },
	{ "550 5.4.1 Recipient address rejected: Access denied. [DB5PEPF00014B8E.eurprd02.prod.outlook.example 2026-11-20T10:00:04.123Z 08DE1A2B3C4D5E6F]",
	  "550 5.4.1 Recipient address rejected: Access denied. [AM7EUR06FT0034.eop-eur06.prod.outlook.example 2026-11-21T11:10:14.003Z 08DD77EF01234567]",
	  "Recipient address rejected: Access denied. [<host> <time> <id>]" },
	{ "550 5.7.511 Access denied, banned sender[192.0.2.1]. AS(1410)", "550 5.7.511 Access denied, banned sender[198.51.100.7]. AS(1411)",
	  "Access denied, banned sender[<ip>]. AS(<n>)" },
	{ "451 4.7.500 Server busy. Please try again later from [192.0.2.77].", "451 4.7.500 Server busy. Please try again later from [203.0.113.9].",
	  "Server busy. Please try again later from [<ip>]." },
	{ "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred", "421 4.7.0 [TSS04] Messages from 203.0.113.8 temporarily deferred",
	  "[TSS04] Messages from <ip> temporarily deferred" },
	{ "550 5.1.1 <john@example.org>: Recipient address rejected: User unknown in virtual mailbox table",
	  "550 5.1.1 <x@example.com>: Recipient address rejected: User unknown in virtual mailbox table",
	  "<address>: Recipient address rejected: User unknown in virtual mailbox table" },
	{ "450 4.2.0 <a@example.org>: Greylisted, try again in 300 seconds", "450 4.2.0 <b@example.org>: Greylisted, try again in 12 seconds",
	  "<address>: Greylisted, try again in <n> seconds" },
	{ "452-4.2.2 The recipient's inbox is over quota 452 4.2.2 https://a.example/?p=q u12-20020a05600c19cc.12 - gsmtp",
	  "452-4.2.2 The recipient's inbox is over quota 452 4.2.2 https://a.example/?p=z h7-1f2e3d4c5b6a7.4 - gsmtp",
	  "The recipient's inbox is over quota <url> <id> - gsmtp" },
	{ "550 spam message rejected. Please visit http://a.example/?c=aB12. ID: 0123456789ABCDEF.",
	  "550 spam message rejected. Please visit http://a.example/?c=Zz99. ID: 00FF00FF00FF00FF.",
	  "spam message rejected. Please visit <url>. ID: <id>." },
	{ "554 5.7.1 Message rejected under suspicion of SPAM; https://a.example/1/ 1700000000-AbCdEfGh1234",
	  "554 5.7.1 Message rejected under suspicion of SPAM; https://a.example/2/ 1700000123-ZyXwVuTs9876",
	  "Message rejected under suspicion of SPAM; <url> <id>" },
	{ "554-gmx.example (mxgmx101) No SMTP service 554-Bad DNS PTR resource record. 554 For explanation visit https://a.example/1",
	  "554-gmx.example (mxgmx007) No SMTP service 554-Bad DNS PTR resource record. 554 For explanation visit https://a.example/2",
	  "<host> (<id>) No SMTP service Bad DNS PTR resource record. For explanation visit <url>" },
};

START_TEST(joins_one_cause)
{
	expect(causes[_i].one, causes[_i].template);
	expect(causes[_i].other, causes[_i].template);
}
END_TEST

static const struct {
	const char *text, *template;
} ends[] = {
	{ "john, listed in lists.example.net", "<user>, listed in <list>" },
	{ "blocked using: it, John", "blocked using: it, <user>" },
	{ "of abcdefghijklmnopqrstuvwxyzabcdef now", "of abcdefghijklmnopqrstuvwxyzabcdef now" },
	{ "of abcdefghijklmnopqrstuvwxyzabcdefg now", "of <id> now" },
	{ "on Fri, 20 Nov 2026 10:00:04 +0100. The end", "on <time>. The end" },
	{ "my_own (don't). See https://example.org/help", "my_own (don't). See <url>" },
	{ "to u@example.org or 12 others", "to <address> or <n> others" },
};

/* What a word is does not depend on the place where it stands. */
START_TEST(masks_everywhere)
{
	char text[REASON_MAX + 1], want[REASON_MAX + 1];

	for (int n = 2; n < 140; n++) {
		for (int i = 0; i < n; i++)
			text[i] = want[i] = i && (n - i) % 4 == 1 ? ' ' : 'a';
		strcpy(text + n, ends[_i].text);
		strcpy(want + n, ends[_i].template);
		expect(text, want);
	}
}
END_TEST

START_TEST(finds_letters)
{
	char text[2 * LETTERS_WINDOW];

	for (int c = 0; c < 256; c++) {
		bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

		for (size_t i = 0; i < LETTERS_WINDOW; i++) {
			struct letters at;

			memset(text, '\0', sizeof text);
			text[i] = (char)c;
			at = letters_at(text);
			ck_assert_uint_eq(at.letters, (uint64_t)is_letter << i);
			ck_assert_uint_eq(at.blanks, (uint64_t)(c == ' ') << i);
			memset(text, (char)c, sizeof text);
			text[i] = ' ';
			at = letters_at(text);
			ck_assert_uint_eq(at.letters, is_letter ? ~(UINT64_C(1) << i) : 0);
			ck_assert_uint_eq(at.blanks, c == ' ' ? UINT64_MAX : UINT64_C(1) << i);
		}
	}
}
END_TEST

/* The longest template, and one longer: cut where a word begins. */
START_TEST(cuts_long_text)
{
	char text[REASON_MAX + 16], want[REASON_MAX + 1];

	for (int i = 0; i < REASON_MAX; i++)
		text[i] = want[i] = i % 10 == 9 ? ' ' : 'a';
	memcpy(text + REASON_MAX - 1, "a", 2);
	memcpy(want + REASON_MAX - 1, "a", 2);
	expect(text, want);
	strcpy(text + REASON_MAX, " u@example.org");
	memcpy(want + REASON_MAX - 11, "...", 4);
	expect(text, want);
}
END_TEST

START_TEST(bounds_work_on_huge_text)
{
	struct slice texts[] = { SLICE("x@"), SLICE("\""), SLICE(" "), SLICE("a"), SLICE("\\"), SLICE("<"), SLICE("1:"), SLICE("\xd0") };
	size_t n = 1 << 20;
	char *text = malloc(n);

	for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
		struct buffer out = { 0 };

		for (size_t i = 0; i < n; i++)
			text[i] = texts[k].p[i % texts[k].n];
		reason_template((struct slice){ text, n }, &names, &out);
		ck_assert_uint_le(out.n, REASON_MAX);
		ck_assert(utf8_valid(buffer_slice(&out)));
		buffer_release(&out);
	}
	free(text);
}
END_TEST

/* Pieces put together at random: always valid, bounded, and stable. */
START_TEST(template_of_template_is_itself)
{
	static const char *const pieces[] = {
		"550", "-", " ", "5.7.1", "@", "<", ">", "\"", "\\n", ":", "::", ".", "?", "(", "/", "=", "+", "john", "Foo", "b1",
		"example.org", "192.0.2.1", "2001:db8::1", "http://", "Nov", "Fri", "20", "2026-11-20", "10:00:04", "blocked", "using",
		"4F2A91B3C", "\xff", "\xd0\x90", "<n>", "<ip>", "<user>", "TSS04", ",",
	};
	uint32_t random = 12345;

	for (int round = 0; round < 5000; round++) {
		struct buffer text = { 0 }, once = { 0 }, twice = { 0 };

		for (int i = round % 60; i >= 0; i--) {
			random = random * 1664525u + 1013904223u;
			buffer_puts(&text, pieces[(random >> 16) % (sizeof pieces / sizeof *pieces)]);
		}
		reason_template(buffer_slice(&text), &names, &once);
		reason_template(buffer_slice(&once), &names, &twice);
		ck_assert_msg(slice_eq(buffer_slice(&once), buffer_slice(&twice)), "\"%s\" gives \"%s\"", buffer_string(&once),
		              buffer_string(&twice));
		ck_assert_uint_le(once.n, REASON_MAX);
		ck_assert(utf8_valid(buffer_slice(&once)));
		buffer_release(&text);
		buffer_release(&once);
		buffer_release(&twice);
	}
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("reason");
	TCase *tcase = tcase_create("reason");

	tcase_add_loop_test(tcase, masks, 0, sizeof rows / sizeof *rows);
	tcase_add_loop_test(tcase, joins_one_cause, 0, sizeof causes / sizeof *causes);
	tcase_add_loop_test(tcase, masks_everywhere, 0, sizeof ends / sizeof *ends);
	tcase_add_test(tcase, finds_letters);
	tcase_add_test(tcase, cuts_long_text);
	tcase_add_test(tcase, bounds_work_on_huge_text);
	tcase_add_test(tcase, template_of_template_is_itself);
	suite_add_tcase(suite, tcase);
	return suite;
}
