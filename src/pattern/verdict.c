/* verdict.c - what a refusal says, by its fingerprint.
 *
 * That two lines of one fingerprint have one verdict rests on this: a reply is parsed
 * by its codes, which are no part of an address in brackets nor reach over one, and
 * the template of a text does not depend on such addresses (templates.c). The class
 * of a reason depends on these and on the provider, which is hashed as well.
 * SPDX-License-Identifier: MIT */
#include "pattern/verdict.h"

#include "reply/reply.h"

#include <stdlib.h>

_Static_assert((int)PIECES_TEXT_MAX <= (int)REPLY_WHOLE_MAX, "the length of a reply does not decide");

void verdicts_release(struct verdicts *verdicts)
{
	prints_release(&verdicts->prints);
	free(verdicts->kept);
	free(verdicts->begun);
}

/* --- what is hashed ------------------------------------------------------ */

#define BIT(slot) ((uint64_t)1 << (slot))

/* Slots that are hashed as they are, and those that decide nothing by themselves. */
static uint64_t hashed_slots(void)
{
	enum { KEY = 1, PART = 0, OUT = 0 };
	const uint64_t who = BIT(FIELD_DOMAIN) | BIT(FIELD_RELAY) | BIT(FIELD_RELAY_IP);
	uint64_t slots = 0;

#define CAPTURE(slot, role) slots |= role ? BIT(slot) : 0;
#include "pattern/capture.def"
	return slots & ~who;
}

/* Fields that extract_who() sets, and inputs that are not hashed. */
static uint64_t open_slots(void)
{
	uint64_t slots = BIT(FIELD_TIME);

#define CAPTURE(slot, role) slots |= BIT(slot);
#include "pattern/capture.def"
	return slots & ~hashed_slots() & ~BIT(FIELD_REASON);
}

/* Who is concerned must be known before the rules. */
static bool sets_other_things(const struct assignments *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->set[i].slot == FIELD_DOMAIN || set->set[i].slot == FIELD_RELAY)
			return true;
	return false;
}

static bool rules_suit(const struct pattern *pattern)
{
	for (size_t i = 0; i < pattern->n_rules; i++)
		if (sets_other_things(&pattern->rules[i].set))
			return false;
	return !sets_other_things(&pattern->set);
}

static bool has(struct slice text, char c)
{
	return slice_find_byte(text, c) >= 0;
}

/* Do the pieces of a reply tell whether it fits? They do for what stands between stars,
 * if that cannot reach into an address or stand in one: a front without '<' is in the
 * first piece, a back without '>' in the last, and if '>' comes before that, it may be
 * where an address ends; in between it needs a blank, which no address has. */
static bool is_told_by_pieces(struct slice glob)
{
	struct slice rest = glob, part;

	if (has(glob, '?'))
		return slice_eq(glob, SLICE("?*"));
	if (!has(glob, '*'))
		return !has(glob, '<') || !has(glob, '@');
	while (slice_split(&rest, '*', &part)) {
		const bool is_front = part.p == glob.p, is_back = !rest.p;

		if (is_back && part.n && *part.p == '>')
			part = slice_from(part, 1);
		if ((!is_back && has(part, '<')) || (!is_front && has(part, '>')))
			return false;
		if (!is_front && !is_back && part.n && !has(part, ' '))
			return false;
	}
	return true;
}

/* Does what is hashed tell it? Whether there is an address is hashed, too. */
static bool is_told(int slot, struct slice glob)
{
	if (slot == FIELD_RELAY_IP)
		return glob.n == 0 || slice_eq(glob, SLICE("?*"));
	return slot == SLOT_REPLY && is_told_by_pieces(glob);
}

static bool is_open(const struct condition *condition)
{
	for (size_t i = 0; i < condition->values.n; i++)
		if (!is_told(condition->slot, condition->values.text[i]))
			return open_slots() & BIT(condition->slot);
	return false;
}

static bool same_condition(const struct condition *a, const struct condition *b)
{
	if (a->slot != b->slot || a->values.n != b->values.n)
		return false;
	for (size_t i = 0; i < a->values.n; i++)
		if (!slice_eq(a->values.text[i], b->values.text[i]))
			return false;
	return true;
}

