/* check_pack.c - packs that are refused, and what is said about them; the ways of
 * rules, words and captures. SPDX-License-Identifier: MIT */
#include "pattern/pack.h"

#include "pattern/matcher.h"
#include "pattern/memory.h"
#include "pattern/sample.h"
#include "suite.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATTERN(more) "{\"name\":\"p\",\"anchor\":\"to=\",\"regex\":\"^to=(?<recipients>[^ ]*)\",\"samples\":[]" more "}"
#define PACK(more, patterns) "{\"pack\":\"t\",\"services\":[\"t\"]" more ",\"patterns\":[" patterns "]}"

static const struct {
	const char *json, *says;
} bad[] = {
	{ "{\"pack\":\"t\",\n  \"services\":[\"t\"]\n  \"patterns\":[]}", ":3:3: is no valid JSON" },
	{ "[]", "must be an object" },
	{ "{}", "\"pack\" must be a string" },
	{ "{\"pack\":\"t\",\"patterns\":[]}", "which lines are its own" },
	{ PACK("", ""), "at least one" },
	{ PACK(",\"patern\":1", PATTERN("")), "unknown key \"patern\"" },
	{ PACK("", PATTERN(",\"ancor\":1")), "pattern \"p\": unknown key \"ancor\"" },
	{ PACK("", "{\"name\":\"p\",\"regex\":\"x\",\"samples\":[]}"), "needs \"anchor\"" },
	{ PACK("", "{\"name\":\"p\",\"anchor\":\"x\",\"samples\":[]}"), "needs \"regex\"" },
	{ PACK("", "{\"name\":\"p\",\"anchor\":\"x\",\"regex\":\"x\"}"), "needs \"samples\"" },
	{ PACK("", "{\"name\":\"p\",\"anchor\":\"x\",\"regex\":\"a(b\",\"samples\":[]}"), "pattern \"p\": the regex does not compile" },
	{ PACK("", "{\"name\":\"p\",\"anchor\":\"x\",\"regex\":\"(?<colour>b)\",\"samples\":[]}"), "\"colour\" is no name for a capture" },
	{ PACK("", "{\"name\":\"p\",\"anchor\":\"x\",\"regex\":\"%{nix}\",\"samples\":[]}"), "%{nix} is not in \"define\"" },
	{ PACK(",\"define\":{\"a\":\"%{a}\"}", "{\"name\":\"p\",\"anchor\":\"x\",\"regex\":\"%{a}\",\"samples\":[]}"), "defined by itself" },
	{ PACK("", "{\"name\":\"p\",\"anchor\":\"x\",\"regex\":\"ab)b\",\"samples\":[]}"), "at byte 2, before \")b\"" },
	{ PACK("", PATTERN(",\"set\":{\"kind\":\"delivry\"}")), "\"delivry\" is no value of \"kind\"" },
	{ PACK("", PATTERN(",\"set\":{\"code\":\"650\"}")), "\"650\" is no value of \"code\"" },
	{ PACK("", PATTERN(",\"set\":{\"enhanced\":\"5.7.1234\"}")), "is no value of \"enhanced\"" },
	{ PACK("", PATTERN(",\"set\":{\"file\":\"x\"}")), "cannot give \"file\"" },
	{ PACK("", PATTERN(",\"rules\":[{\"when\":{\"colour\":\"x\"}}]")), "rule 1: \"when\": \"colour\"" },
	{ PACK("", PATTERN(",\"recall\":\"relay\"")), "\"recall\" needs \"ordered\": true" },
	{ PACK("", PATTERN(",\"beside\":\"other\"")), "\"beside\": \"other\" is no pattern before this one" },
	{ PACK(",\"ordered\":1", PATTERN("")), "\"ordered\" must be true or false" },
	{ PACK(",\"ordered\":true", PATTERN(",\"recall\":\"key\"")), "\"recall\": \"key\" is nothing that can be kept" },
	{ PACK(",\"ordered\":true", PATTERN(",\"recall\":[\"relay\",\"kind\"]")), "\"recall\": \"kind\" is nothing" },
	{ PACK(",\"ordered\":true", PATTERN(",\"remember\":[]")), "\"remember\" must be an object" },
	{ PACK(",\"ordered\":true", PATTERN(",\"remember\":{\"relay\":1}")), "\"relay\" must be true, false or a text" },
	{ PACK(",\"ordered\":true", PATTERN(",\"remember\":{\"host\":true}")), "\"remember\": \"host\" is nothing" },
	{ PACK(",\"ordered\":true", PATTERN(",\"when\":{\"outcome\":\"ok\"}")), "captured or recalled only" },
	{ PACK(",\"blank\":\"__\"", PATTERN("")), "\"blank\" must be one character" },
	{ PACK(",\"rest\":\"lost\"", PATTERN("")), "\"rest\" must be foreign or unrecognised" },
	{ PACK("", PATTERN("") "," PATTERN("")), "another pattern of this name" },
	{ PACK(",\"words\":{\"status\":{\"sent\":\"fine\"}}", PATTERN("")), "has a value that does not exist" },
	{ PACK(",\"known\":[{}]", PATTERN("")), "known row 1: needs" },
	{ PACK(",\"known\":[{\"starts\":\"\"}]", PATTERN("")), "none empty" },
	{ PACK("", "{\"name\":\"p\",\"anchor\":\"x\",\"regex\":\"x\",\"samples\":[{\"line\":\"x\"}]}"), "sample 1: a sample needs \"expect\"" },
	{ PACK(",\"samples\":[{\"line\":\"x\",\"fate\":\"lost\"}]", PATTERN("")), "\"fate\" must be" },
};

