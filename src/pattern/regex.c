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

/* What matches. Most runs meet a few of all patterns, and translating one for the
 * processor takes longer than reading it: so it is done when it is first tried. */
struct machine {
	pcre2_code *code; /* a copy, since others may be looking at the first one */
	bool jit;         /* it is of use; otherwise the first one is interpreted */
};

struct regex {
	pcre2_code *code;
	_Atomic(struct machine *) *machine; /* points to NULL until then */
	const unsigned char *names; /* PCRE2's name table */
	uint32_t n_names, name_size;
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

static void machine_free(struct machine *machine)
{
	if (machine)
		pcre2_code_free(machine->code);
	free(machine);
}

/* Of threads that come at the same time, the first to be done provides for all. */
static const struct machine *machine_make(const struct regex *regex)
{
	struct machine *machine = xcalloc(1, sizeof *machine), *before = NULL;

	machine->code = pcre2_code_copy(regex->code);
	machine->jit = machine->code && pcre2_jit_compile(machine->code, PCRE2_JIT_COMPLETE) == 0;
	if (atomic_compare_exchange_strong(regex->machine, &before, machine))
		return machine;
	machine_free(machine);
	return before;
}

static inline const struct machine *machine_of(const struct regex *regex)
{
	const struct machine *machine = atomic_load_explicit(regex->machine, memory_order_acquire);

	return machine ? machine : machine_make(regex);
}

struct regex *regex_new(struct slice source, struct error *err)
{
	pcre2_code *code = compile(source, COMPILE_OPTIONS, err);
	struct regex *regex;
	uint32_t groups;

	if (!code)
		return NULL;
	pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
	if (groups >= GROUPS_MAX) {
		pcre2_code_free(code);
		error_set(err, "the regex has %u groups, at most %d are allowed; use (?:...)", groups, GROUPS_MAX - 1);
		return NULL;
	}
	regex = xcalloc(1, sizeof *regex);
	regex->code = code;
	regex->machine = xcalloc(1, sizeof *regex->machine);
	pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &regex->n_names);
	pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &regex->name_size);
	pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &regex->names);
	return regex;
}

void regex_free(struct regex *regex)
{
	if (!regex)
		return;
	machine_free(*regex->machine);
	pcre2_code_free(regex->code);
	free(regex->machine);
	free(regex);
}

bool regex_name(const struct regex *regex, size_t i, struct slice *name, unsigned *group)
{
	const unsigned char *entry;

	if (i >= regex->n_names)
		return false;
	entry = regex->names + i * regex->name_size;
	*group = (unsigned)(entry[0] << 8 | entry[1]);
	*name = slice_of((const char *)entry + 2);
	return true;
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

int regex_run(const struct regex *regex, struct regex_match *match, struct slice text)
{
	const struct machine *machine = machine_of(regex);
	PCRE2_SPTR subject = (PCRE2_SPTR)text.p;
	int rc = machine->jit ? pcre2_jit_match(machine->code, subject, text.n, 0, 0, match->data, match->context)
	                      : pcre2_match(regex->code, subject, text.n, 0, 0, match->data, match->context);

	return rc > 0 ? rc : rc == PCRE2_ERROR_NOMATCH ? 0 : -1; /* never 0: there is room for all groups */
}

_Static_assert(PCRE2_UNSET == REGEX_UNSET, "regex.h says it without pcre2.h");

const size_t *regex_groups(const struct regex_match *match)
{
	return match->groups;
}

/* PCRE2's partial matching answers this, for patterns that are bound to the text's
 * begin; others could match further on. */
bool regex_could_begin(const struct regex *regex, struct regex_match *match, struct slice begin)
{
	uint32_t options;

	pcre2_pattern_info(regex->code, PCRE2_INFO_ALLOPTIONS, &options);
	return !(options & PCRE2_ANCHORED) ||
	       pcre2_match(regex->code, (PCRE2_SPTR)begin.p, begin.n, 0, PCRE2_PARTIAL_HARD | PCRE2_NO_JIT,
	                   match->data, match->context) != PCRE2_ERROR_NOMATCH;
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
	struct error err;
	struct regex *probe = regex_new(SLICE("a"), &err);

	pcre2_config(PCRE2_CONFIG_VERSION, version);
	version[strcspn(version, " ")] = '\0';
	buffer_printf(out, "%s %s", version, probe && machine_of(probe)->jit ? "with JIT" : "without JIT: patterns are interpreted");
	regex_free(probe);
}
