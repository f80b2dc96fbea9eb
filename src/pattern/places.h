/* places.h - domains of recipients and the peers they were met with, seen before.
 *
 * Mail goes to the same domains by the same relays, as logs write them: what is made
 * of these - lower case, the address, the provider - is made once. A place that is kept
 * has a number: of one matcher's events, those with the same number have the same domain
 * and relay. SPDX-License-Identifier: MIT */
#ifndef PATTERN_PLACES_H
#define PATTERN_PLACES_H

#include "base/hash.h"
#include "base/mem.h"

/* Kept; then all are forgotten. */
enum { PLACES_MAX = 16384 };

/* One line of the processor's cache: no more than that is fetched to know it. */
struct kept_place {
	uint64_t a, b;         /* its fingerprint */
	uint64_t number;       /* even; 0: free */
	const char *texts;     /* one behind the other: */
	uint32_t domain, relay, address, host; /* how long each is */
	struct slice provider; /* the file's */
};

struct places {
	struct kept_place *slots; /* open addressing; twice as many as are taken, or more */
	size_t mask;         /* slots - 1 */
	size_t n;
	struct arena texts;
	uint64_t forgotten;  /* how many were */
};

/* What a place is made of. */
struct whom {
	struct slice domain, relay;
	struct slice address, host; /* of the relay: relay_ip, and that without its port */
	struct slice provider;
};

void places_release(struct places *places); /* all zero is an empty one */
/* Room for so many more: until they are kept, the texts of what is found stay. */
void places_reserve(struct places *places, size_t more);
/* NULL: not kept. It stands there until another is kept. */
const struct kept_place *places_find(const struct places *places, const struct fingerprint *key);
/* Keeps a copy of all but the provider. */
const struct kept_place *places_keep(struct places *places, const struct fingerprint *key, const struct whom *whom);

/* It will be looked for soon. */
static inline void places_expect(const struct places *places, const struct fingerprint *key)
{
	if (places->slots)
		__builtin_prefetch(&places->slots[key->b & places->mask]);
}

static inline struct whom whom_of(const struct kept_place *place)
{
	const char *relay = place->texts + place->domain, *address = relay + place->relay, *host = address + place->address;

	return (struct whom){
		.domain = { place->texts, place->domain }, .relay = { relay, place->relay },
		.address = { address, place->address }, .host = { host, place->host }, .provider = place->provider,
	};
}

#endif
