/* extract.h - from what a pattern captured to an event: inputs are parsed, set and
 * rules applied, defaults and contradictions found.
 * SPDX-License-Identifier: MIT */
#ifndef PATTERN_EXTRACT_H
#define PATTERN_EXTRACT_H

#include "base/hash.h"
#include "input/prefix.h"
#include "pattern/pack.h"
#include "reply/reason.h"

/* What a match gave, by slot; p is NULL for what was not captured, and the slot's bit
 * in `set` is 0. */
struct captured {
	uint64_t set;
	struct slice slot[N_SLOTS];
};
_Static_assert(N_SLOTS <= 64, "a bit for each slot");

/* Of these slots: others are emptied, these are to be filled. */
static inline void captured_only(struct captured *captured, uint64_t set)
{
	for (uint64_t old = captured->set & ~set; old; old &= old - 1)
		captured->slot[__builtin_ctzll(old)] = (struct slice){ NULL, 0 };
	captured->set = set;
}

/* Room for texts that are made while one line is looked at. */
struct scratch {
	char *bytes;
	size_t n, capacity;
};
/* Make sure of room for `more` bytes in all; forgets what was there. */
void scratch_reset(struct scratch *scratch, size_t more);
char *scratch_take(struct scratch *scratch, size_t n);
struct slice scratch_lower(struct scratch *scratch, struct slice s);

/* Makes an event: whom it is about, when, and which message; with extract_peer() all
 * that is not decided by what the line says happened. */
void extract_who(const struct pattern *pattern, const struct line *line, const struct captured *captured,
                 struct scratch *scratch, struct event *event);
void extract_peer(const struct captured *captured, struct scratch *scratch, struct event *event);
/* The rest, and the text of the reason; but what is made of recipients. False: the pack
 * sets the reason, whatever the line says. */
bool extract_what(const struct pattern *pattern, const struct captured *captured, struct event *event,
                  struct slice *reason);
/* Does a rule's condition hold, for what is known of the event? */
bool condition_holds(const struct condition *condition, const struct captured *captured, const struct event *event);
/* Adds host and service: nothing of a line without, such as those of Exim's own file. */
static inline void line_fingerprint(const struct line *line, struct fingerprint *f)
{
	if (!line->host.n && !line->service.n)
		return;
	if (line->host.p + line->host.n + 1 == line->service.p) { /* as usual, a blank between them */
		fingerprint_text(f, slice_between(line->host.p, line->service.p + line->service.n));
	} else {
		fingerprint_text(f, line->host);
		fingerprint_text(f, line->service);
	}
	fingerprint_words(f, line->host.n, line->service.n); /* where they part */
}

/* Do the slots, as captured, fit all conditions? */
bool captured_holds(const struct captured *captured, const struct conditions *conditions);
/* Put blanks into the reply and the reason where the pack's log has other bytes for
 * them, and for newlines before a code. */
void captured_blanks(struct captured *captured, const struct pack *pack, struct scratch *scratch);
/* The two fields that differ from line to line and are parsed alone. */
struct slice captured_id(const struct captured *captured);
int64_t captured_delay(const struct captured *captured);
/* Adds the sender's local part and the user's name, to be masked in the reason. */
void extract_names(const struct captured *captured, struct reason_names *names);

#endif
