/* recipients.c - SPDX-License-Identifier: MIT */
#include "pattern/recipients.h"

#include "base/hash.h"
#include "pattern/value.h"

#include <stdlib.h>

static struct share *add_share(struct recipients *r, struct slice domain, uint64_t number)
{
	GROW(r->shares, r->n, r->capacity);
	r->shares[r->n] = (struct share){ domain, number, 0 };
	return &r->shares[r->n++];
}

/* A domain as logged: its lower case, if it is one. */
static const struct name *name_domain(struct names *domains, struct slice logged, struct scratch *scratch)
{
	static const struct name none = { .text = SLICE_INIT("") };
	struct fingerprint key = fingerprint_of(0);
	const struct name *name;
	struct name lower = none;

	if (logged.n == 0 || logged.n > NAME_LOGGED_MAX)
		return &none;
	fingerprint_text(&key, logged);
	name = names_find(domains, &key);
	if (name)
		return name;
	if (is_domain(logged))
		lower.text = scratch_lower(scratch, logged);
	return names_keep(domains, &key, &lower);
}

/* The last one first, for it is the usual. NULL: none. */
static struct share *find_share(struct recipients *r, struct slice logged)
{
	struct slice domain = is_domain(logged) ? logged : SLICE("");

	for (size_t i = r->n; i-- > 0; )
		if (slice_eq_nocase(r->shares[i].domain, domain))
			return &r->shares[i];
	return r->n < DOMAINS_PER_LINE ? NULL : &r->shares[r->n - 1];
}

static struct share *share_of(struct recipients *r, struct slice logged, struct names *domains, struct scratch *scratch)
{
	struct share *share = r->n ? find_share(r, logged) : NULL;
	const struct name *name;

	if (share)
		return share;
	name = name_domain(domains, logged, scratch);
	return add_share(r, name->text, name->number);
}

static void add_hash(struct recipients *r, struct slice id, struct slice address)
{
	uint64_t both[2] = { hash_fixed(id), hash_fixed(address) };

	GROW(r->hashes, r->n_hashes, r->hashes_capacity);
	r->hashes[r->n_hashes++] = hash_fixed((struct slice){ (const char *)both, sizeof both });
}

void recipients_split(struct recipients *r, struct slice list, struct names *domains, struct scratch *scratch,
                      struct reason_names *names)
{
	struct address address;

	r->n = r->n_addresses = r->n_hashes = 0;
	while (list.n && address_next(&list, &address)) {
		share_of(r, address.domain, domains, scratch)->count++;
		reason_name(names, address.local);
		GROW(r->addresses, r->n_addresses, r->addresses_capacity);
		r->addresses[r->n_addresses++] = address.all;
	}
}

void recipients_settle(struct recipients *r, const struct event *event)
{
	if (!event->kind) {
		r->n = 0;
		return;
	}
	if (r->n == 0 || event->domain.n) {
		r->n = 0;
		add_share(r, event->domain, 0)->count = r->n_addresses ? r->n_addresses : 1;
	}
	for (size_t i = 0; i < r->n; i++)
		r->shares[i].count *= event->count;
	if (event->kind == KIND_DELIVERY && event->outcome == OUTCOME_TEMPORARY)
		for (size_t i = 0; i < r->n_addresses; i++)
			add_hash(r, event->id, r->addresses[i]);
}

void recipients_release(struct recipients *r)
{
	free(r->shares);
	free(r->addresses);
	free(r->hashes);
}