static char directory[] = "/tmp/check_pack.XXXXXX";

/* A directory with one pack in it, named by its order of use. */
static const char *write_pack(const char *json)
{
	static char path[64];
	FILE *file;

	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/t.json", directory);
	file = fopen(path, "w");
	fputs(json, file);
	fclose(file);
	return path;
}

static void forget_pack(const char *path)
{
	unlink(path);
	rmdir(directory);
}

START_TEST(a_bad_pack_is_refused_by_name)
{
	const char *path = write_pack(bad[_i].json);
	struct error err;
	struct pack *pack = pack_read(path, false, &err);

	forget_pack(path);
	ck_assert_ptr_null(pack);
	ck_assert_msg(strstr(err.text, path) == err.text, "%s", err.text);
	ck_assert_msg(strstr(err.text, bad[_i].says) != NULL, "%s", err.text);
}
END_TEST

/* The program's own directory is known by its place in the list, not by its name. */
START_TEST(a_user_pack_with_a_failing_sample_is_refused)
{
	const char *path = write_pack(PACK("", "{\"name\":\"p\",\"anchor\":\"to=\",\"regex\":\"^to=(?<recipients>[^ ]*)\","
		"\"set\":{\"kind\":\"delivery\",\"direction\":\"out\"},"
		"\"samples\":[{\"line\":\"Nov 21 10:00:00 h t[1]: to=a@example.org\",\"expect\":{\"domain\":\"example.com\"}}]}"));
	char own[64];
	const char *dirs[] = { own, directory, NULL };
	struct error err;
	struct packs *packs;

	snprintf(own, sizeof own, "%.*s", (int)sizeof directory - 3, directory); /* a front of the other */
	ck_assert_int_eq(mkdir(own, 0700), 0);
	packs = packs_load(dirs, false, &err);
	forget_pack(path);
	rmdir(own);
	ck_assert_ptr_null(packs);
	ck_assert_msg(strstr(err.text, "pattern \"p\": sample 1: domain is \"example.org\", \"example.com\" is expected") != NULL,
	              "%s", err.text);
}
END_TEST

