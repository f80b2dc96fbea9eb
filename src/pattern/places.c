/* places.c - SPDX-License-Identifier: MIT */
#include "pattern/places.h"

/* So many that table_alloc() takes whole pages: then each stands in a line of its own. */
enum { FIRST_SLOTS = 1024 };

_Static_assert(sizeof(struct kept_place) == 64, "a place is a line of the cache");

static size_t slots_size(const struct places *places)
{
	return places->slots ? (places->mask + 1) * sizeof *places->slots : 0;
}

void places_release(struct places *places)
{
	arena_release(&places->texts);
	table_free(places->slots, slots_size(places));
}

void places_reserve(struct places *places, size_t more)
{
	if (places->n + more <= PLACES_MAX)
		return;
	places->forgotten += places->n;
	places->n = 0;
	memset(places->slots, 0, slots_size(places));
	arena_release(&places->texts);
}

/* Where it stands, or the free slot where it would. */
static inline struct kept_place *slot_of(const struct places *places, uint64_t a, uint64_t b)
{
	for (size_t i = b & places->mask;; i = (i + 1) & places->mask) {
		struct kept_place *slot = &places->slots[i];

		if (!slot->number || (slot->a == a && slot->b == b))
			return slot;
	}
}

const struct kept_place *places_find(const struct places *places, const struct fingerprint *key)
{
	const struct kept_place *slot = places->slots ? slot_of(places, key->a, key->b) : NULL;

	return slot && slot->number ? slot : NULL;
}

static void more_slots(struct places *places)
{
	struct kept_place *old = places->slots;
	size_t n_old = old ? places->mask + 1 : 0, n = old ? 2 * n_old : FIRST_SLOTS;

	places->slots = table_alloc(n * sizeof *places->slots);
	places->mask = n - 1;
	for (size_t i = 0; i < n_old; i++)
		if (old[i].number)
			*slot_of(places, old[i].a, old[i].b) = old[i];
	table_free(old, n_old * sizeof *old);
}

static char *put(char *at, struct slice text)
{
	if (text.n)
		memcpy(at, text.p, text.n);
	return at + text.n;
}

const struct kept_place *places_keep(struct places *places, const struct fingerprint *key, const struct whom *whom)
{
	char *texts = arena_bytes(&places->texts, whom->domain.n + whom->relay.n + whom->address.n + whom->host.n);
	struct kept_place *slot;

	put(put(put(put(texts, whom->domain), whom->relay), whom->address), whom->host);
	if (!places->slots || places->n > places->mask / 2)
		more_slots(places);
	slot = slot_of(places, key->a, key->b);
	*slot = (struct kept_place){
		.a = key->a, .b = key->b, .number = 2 * (places->forgotten + ++places->n), .texts = texts,
		.domain = (uint32_t)whom->domain.n, .relay = (uint32_t)whom->relay.n,
		.address = (uint32_t)whom->address.n, .host = (uint32_t)whom->host.n, .provider = whom->provider,
	};
	return slot;
}
