/* check_begin.c - what is ruled out by a text's begin is what PCRE2 does not match, and a
 * glance at a line says what a closer look says. SPDX-License-Identifier: MIT */
#include "pattern/begin.h"

#include "pattern/matcher.h"
#include "pattern/pack.h"
#include "suite.h"

static const struct {
	const char *text, *known;
	size_t at;
	bool is_word; /* whatever stands behind these eight bytes */
} texts[] = {
	{ "4690ED3E84E: message-id=<a@b>", ": mess", 11, false },
	{ "4690ED3E84E: removed", ": remo", 11, false },
	{ "1v4845-00960421994-3038 Completed", " Com", 23, false },
	{ "1v4845-00960421994-3038 => a@example.org R=dnslookup T=remote_smtp", " => ", 23, false },
	{ "connect from client81.example.org[192.0.2.247]", "connect ", 0, true },
	{ "STARTTLS=client, relay=mx1.example.org", "STARTTLS", 0, false },
	{ "to=<a1@example.org>, delay=00:00:01", "to=<a1@e", 0, true },
	{ "abcdefghijklmnop1: the digit is too far behind", "abcdefgh", 0, false },
	{ "abcdefghijklmnopqrstuvwxyz012345678901234567890", "abcdefgh", 0, false },
	{ "a1234567890123456789012345678901 the end is too", "a1234567", 0, false },
	{ "a123456789012345678901234567890 the end is not", " the", 31, false },
	{ "a1: abc", NULL, 0, false },
	{ "a1: abcdef", ": abcd", 2, false },
	{ "short", NULL, 0, false },
	{ "", NULL, 0, false },
};

START_TEST(begins)
{
	struct slice text = slice_of(texts[_i].text);
	struct begin begin = begin_of(text);
	uint64_t key = 0;

	if (texts[_i].known)
		memcpy(&key, texts[_i].known, strlen(texts[_i].known));
	ck_assert_uint_eq(begin.at, texts[_i].at);
	ck_assert(begin.key == key);
	if (key)
		ck_assert_uint_eq(begin_length(begin.at, text.p + begin.at), strlen(texts[_i].known));
	if (key && !begin.at)
		ck_assert_int_eq(begin_is_word(slice_of(texts[_i].known)), texts[_i].is_word);
}
END_TEST

static const struct {
	bool behind_id;
	const char *known, *regex;
	bool could;
} rows[] = {
	{ true, ": removed", "^(?<id>[^: ]++): to=(x)", false },
	{ true, ": removed", "^(?:(?<id>(?!(?:warning|fatal):)[0-9A-Za-z]{5,24}+): )?(?:milter-)?+reject: ", false },
	{ true, ": removed", "^(?:(?<id>[0-9A-Za-z]{5,24}+): )?(?:milter-)?+remo", true },
	{ true, ": message-id=", "^(?:[0-9A-Za-z]{5,24}+: )?warning: (?<relay>[^\\[\\]\\s]*+)", false },
	{ true, ": message-id=", "^(?:[0-9A-Za-z]{5,24}+: )?(?:a|m)\\w+-i", true },
	{ true, ": to", "^from=(?<sender>.*), size=", false }, /* an id has no '=' */
	{ true, ": to", "^abc: to=", false },                 /* nor no digit */
	{ true, ": to", "^ab1: to=", true },
	{ true, " => ", "^(?<id>[0-9A-Za-z]{6}-(?:[^ ]{11}-[^ ]{4}|[^ ]{6}-[^ ]{2})) (?:=>|->|>>) ", true },
	{ true, " => ", "^(?<id>[0-9A-Za-z]{6}-(?:[^ ]{11}-[^ ]{4}|[^ ]{6}-[^ ]{2})) (?:\\*\\*|==) ", false },
	{ false, "connect from ", "^(?:conn)", true },
	{ false, "connect from ", "^(?:conne$)", false },
	{ false, "connect from ", "^(?:connect f$|x)", false },
	{ false, "connect ", "^abc|connect", true },
	{ false, "connect ", "^ab[|]c", false },
	{ false, "connect ", "^(?i:CONNECT) f", true },
	{ false, "connect ", "^[^]a]{3}n[a-f]c?t", true },
	{ false, "connect ", "^[^]a]{3}n[a-d]c?t", false },
	{ false, "connect ", "^con{2}(?!x)e", true },
	{ false, "connect ", "^con{3,}e", false },
	{ false, "connect ", "^\\Qabc", true }, /* not understood */
	{ false, "connect ", "abc", true },
};

START_TEST(what_could_match)
{
	struct arena arena = { 0 };

	ck_assert_int_eq(begin_could_match(rows[_i].behind_id, slice_of(rows[_i].known),
	                                   syntax_read(slice_of(rows[_i].regex), &arena)),
	                 rows[_i].could);
	arena_release(&arena);
}
END_TEST

