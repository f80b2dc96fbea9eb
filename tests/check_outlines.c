/* check_outlines.c - an outline says of a text what PCRE2 says, or nothing: on rows, on
 * random regexes, and on the packs' samples, whole and damaged.
 * SPDX-License-Identifier: MIT */
#include "pattern/outlines.h"

#include "input/zone.h"
#include "pattern/outline.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT_MAX = 1024, ENOUGH = 20000, OFTEN = 6000 };

/* Named by one letter in what is made here, as in packs otherwise. */
static int slot_of(struct slice name)
{
	return name.n == 1 ? name.p[0] - 'a' : slot_parse(name);
}

struct pair {
	struct regex *regex;
	struct regex_match *match;
	struct outlines *outlines;
};

static const struct texts no_anchors;

static struct pair pair_of(struct slice source, struct regex *regex)
{
	return (struct pair){ regex, regex_match_new(), outlines_new(source, &no_anchors) };
}

static void pair_free(struct pair *pair)
{
	regex_match_free(pair->match);
	outlines_free(pair->outlines);
}

/* What PCRE2 says: of groups of one name the first one that took part counts. */
static int ask(const struct pair *pair, struct slice text, struct captured *captured)
{
	int rc = regex_run(pair->regex, pair->match, text);
	const size_t *at = regex_groups(pair->match);
	const struct capture *captures;
	size_t n = regex_captures(pair->regex, &captures);

	*captured = (struct captured){ .set = 0 };
	for (size_t i = 0; i < n && rc > 0 && captures[i].group < (unsigned)rc; i++) {
		const size_t *group = at + 2 * captures[i].group;

		if (group[0] == REGEX_UNSET || captured->slot[captures[i].slot].p)
			continue;
		captured->slot[captures[i].slot] = slice_between(text.p + group[0], text.p + group[1]);
		captured->set |= (uint64_t)1 << captures[i].slot;
	}
	return rc > 0 ? 1 : rc;
}

/* Whatever was paid for before, there is enough for one more. */
static void learn(struct pair *pair, struct slice text)
{
	struct captured captured;
	struct found found;
	int answer;

	for (int i = 0; i < ENOUGH; i++)
		outlines_find(pair->outlines, SLICE(""), &found);
	answer = ask(pair, text, &captured);
	if (answer >= 0)
		outlines_learn(pair->outlines, pair->regex, text, answer, &captured);
}

/* What its holes hold is guessed then. */
static void find_often(struct pair *pair, struct slice text)
{
	struct found found;

	for (int i = 0; i < OFTEN; i++)
		outlines_find(pair->outlines, text, &found);
}

/* 1: an outline knew it, and PCRE2 says the same. */
static int compare(struct pair *pair, struct slice text, struct slice source)
{
	struct captured known = { .set = 0 }, asked;
	struct found found;
	int answer = outlines_find(pair->outlines, text, &found);

	if (answer < 0)
		return 0;
	ck_assert_msg(ask(pair, text, &asked) == answer, "%.*s on %.*s", SLICE_ARG(source), SLICE_ARG(text));
	if (answer == 0)
		return 1;
	found_captured(&found, &known);
	ck_assert_msg(asked.set == known.set, "%.*s on %.*s: other groups", SLICE_ARG(source), SLICE_ARG(text));
	for (int i = 0; i < N_SLOTS; i++)
		ck_assert_msg(asked.slot[i].p == known.slot[i].p && asked.slot[i].n == known.slot[i].n,
		              "%.*s on %.*s: another group %d", SLICE_ARG(source), SLICE_ARG(text), i);
	return 1;
}

