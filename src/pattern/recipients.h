/* recipients.h - the recipients of a line, by domain: one share is one event.
 * SPDX-License-Identifier: MIT */
#ifndef PATTERN_RECIPIENTS_H
#define PATTERN_RECIPIENTS_H

#include "pattern/extract.h"
#include "pattern/value.h"

struct share {
	struct slice domain;
	uint64_t place;  /* as the event's */
	uint64_t count;  /* of recipients; when settled, what the event counts for */
};

struct recipients {
	struct share *shares;
	size_t n, capacity;
	struct address *addresses;
	size_t n_addresses, addresses_capacity;
	uint64_t *hashes;  /* hash_fixed() of id and address, one a recipient, if it was deferred */
	size_t n_hashes, hashes_capacity;
};

enum { DOMAINS_PER_LINE = 256 }; /* beyond: counted with the last one */

/* Sets addresses. Local parts are added to names. */
void recipients_read(struct recipients *recipients, struct slice list, struct reason_names *names);
/* The share of a recipient with this domain, as logged; NULL: it is to be added. */
struct share *recipients_find(struct recipients *recipients, struct slice logged);
struct share *recipients_add(struct recipients *recipients, struct share share);
/* What becomes of them by the event: no share without a kind, else one at least;
 * without recipients, or when the event has a domain of its own, one of that. */
void recipients_settle(struct recipients *recipients, const struct event *event);
/* hash_fixed() of both. */
uint64_t recipient_hash(struct slice id, struct slice address);
void recipients_release(struct recipients *recipients);

#endif
