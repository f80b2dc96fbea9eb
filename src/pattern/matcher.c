/* matcher.c - a line's way: route, literals, patterns in order, then known rows.
 * SPDX-License-Identifier: MIT */
#include "pattern/matching.h"

#include "pattern/fork.h"
#include "pattern/memory.h"
#include "pattern/routes.h"

#include <stdlib.h>

/* Of the few callers one is for nearly all lines. */
#define ALWAYS_INLINE inline __attribute__((always_inline))

struct matcher *matcher_new(const struct packs *packs, const struct matcher_options *options)
{
	struct matcher *m = xcalloc(1, sizeof *m);

	m->options = *options;
	m->routes = routes_new(packs, options->mtas);
	m->match = regex_match_new();
	maker_init(&m->maker, packs, &m->options);
	return m;
}

void matcher_free(struct matcher *m)
{
	if (!m)
		return;
	routes_free(m->routes);
	regex_match_free(m->match);
	memo_release(&m->memo);
	maker_release(&m->maker);
	free(m);
}

/* Of groups of one name the first one counts. */
static void take_captures(struct captured *captured, const struct pattern *pattern, const size_t *groups,
                          unsigned n_groups, struct slice text)
{
	const struct capture *captures;
	size_t n = regex_captures(pattern->regex, &captures);
	uint64_t set = 0;

	for (size_t i = 0; i < n && captures[i].group < n_groups; i++) {
		const size_t *at = groups + 2 * captures[i].group;
		uint64_t bit = (uint64_t)1 << captures[i].slot;

		if (at[0] == REGEX_UNSET || (set & bit))
			continue;
		captured->slot[captures[i].slot] = slice_between(text.p + at[0], text.p + at[1]);
		set |= bit;
	}
	captured_only(captured, set);
}

/* The events of what was captured, out of the memo or anew, or none so far, if the line may
 * be one of a known refusal. answer NULL: no outline captured it; key NULL: it is not for
 * the memo. */
static __attribute__((noinline)) void make_events(struct matcher *m, const struct pattern *pattern, const struct line *line,
                                                  const struct answer *answer, const struct fingerprint *key)
{
	m->again = key ? memo_find(&m->memo, key) : NULL;
	if (!m->again) {
		maker_begin(&m->maker, pattern, line, answer, &m->captured);
		if (m->seen && !pattern->also && maker_glance(&m->maker, pattern, line, &m->captured, m->seen))
			return;
	}
	m->seen = NULL;
	m->also = pattern->also;
	if (m->again)
		return;
	maker_end(&m->maker, pattern, line, &m->captured);
	m->next_share = 0;
	if (key && m->maker.recipients.n == 1 && line->repeats == 1 && !m->maker.base.twice) {
		m->maker.base.domain = m->maker.recipients.shares[0].domain;
		m->maker.base.place = m->maker.recipients.shares[0].place;
		memo_keep(&m->memo, key, &m->maker.base);
	}
}

/* The line is one of the memo's kind: which of them is soon looked up. */
static inline void expect_events(struct matcher *m, const struct line *line, const struct fingerprint *key, int64_t delay)
{
	m->seen->key = *key;
	m->seen->delay = delay;
	m->seen->repeats = line->repeats;
	m->seen->refused = false;
	memo_expect(&m->memo, key);
}

static void decide_captured(struct matcher *m, const struct pattern *pattern, const struct line *line)
{
	struct fingerprint key;
	bool keyed = memo_key(pattern, line, &m->captured, &key);

	if (keyed && m->seen)
		expect_events(m, line, &key, captured_delay(&m->captured));
	else
		make_events(m, pattern, line, NULL, keyed ? &key : NULL);
}

/* The same of what was found. */
static inline void decide_found(struct matcher *m, const struct pattern *pattern, const struct line *line)
{
	struct fingerprint key;
	bool keyed = found_key(&m->found, pattern, line, &key);

	if (keyed && m->seen) {
		expect_events(m, line, &key, found_delay(&m->found));
	} else {
		found_captured(&m->found, &m->captured);
		make_events(m, pattern, line, m->found.answer, keyed ? &key : NULL);
	}
}

static void recall_values(struct captured *captured, const struct pattern *pattern, const struct slice *kept)
{
	for (size_t i = 0; i < pattern->n_recalls; i++) {
		int slot = pattern->recalls[i];

		if (captured->slot[slot].p || !kept[slot].p)
			continue;
		captured->slot[slot] = kept[slot];
		captured->set |= (uint64_t)1 << slot;
	}
}

static void remember_values(struct memory *memory, const struct pattern *pattern, const struct captured *captured,
                            struct slice *kept)
{
	for (size_t i = 0; i < pattern->n_remembers; i++) {
		const struct remembered *value = &pattern->remembers[i];

		memory_set(memory, &kept[value->slot], value->captured ? captured->slot[value->slot] : value->text);
	}
}

/* What earlier lines left is taken as if this line held it. False: what it means by
 * that is not for this pattern. */
