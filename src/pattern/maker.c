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
	names_release(&maker->domains);
	names_release(&maker->peers);
	verdicts_release(&maker->verdicts);
	recipients_release(&maker->recipients);
	templates_release(&maker->templates);
	classifier_release(&maker->classifier);
	free(maker->scratch.bytes);
}

/* Room for the lower case of what was recalled and not in the line. */
enum { RECALLED_MAX = 8 * (MEMORY_VALUE_MAX + 16) };

static void read_peer(struct maker *maker, const struct captured *captured)
{
	extract_peer(captured, &maker->scratch, &maker->base);
	classify_relay(&maker->classifier, &maker->base);
}

static void set_peer(struct maker *maker, const struct captured *captured)
{
	const struct slice relay = captured->slot[FIELD_RELAY], address = captured->slot[FIELD_RELAY_IP];
	struct event *base = &maker->base;
	struct fingerprint key = fingerprint_of(0);
	const struct name *name;

	if (relay.n + address.n > NAME_LOGGED_MAX) {
		read_peer(maker, captured);
		return;
	}
	fingerprint_text(&key, relay);
	fingerprint_text(&key, address);
	names_reserve(&maker->peers, 1);
	name = names_find(&maker->peers, &key);
	if (!name) {
		read_peer(maker, captured);
		name = names_keep(&maker->peers, &key, &(struct name){ base->relay, base->relay_ip, base->peer, base->provider, 0 });
	}
	base->relay = name->text;
	base->relay_ip = name->address;
	base->peer = name->host;
	base->provider = name->provider;
	base->relay_number = name->number;
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

void maker_make(struct maker *maker, const struct pattern *pattern, const struct line *line, struct captured *captured)
{
	struct event *base = &maker->base;
	struct reason_names names;
	struct fingerprint key;
	bool keyed;

	names.n = 0; /* and no more: it is large */
	scratch_reset(&maker->scratch, 7 * line->text.n + 16 * DOMAINS_PER_LINE + RECALLED_MAX);
	if (pattern->pack->blank)
		captured_blanks(captured, pattern->pack, &maker->scratch);
	extract_who(pattern, line, captured, &maker->scratch, base);
	set_peer(maker, captured);
	names_reserve(&maker->domains, DOMAINS_PER_LINE);
	recipients_split(&maker->recipients, captured->slot[SLOT_RECIPIENTS], &maker->domains, &maker->scratch, &names);
	extract_names(captured, &names);
	keyed = verdict_key(pattern, line, captured, base, &key);
	if (!keyed || !verdict_find(&maker->verdicts, &maker->templates, &key, captured, &names, base)) {
		if (read_all(maker, pattern, captured, &names) && keyed)
			verdict_keep(&maker->verdicts, &maker->templates, &key, captured, &names, base);
	}
	base->count *= line->repeats;
	recipients_settle(&maker->recipients, base);
}