START_TEST(literals)
{
	ck_assert(begin_could_start(false, SLICE("connect "), SLICE("conn")));
	ck_assert(begin_could_start(false, SLICE("connect "), SLICE("connect from")));
	ck_assert(!begin_could_start(false, SLICE("connect "), SLICE("connection")));
	ck_assert(begin_could_start(true, SLICE(": re"), SLICE("4f")));
	ck_assert(!begin_could_start(true, SLICE(": re"), SLICE("warning: ")));
	ck_assert(!begin_could_hold(true, SLICE(": removed"), SLICE("(bounce failed)")));
	ck_assert(begin_could_hold(true, SLICE(": removed"), SLICE("moved")));
	ck_assert(begin_could_hold(true, SLICE(": removed"), SLICE("A: r")));
	ck_assert(!begin_could_hold(true, SLICE(": removed"), SLICE("removed!")));
	ck_assert(begin_could_hold(true, SLICE(": removed"), SLICE("FAILED")));
	ck_assert(!begin_could_hold(false, SLICE("removed"), SLICE("FAILED")));
	ck_assert(begin_could_overlap(true, SLICE(": removed"), SLICE("removed!")));
	ck_assert(begin_could_overlap(false, SLICE("warning: "), SLICE("warning: Refusing")));
	ck_assert(begin_could_overlap(false, SLICE("warning: "), SLICE(": ")));
	ck_assert(begin_could_overlap(false, SLICE("warning: "), SLICE(": reject")));
	ck_assert(!begin_could_overlap(false, SLICE("warning: "), SLICE("; reject")));
	ck_assert(begin_could_overlap(true, SLICE(" <= "), SLICE("H <= ")));
	ck_assert(begin_could_overlap(true, SLICE(" <= "), SLICE(" H=")));
	ck_assert(!begin_could_overlap(true, SLICE(" <="), SLICE(" H=")));
	ck_assert(begin_could_overlap(false, SLICE("a literal of more bytes than are looked at"), SLICE("!")));
}
END_TEST

#ifndef TIMES
#define TIMES 16 /* a sample is damaged */
#endif
enum { PACKS = 7 };

static struct packs *packs;
static struct zone *zone;
static uint64_t seed = 1;

