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

/* All that is needed to count the event again; the event itself is elsewhere. */
struct memo_slot {
	struct fingerprint key;
	uint32_t index; /* of the event, plus 1; 0: free */
	uint32_t count; /* its own */
};

struct memo {
	struct memo_slot *slots; /* twice MEMO_MAX, NULL before the first is kept */
	struct event *events;
	size_t n, capacity;      /* of events[] */
	struct arena texts;
	uint64_t forgotten;      /* events kept before the last time all were forgotten */
};

void memo_release(struct memo *memo); /* all zero is an empty one */

/* Does no rule of the pattern look at what the key leaves out? */
bool memo_suits(const struct pattern *pattern);
/* False: a line of this kind is not to be remembered. */
bool memo_key(const struct pattern *pattern, const struct line *line, const struct captured *captured,
              struct fingerprint *key);
/* NULL: not kept. Valid until the next memo_keep(), as is its event. */
const struct memo_slot *memo_find(const struct memo *memo, const struct fingerprint *key);
const struct event *memo_event(const struct memo *memo, const struct memo_slot *slot);
uint64_t memo_token(const struct memo *memo, const struct memo_slot *slot);
/* Keep a copy, if it is a success that leaves nothing to be said; sets event->token. */
void memo_keep(struct memo *memo, const struct fingerprint *key, struct event *event);

#endif
