/* matcher.h - packs, and turning a line into events with them.
 *
 * Packs are loaded once and are const from then on; each thread owns a matcher
 * (match data, JIT stack, scratch). SPDX-License-Identifier: MIT */
#ifndef PATTERN_MATCHER_H
#define PATTERN_MATCHER_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/hash.h"
#include "input/prefix.h"
#include "pattern/event.h"

struct memory;
struct packs;

/* What becomes of a line; exactly one for each. */
enum fate { FATE_MATCHED, FATE_KNOWN, FATE_TROUBLE, FATE_FOREIGN, FATE_UNRECOGNISED, N_FATES,
	FATE_NOT_YET, /* none of these: see matcher_remember() */
	FATE_SEEN     /* nor this: see matcher_glance() */ };

/* Where packs come from, in this order; a pack of the same name in a later
 * directory replaces the earlier one. The first directory is the program's own, whose
 * packs were tried when it was built, and are read without their samples unless
 * `whole`; packs of the others are tried on theirs. Ends with NULL. */
struct packs *packs_load(const char *const *dirs, bool whole, struct error *err);
void packs_free(struct packs *packs);

/* Relays that are hops beyond the built-in rule, and relays that are not. */
struct matcher_options {
	const char *const *hops;     /* NULL-terminated lists or NULL */
	const char *const *not_hops;
	const char *const *mtas;     /* globs of packs; lines of others are foreign; NULL: all */
};

struct matcher *matcher_new(const struct packs *packs, const struct matcher_options *options);
void matcher_free(struct matcher *matcher);
/* Use the memory of the stream whose lines come next, all of them in order from where
 * it stands; NULL: none. Without one, lines for patterns that remember or recall are
 * left FATE_NOT_YET. */
void matcher_remember(struct matcher *matcher, struct memory *memory);
/* May the line's meaning depend on others, or theirs on it? */
bool matcher_minds_order(struct matcher *matcher, const struct line *line);
/* Decide a line's fate; its events are then taken with matcher_next(), before *line
 * changes. */
enum fate matcher_line(struct matcher *matcher, const struct line *line);
/* The next, or NULL; it is there until then. */
const struct event *matcher_next(struct matcher *matcher);
/* After matcher_line(), instead of matcher_next(): true when the line's one event is
 * equal to one that was given before (event->token), but for these. */
struct again {
	uint64_t token; /* 0: it is one of this verdict and of this place, as events were before */
	int64_t delay;  /* milliseconds, -1 none */
	uint64_t count;
	/* Only where the token is 0: */
	uint64_t verdict, place;
	bool inward;        /* its direction is DIRECTION_IN */
	bool deferred;      /* a delivery, and this is the hash of its recipient: */
	uint64_t recipient; /* else 0 */
};
bool matcher_again(const struct matcher *matcher, struct again *again);
/* The same in two steps, between which the processor fetches what the second needs:
 * instead of matcher_line(), FATE_SEEN is a line that looks like one of an earlier
 * event. Some lines later matcher_seen() tells whether it is; if not, it goes to
 * matcher_line(). *seen is the line's only trace, and points into line->raw. */
enum { SEEN_NAMES = 2 };
struct seen {
	struct fingerprint key; /* of the memo, or if `refused` of the verdict, but its end */
	int64_t delay;
	uint32_t repeats;
	bool refused;
	uint8_t n_names;
	struct slice names[SEEN_NAMES]; /* these and all that follows only then */
	struct slice id, recipient;     /* recipient: p NULL: none */
	struct fingerprint place;
};
enum fate matcher_glance(struct matcher *matcher, const struct line *line, struct seen *seen);
bool matcher_seen(struct matcher *matcher, const struct seen *seen, struct again *again);
/* After FATE_MATCHED: may the server say this line twice, and of which message is it then?
 * Before matcher_next(). */
bool matcher_twice(const struct matcher *matcher);
struct slice matcher_id(const struct matcher *matcher);
/* After FATE_TROUBLE: the line's text as a template, the pack it belongs to. */
struct slice matcher_trouble(struct matcher *matcher, struct slice *mta);
/* What gave the last line its fate: its pack, and the pattern's name or a known row's
 * literal. Before matcher_next(). Empty where nothing fits the line. */
struct slice matcher_decided(const struct matcher *matcher, enum fate fate, struct slice *mta);
/* How many matches PCRE2 gave up on (limit or error), so far: where that stands. */
const uint64_t *matcher_errors(const struct matcher *matcher);

#endif