/* Each once. Returns how many; there may be more than VERDICT_CONDITIONS_MAX. */
static size_t open_conditions(const struct pattern *pattern, const struct condition *open[VERDICT_CONDITIONS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < pattern->n_rules; i++)
		for (size_t k = 0; k < pattern->rules[i].when.n; k++) {
			const struct condition *condition = &pattern->rules[i].when.all[k];
			size_t same = 0;

			if (!is_open(condition))
				continue;
			while (same < n && !same_condition(open[same], condition))
				same++;
			if (same == VERDICT_CONDITIONS_MAX)
				return n + 1;
			open[same] = condition;
			n += same == n;
		}
	return n;
}

void verdict_prepare(struct pattern *pattern, struct arena *arena)
{
	const struct condition *open[VERDICT_CONDITIONS_MAX];
	const size_t n = open_conditions(pattern, open);

	pattern->verdicts = rules_suit(pattern) && n <= VERDICT_CONDITIONS_MAX;
	if (!n || !pattern->verdicts)
		return;
	pattern->open = arena_alloc(arena, n * sizeof *pattern->open);
	memcpy(pattern->open, open, n * sizeof *pattern->open);
	pattern->n_open = n;
}

/* Whether there is one is told by what was captured. */
static bool hash_text(struct slice text, struct fingerprint *f)
{
	if (!text.p)
		return true;
	if (text.n > PIECES_TEXT_MAX || !pieces_fingerprint(text, f))
		return false;
	fingerprint_words(f, 0, 0); /* where it ends */
	return true;
}

/* Of the few replies that say yes to what was refused nothing is kept. */
static bool says_yes(struct slice reply)
{
	return reply.n && reply.p[0] == '2';
}

static uint32_t try_conditions(const struct pattern *pattern, const struct captured *captured, const struct event *event)
{
	uint32_t held = 0;

	for (size_t i = 0; i < pattern->n_open; i++)
		held |= (uint32_t)condition_holds(pattern->open[i], captured, event) << i;
	return held;
}

/* Each by itself, so that it is the same whoever hashed some of them before; and mixed once
 * more than other texts: what one slot's changes by does not follow from the text, and no
 * text of another slot undoes it. */
struct fingerprint verdict_said(const struct captured *captured, uint64_t slots)
{
	struct fingerprint said = { 0, 0 };

	for (uint64_t left = slots & hashed_slots(); left; left &= left - 1) {
		const unsigned slot = (unsigned)__builtin_ctzll(left);
		struct fingerprint f = fingerprint_of(slot * hash_secret[2]);

		fingerprint_text(&f, captured->slot[slot]);
		fingerprint_words(&f, 0, 0);
		said = (struct fingerprint){ said.a ^ f.a, said.b ^ f.b };
	}
	return said;
}

bool verdict_begin(const struct pattern *pattern, const struct line *line, const struct answer *answer,
                   const struct captured *captured, struct fingerprint *key)
{
	struct fingerprint f = fingerprint_of((uintptr_t)pattern), said;

	if (!pattern->verdicts || says_yes(captured->slot[SLOT_REPLY]) || !hash_text(captured->slot[SLOT_REPLY], &f) ||
	    !hash_text(captured->slot[FIELD_REASON], &f))
		return false;
	said = verdict_said(captured, answer ? captured->set & ~answer->fixed : captured->set);
	if (answer)
		said = (struct fingerprint){ said.a ^ answer->said.a, said.b ^ answer->said.b };
	line_fingerprint(line, &f);
	fingerprint_words(&f, said.a, said.b);
	fingerprint_words(&f, captured->set, 0);
	*key = f;
	return true;
}

void verdict_end(const struct pattern *pattern, const struct captured *captured, const struct event *event,
                 struct fingerprint *key)
{
	if (pattern->n_open)
		fingerprint_words(key, try_conditions(pattern, captured, event), 0);
	verdict_end_plain(event->provider, event->peer.n > 0, key);
}

/* --- what was seen ------------------------------------------------------- */

static void forget(struct verdicts *verdicts)
{
	verdicts->forgotten += verdicts->n;
	verdicts->n = 0;
	prints_clear(&verdicts->prints);
	if (verdicts->begun)
		memset(verdicts->begun, 0, VERDICTS_BEGUN * sizeof *verdicts->begun);
}

