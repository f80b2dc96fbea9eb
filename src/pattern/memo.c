/* memo.c - SPDX-License-Identifier: MIT */
#include "pattern/memo.h"

#include "pattern/value.h"

#include <stdlib.h>

static void forget(struct memo *memo)
{
	memo->forgotten += memo->n;
	memo->n = 0;
	memset(memo->slots, 0, (memo->mask + 1) * sizeof *memo->slots);
	arena_release(&memo->texts);
}

static size_t slots_size(const struct memo *memo)
{
	return memo->slots ? (memo->mask + 1) * sizeof *memo->slots : 0;
}

void memo_release(struct memo *memo)
{
	arena_release(&memo->texts);
	table_free(memo->slots, slots_size(memo));
	free(memo->events);
}

#define BIT(slot) ((uint64_t)1 << (slot))

enum role { ROLE_KEY = 1, ROLE_PART = 2, ROLE_OUT = 4 };

/* The slots of these roles, a bit each. */
static uint64_t slots_of(int some_roles)
{
	uint64_t slots = 0;

#define CAPTURE(slot, role) slots |= some_roles & ROLE_##role ? BIT(slot) : 0;
#include "pattern/capture.def"
	return slots;
}

/* Does it ask whether there is a reply at all, or for one that does not say yes? So much
 * can be told from the front of one. */
static bool asks_for_front(const struct condition *condition)
{
	for (size_t i = 0; i < condition->values.n; i++) {
		struct slice value = condition->values.text[i];

		if (value.n && *value.p != '4' && *value.p != '5' && !slice_eq(value, SLICE("?*")))
			return false;
	}
	return true;
}

bool memo_suits(const struct pattern *pattern)
{
	const uint64_t unseen = slots_of(ROLE_PART | ROLE_OUT) | BIT(FIELD_TIME);

	for (size_t i = 0; i < pattern->n_rules; i++)
		for (size_t k = 0; k < pattern->rules[i].when.n; k++) {
			const struct condition *condition = &pattern->rules[i].when.all[k];

			if ((unseen & BIT(condition->slot)) &&
			    (condition->slot != SLOT_REPLY || !asks_for_front(condition)))
				return false;
		}
	return true;
}

static bool is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

bool memo_front(struct slice *reply)
{
	ptrdiff_t blank;

	if (reply->n && (*reply->p == '4' || *reply->p == '5'))
		return false;
	if (slice_find_byte(*reply, '(') >= 0)
		return false;
	if (reply->n && is_letter(*reply->p)) {
		reply->n = 1;
		return true;
	}
	if (reply->n < 5 || reply->p[0] != '2' || reply->p[3] != ' ' || reply->p[4] == ' ' || reply->p[4] == '\t')
		return false;
	blank = slice_find_byte(slice_from(*reply, 4), ' ');
	if (blank >= 0)
		reply->n = 4 + (size_t)blank + 1;
	return true;
}

bool memo_domain(struct slice *recipients)
{
	size_t at;

	if (!address_alone(*recipients, &at) && !address_bare(*recipients, &at))
		return false;
	*recipients = (struct slice){ recipients->p + at, at ? recipients->n - at : 0 };
	return true;
}

uint64_t memo_key_slots(void)
{
	return slots_of(ROLE_KEY);
}

bool memo_key(const struct pattern *pattern, const struct line *line, const struct captured *captured,
              struct fingerprint *key)
{
	const uint64_t wanted = captured->set & slots_of(ROLE_KEY);
	struct slice reply = captured->slot[SLOT_REPLY], recipients = captured->slot[SLOT_RECIPIENTS];
	struct fingerprint f = fingerprint_of((uintptr_t)pattern);

	if (!memo_takes(pattern, captured->set) || (reply.p && !memo_usual_front(&reply)) ||
	    (recipients.p && !memo_domain(&recipients)))
		return false;
	line_fingerprint(line, &f);
	fingerprint_text(&f, reply);
	fingerprint_text(&f, recipients);
	for (uint64_t left = wanted; left; left &= left - 1)
		fingerprint_text(&f, captured->slot[__builtin_ctzll(left)]);
	fingerprint_words(&f, captured->set, 0); /* which of the slots these were */
	*key = f;
	return true;
}

static void make_slots(struct memo *memo)
{
	enum { FIRST_SLOTS = 256 };
	struct memo_slot *old = memo->slots;
	size_t n_old = old ? memo->mask + 1 : 0, n = old ? 2 * n_old : FIRST_SLOTS;

	memo->slots = table_alloc(n * sizeof *memo->slots);
	memo->mask = n - 1;
	for (size_t i = 0; i < n_old; i++)
		if (old[i].count)
			*memo_slot_of(memo, old[i].a, old[i].b) = old[i];
	table_free(old, n_old * sizeof *old);
}

const struct event *memo_event(const struct memo *memo, const struct memo_slot *slot)
{
	return &memo->events[slot->index];
}

static void own(struct memo *memo, struct slice *s)
{
	*s = arena_copy(&memo->texts, *s);
}

void memo_keep(struct memo *memo, const struct fingerprint *key, struct event *event)
{
	struct memo_slot *slot;
	struct event *kept;

	if (!event->kind || event->outcome != OUTCOME_OK || event->reason.n || event->count > UINT16_MAX)
		return;
	if (memo->n == MEMO_MAX)
		forget(memo);
	if (!memo->slots || memo->n > memo->mask / 2)
		make_slots(memo);
	GROW(memo->events, memo->n, memo->capacity);
	slot = memo_slot_of(memo, key->a, (uint32_t)key->b);
	*slot = (struct memo_slot){ key->a, (uint32_t)key->b, (uint16_t)memo->n, (uint16_t)event->count };
	kept = &memo->events[memo->n++];
	event->token = memo_token(memo, slot);
	*kept = *event;
	own(memo, &kept->host);
	own(memo, &kept->service);
	own(memo, &kept->domain);
	own(memo, &kept->relay);
	own(memo, &kept->relay_ip);
	kept->id = kept->peer = SLICE("");
	kept->recipients = NULL;
	kept->n_recipients = 0;
}
