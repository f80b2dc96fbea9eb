/* check_shapes.c - whatever strangers write into a line, its events are the ones that
 * the server meant; and a line that was cut does not say something else.
 *
 * Lines are built from the shapes of shapes/postfix.def and its like with random
 * contents, each from a seed that is printed when one fails. SHAPES_ROUNDS=N builds N
 * lines of each shape instead of 60, SHAPES_SEED=S begins elsewhere.
 *
 * The rule for a cut line (syslog cuts at 1024 or 2000 bytes; here at every byte):
 *  - it gives no event that the whole line does not give;
 *  - its code is the whole line's, or an implied one of the same class, or none;
 *  - behind byte 1024 kind, direction, outcome and destination are the whole line's or
 *    not there. Before it a line may look like a plainer one;
 *  - the destination of what a client sent is the client's to choose, so it may be what
 *    the client wrote elsewhere in the line;
 *  - the enhanced code may be the one of the log's own field or of an earlier line of
 *    the reply, or lack digits.
 * Not held to it: a header check, where 200 bytes of the sender's stand before all that
 * is ours, and "250" of a verbose log's "250-PIPELINING".
 * SPDX-License-Identifier: MIT */
#include "pattern/matcher.h"
#include "pattern/memory.h"
#include "shapes/built.h"
#include "suite.h"

#include <stdio.h>

static const struct shape {
	const char *program, *line, *event;
	int row;
} shapes[] = {
#define SHAPE(program, line, event) { program, line, event, __LINE__ },
#include "shapes/postfix.def"
#include "shapes/exim.def"
#include "shapes/sendmail.def"
#undef SHAPE
};
enum { N_SHAPES = sizeof shapes / sizeof *shapes };

static struct packs *packs;
static struct zone *zone;
static struct prefix prefix;
static struct matcher *matcher;
static struct memory *memory;

static void set_up(void)
{
	const char *dirs[] = { SOURCE_PATTERNS_DIR, NULL };
	struct matcher_options options = { 0 };
	struct error err;

	packs = packs_load(dirs, true, &err);
	zone = zone_new("UTC", &err);
	ck_assert_ptr_nonnull(packs);
	prefix_init(&prefix, zone, 1798675200);
	matcher = matcher_new(packs, &options);
	memory = memory_new();
	matcher_remember(matcher, memory);
}

static void tear_down(void)
{
	matcher_free(matcher);
	memory_free(memory);
	zone_free(zone);
	packs_free(packs);
}

static uint64_t number_of(const char *variable, uint64_t otherwise)
{
	const char *text = getenv(variable);

	return text ? strtoull(text, NULL, 10) : otherwise;
}

static void build(const struct shape *shape, uint64_t seed, struct built *built)
{
	static const char *const prefixes[] = { "Nov 21 10:00:00 mx1 %s[4711]: ", "2026-11-21T10:00:00.550421+01:00 mx1 %s[550]: ",
		"<22>1 2026-11-21T10:00:00Z mx1.example.org %s 250 - - " };
	static const char *const native[] = { "2026-11-21 10:00:04 ", "2026-11-21 10:00:04.550 +0100 [421] ",
		"Nov 21 10:00:04 mx1 exim[4711]: ", "Nov 21 10:00:04 mx1 exim[4711]: 2026-11-21 10:00:04 " };

	built_begin(built, seed);
	if (strcmp(shape->program, "exim") == 0)
		buffer_puts(&built->line, PICK(built, native));
	else
		buffer_printf(&built->line, PICK(built, prefixes), shape->program);
	built_add(built, slice_of(shape->line));
}

/* ---- what a line gives, as text */

enum { EVENTS_MAX = 8 };
struct given {
	size_t n;
	enum fate fate;
	struct slice field[EVENTS_MAX][N_FIELDS];
};

/* A code and an enhanced code come with their basis: "550 explicit". */
static struct slice with_basis(struct arena *arena, struct slice value, enum basis basis)
{
	char text[EVENT_TEXT_MAX + 16];

	if (value.n)
		snprintf(text, sizeof text, "%.*s %s", SLICE_ARG(value), basis_name(basis));
	return value.n ? arena_copy(arena, slice_of(text)) : value;
}

