/* matcher.c - a line's way: route, literals, patterns in order, then known rows.
 * SPDX-License-Identifier: MIT */
#include "pattern/matcher.h"

#include "base/map.h"
#include "pattern/extract.h"
#include "pattern/hop.h"
#include "pattern/memo.h"
#include "pattern/route.h"
#include "pattern/value.h"

#include <stdlib.h>

enum { ROUTES_MAX = 4096 }; /* a log may invent services: start anew then */

/* The recipients of one domain. */
struct share {
	struct slice domain;
	uint64_t count;
	size_t first, n; /* in hashes[] */
};

/* Routes that were used lately, by a cheap hash of the service: neighbouring lines
 * are of a few services in turn. */
enum { RECENT = 64 };
struct recent {
	struct slice service;
	struct route *route; /* NULL: free */
};

struct matcher {
	const struct packs *packs;
	struct matcher_options options;
	struct map routes;           /* service → struct route * */
	struct route **pack_routes;  /* by pack: lines known by shape or time stamp */
	struct recent recent[RECENT];
	struct regex_match *match;
	struct scratch scratch;
	struct captured captured;
	struct buffer reason;
	struct memo memo;
	const struct event *again;   /* of the memo: the line's one event, but for time, id, delay */
	struct line line;            /* a copy of the one that `again` is for */
	struct event base;
	struct share *shares;
	size_t n_shares, shares_capacity, next_share;
	uint64_t *hashes;
	size_t n_hashes, hashes_capacity;
	struct slice trouble_text;
	const struct pack *trouble_pack;
	uint64_t errors;
};

struct matcher *matcher_new(const struct packs *packs, const struct matcher_options *options)
{
	struct matcher *m = xcalloc(1, sizeof *m);

	m->packs = packs;
	m->options = *options;
	m->match = regex_match_new();
	m->pack_routes = xcalloc(packs->n, sizeof *m->pack_routes);
	map_init(&m->routes, sizeof(struct route *));
	memo_init(&m->memo);
	return m;
}

static void forget_routes(struct matcher *m)
{
	for (uint32_t i = 0; i < m->routes.count; i++)
		route_free(*(struct route **)map_value(&m->routes, i));
	map_clear(&m->routes);
	memset(m->recent, 0, sizeof m->recent);
}

void matcher_free(struct matcher *m)
{
	if (!m)
		return;
	forget_routes(m);
	map_release(&m->routes);
	for (size_t i = 0; i < m->packs->n; i++)
		route_free(m->pack_routes[i]);
	free(m->pack_routes);
	regex_match_free(m->match);
	memo_release(&m->memo);
	buffer_release(&m->reason);
	free(m->scratch.bytes);
	free(m->shares);
	free(m->hashes);
	free(m);
}

static struct recent *recent_place(struct matcher *m, struct slice service)
{
	size_t n = service.n;
	unsigned h = n < 4 ? 0 : (unsigned char)service.p[n - 1] + 5u * (unsigned char)service.p[n - 4] + 3u * (unsigned char)service.p[n / 2];

	return &m->recent[(h + n) % RECENT];
}

static struct route *route_by_service(struct matcher *m, struct slice service)
{
	struct recent *recent = recent_place(m, service);
	struct route **route;
	uint32_t index;
	bool is_new;

	if (recent->route && slice_eq(service, recent->service))
		return recent->route;
	if (m->routes.count >= ROUTES_MAX)
		forget_routes(m);
	index = map_put(&m->routes, service, &is_new);
	route = map_value(&m->routes, index);
	if (is_new)
		*route = route_new(m->packs, service);
	*recent = (struct recent){ map_key(&m->routes, index), *route };
	return *route;
}

static struct route *route_by_pack(struct matcher *m, size_t i)
{
	if (!m->pack_routes[i])
		m->pack_routes[i] = route_of_pack(m->packs->pack[i]);
	return m->pack_routes[i];
}

/* NULL: no pack's line. A shape is tried with or without a service that nobody
 * claims: tags are free to choose on many hosts. */