/* What was learnt from one text, asked of another. */
static const struct {
	const char *regex, *learnt, *asked;
	int answer; /* or -1: an outline must not know it */
} rows[] = {
	{ "^(?<a>[^: ]++): to=<(?<b>[^>]++)>$", "4F1: to=<u@d>", "99AB: to=<other@d.example>", 1 },
	{ "^(?<a>[^: ]++): to=<(?<b>[^>]++)>$", "4F1: to=<u@d>", "99AB: to=<other@d.example> ", -1 },
	{ "^(?<a>[^: ]++): to=<(?<b>[^>]++)>$", "4F1: to=<u@d>", "9 AB: to=<other@d.example>", -1 },
	{ "^(?<a>[^: ]++): to=<(?<b>[^>]++)>$", "4F1: to=<u@d>", ": to=<other@d>", -1 },
	{ "^(?<a>[^: ]++): to=", "4F1: from=<u@d>", "99AB: from=<anything>", 0 },
	{ "^(?<a>[2-5]\\d\\d)(?![0-9a-z]) (?<b>.*)$", "250 Ok", "250 Queued, as such", 1 },
	{ "^(?<a>[2-5]\\d\\d)(?![0-9a-z]) (?<b>.*)$", "250 Ok", "251 Ok", -1 },
	{ "^(?<a>[2-5]\\d\\d)(?![0-9a-z]) (?<b>.*)$", "250 Ok", "2501 Ok", -1 },
	/* what stands at the end decides where the front ends */
	{ "^(?<a>.* (?=\\(in reply)|.*+)", "no (in reply to X)", "yes (in reply, ever so (in reply to X)", 1 },
	{ "^(?<a>.*)\\)$", "some (text)", "other (text))", 1 },
	{ "^(?<a>.*)b(?<c>.*)$", "xxbyy", "xbxbyy", 1 },
	{ "^(?<a>.*)b(?<c>.*)$", "xxbyy", "xxbyyy", 1 },
	{ "^(?<a>.*);(?<b> from=[^;]*)$", "no; from=me", "not here; not there; from=you", 1 },
	{ "^(?<a>.*);(?<b> from=[^;]*)$", "no; from=me", "no; from=me;", -1 },
	{ "^(?<a>.*);(?<b> from=[^;]*)$", "no; from=me", "no; from=me; too", -1 },
	{ "^(?<a>.*);(?<b> from=.*)$", "no; from=me", "no; from=you", 1 },
	{ "^(?<a>.*);(?<b> from=.*)$", "no; from=me", "no; from=you; from=me", 1 },
	{ "^(?<a>.*);(?<b> from=.*)$", "no; from=me", "no; from=you; to=me", -1 },
	{ "^(?<a>.*);(?<b>.*);$", "a;b;", "ab;b;", 1 },
	{ "^(?<a>.*),", "none at all", "nor here", 0 },
	{ "^(?<a>.*),", "none at all", "but, here", -1 },
	{ "^(?<a>.*?)\\s(?<b>.*),(?<c>x*)", "one of, xx", "two of, xx", 1 },
	/* a word may not be another */
	{ "^(?:none|(?<a>\\w++)), x", "mx, x", "gmail, x", 1 },
	{ "^(?:none|(?<a>\\w++)), x", "mx, x", "none, x", -1 },
	{ "^(?:none|(?<a>\\w++)), x", "mx, x", "nx, x", -1 },
	/* lengths */
	{ "^(?<a>[0-9A-Za-z]{3,5}+): ", "abcd: ", "abcde: ", 1 },
	{ "^(?<a>[0-9A-Za-z]{3,5}+): ", "abcd: ", "ab: ", -1 },
	{ "^(?<a>[0-9A-Za-z]{3,5}+): ", "abcd: ", "abcdef: ", -1 },
	{ "^(?:(?<a>\\d{5})|(?<b>\\d{3}))-", "123-", "456-", 1 },
	{ "^(?:(?<a>\\d{5})|(?<b>\\d{3}))-", "123-", "4567-", -1 },
	{ "^(?:(?<a>\\d{5})|(?<b>\\d{3}))-", "123-", "45678-", -1 },
	{ "^(?:(?<a>\\d{5})|(?<b>\\d{3}))-", "12-", "1-", 0 },
	{ "^(?:(?<a>\\d{5})|(?<b>\\d{3}))-", "12-", "123-", -1 },
	/* lengths that are given, at once */
	{ "^(?<a>[0-9A-Z]{6}-[0-9A-Z]{6}-[0-9A-Z]{2}) (?<b>.*)$", "1V9708-026433-43 text", "1V0000-ABCDEF-ZZ else", 1 },
	{ "^(?<a>[0-9A-Z]{6}-[0-9A-Z]{6}-[0-9A-Z]{2}) (?<b>.*)$", "1V9708-026433-43 text", "1V0000-ABCDEFGZZ else", -1 },
	{ "^(?<a>[0-9A-Z]{6}-[0-9A-Z]{6}-[0-9A-Z]{2}) (?<b>.*)$", "1V9708-026433-43 text", "1V0000-ABCDeF-ZZ else", -1 },
	{ "^(?<a>[0-9A-Z]{6}-[0-9A-Z]{6}-[0-9A-Z]{2}) (?<b>.*)$", "1V9708-026433-43 text", "1V0000-ABCDEF-ZZY else", -1 },
	{ "^(?<a>[0-9A-Z]{6}-[0-9A-Z]{6}-[0-9A-Z]{2}) (?<b>.*)$", "1V9708-026433-43 text", "1V0000-ABCDEF-Z", -1 },
	{ "^(?<a>\\d{2}):(?<b>\\d{2}):(?<c>\\d{2})$", "12:34:56", "65:43:21", 1 },
	{ "^(?<a>\\d{2}):(?<b>\\d{2}):(?<c>\\d{2})$", "12:34:56", "65:43:2x", -1 },
	{ "^(?<a>\\d{2}):(?<b>\\d{2}):(?<c>\\d{2})$", "12:34:56", "65:43.21", -1 },
	{ "^(?<a>\\d{2}):(?<b>\\d{2}):(?<c>\\d{2})$", "12:34:56", "65:43:2", -1 },
	{ "^x*(?<a>\\d{2}):(?<b>\\d{2}):(?<c>\\d{2})(?<d>.*)", "xxxxxxxxxx12:34:56", "xxxxxxxxxx65:43:21", 1 },
	{ "^(?<a>[^ ]++) (?<b>\\d{2}):(?<c>\\d{2})$", "a-name-of-some-length 12:34", "other 65:43", 1 },
	{ "^(?<a>[^ ]++) (?<b>\\d{2}):(?<c>\\d{2})$", "a-name-of-some-length 12:34", "other-name-of-some-length 65:4x", -1 },
	/* what a hole holds again and again is no more than a guess */
	{ "^(?<a>\\w++)=(?<b>[^ ]++) (?<c>[^ ]++) (?<d>.*)$", "R=dnslookup T=smtp some text", "R=dnslookup T=smtp other text", 1 },
	{ "^(?<a>\\w++)=(?<b>[^ ]++) (?<c>[^ ]++) (?<d>.*)$", "R=dnslookup T=smtp some text", "R=dnslookups T=smtp some text", 1 },
	{ "^(?<a>\\w++)=(?<b>[^ ]++) (?<c>[^ ]++) (?<d>.*)$", "R=dnslookup T=smtp some text", "R=dnslook T=smtp some text", 1 },
	{ "^(?<a>\\w++)=(?<b>[^ ]++) (?<c>[^ ]++) (?<d>.*)$", "R=dnslookup T=smtp some text", "R=dnslookup T=smtp", -1 },
	{ "^(?<a>\\w++)=(?<b>[^ ]++) (?<c>[^ ]++) (?<d>.*)$", "R=dnslookup T=smtp some text", "R=dnslookup T=", -1 },
	/* looks */
	{ "^(?!warning:)(?<a>\\w++): ", "cleanup: x", "cleaner: y", 1 },
	{ "^(?!warning:)(?<a>\\w++): ", "cleanup: x", "warning: y", -1 },
	{ "^<(?<a>[^>]*)(?<=x)>", "<aax>", "<bbx>", 1 },
	{ "^(?<a>.*)(?<![0-9.][dhms])$", "took 12", "a nice day", 1 },
	{ "^(?<a>.*)(?<![0-9.][dhms])$", "took 12", "a 32", 1 },
	{ "^(?<a>.*)(?<![0-9.][dhms])$", "took 12", "a 2h", -1 },
	{ "^(?<a>.*)(?<![0-9.][dhms])$", "a nice day", "another one", 1 },
	{ "^(?<a>.*)(?<![0-9.][dhms])$", "a nice day", "took 12s", -1 },
	{ "^(?<a>.*)(?<![0-9.][dhms])$", "a nice day", "took us", -1 },
	{ "^(?<a>.*)(?<![0-9.][dhms])$", "it took us", "all of us", 1 },
	{ "^(?<a>.*)(?<![0-9.][dhms])$", "it took us", "it took 2s", -1 },
	{ "^(?<a>.*)(?<!x)y(?<b>.*)$", "a y b", "axyb", -1 },
	{ "^(?<a>User unknown)\\b(?<b>.*)", "User unknown. Sorry", "User unknown. Bye", 1 },
	{ "^(?<a>User unknown)\\b(?<b>.*)", "User unknown", "User unknowns", -1 },
	{ "^(?i:ehlo|helo) (?<a>\\S++)$", "EhLO a", "EhLO b.example", 1 },
	{ "^C=\"(?<a>[^\"\\\\]*+)\"$", "C=\"250 Ok\"", "C=\"250 2.1.0 Queued (x) as 5\"", 1 },
	{ "^C=\"(?<a>[^\"\\\\]*+)\"$", "C=\"250 Ok\"", "C=\"250 2.1.0 \\\"Queued\"", -1 },
	/* not bound to the begin, or not read */
	{ "(?<a>b)c", "abc", "abc", -1 },
	{ "^(?<a>\\w+)\\B", "abc", "abc", -1 },
	{ "^(?i)a(?<b>b)", "ab", "ab", -1 },
	{ "^(?<a>a)\\1", "aa", "aa", -1 },
	{ "^[[:alpha:]](?<b>b)", "ab", "ab", -1 },
};

