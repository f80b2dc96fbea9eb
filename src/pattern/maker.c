/* maker.c - SPDX-License-Identifier: MIT */
#include "pattern/maker.h"

#include "pattern/hop.h"
#include "pattern/memory.h"

#include <stdlib.h>

void maker_init(struct maker *maker, const struct packs *packs, const struct matcher_options *options)
{
	*maker = (struct maker){ .options = options };
	templates_init(&maker->templates);
	classifier_init(&maker->classifier, packs);
}

void maker_release(struct maker *maker)
{
	places_release(&maker->places);
	verdicts_release(&maker->verdicts);
	recipients_release(&maker->recipients);
	templates_release(&maker->templates);
	classifier_release(&maker->classifier);
	free(maker->scratch.bytes);
}

/* Room for the lower case of what was recalled and not in the line. */
enum { RECALLED_MAX = 8 * (MEMORY_VALUE_MAX + 16) };

/* Of a peer that is longer as logged no place is kept. */
enum { PEER_LOGGED_MAX = 256 };

static struct fingerprint place_key(const struct fingerprint *peer, struct slice domain)
{
	struct fingerprint key = *peer;

	fingerprint_text(&key, domain);
	return key;
}

static void expect_place(struct maker *maker, const struct captured *captured, struct place_keys *keys)
{
	const struct slice relay = captured->slot[FIELD_RELAY], address = captured->slot[FIELD_RELAY_IP];
	const struct recipients *recipients = &maker->recipients;

	keys->kept = relay.n + address.n <= PEER_LOGGED_MAX;
	if (!keys->kept)
		return;
	keys->peer = fingerprint_of(0);
	fingerprint_text(&keys->peer, relay);
	fingerprint_text(&keys->peer, address);
	keys->first = place_key(&keys->peer, recipients->n_addresses ? recipients->addresses[0].domain : SLICE(""));
	places_expect(&maker->places, &keys->first);
}

/* Of a domain as logged: its lower case, if it is one. */
static struct share new_place(struct maker *maker, const struct fingerprint *key, struct slice logged)
{
	const struct event *base = &maker->base;
	struct slice domain = is_domain(logged) ? scratch_lower(&maker->scratch, logged) : SLICE("");
	struct whom whom = { domain, base->relay, base->relay_ip, base->peer, base->provider };

	return (struct share){ domain, key ? places_keep(&maker->places, key, &whom)->number : 0, 0 };
}

/* Sets the peer, too. */
static struct share first_place(struct maker *maker, const struct captured *captured, const struct place_keys *keys,
                                struct slice logged)
{
	const struct kept_place *place = keys->kept ? places_find(&maker->places, &keys->first) : NULL;
	struct event *base = &maker->base;
	struct whom whom;

	if (!place) {
		extract_peer(captured, &maker->scratch, base);
		classify_relay(&maker->classifier, base);
		return new_place(maker, keys->kept ? &keys->first : NULL, logged);
	}
	whom = whom_of(place);
	base->relay = whom.relay;
	base->relay_ip = whom.address;
	base->peer = whom.host;
	base->provider = whom.provider;
	return (struct share){ whom.domain, place->number, 0 };
}

/* With the same peer. */
static struct share next_place(struct maker *maker, const struct place_keys *keys, struct slice logged)
{
	struct fingerprint key = place_key(&keys->peer, logged);
	const struct kept_place *place = keys->kept ? places_find(&maker->places, &key) : NULL;

	if (!place)
		return new_place(maker, keys->kept ? &key : NULL, logged);
	return (struct share){ whom_of(place).domain, place->number, 0 };
}

/* Sets peer and shares. */
static void set_places(struct maker *maker, const struct captured *captured, const struct place_keys *keys)
{
	struct recipients *r = &maker->recipients;
	struct share share = first_place(maker, captured, keys, r->n_addresses ? r->addresses[0].domain : SLICE(""));

	maker->base.place = share.place;
	if (!r->n_addresses)
		return;
	recipients_add(r, share)->count = 1;
	for (size_t i = 1; i < r->n_addresses; i++) {
		const struct slice domain = r->addresses[i].domain;
		struct share *same = recipients_find(r, domain);

		if (!same)
			same = recipients_add(r, next_place(maker, keys, domain));
		same->count++;
	}
}

/* Was the reason met before? */
static bool set_reason(struct maker *maker, struct slice reason, const struct reason_names *names)
{
	struct template template = templates_of(&maker->templates, reason, names);

	maker->base.reason = template.text;
	maker->base.reason_number = template.number;
	return template.met;
}

