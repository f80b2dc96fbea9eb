/* recipients.c - SPDX-License-Identifier: MIT */
#include "pattern/recipients.h"

#include "base/hash.h"
#include "pattern/value.h"

#include <stdlib.h>

static struct share *add_share(struct recipients *r, struct slice domain)
{
	GROW(r->shares, r->n, r->capacity);
	r->shares[r->n] = (struct share){ .domain = domain };
	return &r->shares[r->n++];
}

/* The last one first, for it is the usual. */
static struct share *share_of(struct recipients *r, struct slice domain, struct scratch *scratch)
{
	for (size_t i = r->n; i-- > 0; )
		if (slice_eq_nocase(r->shares[i].domain, domain))
			return &r->shares[i];
	return r->n < DOMAINS_PER_LINE ? add_share(r, scratch_lower(scratch, domain)) : &r->shares[r->n - 1];
}

static void add_hash(struct recipients *r, struct slice id, struct slice address)
{
	uint64_t both[2] = { hash_fixed(id), hash_fixed(address) };

	GROW(r->hashes, r->n_hashes, r->hashes_capacity);
	r->hashes[r->n_hashes++] = hash_fixed((struct slice){ (const char *)both, sizeof both });
}

void recipients_split(struct recipients *r, struct slice list, const struct event *event, bool hash,
                      struct scratch *scratch, struct reason_names *names)
{
	struct address address;

	r->n = r->n_hashes = 0;
	if (event->domain.n)
		add_share(r, event->domain);
	while (address_next(&list, &address)) {
		struct share *share = event->domain.n ? r->shares : share_of(r, address.domain, scratch);

		share->count++;
		reason_name(names, address.local);
		if (hash)
			add_hash(r, event->id, address.all);
	}
	if (r->n == 0)
		add_share(r, event->domain);
	if (r->shares[0].count == 0)
		r->shares[0].count = 1;
}

void recipients_release(struct recipients *r)
{
	free(r->shares);
	free(r->hashes);
}