START_TEST(rows_one_by_one)
{
	struct slice source = slice_of(rows[_i].regex), asked = slice_of(rows[_i].asked);
	struct regex *regex = regex_new(source, slot_of);
	struct pair pair = pair_of(source, regex);
	struct found found;

	learn(&pair, slice_of(rows[_i].learnt));
	for (int guessing = 0; guessing < 2; guessing++) {
		ck_assert_msg(outlines_find(pair.outlines, asked, &found) == rows[_i].answer, "%s on %s", rows[_i].regex,
		              rows[_i].asked);
		compare(&pair, asked, source);
		find_often(&pair, slice_of(rows[_i].learnt));
	}
	pair_free(&pair);
	regex_free(regex);
}
END_TEST

/* Where a page ends none may follow; sanitizers see it anywhere. */
START_TEST(nothing_is_read_behind_a_text)
{
	const struct slice source = SLICE("^(?<id>[^: ]++): to=(?<recipients>[^ ]*+)$"), text = SLICE("4F1B: to=");
	struct regex *regex = regex_new(source, slot_of);
	struct pair pair = pair_of(source, regex);
	char *alone = xmalloc(text.n);

	memcpy(alone, text.p, text.n);
	learn(&pair, (struct slice){ alone, text.n });
	ck_assert_int_eq(compare(&pair, (struct slice){ alone, text.n }, source), 1);
	free(alone);
	pair_free(&pair);
	regex_free(regex);
}
END_TEST

