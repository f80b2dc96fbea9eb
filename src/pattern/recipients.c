/* recipients.c - SPDX-License-Identifier: MIT */
#include "pattern/recipients.h"

#include "base/hash.h"

#include <stdlib.h>

struct share *recipients_add(struct recipients *r, struct share share)
{
	GROW(r->shares, r->n, r->capacity);
	r->shares[r->n] = share;
	return &r->shares[r->n++];
}

/* The last one first, for it is the usual. */
struct share *recipients_find(struct recipients *r, struct slice logged)
{
	struct slice domain = is_domain(logged) ? logged : SLICE("");

	for (size_t i = r->n; i-- > 0; )
		if (slice_eq_nocase(r->shares[i].domain, domain))
			return &r->shares[i];
	return r->n < DOMAINS_PER_LINE ? NULL : &r->shares[r->n - 1];
}

uint64_t recipient_hash(struct slice id, struct slice address)
{
	uint64_t both[2] = { hash_fixed(id), hash_fixed(address) };

	return hash_fixed((struct slice){ (const char *)both, sizeof both });
}

static void add_hash(struct recipients *r, uint64_t hash)
{
	GROW(r->hashes, r->n_hashes, r->hashes_capacity);
	r->hashes[r->n_hashes++] = hash;
}

void recipients_read(struct recipients *r, struct slice list, struct reason_names *names)
{
	struct address address;

	r->n = r->n_addresses = r->n_hashes = 0;
	while (list.n && address_next(&list, &address)) {
		reason_name(names, address.local);
		GROW(r->addresses, r->n_addresses, r->addresses_capacity);
		r->addresses[r->n_addresses++] = address;
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
		recipients_add(r, (struct share){
			event->domain, event->domain.n ? 0 : event->place, r->n_addresses ? r->n_addresses : 1,
		});
	}
	for (size_t i = 0; i < r->n; i++) {
		r->shares[i].count *= event->count;
		r->shares[i].place = event->place ? r->shares[i].place : 0;
	}
	if (event->kind == KIND_DELIVERY && event->outcome == OUTCOME_TEMPORARY)
		for (size_t i = 0; i < r->n_addresses; i++)
			add_hash(r, recipient_hash(event->id, r->addresses[i].all));
}

void recipients_release(struct recipients *r)
{
	free(r->shares);
	free(r->addresses);
	free(r->hashes);
}