/* One pack that uses every means of the format, and lines for it. */
static const char means[] =
	"{\"pack\":\"t\",\"services\":[\"t\",\"*/t\"],\"define\":{\"word\":\"[a-z]+\"},"
	"\"words\":{\"status\":{\"sent\":\"ok\",\"put off\":\"temporary\"},\"stage\":{\"RCPT TO\":\"rcpt\"}},"
	"\"known\":[{\"starts\":\"hello\"},{\"has\":\"oh no\",\"trouble\":true},{\"services\":\"*/t\",\"has\":\"quiet\"}],"
	"\"patterns\":[{\"name\":\"main\",\"anchor\":[\"to=\",\"for=\"],"
	"\"regex\":[\"^(?<id>\\\\w+): (?:to|for)=(?<recipients>[^;]*);\",\" (?:via (?<relay>[^\\\\[ ]*)\\\\[(?<relay_ip>[^ ]*) )?\","
	"\"(?<status>%{word}(?: %{word})?)(?: after (?<stage>[A-Z ]+))?(?: dsn (?<dsn>[\\\\d.]+))?: (?<reply>.*)$\"],"
	"\"set\":{\"kind\":\"delivery\",\"direction\":\"out\",\"stage\":\"other\"},"
	"\"rules\":[{\"when\":{\"relay_ip\":[\"198.51.100.0/24\",\"2001:db8::/32\"]},\"set\":{\"kind\":\"probe\"}},"
	"{\"when\":{\"reply\":\"*made up*\"},\"set\":{\"code\":\"none\",\"enhanced\":\"none\"}},"
	"{\"when\":{\"reply\":\"\"},\"set\":{\"code\":\"250\"}},"
	"{\"when\":{\"status\":\"lost\"},\"set\":{\"outcome\":\"permanent\",\"domain\":\"elsewhere.example\",\"not_ours\":true}}],"
	"\"samples\":[]}]}";

static const struct {
	const char *line;
	int events;
	const char *field[8];
	const char *value[8];
} cases[] = {
	{ "Q1: to=<a@Example.ORG>; sent: 250 2.1.5 fine", 1,
	  { "domain", "code", "code_basis", "enhanced", "enhanced_basis", "outcome", "kind", "stage" },
	  { "example.org", "250", "explicit", "2.1.5", "reply", "ok", "delivery", "other" } },
	{ "Q1: to=<a@b.example>,<c@d.example>,<e@B.example>; sent: 250 fine", 2,
	  { "domain", "count", "id" }, { "b.example", "2", "Q1" } },
	{ "Q1: to=<a@b.example>; via [192.0.2.7]:25 put off after RCPT TO dsn 4.7.1: 450 wait", 1,
	  { "relay", "relay_ip", "stage", "enhanced", "enhanced_basis", "outcome" },
	  { "[192.0.2.7]", "192.0.2.7:25", "rcpt", "4.7.1", "dsn", "temporary" } },
	{ "Q1: to=<a@b.example>; via Mx.Example.[198.51.100.9] sent: 250 ok", 1,
	  { "relay", "kind" }, { "mx.example", "probe" } },
	{ "Q1: to=<a@b.example>; via mx[2001:db8::5]:25 sent: 250 ok", 1,
	  { "relay_ip", "kind" }, { "[2001:db8::5]:25", "probe" } },
	{ "Q1: to=<a@b.example>; put off dsn 4.4.1: 421 4.4.2 made up here", 1,
	  { "code", "code_basis", "enhanced", "enhanced_basis", "outcome" }, { "", "", "4.4.1", "dsn", "temporary" } },
	{ "Q1: to=<a@b.example>; sent: ", 1,
	  { "code", "code_basis", "outcome", "reason" }, { "250", "implied", "ok", "" } },
	{ "Q1: to=<a@b.example>; lost: 550 gone", 1,
	  { "domain", "outcome", "code_basis" }, { "elsewhere.example", "permanent", "explicit" } },
	{ "Q1: for=root; strange after HELO: 550 5.1.1 no", 1,
	  { "domain", "outcome", "stage" }, { "", "permanent", "other" } },
	{ "Q1: to=<a@b.example>; via localhost[127.0.0.1]:10025 sent: 250 ok", 1,
	  { "direction" }, { "hop" } },
	{ "Q1: to=<a@b.example>; via localhost[127.0.0.1]:10025 lost: 550 no", 1,
	  { "direction" }, { "out" } },
	{ "Q1: to=<a@b.example>; via mx[192.0.2.1] sent: 250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 ok", 1,
	  { "direction" }, { "hop" } },
	{ "Q1: to=<a@b.example>; via mx[192.0.2.1] sent: 250 2.6.0 Ok, id=01234-05, from MTA([192.0.2.9]:10025): 250 2.0.0 ok", 1,
	  { "direction" }, { "hop" } },
	{ "Q1: to=<a@b.example>; via mx[192.0.2.1] sent: 250 2.0.0 thanks from MTA(smtp:[127.0.0.1]:10025): 250 ok", 1,
	  { "direction" }, { "out" } },
	{ "Q1: to=<a@b.example>; via filter.example[192.0.2.77] sent: 250 ok", 1,
	  { "direction" }, { "hop" } },
	{ "hello to=", 0, { 0 }, { 0 } },
};