/* Their reasons are the templates'. */
static void follow(struct verdicts *verdicts, const struct templates *templates)
{
	if (verdicts->of_templates == templates->forgotten)
		return;
	forget(verdicts);
	verdicts->of_templates = templates->forgotten;
}

static bool texts_hold(const struct captured *captured, const struct reason_names *names)
{
	const struct slice reply = captured->slot[SLOT_REPLY], reason = captured->slot[FIELD_REASON];

	return (reply.p && pieces_hold(reply, names)) || (reason.p && pieces_hold(reason, names));
}

const struct verdict *verdict_look(struct verdicts *verdicts, const struct templates *templates,
                                   const struct fingerprint *key, uint64_t *number)
{
	uint32_t found;

	follow(verdicts, templates);
	found = prints_find(&verdicts->prints, key);
	*number = verdicts->forgotten + found;
	return found ? &verdicts->kept[found - 1] : NULL;
}

bool verdict_find(struct verdicts *verdicts, const struct templates *templates, const struct fingerprint *key,
                  const struct captured *captured, const struct reason_names *names, struct event *event)
{
	uint64_t number;
	const struct verdict *v = verdict_look(verdicts, templates, key, &number);

	if (!v || (pairs_may_hold(&v->pairs, names->name, names->n) && texts_hold(captured, names)))
		return false;
	event->verdict = number;
	event->reason = v->reason;
	event->reason_number = v->reason_number;
	event->count = v->count;
	event->enhanced = v->enhanced;
	event->code = v->code;
	event->kind = v->kind;
	event->direction = v->direction;
	event->stage = v->stage;
	event->outcome = v->outcome;
	event->code_basis = v->code_basis;
	event->enhanced_basis = v->enhanced_basis;
	event->reason_class = v->reason_class;
	event->not_ours = v->not_ours;
	event->twice = v->twice;
	event->disagrees = v->disagrees;
	return true;
}

static struct pairs pairs_of(const struct captured *captured)
{
	struct pairs pairs = { { 0 } };

	pieces_pairs(captured->slot[SLOT_REPLY], &pairs);
	pieces_pairs(captured->slot[FIELD_REASON], &pairs);
	return pairs;
}

/* Not 0. */
static uint32_t mark_of(const struct fingerprint *begun)
{
	return (uint32_t)begun->a | 1;
}

bool verdict_may_be(const struct verdicts *verdicts, const struct fingerprint *begun)
{
	return verdicts->begun && verdicts->begun[begun->b % VERDICTS_BEGUN] == mark_of(begun);
}

static void keep_begun(struct verdicts *verdicts, const struct fingerprint *begun)
{
	if (!verdicts->begun)
		verdicts->begun = xcalloc(VERDICTS_BEGUN, sizeof *verdicts->begun);
	verdicts->begun[begun->b % VERDICTS_BEGUN] = mark_of(begun);
}

void verdict_keep(struct verdicts *verdicts, const struct templates *templates, const struct fingerprint *begun,
                  const struct fingerprint *key, const struct captured *captured, const struct reason_names *names,
                  struct event *event)
{
	const bool plain = event->kind && !event->not_ours && !event->twice && !event->disagrees;

	if ((event->outcome != OUTCOME_TEMPORARY && event->outcome != OUTCOME_PERMANENT) || texts_hold(captured, names))
		return;
	follow(verdicts, templates);
	if (verdicts->n == VERDICTS_MAX)
		forget(verdicts);
	GROW(verdicts->kept, verdicts->n, verdicts->capacity);
	verdicts->kept[verdicts->n++] = (struct verdict){
		.reason = event->reason, .reason_number = event->reason_number, .count = event->count,
		.enhanced = event->enhanced, .code = (uint16_t)event->code, .kind = (uint8_t)event->kind,
		.direction = (uint8_t)event->direction, .stage = (uint8_t)event->stage,
		.outcome = (uint8_t)event->outcome, .code_basis = (uint8_t)event->code_basis,
		.enhanced_basis = (uint8_t)event->enhanced_basis, .reason_class = (uint8_t)event->reason_class,
		.not_ours = event->not_ours, .twice = event->twice, .disagrees = event->disagrees,
		.plain = plain, .pairs = pairs_of(captured),
	};
	prints_add(&verdicts->prints, key, (uint32_t)verdicts->n);
	event->verdict = verdicts->forgotten + verdicts->n;
	if (plain)
		keep_begun(verdicts, begun);
}
