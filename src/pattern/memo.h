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
/* Of a reply and a recipient, p NULL if not captured, what decides an event. False: a line
 * of this kind, `set` being the slots captured, is not to be remembered. */
bool memo_parts(const struct pattern *pattern, uint64_t set, struct slice *reply, struct slice *recipients);
/* Of all that. False as above. */
bool memo_key(const struct pattern *pattern, const struct line *line, const struct captured *captured,
              struct fingerprint *key);
/* The key will be looked for soon. */
static inline void memo_expect(const struct memo *memo, const struct fingerprint *key)
{
	if (memo->slots)
		__builtin_prefetch(&memo->slots[key->a & memo->mask]);
}
/* NULL: not kept. Valid until the next memo_keep(), as is its event. */
const struct memo_slot *memo_find(const struct memo *memo, const struct fingerprint *key);
const struct event *memo_event(const struct memo *memo, const struct memo_slot *slot);
uint64_t memo_token(const struct memo *memo, const struct memo_slot *slot);
/* Keep a copy, if it is a success that leaves nothing to be said; sets event->token. */
void memo_keep(struct memo *memo, const struct fingerprint *key, struct event *event);

#endif
