/* memo.c - SPDX-License-Identifier: MIT */
#include "pattern/memo.h"

#include "base/hash.h"

#include <stdlib.h>

void memo_init(struct memo *memo)
{
	*memo = (struct memo){ .forgotten = 0 };
	map_init(&memo->seen, 0);
}

static void forget(struct memo *memo)
{
	memo->forgotten += memo->seen.count;
	map_clear(&memo->seen);
	arena_release(&memo->texts);
}

void memo_release(struct memo *memo)
{
	forget(memo);
	map_release(&memo->seen);
	free(memo->events);
}

enum role { NONE, KEY, PART, OUT };
static const enum role roles[N_SLOTS] = {
#define CAPTURE(slot, role) [slot] = role,
#include "pattern/capture.def"
};

bool memo_suits(const struct pattern *pattern)
{
	for (size_t i = 0; i < pattern->n_rules; i++)
		for (size_t k = 0; k < pattern->rules[i].n_when; k++) {
			int slot = pattern->rules[i].when[k].slot;

			if (roles[slot] == PART || roles[slot] == OUT || slot == FIELD_TIME)
				return false;
		}
	return true;
}

/* A reply of one line that says yes: what of it decides the event is its code and
 * the word behind it, which may be an enhanced code. A bracket could be a filter's
 * answer (hop.h). */
static bool success_front(struct slice *reply)
{
	ptrdiff_t blank;

	if (reply->n < 5 || reply->p[0] != '2' || reply->p[3] != ' ' || reply->p[4] == ' ' || reply->p[4] == '\t' ||
	    slice_find_byte(*reply, '(') >= 0)
		return false;
	blank = slice_find_byte(slice_from(*reply, 4), ' ');
	if (blank >= 0)
		reply->n = 4 + (size_t)blank + 1;
	return true;
}

/* The part behind the last '@' of a lone address in brackets. */
static bool lone_domain(struct slice *recipients)
{
	struct slice s = *recipients;
	const char *at;

	if (s.n < 3 || s.p[0] != '<' || memchr(s.p, '>', s.n) != s.p + s.n - 1 || memchr(s.p, '"', s.n))
		return false;
	at = memrchr(s.p, '@', s.n);
	*recipients = at ? slice_between(at, s.p + s.n) : (struct slice){ s.p, 0 };
	return true;
}

/* Two lanes, so that the key is too long for two lines to share one by chance. */
static inline void absorb_word(struct memo_key *key, uint64_t word)
{
	key->hash[0] = hash_fold(key->hash[0] ^ word, HASH_K1);
	key->hash[1] = hash_fold(key->hash[1] ^ word, HASH_K3);
}

/* With its length and its place, so that nothing can move from one to the next. */
static inline void absorb(struct memo_key *key, unsigned place, struct slice s)
{
	absorb_word(key, (uint64_t)s.n << 8 | place);
	for (size_t i = 0; i + 8 < s.n; i += 8)
		absorb_word(key, slice_load64(s.p + i));
	if (s.n >= 8)
		absorb_word(key, slice_load64(s.p + s.n - 8));
	else if (s.n)
		absorb_word(key, hash_read_short(s));
}

bool memo_key(const struct pattern *pattern, const struct line *line, const struct captured *captured,
              struct memo_key *out)
{
	struct slice reply = captured->slot[SLOT_REPLY], recipients = captured->slot[SLOT_RECIPIENTS];
	struct memo_key key;

	if (!pattern->repeats || captured->slot[FIELD_REASON].p || (reply.p && !success_front(&reply)) ||
	    (recipients.p && !lone_domain(&recipients)))
		return false;
	key.hash[0] = hash_seed() ^ (uintptr_t)pattern;
	key.hash[1] = ~key.hash[0];
	absorb(&key, N_SLOTS, line->host);
	absorb(&key, N_SLOTS + 1, line->service);
	if (reply.p)
		absorb(&key, SLOT_REPLY, reply);
	if (recipients.p)
		absorb(&key, SLOT_RECIPIENTS, recipients);
	for (unsigned i = 0; i < N_SLOTS; i++)
		if (roles[i] == KEY && captured->slot[i].p)
			absorb(&key, i, captured->slot[i]);
	*out = key;
	return true;
}

const struct event *memo_find(const struct memo *memo, const struct memo_key *key)
{
	int64_t index = map_find(&memo->seen, (struct slice){ (const char *)key, sizeof *key });

	return index < 0 ? NULL : &memo->events[index];
}

static void own(struct memo *memo, struct slice *s)
{
	*s = arena_copy(&memo->texts, *s);
}

void memo_keep(struct memo *memo, const struct memo_key *key, struct event *event)
{
	struct event *kept;
	uint32_t index;

	if (event->outcome != OUTCOME_OK || event->reason.n)
		return;
	if (memo->seen.count == MEMO_MAX)
		forget(memo);
	GROW(memo->events, memo->seen.count, memo->capacity);
	index = map_put(&memo->seen, (struct slice){ (const char *)key, sizeof *key }, NULL);
	event->token = memo->forgotten + index + 1;
	kept = &memo->events[index];
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