static struct packs *load(const char *json)
{
	const char *path = write_pack(json), *dirs[] = { directory, NULL };
	struct error err;
	struct packs *packs = packs_load(dirs, true, &err);

	forget_pack(path);
	ck_assert_msg(packs != NULL, "%s", err.text);
	return packs;
}

static enum fate match(struct matcher *matcher, const char *service, const char *text)
{
	struct line line = { .service = slice_of(service), .text = slice_of(text), .repeats = 1, .time = TIME_NONE };

	return matcher_line(matcher, &line);
}

/* Ours were tried when the program was built. What somebody changed since then, and
 * did not try, is counted as given up. */
START_TEST(our_own_packs_are_read_without_samples)
{
	const char *path = write_pack(PACK("", "{\"name\":\"p\",\"anchor\":\"to=\",\"regex\":\"^to=(\","
		"\"samples\":[{\"line\":\"Nov 21 10:00:00 h t[1]: to=a\",\"expect\":null}]}"));
	const char *dirs[] = { directory, NULL };
	struct matcher_options options = { 0 };
	struct error err;
	struct packs *packs = packs_load(dirs, false, &err);
	struct matcher *matcher;

	ck_assert_ptr_null(packs_load(dirs, true, &err));
	ck_assert_msg(strstr(err.text, "pattern \"p\": the regex does not compile") != NULL, "%s", err.text);
	forget_pack(path);
	ck_assert_ptr_nonnull(packs);
	ck_assert_uint_eq(packs->pack[0]->patterns[0].n_samples, 0);
	matcher = matcher_new(packs, &options);
	ck_assert_int_eq(match(matcher, "t", "to=a"), FATE_UNRECOGNISED);
	ck_assert_uint_eq(*matcher_errors(matcher), 1);
	matcher_free(matcher);
	packs_free(packs);
}
END_TEST

static struct packs *load_means(void)
{
	return load(means);
}

START_TEST(fields)
{
	static const char *const hops[] = { "filter.example", NULL };
	struct matcher_options options = { .hops = hops };
	struct packs *packs = load_means();
	struct matcher *matcher = matcher_new(packs, &options);
	const struct event *event;
	int n = 0;

	match(matcher, "t", cases[_i].line);
	for (; (event = matcher_next(matcher)); n++)
		for (int i = 0; n == 0 && i < 8 && cases[_i].field[i]; i++) {
			char room[EVENT_TEXT_MAX];
			struct slice got = event_text(event, (enum field)field_parse(slice_of(cases[_i].field[i])), room);

			ck_assert_msg(slice_eq(got, slice_of(cases[_i].value[i])), "%s: %s is %.*s, not %s", cases[_i].line,
			              cases[_i].field[i], SLICE_ARG(got), cases[_i].value[i]);
		}
	ck_assert_int_eq(n, cases[_i].events);
	matcher_free(matcher);
	packs_free(packs);
}
END_TEST