/* Each of the texts has another letter first: for the one that has none of these all ways
 * stay open, and that is too many. */
START_TEST(too_many_ways_spoil_no_other_text)
{
	enum { LETTERS = 20 };
	struct buffer source = { 0 };
	char text[LETTERS];
	struct regex *regex;
	struct pair pair;
	int known = 0;

	buffer_puts(&source, "^");
	for (int i = 0; i < LETTERS; i++)
		buffer_puts(&source, "(?:a|b)");
	regex = regex_new(buffer_slice(&source), slot_of);
	pair = pair_of(buffer_slice(&source), regex);
	for (int i = LETTERS; i >= 0; i--) {
		memset(text, 'a', sizeof text);
		if (i < LETTERS)
			text[i] = 'b';
		learn(&pair, (struct slice){ text, sizeof text });
	}
	memset(text, 'a', sizeof text);
	learn(&pair, (struct slice){ text, sizeof text });
	for (int i = 0; i < LETTERS; i++) {
		memset(text, 'a', sizeof text);
		text[i] = 'b';
		known += compare(&pair, (struct slice){ text, sizeof text }, buffer_slice(&source));
	}
	ck_assert_int_gt(known, 0);
	pair_free(&pair);
	regex_free(regex);
	buffer_release(&source);
}
END_TEST