static struct route *route_of(struct matcher *m, const struct line *line)
{
	struct route *route = route_by_service(m, line->service);

	if (route->pack)
		return route;
	for (size_t i = 0; i < m->packs->n; i++) {
		const struct pack *pack = m->packs->pack[i];

		if (pack->exim_time && line->exim_time && line->service.n == 0)
			return route_by_pack(m, i);
		if (pack->shape && regex_run(pack->shape, m->match, line->text) > 0)
			return route_by_pack(m, i);
	}
	return NULL;
}

static bool pack_is_wanted(const struct matcher *m, const struct pack *pack)
{
	const char *const *mta = m->options.mtas;

	for (; mta && *mta; mta++)
		if (slice_glob(pack->name, slice_of(*mta)))
			return true;
	return m->options.mtas == NULL;
}

enum { DOMAINS_PER_LINE = 256 }; /* beyond: counted with the last domain */

/* The domain's share of the recipients; the last one first, for it is the usual. */
static struct share *share_of(struct matcher *m, struct slice domain)
{
	for (size_t i = m->n_shares; i-- > 0; )
		if (slice_eq_nocase(m->shares[i].domain, domain))
			return &m->shares[i];
	GROW(m->shares, m->n_shares, m->shares_capacity);
	m->shares[m->n_shares] = (struct share){ .domain = scratch_lower(&m->scratch, domain), .first = m->n_hashes };
	return &m->shares[m->n_shares++];
}

static uint64_t recipient_hash(struct slice id, struct slice address)
{
	uint64_t both[2] = { hash_fixed(id), hash_fixed(address) };

	return hash_fixed((struct slice){ (const char *)both, sizeof both });
}

/* Hashes of one share must lie together: recipients of other domains between them
 * are rare, so each share is then collected in a pass of its own. */
static void collect_hashes(struct matcher *m, struct share *share)
{
	struct slice rest = m->captured.slot[SLOT_RECIPIENTS];
	struct address address;

	share->first = m->n_hashes;
	while (address_next(&rest, &address)) {
		if (!slice_eq_nocase(address.domain, share->domain))
			continue;
		GROW(m->hashes, m->n_hashes, m->hashes_capacity);
		m->hashes[m->n_hashes++] = recipient_hash(m->base.id, address.all);
		share->n++;
	}
}

static void split_recipients(struct matcher *m)
{
	struct slice rest = m->captured.slot[SLOT_RECIPIENTS];
	struct address address;

	m->n_shares = m->n_hashes = m->next_share = 0;
	while (address_next(&rest, &address)) {
		struct share *share = m->n_shares < DOMAINS_PER_LINE ? share_of(m, address.domain)
		                                                     : &m->shares[m->n_shares - 1];
		share->count++;
	}
	if (m->n_shares == 0) {
		GROW(m->shares, m->n_shares, m->shares_capacity);
		m->shares[m->n_shares++] = (struct share){ .domain = m->base.domain, .count = 1 };
	} else if (m->base.domain.n) { /* set by a rule: one event, whatever the recipients */
		for (size_t i = 1; i < m->n_shares; i++)
			m->shares[0].count += m->shares[i].count;
		m->shares[0].domain = m->base.domain;
		m->n_shares = 1;
	}
	if (m->base.kind == KIND_DELIVERY && m->base.outcome == OUTCOME_TEMPORARY)
		for (size_t i = 0; i < m->n_shares; i++)
			collect_hashes(m, &m->shares[i]);
}

static void make_events(struct matcher *m, const struct pattern *pattern, const struct line *line)
{
	struct slice reason;

	scratch_reset(&m->scratch, 5 * line->text.n + 16 * DOMAINS_PER_LINE);
	extract_event(pattern, line, &m->captured, &m->scratch, &m->base, &reason);
	split_recipients(m);
	if (is_hop(&m->base, m->captured.slot[SLOT_REPLY], &m->options))
		m->base.direction = DIRECTION_HOP;
	m->reason.n = 0;
	if (m->base.outcome != OUTCOME_OK && reason.n) {
		struct reason_names names;

		extract_names(&m->captured, &names);
		reason_template(reason, &names, &m->reason);
	}
	m->base.reason = buffer_slice(&m->reason);
}