static const struct {
	const char *service, *text;
	enum fate fate;
} fates[] = {
	{ "t", "hello there", FATE_KNOWN },
	{ "t", "oh no it broke", FATE_TROUBLE },
	{ "t", "nothing like it", FATE_UNRECOGNISED },
	{ "t", "it is quiet", FATE_UNRECOGNISED },
	{ "x/t", "it is quiet", FATE_KNOWN },
	{ "u", "hello there", FATE_FOREIGN },
	{ "", "hello there", FATE_FOREIGN },
	{ "t", "Q1: to=<a@b.example>; sent: 250 ok", FATE_MATCHED },
};

START_TEST(fate)
{
	struct matcher_options options = { 0 };
	struct packs *packs = load_means();
	struct matcher *matcher = matcher_new(packs, &options);

	ck_assert_int_eq(match(matcher, fates[_i].service, fates[_i].text), fates[_i].fate);
	matcher_free(matcher);
	packs_free(packs);
}
END_TEST

/* What a line keeps for others: A keeps, B recalls, C does so in a state, D forgets. */
static const char order[] =
	"{\"pack\":\"t\",\"services\":[\"t\"],\"ordered\":true,\"blank\":\"_\",\"newline\":\"/\",\"rest\":\"foreign\",\"patterns\":["
	"{\"name\":\"a\",\"anchor\":\"A\",\"regex\":\"^A (?<key>\\\\w+) (?<recipients>\\\\S+)(?: (?<relay>\\\\S+))?\","
	"\"remember\":{\"recipients\":true,\"relay\":true,\"note\":\"seen\"},\"samples\":[]},"
	"{\"name\":\"b\",\"anchor\":\"B\",\"regex\":\"^B (?<key>\\\\w+)(?: (?<relay>\\\\S+))?(?:: (?<reply>.*))?\","
	"\"recall\":[\"recipients\",\"relay\"],\"set\":{\"kind\":\"delivery\",\"direction\":\"out\"},\"samples\":[]},"
	"{\"name\":\"c\",\"anchor\":\"C\",\"regex\":\"^C (?<key>\\\\w+)\",\"recall\":\"note\",\"when\":{\"note\":\"seen\"},"
	"\"set\":{\"kind\":\"probe\"},\"samples\":[]},"
	"{\"name\":\"d\",\"anchor\":\"D\",\"regex\":\"^D (?<key>\\\\w+)\",\"remember\":{\"recipients\":false,\"note\":false},\"samples\":[]}]}";

static const struct {
	const char *host, *text;
	enum fate fate;
	const char *domain, *relay;
} steps[] = {
	{ "h", "B 1", FATE_MATCHED, "", "" },
	{ "h", "C 1", FATE_FOREIGN, "", "" },
	{ "h", "A 1 x@One.example mx.one.example", FATE_KNOWN, "", "" },
	{ "h", "A 2 x@two.example", FATE_KNOWN, "", "" },
	{ "h", "B 1", FATE_MATCHED, "one.example", "mx.one.example" },
	{ "h", "B 2", FATE_MATCHED, "two.example", "" },
	{ "h", "B 1 other.example", FATE_MATCHED, "one.example", "other.example" },
	{ "i", "B 1", FATE_MATCHED, "", "" }, /* another host, and another key */
	{ "h", "B 11", FATE_MATCHED, "", "" },
	{ "h", "C 1", FATE_MATCHED, "", "" },
	{ "h", "A 1 y@new.example", FATE_KNOWN, "", "" }, /* true keeps that there is no relay */
	{ "h", "B 1", FATE_MATCHED, "new.example", "" },
	{ "h", "D 1", FATE_KNOWN, "", "" },
	{ "h", "B 1", FATE_MATCHED, "", "" },
	{ "h", "C 1", FATE_FOREIGN, "", "" },
	{ "h", "E", FATE_FOREIGN, "", "" },
};