static uint64_t seed = 1;

static unsigned below(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((seed >> 33) % n);
}

static const char *one_of(const char *const *texts, unsigned n)
{
	return texts[below(n)];
}
#define ONE_OF(texts) one_of(texts, sizeof texts / sizeof *texts)

static void add_branches(struct buffer *out, int depth, char *name);

static void add_atom(struct buffer *out, int depth, char *name)
{
	static const char *const sets[] = { "\\b", "(?<=a1)", "(?<![:b][1c ])", "[^\"\\\\]", "[^ :]", "a", "b", "1", " ",
	                                    "x1", "a: ", "[a-c]", "[^:]", "[^ ]", "\\d", "\\S", "\\w", ".", "[0-9A-Za-z]{2}",
	                                    "[.:-]", "[0-9.]", "[^.]", "[^a1]", "[a-f0-9]", ":", "<", "[^<>]" };
	static const char *const opens[] = { "(?:", "(?=", "(?!", "(?>", "(?|", "(?i:" };
	static const char *const counts[] = { "", "", "", "", "?", "*", "+", "*+", "++", "?+", "*?", "+?", "{2}", "{1,3}", "{2,}+" };
	/* Without possessive ones: PCRE2 10.42's JIT keeps what such a group captured on a way
	 * that it gave up, as in "^(?:(a?+)*+b|)" on "ac". */
	static const char *const group_counts[] = { "", "?", "*", "+", "*?", "+?", "{2}", "{1,3}" };
	unsigned sort = below(8);

	if (sort < 5 || depth == 0) {
		const char *set = ONE_OF(sets);

		buffer_puts(out, set);
		if (set[0] == '[' || (set[0] == '\\' && set[1] != 'b') || set[1] == '\0')
			buffer_puts(out, ONE_OF(counts));
		return;
	}
	if (sort < 7 && *name < 'k') {
		buffer_printf(out, "(?<%c>", (*name)++);
		sort = 0;
	} else {
		sort = below(6);
		buffer_puts(out, opens[sort]);
	}
	add_branches(out, depth - 1, name);
	buffer_puts(out, ")");
	if (sort != 1 && sort != 2 && sort != 3)
		buffer_puts(out, below(4) ? "" : ONE_OF(group_counts));
}

static void add_branches(struct buffer *out, int depth, char *name)
{
	for (unsigned n = 1 + below(4) / 3; n; n--) {
		for (unsigned i = below(4); i; i--)
			add_atom(out, depth, name);
		buffer_puts(out, n > 1 ? "|" : "");
	}
}

static struct slice random_text(char *room)
{
	static const char *const words[] = { "a", "b", "abc", "x1", "11.2", ": ", " ", "<", ">", "a-b", "f00", ":", "\xff", "(c", "\"", "\\", "B1" };
	size_t n = 0;

	for (unsigned i = 1 + below(8); i; i--) {
		const char *word = ONE_OF(words);

		memcpy(room + n, word, strlen(word));
		n += strlen(word);
	}
	return (struct slice){ room, n };
}

/* Texts of the same outline are seldom random ones; those with other bytes in a word
 * often are. */
static struct slice damaged(struct slice text, char *room)
{
	static const char bytes[] = "aZ09.:-_ <>()[]\"=@,x\xc3";
	size_t at;