static __attribute__((noinline)) bool decide_in_order(struct matcher *m, const struct pattern *pattern,
                                                      const struct line *line, bool found)
{
	struct slice *kept;

	if (!m->memory)
		return m->not_yet = true;
	if (found)
		found_captured(&m->found, &m->captured);
	kept = memory_entry(m->memory, pattern->pack, line->host, m->captured.slot[SLOT_KEY]);
	recall_values(&m->captured, pattern, kept);
	if (!captured_holds(&m->captured, &pattern->when))
		return false;
	m->seen = NULL;
	decide_captured(m, pattern, line);
	remember_values(m->memory, pattern, &m->captured, kept);
	return true;
}

/* Does it match? Then what it captured is in m->captured. */
static __attribute__((noinline)) bool run_regex(struct matcher *m, const struct pattern *pattern,
                                                struct outlines *outlines, struct slice text)
{
	int rc = regex_run(pattern->regex, m->match, text);

	if (rc > 0)
		take_captures(&m->captured, pattern, regex_groups(m->match), (unsigned)rc, text);
	if (rc < 0)
		m->errors++;
	else if (outlines)
		outlines_learn(outlines, pattern->regex, text, rc > 0, &m->captured);
	return rc > 0;
}

static __attribute__((noinline)) bool has_anchor(const struct pattern *pattern, struct slice text)
{
	for (size_t i = 0; i < pattern->anchors.n; i++)
		if (slice_find(text, pattern->anchors.text[i]) >= 0)
			return true;
	return false;
}

/* Has an anchor been found, or does every match hold one? */
enum anchor { NOT_SOUGHT, SURE };

/* For the pattern that is tried first, in the caller's own code. */
static ALWAYS_INLINE bool try_usual(struct matcher *m, const struct pattern *pattern, struct outlines *outlines,
                                    const struct line *line, enum anchor anchor)
{
	int known = outlines ? outlines_find(outlines, line->text, &m->found) : -1;

	if (known > 0 && m->found.answer->anchored)
		anchor = SURE;
	if (known == 0 || (anchor != SURE && !has_anchor(pattern, line->text)) ||
	    (known < 0 && !run_regex(m, pattern, outlines, line->text)))
		return false;
	if (pattern->ordered)
		return decide_in_order(m, pattern, line, known > 0);
	if (known > 0)
		decide_found(m, pattern, line);
	else
		decide_captured(m, pattern, line);
	return true;
}

static bool try_pattern(struct matcher *m, const struct pattern *pattern, struct outlines *outlines,
                        const struct line *line, enum anchor anchor)
{
	return try_usual(m, pattern, outlines, line, anchor);
}

bool matcher_try(struct matcher *m, const struct pattern *pattern)
{
	return try_pattern(m, pattern, NULL, m->line, NOT_SOUGHT);
}

/* The first pattern was tried on the line, or was not. */
enum guess { NOT_TRIED, FAILED };

static __attribute__((noinline)) bool try_anchored(struct matcher *m, struct route *route, const struct line *line, enum guess guess)
{
	size_t i;

	route_scan(route, line->text);
	for (i = guess == FAILED; (i = route_next_pattern(route, i)) < route->n_patterns; i++)
		if (try_pattern(m, route->patterns[i].pattern, route->patterns[i].outlines, line, SURE))
			break;
	if (guess == NOT_TRIED)
		route_learn(route, i == 0 && i < route->n_patterns);
	return i < route->n_patterns;
}

/* Where the first pattern matches most lines, it is tried before any anchor is
 * looked for. */
static bool try_patterns(struct matcher *m, struct route *route, const struct line *line)
{
	const struct try_pattern *first = route->patterns;

	if (!route_guesses(route))
		return try_anchored(m, route, line, NOT_TRIED);
	if (try_usual(m, first->pattern, first->outlines, line, NOT_SOUGHT)) {
		route_learn(route, true);
		return true;
	}
	route_learn(route, false);
	return try_anchored(m, route, line, FAILED);
}

void matcher_remember(struct matcher *m, struct memory *memory)
{
	m->memory = memory;
}

bool matcher_minds_order(struct matcher *m, const struct line *line)
{
	struct route *route = routes_find(m->routes, line, m->match, &m->errors);

	return route && route_minds_order(route, line->text);
}

static enum fate fate_of_match(const struct matcher *m)
{
	if (m->not_yet)
		return FATE_NOT_YET;
	if (m->seen)
		return FATE_SEEN;
	return m->again || m->maker.recipients.n ? FATE_MATCHED : FATE_KNOWN;
}

static enum fate fate_of_row(struct matcher *m, const struct try_known *row)
{
	m->known = row;
	return row->known->trouble ? FATE_TROUBLE : FATE_KNOWN;
}