/* All that the line says but of whom. False: its reason is new, and may never come again;
 * or it is the pack's own text, in which names of the next line may stand. */
static bool read_all(struct maker *maker, const struct pattern *pattern, const struct captured *captured,
                     const struct reason_names *names)
{
	struct event *base = &maker->base;
	struct slice reason;
	bool met = true, is_logged = extract_what(pattern, captured, base, &reason);

	if (is_hop(base, captured->slot[SLOT_REPLY], maker->options))
		base->direction = DIRECTION_HOP;
	if (base->outcome != OUTCOME_OK && reason.n)
		met = set_reason(maker, reason, names);
	classify(&maker->classifier, base);
	return met && is_logged;
}

void maker_begin(struct maker *maker, const struct pattern *pattern, const struct line *line,
                 const struct answer *answer, struct captured *captured)
{
	struct reason_names *names = &maker->names;

	names->n = 0;
	scratch_reset(&maker->scratch, 7 * line->text.n + 16 * DOMAINS_PER_LINE + RECALLED_MAX);
	if (pattern->pack->blank)
		captured_blanks(captured, pattern->pack, &maker->scratch);
	places_reserve(&maker->places, DOMAINS_PER_LINE);
	recipients_read(&maker->recipients, captured->slot[SLOT_RECIPIENTS], names);
	expect_place(maker, captured, &maker->keys);
	extract_names(captured, names);
	maker->keyed = verdict_begin(pattern, line, answer, captured, &maker->verdict);
}

void maker_end(struct maker *maker, const struct pattern *pattern, const struct line *line,
               const struct captured *captured)
{
	const struct reason_names *names = &maker->names;
	struct event *base = &maker->base;
	struct fingerprint key = maker->verdict;

	extract_who(pattern, line, captured, &maker->scratch, base);
	set_places(maker, captured, &maker->keys);
	if (maker->keyed)
		verdict_end(pattern, captured, base, &key);
	if (!maker->keyed || !verdict_find(&maker->verdicts, &maker->templates, &key, captured, names, base)) {
		if (read_all(maker, pattern, captured, names) && maker->keyed)
			verdict_keep(&maker->verdicts, &maker->templates, &maker->verdict, &key, captured, names, base);
	}
	base->count *= line->repeats;
	recipients_settle(&maker->recipients, base);
}

/* --- what was seen before --------------------------------------------------- */

/* Else what is taken from it is gone with the next line. */
static bool is_in_place(const struct line *line)
{
	return (uintptr_t)line->text.p - (uintptr_t)line->raw.p <= line->raw.n;
}

bool maker_glance(struct maker *maker, const struct pattern *pattern, const struct line *line,
                  const struct captured *captured, struct seen *seen)
{
	const struct recipients *r = &maker->recipients;

	if (!maker->keyed || !maker->keys.kept || pattern->n_open || captured->slot[FIELD_DOMAIN].p ||
	    r->n_addresses > 1 || maker->names.n > SEEN_NAMES || !is_in_place(line) ||
	    !verdict_may_be(&maker->verdicts, &maker->verdict))
		return false;
	seen->key = maker->verdict;
	seen->delay = captured_delay(captured);
	seen->repeats = line->repeats;
	seen->refused = true;
	seen->n_names = (uint8_t)maker->names.n;
	for (size_t i = 0; i < maker->names.n; i++)
		seen->names[i] = maker->names.name[i];
	seen->id = captured_id(captured);
	seen->recipient = r->n_addresses ? r->addresses[0].all : (struct slice){ NULL, 0 };
	seen->place = maker->keys.first;
	return true;
}

bool maker_seen(struct maker *maker, const struct seen *seen, struct again *again)
{
	const struct kept_place *place = places_find(&maker->places, &seen->place);
	struct fingerprint key = seen->key;
	const struct verdict *verdict;

	if (!place)
		return false;
	verdict_end_plain(place->provider, place->host > 0, &key);
	verdict = verdict_look(&maker->verdicts, &maker->templates, &key, &again->verdict);
	if (!verdict || !verdict->plain || pairs_may_hold(&verdict->pairs, seen->names, seen->n_names))
		return false;
	again->token = 0;
	again->place = place->number;
	again->delay = seen->delay;
	again->count = verdict->count * seen->repeats;
	again->inward = verdict->direction == DIRECTION_IN;
	again->deferred = verdict->kind == KIND_DELIVERY && verdict->outcome == OUTCOME_TEMPORARY && seen->recipient.p;
	again->recipient = again->deferred ? recipient_hash(seen->id, seen->recipient) : 0;
	return true;
}