	memcpy(room, text.p, text.n);
	for (unsigned i = 1 + below(3); i && text.n > 1 && text.n + 8 < TEXT_MAX; i--) {
		at = below((unsigned)text.n);
		switch (below(4)) {
		case 0: room[at] = bytes[below(sizeof bytes - 1)]; break;
		case 1: memmove(room + at, room + at + 1, --text.n - at); break;
		case 2:
			memmove(room + at + 1, room + at, text.n++ - at);
			break; /* a byte twice */
		default: room[at] = (char)(room[at] >= '0' && room[at] <= '9' ? '0' + (int)below(10) : room[at]);
		}
	}
	text.p = room;
	return text;
}

static int compare_damaged(struct pair *pair, struct slice text, struct slice source, int times)
{
	char room[TEXT_MAX];
	int known = 0;

	for (int i = 0; i < times; i++)
		known += compare(pair, damaged(text, room), source);
	return known;
}

#ifndef REGEXES
#define REGEXES 4000
#endif

START_TEST(random_regexes)
{
	int known = 0;

	for (int i = 0; i < REGEXES; i++) {
		struct buffer source = { 0 };
		char name = 'a', room[TEXT_MAX];
		struct regex *regex;
		struct pair pair;
		struct error err;

		seed = (uint64_t)i * 7919 + 1;
		buffer_puts(&source, "^");
		for (int n = 0; n < 4; n++)
			add_atom(&source, 2, &name);
		regex = regex_new(buffer_slice(&source), slot_of);
		if (regex_compile(regex, &err) == 0) {
			pair = pair_of(buffer_slice(&source), regex);
			for (int n = 0; n < 8; n++) {
				struct slice text = random_text(room);

				learn(&pair, text);
				if (n == i % 64)
					find_often(&pair, text);
				known += compare_damaged(&pair, text, buffer_slice(&source), 12);
			}
			pair_free(&pair);
		}
		regex_free(regex);
		buffer_release(&source);
	}
	ck_assert_int_gt(known, REGEXES);
}
END_TEST

static int check_sample(const struct pack *pack, struct slice line, struct prefix *prefix)
{
	struct line parsed;
	int known = 0;

	prefix_parse(prefix, line, &parsed);
	if (parsed.text.n == 0 || parsed.text.n > TEXT_MAX - 8)
		return 0;
	for (size_t i = 0; i < pack->n_patterns; i++) {
		struct pair pair = pair_of(pack->patterns[i].source, pack->patterns[i].regex);

		learn(&pair, parsed.text);
		find_often(&pair, parsed.text);
		known += compare(&pair, parsed.text, pack->patterns[i].name);
		known += compare_damaged(&pair, parsed.text, pack->patterns[i].name, 20);
		pair_free(&pair);
	}
	return known;
}

#ifndef EVERY
#define EVERY 7 /* of the samples, so that it does not take long */
#endif

START_TEST(samples)
{
	static const char *const names[] = { "postfix", "exim", "sendmail" };
	struct error err;
	char path[512];
	struct pack *pack;
	struct prefix prefix;
	struct zone *zone = zone_new("UTC", &err);
	int known = 0, n = 0;

	snprintf(path, sizeof path, "%s/%s.json", SOURCE_PATTERNS_DIR, names[_i]);
	pack = pack_read(path, false, &err);
	ck_assert_ptr_nonnull(pack);
	prefix_init(&prefix, zone, 1798675200);
	for (size_t i = 0; i < pack->n_patterns; i++)
		for (size_t k = 0; k < pack->patterns[i].n_samples; k++)
			if (++n % EVERY == 0)
				known += check_sample(pack, pack->patterns[i].samples[k].line, &prefix);
	ck_assert_int_gt(known, n);
	prefix_release(&prefix);
	zone_free(zone);
	pack_free(pack);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("outlines");
	TCase *tc = tcase_create("all");

	tcase_add_loop_test(tc, rows_one_by_one, 0, sizeof rows / sizeof *rows);
	tcase_add_test(tc, nothing_is_read_behind_a_text);
	tcase_add_test(tc, too_many_ways_spoil_no_other_text);
	tcase_add_test(tc, random_regexes);
	tcase_add_loop_test(tc, samples, 0, 3);
	suite_add_tcase(suite, tc);
	return suite;
}