/* By patterns, then rows. fork: the route's own, or NULL. */
static ALWAYS_INLINE enum fate decide(struct matcher *m, struct route *route, struct fork *fork, size_t at)
{
	const struct line *line = m->line;
	const struct try_known *known;

	m->maker.recipients.n = m->next_share = 0;
	m->again = NULL;
	m->not_yet = false;
	m->known = NULL;
	m->also = NULL;
	if (try_patterns(m, route, line))
		return fate_of_match(m);
	known = route_known(route, line->text);
	if (!known)
		return route->leaves_foreign ? FATE_FOREIGN : FATE_UNRECOGNISED;
	if (fork)
		fork_learn(fork, line->text, at, known);
	return fate_of_row(m, known);
}

static __attribute__((noinline)) enum fate decide_in_fork(struct matcher *m, struct fork *fork, size_t at)
{
	return decide(m, fork->route, fork, at);
}

static __attribute__((noinline)) enum fate decide_in_route(struct matcher *m, struct route *route, const struct begin *begin)
{
	fork_count(route, m->line->text, begin);
	return decide(m, route, NULL, 0);
}

enum fate matcher_line(struct matcher *m, const struct line *line)
{
	struct route *route = routes_find(m->routes, line, m->match, &m->errors);
	struct begin begin = begin_of(line->text);
	struct fork *fork = route ? fork_at(route, begin.key) : NULL;

	m->seen = NULL;
	m->line = line;
	if (fork)
		return decide_in_fork(m, fork, begin.at);
	return route ? decide_in_route(m, route, &begin) : FATE_FOREIGN;
}

/* The fork may settle the text, too. */
static __attribute__((noinline)) enum fate look_closer(struct matcher *m, struct fork *fork, size_t at)
{
	const struct try_known *row = fork->n_settled ? fork_settles(fork, m->line->text, at) : NULL;

	return row ? fate_of_row(m, row) : decide(m, fork->route, fork, at);
}

/* The text's begin has no fork, or its route is not as usual. */
static __attribute__((noinline)) enum fate look_anew(struct matcher *m)
{
	struct route *route = routes_find(m->routes, m->line, m->match, &m->errors);
	struct begin begin = begin_of(m->line->text);
	struct fork *fork = route ? fork_at(route, begin.key) : NULL;

	if (fork)
		return look_closer(m, fork, begin.at);
	return route ? decide_in_route(m, route, &begin) : FATE_FOREIGN;
}

/* Most texts that come here are settled. */
static __attribute__((noinline)) enum fate search(struct matcher *m, struct fork *fork, size_t at)
{
	const struct settled *settled = &fork->settled[0];

	if (settled_by_search(settled, &m->line->text, at))
		return fate_of_row(m, settled->row);
	return decide_in_fork(m, fork, at);
}

/* What settled the last text of the fork may settle this one, too. */
static ALWAYS_INLINE enum fate glance(struct matcher *m, const struct line *line, struct fork *fork, size_t at)
{
	const struct settled *settled = fork->settled;
	size_t left = line->text.n - at;

	if (!fork->n_settled || !settled_at(settled, line->text.p + at, left))
		return look_closer(m, fork, at);
	return settled_by_literal(settled, left) ? fate_of_row(m, settled->row) : search(m, fork, at);
}

static ALWAYS_INLINE enum fate glance_at(struct matcher *m, const struct line *line, const struct route *route,
                                         struct begin begin)
{
	struct fork *fork = fork_at(route, begin.key);

	return fork ? glance(m, line, fork, begin.at) : look_anew(m);
}

static __attribute__((noinline)) enum fate glance_at_short(struct matcher *m, const struct line *line, const struct route *route)
{
	return glance_at(m, line, route, begin_of_short(line->text));
}

/* No call returns here: nothing has to be kept. */
enum fate matcher_glance(struct matcher *m, const struct line *line, struct seen *seen)
{
	const struct route *route = routes_usual(m->routes, line);
	struct fork *fork;

	m->seen = seen;
	m->line = line;
	if (!route || line->text.n < BEGIN_MAX)
		return look_anew(m);
	fork = fork_of_word(route, slice_load64(line->text.p));
	if (fork)
		return glance(m, line, fork, 0);
	if (line->text.n < BEGIN_REACH)
		return glance_at_short(m, line, route);
	return glance_at(m, line, route, begin_of_long(line->text));
}

bool matcher_seen(struct matcher *m, const struct seen *seen, struct again *again)
{
	const struct memo_slot *slot;

	if (seen->refused)
		return maker_seen(&m->maker, seen, again);
	slot = memo_find(&m->memo, &seen->key);
	if (!slot)
		return false;
	again->token = memo_token(&m->memo, slot);
	again->delay = seen->delay;
	again->count = (uint64_t)slot->count * seen->repeats;
	return true;
}

bool matcher_again(const struct matcher *m, struct again *again)
{
	if (!m->again)
		return false;
	*again = (struct again){
		.token = memo_token(&m->memo, m->again), .delay = captured_delay(&m->captured),
		.count = (uint64_t)m->again->count * m->line->repeats,
	};
	return true;
}

const uint64_t *matcher_errors(const struct matcher *m)
{
	return &m->errors;
}