static void take_captures(struct matcher *m, const struct pattern *pattern, struct slice text)
{
	const size_t *groups = regex_groups(m->match);

	m->captured = (struct captured){ 0 };
	for (size_t i = pattern->n_captures; i-- > 0; ) { /* backwards: the first of a name stays */
		const size_t *at = groups + 2 * pattern->captures[i].group;

		if (at[0] != REGEX_UNSET)
			m->captured.slot[pattern->captures[i].slot] = slice_between(text.p + at[0], text.p + at[1]);
	}
}

/* The events of what was captured, out of the memo or anew. */
static void decide_events(struct matcher *m, const struct pattern *pattern, const struct line *line)
{
	struct memo_key key;
	bool keyed = memo_key(pattern, line, &m->captured, &key);

	m->again = keyed ? memo_find(&m->memo, &key) : NULL;
	if (m->again) {
		m->line = *line;
		return;
	}
	make_events(m, pattern, line);
	if (keyed && m->n_shares == 1 && line->repeats == 1) {
		m->base.domain = m->shares[0].domain;
		memo_keep(&m->memo, &key, &m->base);
	}
}

static bool try_patterns(struct matcher *m, const struct route *route, const struct line *line)
{
	for (size_t i = 0; (i = route_next_pattern(route, i)) < route->n_patterns; i++) {
		const struct pattern *pattern = route->patterns[i].pattern;
		int rc = regex_run(pattern->regex, m->match, line->text);

		if (rc < 0)
			m->errors++;
		if (rc <= 0)
			continue;
		take_captures(m, pattern, line->text);
		decide_events(m, pattern, line);
		return true;
	}
	return false;
}

enum fate matcher_line(struct matcher *m, const struct line *line)
{
	struct route *route = route_of(m, line);
	const struct try_known *known;

	m->n_shares = m->next_share = 0;
	m->again = NULL;
	if (!route || !pack_is_wanted(m, route->pack))
		return FATE_FOREIGN;
	known = route_sure(route, line->text);
	if (!known) {
		route_scan(route, line->text);
		if (try_patterns(m, route, line))
			return FATE_MATCHED;
		known = route_known(route, line->text);
	}
	if (!known)
		return FATE_UNRECOGNISED;
	if (!known->known->trouble)
		return FATE_KNOWN;
	m->trouble_text = line->text;
	m->trouble_pack = known->pack;
	return FATE_TROUBLE;
}

bool matcher_again(const struct matcher *m, struct again *again)
{
	if (!m->again)
		return false;
	*again = (struct again){ m->again->token, captured_delay(&m->captured), m->again->count * m->line.repeats };
	return true;
}

/* What the memo left out, put in. */
static void recall(struct matcher *m, struct event *event)
{
	*event = *m->again;
	event->time = m->line.time;
	event->zone = m->line.zone;
	event->id = captured_id(&m->captured);
	event->delay = captured_delay(&m->captured);
	event->count *= m->line.repeats;
	m->again = NULL;
}

bool matcher_next(struct matcher *m, struct event *event)
{
	const struct share *share;

	if (m->again) {
		recall(m, event);
		return true;
	}

	if (m->next_share >= m->n_shares)
		return false;
	share = &m->shares[m->next_share++];
	*event = m->base;
	event->domain = share->domain;
	event->count *= share->count;
	event->recipients = m->hashes + share->first;
	event->n_recipients = share->n;
	return true;
}

struct slice matcher_trouble(struct matcher *m, struct slice *mta)
{
	m->reason.n = 0;
	reason_template(m->trouble_text, &(struct reason_names){ .n = 0 }, &m->reason);
	*mta = m->trouble_pack->name;
	return buffer_slice(&m->reason);
}

uint64_t matcher_errors(const struct matcher *m)
{
	return m->errors;
}
