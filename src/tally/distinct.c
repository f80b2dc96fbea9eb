/* distinct.c - a hash set of hashes that is cut back to its smallest when it holds
 * twice as many as are kept. Hashes come from a log and can be made up by
 * strangers, so their places in the table are seeded.
 * SPDX-License-Identifier: MIT */
#include "tally/distinct.h"

#include "base/hash.h"
#include "tally/tally.h"

#include <stdlib.h>

/* Where looking for a hash begins. */
static uint32_t place(const struct distinct *set, uint64_t hash)
{
	return (uint32_t)((hash ^ hash_secret[0]) * hash_secret[2] >> 32) & set->mask;
}

/* Where hash stands, or the free slot where it would. */
static uint64_t *find(const struct distinct *set, uint64_t hash)
{
	uint32_t at;

	for (at = place(set, hash); set->slots[at] && set->slots[at] != hash; )
		at = (at + 1) & set->mask;
	return &set->slots[at];
}

static void free_slots(struct distinct *set)
{
	table_free(set->slots, set->slots ? ((size_t)set->mask + 1) * sizeof *set->slots : 0);
}

static void grow(struct distinct *set)
{
	struct distinct larger = { .mask = set->slots ? 2 * set->mask + 1 : 63, .count = set->count };

	larger.slots = table_alloc(((size_t)larger.mask + 1) * sizeof *larger.slots);
	for (size_t i = 0; set->slots && i <= set->mask; i++)
		if (set->slots[i])
			*find(&larger, set->slots[i]) = set->slots[i];
	free_slots(set);
	set->slots = larger.slots;
	set->mask = larger.mask;
}

/* By the lowest byte first: hashes are spread evenly, and no choice of them makes
 * it slower. */
static void sort(uint64_t *hashes, size_t n)
{
	uint64_t *from = hashes, *to = xmalloc(n * sizeof *to), *scratch = to;

	for (int shift = 0; shift < 64; shift += 8) {
		size_t end[257] = { 0 };
		uint64_t *swap = from;

		for (size_t i = 0; i < n; i++)
			end[(from[i] >> shift & 0xff) + 1]++;
		for (int b = 0; b < 256; b++)
			end[b + 1] += end[b];
		for (size_t i = 0; i < n; i++)
			to[end[from[i] >> shift & 0xff]++] = from[i];
		from = to;
		to = swap;
	}
	free(scratch);
}

size_t distinct_list(const struct distinct *set, uint64_t *out)
{
	size_t n = 0;

	for (size_t i = 0; set->slots && i <= set->mask; i++)
		if (set->slots[i])
			out[n++] = set->slots[i];
	sort(out, n);
	return n < DISTINCT_MAX ? n : DISTINCT_MAX;
}

static void prune(struct distinct *set)
{
	uint64_t *kept = xmalloc(set->count * sizeof *kept);

	set->count = (uint32_t)distinct_list(set, kept);
	set->bound = kept[set->count - 1];
	memset(set->slots, 0, ((size_t)set->mask + 1) * sizeof *set->slots);
	for (size_t i = 0; i < set->count; i++)
		*find(set, kept[i]) = kept[i];
	free(kept);
}

void distinct_add(struct distinct *set, uint64_t hash)
{
	uint64_t *slot;

	hash += hash == 0;
	if (set->bound && hash >= set->bound)
		return;
	if (!set->slots || 2 * set->count > set->mask)
		grow(set);
	slot = find(set, hash);
	if (*slot)
		return;
	*slot = hash;
	if (++set->count == 2 * DISTINCT_MAX)
		prune(set);
}

void distinct_expect(const struct distinct *set, uint64_t hash)
{
	if (set->slots)
		__builtin_prefetch(&set->slots[place(set, hash)]);
}

void distinct_merge(struct distinct *into, const struct distinct *from)
{
	for (size_t i = 0; from->slots && i <= from->mask; i++)
		if (from->slots[i])
			distinct_add(into, from->slots[i]);
}

void distinct_release(struct distinct *set)
{
	free_slots(set);
	*set = (struct distinct){ 0 };
}
