/* verdict.h - refusals that were seen before, but for whom they are about.
 *
 * The same refusal is met again and again, of another recipient and relay. What the
 * line says of the rest is hashed as it was captured, the texts without the addresses
 * that they name in brackets (pieces.h); when the hash was met before, all that is
 * decided by it is known: codes, kind, outcome, reason. Conditions of rules that look
 * at what is left out are tried, and what they give is hashed, too.
 * SPDX-License-Identifier: MIT */
#ifndef PATTERN_VERDICT_H
#define PATTERN_VERDICT_H

#include "base/prints.h"
#include "pattern/answer.h"
#include "reply/pieces.h"
#include "reply/templates.h"

/* Kept; then all are forgotten. And of a pattern: conditions to be tried. */
enum { VERDICTS_MAX = 8192, VERDICT_CONDITIONS_MAX = 32 };

struct verdict {
	struct slice reason;       /* in the templates */
	uint64_t reason_number;
	uint64_t count;
	uint32_t enhanced;
	uint16_t code;
	uint8_t kind, direction, stage, outcome, code_basis, enhanced_basis, reason_class;
	bool not_ours, twice, disagrees;
	bool plain;                /* none of these, and it is of some kind */
	struct pairs pairs;        /* of the texts */
};

struct verdicts {
	struct prints prints;
	struct verdict *kept;
	size_t n, capacity;
	uint64_t forgotten;    /* how many were */
	uint64_t of_templates; /* that were forgotten when the first of these was kept */
	uint32_t *begun;       /* of keys that verdict_begin() made for plain ones, modulo VERDICTS_BEGUN */
};
enum { VERDICTS_BEGUN = 16384 };

void verdicts_release(struct verdicts *verdicts); /* all zero is an empty one */

/* Sets pattern->verdicts and the conditions to be tried. */
void verdict_prepare(struct pattern *pattern, struct arena *arena);
/* What short texts say that decide by all that they hold, of the slots that are given. */
struct fingerprint verdict_said(const struct captured *captured, uint64_t slots);
/* The key, in two steps: what is hashed as it was captured, and what is known of whom it
 * is about: `event` is made by extract_who(), with its peer and provider. False: the line is
 * to be read. `answer`: of the outline, which knows what all its texts say; or NULL. */
bool verdict_begin(const struct pattern *pattern, const struct line *line, const struct answer *answer,
                   const struct captured *captured, struct fingerprint *key);
void verdict_end(const struct pattern *pattern, const struct captured *captured, const struct event *event,
                 struct fingerprint *key);
/* The same of a pattern without conditions to be tried. */
static inline void verdict_end_plain(struct slice provider, bool has_peer, struct fingerprint *key)
{
	fingerprint_words(key, (uintptr_t)provider.p, has_peer);
}
/* The verdict, and its number as the event's; NULL: not known. Valid until another is kept. */
const struct verdict *verdict_look(struct verdicts *verdicts, const struct templates *templates,
                                   const struct fingerprint *key, uint64_t *number);
/* Completes the event if its verdict is known, and none of the names stands in the texts. */
bool verdict_find(struct verdicts *verdicts, const struct templates *templates, const struct fingerprint *key,
                  const struct captured *captured, const struct reason_names *names, struct event *event);
/* Keeps what the event says, if it is a refusal without such a name; sets event->verdict.
 * `begun`: the key as verdict_begin() made it. */
void verdict_keep(struct verdicts *verdicts, const struct templates *templates, const struct fingerprint *begun,
                  const struct fingerprint *key, const struct captured *captured, const struct reason_names *names,
                  struct event *event);
/* False: no plain verdict was kept with a key that began so. */
bool verdict_may_be(const struct verdicts *verdicts, const struct fingerprint *begun);

#endif
