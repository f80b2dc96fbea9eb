/* check_reply.c - replies as logs hold them. SPDX-License-Identifier: MIT */
#include "reply/reply.h"

#include "base/buffer.h"

#include "suite.h"

static const struct {
	const char *text;
	int code;
	const char *enhanced, *last;
	bool multiline;
} replies[] = {
	/* one line */
	{ "250 2.0.0 Ok: queued as 4F2A91B3C", 250, "2.0.0", "Ok: queued as 4F2A91B3C", false },
	{ "  550 5.1.1 <u@example.org>: User unknown ", 550, "5.1.1", "<u@example.org>: User unknown", false },
	{ "452 Temporary error", 452, "", "Temporary error", false },
	{ "250", 250, "", "", false },
	{ "250 ", 250, "", "", false },
	{ "250 2.1.0", 250, "2.1.0", "", false },
	{ "550User unknown", 550, "", "User unknown", false },
	{ "550<u@example.org> unknown", 550, "", "<u@example.org> unknown", false },
	{ "550 #5.1.0 Address rejected", 550, "5.1.0", "Address rejected", false },
	{ "599 5.2.3 Main and extended code", 599, "5.2.3", "Main and extended code", false },
	{ "550 4.2.2 Over quota", 550, "4.2.2", "Over quota", false },
	{ "550 5.7.511 Banned", 550, "5.7.511", "Banned", false },
	{ "550 5.7.1234 Odd", 550, "", "5.7.1234 Odd", false },
	{ "550 5.7.1.", 550, "5.7.1", ".", false },
	{ "550 5.7.1.4 is an address", 550, "", "5.7.1.4 is an address", false },
	{ "554 Message 554 of 421 rejected, error code 452 (was 250)", 554, "",
	  "Message 554 of 421 rejected, error code 452 (was 250)", false },
	{ "550 no 550-5.7.1 part", 550, "", "no 550-5.7.1 part", false },
	{ "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4F2A91B3C", 250, "2.0.0",
	  "from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4F2A91B3C", false },
	/* joined by blanks */
	{ "550-5.7.1 [192.0.2.1      12] Our system has detected 550-5.7.1 spam. 550 5.7.1 Visit http://example.org/550 now", 550,
	  "5.7.1", "Visit http://example.org/550 now", true },
	{ "550-5.7.1 first 550 5.7.26 second", 550, "5.7.26", "second", true },
	{ "550-5.7.1 first 550 second", 550, "", "second", true },
	{ "550-first 550-second 550 third", 550, "", "third", true },
	{ "550-no enhanced code on first line", 550, "", "no enhanced code on first line", true },
	{ "550-5.7.1 only the first line", 550, "5.7.1", "only the first line", true },
	{ "550-5.7.1 first 550-5.7.2 cut he", 550, "5.7.2", "cut he", true },
	{ "550-first 550 5.1.1 second", 550, "5.1.1", "second", true },
	{ "550-first 550", 550, "", "", true },
	{ "550-", 550, "", "", true },
	{ "550-first 250 of 421 450 5.5.5 rest", 550, "", "first 250 of 421 450 5.5.5 rest", true },
	{ "551-5.1.1 One 550 5.2.1 Two", 551, "5.1.1", "One 550 5.2.1 Two", true },
	{ "535-5.7.8 Not accepted. 250 2.0.0", 535, "5.7.8", "Not accepted. 250 2.0.0", true },
	{ "554-5.7.1 foo 554 5.7.1 Message 554 of 10", 554, "5.7.1", "Message 554 of 10", true },
	{ "554-5.7.1 Message 554 of 10 refused 554 5.7.1 more", 554, "5.7.1", "more", true },
	{ "554-5.7.1 first 554 5.7.1 by rule 554-b", 554, "5.7.1", "by rule 554-b", true },
	{ "550-Message 550 of 10 550 Refused", 550, "", "Refused", true },
	{ "550-Verification failed for <u@example.org> 550-Called: 192.0.2.1 550-Response: 550 5.1.1 User unknown "
	  "550 Sender verify failed", 550, "", "Sender verify failed", true },
	/* a newline that can still be seen */
	{ "250-This one's OK\\\\n250 OK", 250, "", "OK", true },
	{ "550-I don't like this user\\n550 5.1.1 Bad user", 550, "5.1.1", "Bad user", true },
	{ "550-first\\n450 4.2.0 second", 450, "4.2.0", "second", true },
	{ "250 said \\n550 no", 250, "", "said \\n550 no", false },
	/* "; " and '?' */
	{ "550-first; 550 5.7.1 second", 550, "5.7.1", "second", true },
	{ "535-5.7.8 Not accepted.?535 5.7.8 See example.org", 535, "5.7.8", "See example.org", true },
	/* no reply code */
	{ "", 0, "", "", false },
	{ "User unknown", 0, "", "User unknown", false },
	{ "5.7.1 Blocked by a filter", 0, "5.7.1", "Blocked by a filter", false },
	{ "150 too low", 0, "", "150 too low", false },
	{ "600 too high", 0, "", "600 too high", false },
	{ "5500 users", 0, "", "5500 users", false },
	{ "550@example.org unknown", 0, "", "550@example.org unknown", false },
	{ "421.example.org refused", 0, "", "421.example.org refused", false },
};

