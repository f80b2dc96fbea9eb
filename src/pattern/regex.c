/* regex.c - PCRE2. SPDX-License-Identifier: MIT */
#include "pattern/regex.h"

#include "base/mem.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdatomic.h>
#include <stdlib.h>

enum {
	/* Start optimisations look for what the anchors have found already. */
	COMPILE_OPTIONS = PCRE2_DUPNAMES | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NO_START_OPTIMIZE,
	MATCH_LIMIT = 200000, /* a line of 1 MiB needs far less by a sane pattern */
	GROUPS_MAX = 64,
	JIT_STACK_START = 32 * 1024, JIT_STACK_MAX = 1024 * 1024,
};

/* A regex made ready: to be interpreted, or for the processor. */
struct machine {
	pcre2_code *code; /* NULL: it does not compile */
	bool jit;
	struct capture *captures;
	size_t n_captures;
};

/* Most runs try a few of all patterns, and few of these often; to compile one takes
 * time, and to translate it for the processor thrice as much. So each is done when it
 * pays; until then it is NULL. */
struct regex {
	struct slice source;
	int (*slot_of)(struct slice name);
	struct machines {
		_Atomic(struct machine *) plain, fast;
		atomic_uint tries; /* of the plain one */
	} *machines;
};

enum {
	PLAIN_TRIES = 8,   /* take less time than a translation */
	PLAIN_TEXT = 1024, /* longer ones could bring one to its limit, and not the other */
};

struct regex_match {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	const size_t *groups;
};

static pcre2_code *compile(struct slice source, uint32_t options, struct error *err)
{
	int number;
	PCRE2_SIZE at;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)source.p, source.n, options, &number, &at, NULL);
	PCRE2_UCHAR text[160];
	struct slice rest;

	if (code)
		return code;
	pcre2_get_error_message(number, text, sizeof text);
	rest = slice_from(source, (size_t)at);
	error_set(err, "the regex does not compile: %s at byte %zu, before \"%.*s\"; mend it there",
	          (const char *)text, (size_t)at, rest.n < 24 ? (int)rest.n : 24, rest.p);
	return NULL;
}

static pcre2_code *compile_bounded(struct slice source, struct error *err)
{
	pcre2_code *code = compile(source, COMPILE_OPTIONS, err);
	uint32_t groups;

	if (!code)
		return NULL;
	pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
	if (groups < GROUPS_MAX)
		return code;
	pcre2_code_free(code);
	error_set(err, "the regex has %u groups, at most %d are allowed; use (?:...)", groups, GROUPS_MAX - 1);
	return NULL;
}

static int compare_captures(const void *a, const void *b)
{
	const struct capture *x = a, *y = b;

	return (x->group > y->group) - (x->group < y->group);
}

/* PCRE2's table of names: of each the group's number in two bytes, and the name. */
static int find_captures(struct machine *machine, int (*slot_of)(struct slice name), struct error *err)
{
	const unsigned char *entry;
	uint32_t n, size;

	pcre2_pattern_info(machine->code, PCRE2_INFO_NAMECOUNT, &n);
	pcre2_pattern_info(machine->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(machine->code, PCRE2_INFO_NAMETABLE, &entry);
	machine->captures = xcalloc(n, sizeof *machine->captures);
	for (; machine->n_captures < n; entry += size) {
		struct slice name = slice_of((const char *)entry + 2);
		int slot = slot_of(name);

		if (slot < 0)
			return error_set(err, "\"%.*s\" is no name for a capture group; see "
			                 "smtplog-stats-patterns(5), or use (?:...)", SLICE_ARG(name));
		machine->captures[machine->n_captures++] = (struct capture){ (unsigned)(entry[0] << 8 | entry[1]), slot };
	}
	qsort(machine->captures, n, sizeof *machine->captures, compare_captures);
	return 0;
}

static void machine_free(struct machine *machine)
{
	if (!machine)
		return;
	pcre2_code_free(machine->code);
	free(machine->captures);
	free(machine);
}

/* An empty machine, which matches nothing, when it does not compile. */
static struct machine *machine_new(const struct regex *regex, bool fast, struct error *err)
{
	struct machine *machine = xcalloc(1, sizeof *machine);

	machine->code = compile_bounded(regex->source, err);
	if (machine->code && regex->slot_of && find_captures(machine, regex->slot_of, err) < 0) {
		machine_free(machine);
		return xcalloc(1, sizeof *machine);
	}
	machine->jit = fast && machine->code && pcre2_jit_compile(machine->code, PCRE2_JIT_COMPLETE) == 0;
	return machine;
}

/* Of threads that come at the same time, the first to be done provides for all. */
static const struct machine *machine_make(const struct regex *regex, bool fast, struct error *err)
{
	struct machine *machine = machine_new(regex, fast, err), *before = NULL;

	if (atomic_compare_exchange_strong(fast ? &regex->machines->fast : &regex->machines->plain, &before, machine))
		return machine;
	machine_free(machine);
	return before;
}

static inline const struct machine *fast_if_made(const struct regex *regex)
{
	return atomic_load_explicit(&regex->machines->fast, memory_order_acquire);
}

static inline const struct machine *plain_if_made(const struct regex *regex)
{
	return atomic_load_explicit(&regex->machines->plain, memory_order_acquire);
}

static const struct machine *machine_of(const struct regex *regex, bool fast)
{
	const struct machine *machine = fast ? fast_if_made(regex) : plain_if_made(regex);
	struct error ignored;

	return machine ? machine : machine_make(regex, fast, &ignored);
}

struct regex *regex_new(struct slice source, int (*slot_of)(struct slice name))
{
	struct regex *regex = xcalloc(1, sizeof *regex);

	regex->source = source;
	regex->slot_of = slot_of;
	regex->machines = xcalloc(1, sizeof *regex->machines);
	return regex;
}

void regex_free(struct regex *regex)
{
	if (!regex)
		return;
	machine_free(regex->machines->plain);
	machine_free(regex->machines->fast);
	free(regex->machines);
	free(regex);
}

int regex_compile(const struct regex *regex, struct error *err)
{
	return machine_make(regex, false, err)->code ? 0 : -1;
}

size_t regex_captures(const struct regex *regex, const struct capture **captures)
{
	const struct machine *machine = fast_if_made(regex);

	if (!machine)
		machine = plain_if_made(regex);
	*captures = machine->captures;
	return machine->n_captures;
}

struct regex_match *regex_match_new(void)
{
	struct regex_match *match = xcalloc(1, sizeof *match);

	match->data = pcre2_match_data_create(GROUPS_MAX, NULL);
	match->groups = pcre2_get_ovector_pointer(match->data);
	match->context = pcre2_match_context_create(NULL);
	match->stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL);
	pcre2_set_match_limit(match->context, MATCH_LIMIT);
	pcre2_jit_stack_assign(match->context, NULL, match->stack);
	return match;
}