static void read_line(struct slice text, struct arena *arena, struct given *given)
{
	struct line line;
	const struct event *event;

	given->n = 0;
	prefix_parse(&prefix, text, &line);
	memory_forget(memory); /* each line is a stream of its own */
	given->fate = matcher_line(matcher, &line);
	while ((event = matcher_next(matcher))) {
		struct slice *field = given->field[given->n];
		char room[EVENT_TEXT_MAX];

		for (int i = 0; i < N_FIELDS; i++)
			field[i] = arena_copy(arena, event_text(event, (enum field)i, room));
		field[FIELD_CODE] = with_basis(arena, field[FIELD_CODE], event->code_basis);
		field[FIELD_ENHANCED] = with_basis(arena, field[FIELD_ENHANCED], event->enhanced_basis);
		ck_assert(++given->n < EVENTS_MAX);
	}
}

/* ---- what the shape says that it must give */

/* Of "{a} x/{b} y" the first whose hole is not empty. */
static struct slice wanted_value(struct built *built, struct slice choices)
{
	struct slice choice;

	while (slice_split(&choices, '/', &choice)) {
		ptrdiff_t blank = slice_find_byte(choice, ' ');
		struct slice first = { choice.p, blank < 0 ? choice.n : (size_t)blank };

		if (built_text(built, first).n)
			return built_text(built, choice);
	}
	return SLICE("");
}

/* Fields that are not named are empty (but for those below, which need not be). */
static void read_wanted(struct built *built, struct slice event, struct slice wanted[N_FIELDS])
{
	static const enum field named_only[] = { FIELD_FILE, FIELD_LINE, FIELD_TIME, FIELD_HOST, FIELD_SERVICE, FIELD_MTA, FIELD_PATTERN,
		FIELD_CODE_BASIS, FIELD_ENHANCED_BASIS, FIELD_RELAY_IP, FIELD_ID, FIELD_DELAY, FIELD_REASON,
		FIELD_PROVIDER, FIELD_REASON_CLASS };

	for (int i = 0; i < N_FIELDS; i++)
		wanted[i] = SLICE("");
	for (size_t i = 0; i < sizeof named_only / sizeof *named_only; i++)
		wanted[named_only[i]] = SLICE("*");
	wanted[FIELD_COUNT] = SLICE("1");
	wanted[FIELD_OUTCOME] = SLICE("none");
	while (event.n) {
		ptrdiff_t comma = slice_find(event, SLICE(", ")), blank = slice_find_byte(event, ' ');
		size_t end = comma < 0 ? event.n : (size_t)comma;
		int field = field_parse((struct slice){ event.p, (size_t)blank });

		ck_assert_msg(field >= 0, "no such field: %.*s", SLICE_ARG(event));
		wanted[field] = wanted_value(built, slice_between(event.p + blank + 1, event.p + end));
		event = slice_from(event, end + 2);
	}
}

static void difference(struct built *built, const struct shape *shape, const struct given *given, struct buffer *out)
{
	struct slice rest = slice_of(shape->event), event, wanted[N_FIELDS];
	size_t n = 0;

	for (; *shape->event && slice_split(&rest, '\n', &event); n++) {
		read_wanted(built, event, wanted);
		for (int i = 0; i < N_FIELDS && n < given->n; i++)
			if (!slice_eq(wanted[i], SLICE("*")) && !slice_eq(wanted[i], given->field[n][i]))
				buffer_printf(out, "  %s is \"%.*s\", not \"%.*s\"\n", field_name((enum field)i),
				              SLICE_ARG(given->field[n][i]), SLICE_ARG(wanted[i]));
	}
	if (n != given->n)
		buffer_printf(out, "  %zu events, not %zu (fate %d)\n", given->n, n, given->fate);
	if (out->n && given->n)
		buffer_printf(out, "  read by %.*s/%.*s\n", SLICE_ARG(given->field[0][FIELD_MTA]), SLICE_ARG(given->field[0][FIELD_PATTERN]));
}

static void fail_with(const struct shape *shape, uint64_t seed, struct slice line, struct slice what)
{
	ck_abort_msg("%s, row %d, seed %llu:\n%.*s\n%.*s", shape->program, shape->row, (unsigned long long)seed,
	             SLICE_ARG(line), SLICE_ARG(what));
}

/* ---- the properties */