static unsigned below(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

static void set_up(void)
{
	const char *dirs[] = { SOURCE_PATTERNS_DIR, NULL };
	struct error err;

	packs = packs_load(dirs, true, &err);
	zone = zone_new("UTC", &err);
	ck_assert_ptr_nonnull(packs);
	ck_assert_uint_eq(packs->n, PACKS);
}

static void tear_down(void)
{
	zone_free(zone);
	packs_free(packs);
}

enum { LINE_MAX_HERE = 2000 };

/* A byte or some less, more or others. */
static struct slice damaged(struct slice line, char *room)
{
	static const char bytes[] = "aZ09.:-_ <>()[]\"=@,x\xc3";
	size_t at, from = below(3) ? 0 : line.n / 3;

	memcpy(room, line.p, line.n);
	for (unsigned i = below(3); i && line.n > from + 2; i--) {
		at = from + below((unsigned)(line.n - from - 1));
		if (below(3))
			room[at] = bytes[below(sizeof bytes - 1)];
		else
			memmove(room + at, room + at + 1, --line.n - at);
	}
	return (struct slice){ room, line.n };
}

/* The i-th sample of a pack: its known rows' first, then its patterns'. */
static struct slice sample(const struct pack *pack, size_t i)
{
	if (i < pack->n_samples)
		return pack->samples[i].line;
	i -= pack->n_samples;
	for (size_t k = 0; k < pack->n_patterns; i -= pack->patterns[k++].n_samples)
		if (i < pack->patterns[k].n_samples)
			return pack->patterns[k].samples[i].line;
	return (struct slice){ NULL, 0 };
}

static bool is_left_out(struct slice line)
{
	return line.n < 3 || line.n > LINE_MAX_HERE;
}

static void look_at_text(const struct pack *pack, const struct node *const *regexes, struct regex_match *match,
                         struct slice text)
{
	struct begin begin = begin_of(text);
	struct slice known = { text.p + begin.at, begin_length(begin.at, text.p + begin.at) };

	for (size_t i = 0; begin.key && i < pack->n_patterns; i++)
		if (!begin_could_match(begin.at, known, regexes[i]))
			ck_assert_msg(regex_run(pack->patterns[i].regex, match, text) <= 0, "%.*s: %.*s",
			              SLICE_ARG(pack->patterns[i].name), SLICE_ARG(text));
}

static void look_at_pack(const struct pack *pack, struct prefix *prefix, struct regex_match *match)
{
	const struct node **regexes = xcalloc(pack->n_patterns, sizeof *regexes);
	struct arena arena = { 0 };
	char room[LINE_MAX_HERE];
	struct slice line;
	struct line parsed;

	for (size_t i = 0; i < pack->n_patterns; i++)
		regexes[i] = syntax_read(pack->patterns[i].source, &arena);
	for (size_t i = 0; (line = sample(pack, i)).p; i++) {
		prefix_parse(prefix, line, &parsed);
		for (int times = 0; times < TIMES && !is_left_out(parsed.text); times++)
			look_at_text(pack, regexes, match, damaged(parsed.text, room));
	}
	arena_release(&arena);
	free(regexes);
}

START_TEST(what_is_ruled_out_does_not_match)
{
	struct regex_match *match = regex_match_new();
	struct prefix prefix;

	prefix_init(&prefix, zone, 1798675200);
	look_at_pack(packs->pack[_i], &prefix, match);
	prefix_release(&prefix);
	regex_match_free(match);
}
END_TEST

static enum fate plain_fate(const struct line *line)
{
	static struct matcher *matcher;
	static int lines;

	if (!matcher || !line || lines++ % 16 == 0) { /* before it learns */
		matcher_free(matcher);
		matcher = line ? matcher_new(packs, &(struct matcher_options){ 0 }) : NULL;
	}
	return line ? matcher_line(matcher, line) : FATE_FOREIGN;
}

static enum fate glance(struct matcher *matcher, const struct line *line)
{
	struct again again;
	struct seen seen;
	enum fate fate = matcher_glance(matcher, line, &seen);

	if (fate != FATE_SEEN)
		return fate;
	return matcher_seen(matcher, &seen, &again) ? FATE_MATCHED : matcher_line(matcher, line);
}

/* A line that comes often, and what is like it. */
START_TEST(a_glance_says_the_same)
{
	struct matcher *matcher = matcher_new(packs, &(struct matcher_options){ 0 });
	struct prefix prefix;
	char room[LINE_MAX_HERE];
	struct slice whole;
	struct line line;

	prefix_init(&prefix, zone, 1798675200);
	for (size_t i = 0; (whole = sample(packs->pack[_i], i)).p; i++) {
		prefix_parse(&prefix, whole, &line);
		for (int times = 0; times < 48 && !is_left_out(whole); times++)
			glance(matcher, &line);
		for (int times = 0; times < TIMES && !is_left_out(whole); times++) {
			prefix_parse(&prefix, damaged(whole, room), &line);
			ck_assert_msg(glance(matcher, &line) == plain_fate(&line), "%.*s", SLICE_ARG(line.raw));
		}
	}
	plain_fate(NULL);
	matcher_free(matcher);
	prefix_release(&prefix);
}
END_TEST

/* Any literal that a pattern or a row of the pack asks for, put into the line. */
static struct slice with_literal(const struct pack *pack, struct slice line, char *room)
{
	const struct texts *some;
	struct slice literal;
	size_t at = line.n / 3 + below((unsigned)(line.n - line.n / 3) + 1);

	do
		some = below(2) ? &pack->patterns[below((unsigned)pack->n_patterns)].anchors
		                : &pack->known[below((unsigned)pack->n_known)].has;
	while (!some->n);
	literal = some->text[below((unsigned)some->n)];
	memcpy(room, line.p, at);
	memcpy(room + at, literal.p, literal.n);
	memcpy(room + at + literal.n, line.p + at, line.n - at);
	return (struct slice){ room, line.n + literal.n };
}

/* Of lines of all sorts that came often, and settle what is like them. */
START_TEST(nothing_is_overlooked)
{
	const struct pack *pack = packs->pack[_i];
	struct matcher *matcher = matcher_new(packs, &(struct matcher_options){ 0 });
	struct prefix prefix;
	char room[LINE_MAX_HERE + 200];
	struct slice whole;
	struct line line;

	prefix_init(&prefix, zone, 1798675200);
	for (size_t i = 0; i < pack->n_samples; i++) {
		whole = pack->samples[i].line;
		prefix_parse(&prefix, whole, &line);
		for (int times = 0; times < 48 && !is_left_out(whole); times++)
			glance(matcher, &line);
		for (int times = 0; times < 4 * TIMES && !is_left_out(whole); times++) {
			prefix_parse(&prefix, with_literal(pack, whole, room), &line);
			ck_assert_msg(glance(matcher, &line) == plain_fate(&line), "%.*s", SLICE_ARG(line.raw));
		}
	}
	plain_fate(NULL);
	matcher_free(matcher);
	prefix_release(&prefix);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("begin");
	TCase *rows_of = tcase_create("rows"), *of_packs = tcase_create("packs");

	tcase_add_loop_test(rows_of, begins, 0, sizeof texts / sizeof *texts);
	tcase_add_loop_test(rows_of, what_could_match, 0, sizeof rows / sizeof *rows);
	tcase_add_test(rows_of, literals);
	suite_add_tcase(suite, rows_of);
	tcase_add_checked_fixture(of_packs, set_up, tear_down);
	tcase_add_loop_test(of_packs, what_is_ruled_out_does_not_match, 0, PACKS);
	tcase_add_loop_test(of_packs, a_glance_says_the_same, 0, PACKS);
	tcase_add_loop_test(of_packs, nothing_is_overlooked, 0, PACKS);
	suite_add_tcase(suite, of_packs);
	return suite;
}