START_TEST(what_is_kept)
{
	struct matcher_options options = { 0 };
	struct packs *packs = load(order);
	struct matcher *matcher = matcher_new(packs, &options);
	struct memory *memory = memory_new();

	matcher_remember(matcher, memory);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		struct line line = { .host = slice_of(steps[i].host), .service = SLICE("t"), .text = slice_of(steps[i].text),
		                     .repeats = 1, .time = TIME_NONE };
		const struct event *event;

		ck_assert_msg(matcher_minds_order(matcher, &line) == !slice_eq(line.text, SLICE("E")), "%s", steps[i].text);
		ck_assert_msg(matcher_line(matcher, &line) == steps[i].fate, "step %zu: %s", i, steps[i].text);
		event = matcher_next(matcher);
		ck_assert_int_eq(event != NULL, steps[i].fate == FATE_MATCHED);
		if (steps[i].fate != FATE_MATCHED)
			continue;
		ck_assert_msg(slice_eq(event->domain, slice_of(steps[i].domain)), "step %zu: %s", i, steps[i].text);
		ck_assert_msg(slice_eq(event->relay, slice_of(steps[i].relay)), "step %zu: %s", i, steps[i].text);
	}
	memory_forget(memory);
	ck_assert_int_eq(match(matcher, "t", "C 2"), FATE_FOREIGN);
	matcher_remember(matcher, NULL);
	ck_assert_int_eq(match(matcher, "t", "B 2"), FATE_NOT_YET);
	memory_free(memory);
	matcher_free(matcher);
	packs_free(packs);
}
END_TEST

/* Newlines count only before a code; a path keeps its slashes. */
START_TEST(blanks_and_newlines_of_a_log)
{
	struct matcher_options options = { 0 };
	struct packs *packs = load(order);
	struct matcher *matcher = matcher_new(packs, &options);
	struct memory *memory = memory_new();
	const struct event *event;

	matcher_remember(matcher, memory);
	match(matcher, "t", "B 1: 550-5.1.0_see_/a/b_c/550_5.1.1_No_such_user");
	event = matcher_next(matcher);
	ck_assert_ptr_nonnull(event);
	ck_assert_int_eq(event->code, 550);
	ck_assert_uint_eq(event->enhanced, 5001001);
	ck_assert_msg(slice_eq(event->reason, SLICE("see /a/b c No such user")), "%.*s", SLICE_ARG(event->reason));
	memory_free(memory);
	matcher_free(matcher);
	packs_free(packs);
}
END_TEST

/* A regex that matches without an anchor is still not tried without one: not for a text
 * that is like many that had one, and not where nearly all had. */
START_TEST(no_match_without_an_anchor)
{
	struct packs *packs = load(PACK("", "{\"name\":\"p\",\"anchor\":[\" sent\",\" gone\"],"
		"\"regex\":\"^to=(?<recipients>[^ ]*)(?<note>.*)$\",\"set\":{\"kind\":\"delivery\",\"direction\":\"out\"},\"samples\":[]}"));
	struct matcher_options options = { 0 };
	struct matcher *matcher = matcher_new(packs, &options);
	char text[64];

	for (int i = 0; i < 2000; i++) {
		snprintf(text, sizeof text, "to=a%d@example.org is %s", i, i % 2 ? "sent" : "gone");
		ck_assert_int_eq(match(matcher, "t", text), FATE_MATCHED);
	}
	ck_assert_int_eq(match(matcher, "t", "to=b@example.org is lost"), FATE_UNRECOGNISED);
	ck_assert_int_eq(match(matcher, "t", "to=c@example.org is sent"), FATE_MATCHED);
	matcher_free(matcher);
	packs_free(packs);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("pack");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, a_bad_pack_is_refused_by_name, 0, sizeof bad / sizeof *bad);
	tcase_add_test(all, a_user_pack_with_a_failing_sample_is_refused);
	tcase_add_test(all, our_own_packs_are_read_without_samples);
	tcase_add_loop_test(all, fields, 0, sizeof cases / sizeof *cases);
	tcase_add_loop_test(all, fate, 0, sizeof fates / sizeof *fates);
	tcase_add_test(all, what_is_kept);
	tcase_add_test(all, blanks_and_newlines_of_a_log);
	tcase_add_test(all, no_match_without_an_anchor);
	suite_add_tcase(suite, all);
	return suite;
}