START_TEST(reads_reply)
{
	struct reply reply;
	char text[ENHANCED_TEXT_MAX];

	reply_parse(slice_of(replies[_i].text), &reply);
	ck_assert_msg(reply.code == replies[_i].code, "%s: code %d", replies[_i].text, reply.code);
	ck_assert_str_eq(enhanced_text(reply.enhanced, text), replies[_i].enhanced);
	ck_assert_msg(slice_eq(reply.last, slice_of(replies[_i].last)), "%s: last \"%.*s\"", replies[_i].text,
	              SLICE_ARG(reply.last));
	ck_assert_msg(reply.multiline == replies[_i].multiline, "%s: multiline", replies[_i].text);
}
END_TEST

/* With the log's own enhanced code. */
static const struct {
	const char *text, *dsn;
	int code;
	const char *enhanced, *last;
} replies_with[] = {
	{ "551-5.1.1 One 550 5.2.1 Two", "5.2.1", 550, "5.2.1", "Two" },
	{ "551-5.1.1 One 552-5.2.2 Two 550 5.2.1 Three", "5.2.1", 550, "5.2.1", "Three" },
	{ "551-5.1.1 One 450 4.2.1 Two", "4.2.1", 450, "4.2.1", "Two" },
	{ "551-5.1.1 One 450 4.2.1 Two", "5.1.1", 551, "5.1.1", "One 450 4.2.1 Two" },
	{ "550-5.7.1 You gave 250 2.0.0 ok before 550 5.7.1 Refused", "5.7.1", 550, "5.7.1", "Refused" },
	{ "551-One 550 5.2.1 Two", "5.2.1", 550, "5.2.1", "Two" },
	{ "550-blocked, 450 4.2.0 by others 550 Refused", "5.0.0", 550, "", "Refused" },
	{ "551-5.1.1 One 550 5.2.1 Two 551 5.1.1 Three", "5.2.1", 550, "5.2.1", "Two 551 5.1.1 Three" },
	{ "551-5.1.1 One 550 5.2.1 Two 551 5.1.1 Three", "5.1.1", 551, "5.1.1", "Three" },
	{ "550-One: 450 4.2.0 Two", "4.2.0", 450, "4.2.0", "Two" },
	{ "551-One 550 Two", "5.0.0", 551, "", "One 550 Two" },
	{ "554-One 421 Two", "4.0.0", 421, "", "Two" },
	{ "554-One 421 Two", "5.0.0", 554, "", "One 421 Two" },
	{ "554-One 421 Two 554 three", "4.0.0", 554, "", "three" },
	{ "554-5.7.1 One 421 Two", "4.0.0", 554, "5.7.1", "One 421 Two" },
	{ "550-5.1.1 Only on the first line 550 see above", "5.0.0", 550, "", "see above" },
	{ "550 One 551 Two", "5.0.0", 550, "", "One 551 Two" },
	{ "551-One\\n550 Two", "5.2.1", 550, "", "Two" },
};