void regex_match_free(struct regex_match *match)
{
	if (!match)
		return;
	pcre2_match_data_free(match->data);
	pcre2_match_context_free(match->context);
	pcre2_jit_stack_free(match->stack);
	free(match);
}

/* False: the plain machine must not decide, or gave up. */
static bool try_plain(const struct regex *regex, struct regex_match *match, struct slice text, int *rc)
{
	if (text.n > PLAIN_TEXT || atomic_fetch_add_explicit(&regex->machines->tries, 1, memory_order_relaxed) >= PLAIN_TRIES)
		return false;
	*rc = pcre2_match(machine_of(regex, false)->code, (PCRE2_SPTR)text.p, text.n, 0, 0, match->data, match->context);
	return *rc > 0 || *rc == PCRE2_ERROR_NOMATCH;
}

static int try_fast(const struct machine *machine, struct regex_match *match, struct slice text)
{
	PCRE2_SPTR subject = (PCRE2_SPTR)text.p;

	return machine->jit ? pcre2_jit_match(machine->code, subject, text.n, 0, 0, match->data, match->context)
	                    : pcre2_match(machine->code, subject, text.n, 0, 0, match->data, match->context);
}

int regex_run(const struct regex *regex, struct regex_match *match, struct slice text)
{
	const struct machine *fast = fast_if_made(regex);
	int rc;

	if (fast || !try_plain(regex, match, text, &rc))
		rc = try_fast(fast ? fast : machine_of(regex, true), match, text);
	return rc > 0 ? rc : rc == PCRE2_ERROR_NOMATCH ? 0 : -1; /* never 0: there is room for all groups */
}

_Static_assert(PCRE2_UNSET == REGEX_UNSET, "regex.h says it without pcre2.h");

const size_t *regex_groups(const struct regex_match *match)
{
	return match->groups;
}

struct furthest {
	size_t text_at, source_at;
};

static int note_place(pcre2_callout_block *block, void *arg)
{
	struct furthest *furthest = arg;

	if (block->current_position >= furthest->text_at) {
		furthest->text_at = block->current_position;
		furthest->source_at = block->pattern_position;
	}
	return 0;
}

void regex_furthest(struct slice source, struct slice text, size_t *text_at, size_t *source_at)
{
	struct error err;
	struct furthest furthest = { 0, 0 };
	struct regex_match *match = regex_match_new();
	pcre2_code *code = compile(source, COMPILE_OPTIONS | PCRE2_AUTO_CALLOUT | PCRE2_ANCHORED, &err);

	if (code) {
		pcre2_set_callout(match->context, note_place, &furthest);
		pcre2_match(code, (PCRE2_SPTR)text.p, text.n, 0, 0, match->data, match->context);
		pcre2_code_free(code);
	}
	regex_match_free(match);
	*text_at = furthest.text_at;
	*source_at = furthest.source_at;
}

void regex_version(struct buffer *out)
{
	char version[64] = "";
	struct regex *probe = regex_new(SLICE("a"), NULL);

	pcre2_config(PCRE2_CONFIG_VERSION, version);
	version[strcspn(version, " ")] = '\0';
	buffer_printf(out, "%s %s", version, machine_of(probe, true)->jit ? "with JIT" : "without JIT: patterns are interpreted");
	regex_free(probe);
}
