/* memo.h - events that were seen before but for time, id and delay.
 *
 * Most mail is delivered, by the same relays to the same destinations, and says so
 * in the same way. Of such lines everything that decides the event is hashed as it
 * was captured; when the hash was met before, its event is the answer, and inputs,
 * rules and names need not be read again. Only successes qualify, and only where
 * no rule looks at what is left out of the hash. SPDX-License-Identifier: MIT */
#ifndef PATTERN_MEMO_H
#define PATTERN_MEMO_H

#include "base/hash.h"
#include "pattern/extract.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { MEMO_MAX = 32768 }; /* events kept; then all are forgotten */
_Static_assert(MEMO_MAX <= UINT16_MAX, "an index has 16 bits");

/* All that is needed to count the event again, in as few bytes as can be; the event
 * itself is elsewhere. Of the fingerprint 96 bits are kept. */
struct memo_slot {
	uint64_t a;
	uint32_t b;
	uint16_t index; /* of the event */
	uint16_t count; /* its own; 0: the slot is free */
};

struct memo {
	struct memo_slot *slots; /* twice as many as there are events, or more */
	size_t mask;             /* slots - 1 */
	struct event *events;
	size_t n, capacity;      /* of events[] */
	struct arena texts;
	uint64_t forgotten;      /* events kept before the last time all were forgotten */
};

void memo_release(struct memo *memo); /* all zero is an empty one */

/* Does no rule of the pattern look at what the key leaves out? */
bool memo_suits(const struct pattern *pattern);
/* The slots that decide an event by all that they hold, a bit each. */
uint64_t memo_key_slots(void);
/* Is a line of which these slots were captured, a bit each, one to be remembered? */
static inline bool memo_takes(const struct pattern *pattern, uint64_t set)
{
	return pattern->repeats && !(set & (uint64_t)1 << FIELD_REASON);
}
/* What of a reply and of a recipient decides the event. False: the line is not to be
 * remembered.
 *
 * A reply of one line that says yes: its code and the word behind it, which may be an
 * enhanced code. Where the server does not log them nothing does. A bracket could be a
 * filter's answer (hop.h). */
bool memo_front(struct slice *reply);
/* An address alone: from its last '@' on. */
bool memo_domain(struct slice *recipients);

#ifdef __SSE2__

/* Where the byte stands among sixteen. */
static inline __m128i memo_equal(const char *p, char c)
{
	return _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)p), _mm_set1_epi8(c));
}

/* memo_front() of sixteen bytes or more with a code, as nearly always; the last block may
 * overlap the one before. */
static inline bool memo_usual_front(struct slice *reply)
{
	__m128i brackets;
	unsigned blanks;

	if (reply->n < 16 || *reply->p != '2')
		return memo_front(reply);
	brackets = memo_equal(reply->p + reply->n - 16, '(');
	for (size_t i = 0; i + 16 < reply->n; i += 16)
		brackets = _mm_or_si128(brackets, memo_equal(reply->p + i, '('));
	blanks = (unsigned)_mm_movemask_epi8(memo_equal(reply->p, ' '));
	if (_mm_movemask_epi8(brackets) || (blanks & 0x18) != 0x08 || blanks < 0x20)
		return memo_front(reply);
	reply->n = 5 + (size_t)__builtin_ctz(blanks >> 4);
	return reply->p[4] != '\t';
}

#else

static inline bool memo_usual_front(struct slice *reply)
{
	return memo_front(reply);
}

#endif

/* Of all that. False as above. */
bool memo_key(const struct pattern *pattern, const struct line *line, const struct captured *captured,
              struct fingerprint *key);
/* The key will be looked for soon. */
static inline void memo_expect(const struct memo *memo, const struct fingerprint *key)
{
	if (memo->slots)
		__builtin_prefetch(&memo->slots[key->a & memo->mask]);
}
/* The key's slot, or the free one where it would stand. */
static inline struct memo_slot *memo_slot_of(const struct memo *memo, uint64_t a, uint32_t b)
{
	for (size_t i = a & memo->mask;; i = (i + 1) & memo->mask) {
		struct memo_slot *slot = &memo->slots[i];

		if (!slot->count || (slot->a == a && slot->b == b))
			return slot;
	}
}
/* NULL: not kept. Valid until the next memo_keep(), as is its event. */
static inline const struct memo_slot *memo_find(const struct memo *memo, const struct fingerprint *key)
{
	const struct memo_slot *slot = memo->slots ? memo_slot_of(memo, key->a, (uint32_t)key->b) : NULL;

	return slot && slot->count ? slot : NULL;
}
const struct event *memo_event(const struct memo *memo, const struct memo_slot *slot);
static inline uint64_t memo_token(const struct memo *memo, const struct memo_slot *slot)
{
	return memo->forgotten + slot->index + 1;
}
/* Keep a copy, if it is a success that leaves nothing to be said; sets event->token. */
void memo_keep(struct memo *memo, const struct fingerprint *key, struct event *event);

#endif