START_TEST(a_built_line_gives_what_was_built)
{
	const struct shape *shape = &shapes[_i];
	uint64_t rounds = number_of("SHAPES_ROUNDS", 60), seed = number_of("SHAPES_SEED", 1);

	for (; rounds--; seed++) {
		struct built built;
		struct given given;
		struct buffer what = { 0 };

		build(shape, seed, &built);
		read_line(buffer_slice(&built.line), &built.arena, &given);
		difference(&built, shape, &given, &what);
		if (what.n)
			fail_with(shape, seed, buffer_slice(&built.line), buffer_slice(&what));
		buffer_release(&what);
		built_release(&built);
	}
}
END_TEST

/* No syslog is known to cut a line that is shorter (RFC 3164 section 4.1). */
enum { NEVER_CUT = 1024 };

/* A header, which the sender wrote, stands before all that is ours. */
static bool is_header_check(const struct slice *field)
{
	return slice_eq(field[FIELD_PATTERN], SLICE("content-reject")) || slice_eq(field[FIELD_PATTERN], SLICE("ruleset-header"));
}

/* Must a cut line's event say the same in this field, or nothing? */
static bool is_firm(enum field field, const struct slice *then, size_t cut)
{
	switch (field) {
	case FIELD_CODE: return cut >= NEVER_CUT || !is_header_check(then);
	case FIELD_DOMAIN: return cut >= NEVER_CUT && !slice_eq(then[FIELD_DIRECTION], SLICE("in"));
	case FIELD_KIND:
	case FIELD_DIRECTION:
	case FIELD_OUTCOME: return cut >= NEVER_CUT;
	default: return false;
	}
}

/* Of a code that is implied only the class counts. */
static bool says_else(enum field field, struct slice now, struct slice then)
{
	if (field == FIELD_CODE && slice_ends(now, SLICE("implied")) && then.n)
		return *now.p != *then.p;
	return now.n && !slice_eq(now, SLICE("none")) && !slice_eq(now, then);
}

static void compare_cut(const struct given *whole, const struct given *cut, size_t length, struct buffer *out)
{
	bool dialogue = cut->n && slice_eq(cut->field[0][FIELD_KIND], SLICE("dialogue")) && length < NEVER_CUT;

	if (cut->n > whole->n && !dialogue)
		buffer_printf(out, "  %zu events, the whole line gives %zu\n", cut->n, whole->n);
	for (size_t n = 0; n < cut->n && n < whole->n; n++)
		for (int i = 0; i < N_FIELDS; i++) {
			struct slice now = cut->field[n][i], then = whole->field[n][i];

			if (is_firm((enum field)i, whole->field[n], length) && says_else((enum field)i, now, then))
				buffer_printf(out, "  %s is \"%.*s\", the whole line says \"%.*s\"\n", field_name((enum field)i),
				              SLICE_ARG(now), SLICE_ARG(then));
		}
	if (out->n)
		buffer_printf(out, "  read by %.*s/%.*s\n", SLICE_ARG(cut->field[0][FIELD_MTA]), SLICE_ARG(cut->field[0][FIELD_PATTERN]));
}

START_TEST(a_cut_line_says_nothing_else)
{
	const struct shape *shape = &shapes[_i];
	uint64_t rounds = (number_of("SHAPES_ROUNDS", 60) + 9) / 10, seed = number_of("SHAPES_SEED", 1);

	for (; rounds--; seed++) {
		struct built built;
		struct given whole, part;
		struct buffer what = { 0 };

		build(shape, seed, &built);
		read_line(buffer_slice(&built.line), &built.arena, &whole);
		for (size_t n = 0; n < built.line.n; n++) {
			struct slice cut = { built.line.text, n };

			read_line(cut, &built.arena, &part);
			compare_cut(&whole, &part, n, &what);
			if (what.n)
				fail_with(shape, seed, cut, buffer_slice(&what));
		}
		buffer_release(&what);
		built_release(&built);
	}
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("shapes");
	TCase *all = tcase_create("all");

	tcase_add_unchecked_fixture(all, set_up, tear_down);
	tcase_add_loop_test(all, a_built_line_gives_what_was_built, 0, N_SHAPES);
	tcase_add_loop_test(all, a_cut_line_says_nothing_else, 0, N_SHAPES);
	suite_add_tcase(suite, all);
	return suite;
}