START_TEST(believes_the_logs_own_enhanced_code)
{
	struct reply reply;
	char text[ENHANCED_TEXT_MAX];

	reply_parse_with(slice_of(replies_with[_i].text), slice_of(replies_with[_i].dsn), &reply);
	ck_assert_msg(reply.code == replies_with[_i].code, "%s: code %d", replies_with[_i].text, reply.code);
	ck_assert_str_eq(enhanced_text(reply.enhanced, text), replies_with[_i].enhanced);
	ck_assert_msg(slice_eq(reply.last, slice_of(replies_with[_i].last)), "%s: last \"%.*s\"", replies_with[_i].text,
	              SLICE_ARG(reply.last));
}
END_TEST

/* What may be cut off has perhaps lost its last line. */
START_TEST(takes_no_code_out_of_a_long_text)
{
	struct buffer text = { 0 };
	struct reply reply;

	buffer_puts(&text, "554-One");
	while (text.n < 1500)
		buffer_puts(&text, " 421 Two");
	reply_parse_with(buffer_slice(&text), SLICE("4.0.0"), &reply);
	ck_assert_int_eq(reply.code, 554);
	buffer_release(&text);
}
END_TEST

START_TEST(keeps_all_behind_first_code)
{
	struct reply reply;

	reply_parse(SLICE("550-5.7.1 a 550 5.7.1 b"), &reply);
	ck_assert(slice_eq(reply.all, SLICE("5.7.1 a 550 5.7.1 b")));
	reply_parse(SLICE("5.7.1 no code"), &reply);
	ck_assert(slice_eq(reply.all, SLICE("5.7.1 no code")));
}
END_TEST

static const struct {
	const char *text;
	uint32_t value;
	size_t n;
} enhanced[] = {
	{ "5.7.1", 5007001, 5 },
	{ "2.0.0 Ok", 2000000, 5 },
	{ "4.7.500 x", 4007500, 7 },
	{ "5.123.456", 5123456, 9 },
	{ "5.7.1: x", 5007001, 5 },
	{ "5.7.1.", 5007001, 5 },
	{ "5.7.1.2", 0, 0 },
	{ "5.7.1a", 0, 0 },
	{ "5.7.1.example.org", 0, 0 },
	{ "5.7.1234", 0, 0 },
	{ "5.1234.1", 0, 0 },
	{ "3.7.1", 0, 0 },
	{ "1.0.0", 0, 0 },
	{ "5.7", 0, 0 },
	{ "5.7.", 0, 0 },
	{ "5..1", 0, 0 },
	{ "", 0, 0 },
};

START_TEST(reads_enhanced_code)
{
	size_t n;

	ck_assert_msg(enhanced_parse(slice_of(enhanced[_i].text), &n) == enhanced[_i].value, "%s", enhanced[_i].text);
	ck_assert_uint_eq(n, enhanced[_i].n);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("reply");
	TCase *tcase = tcase_create("reply");

	tcase_add_loop_test(tcase, reads_reply, 0, sizeof replies / sizeof *replies);
	tcase_add_loop_test(tcase, believes_the_logs_own_enhanced_code, 0, sizeof replies_with / sizeof *replies_with);
	tcase_add_test(tcase, takes_no_code_out_of_a_long_text);
	tcase_add_test(tcase, keeps_all_behind_first_code);
	tcase_add_loop_test(tcase, reads_enhanced_code, 0, sizeof enhanced / sizeof *enhanced);
	suite_add_tcase(suite, tcase);
	return suite;
}
