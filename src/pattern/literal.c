/* literal.c - a filter on pairs of bytes before any comparison.
 *
 * Of each literal the two neighbouring bytes that are rarest in mail logs are
 * its probe. A table of all 65,536 pairs says in one bit whether a pair begins
 * any probe; only there the literals of that pair are compared.
 * SPDX-License-Identifier: MIT */
#include "pattern/literal.h"

#include "base/mem.h"

#include <stdlib.h>

struct probe {
	struct slice literal;
	uint16_t pair;
	uint16_t offset; /* of the pair in the literal */
	uint32_t number; /* of the literal */
};

struct literals {
	size_t n, words;
	struct probe *probes;        /* sorted by pair */
	uint64_t pairs[65536 / 64];  /* is there a probe with this pair? */
	bool has_single;             /* literals of one byte are looked for apart */
};

static uint16_t pair_at(const char *p)
{
	return (uint16_t)((unsigned char)p[0] | (unsigned char)p[1] << 8);
}

/* Roughly how common a byte is in mail logs; only the order matters. */
static int commonness(char c)
{
	static const char common[] = " eotansri=.lcmdpu0123456789-:,<>@hxfgbyk[]/";
	const char *at = memchr(common, c, sizeof common - 1);

	return at ? (int)(sizeof common - (size_t)(at - common)) : 0;
}

static size_t rarest_pair(struct slice literal)
{
	size_t best = 0;
	int least = 1000;

	for (size_t i = 0; i + 1 < literal.n; i++) {
		int c = commonness(literal.p[i]) + commonness(literal.p[i + 1]);

		if (c < least) {
			least = c;
			best = i;
		}
	}
	return best;
}

static int by_pair(const void *a, const void *b)
{
	const struct probe *x = a, *y = b;

	return x->pair != y->pair ? (x->pair > y->pair) - (x->pair < y->pair)
	                          : (x->number > y->number) - (x->number < y->number);
}

struct literals *literals_new(const struct slice *literal, size_t n)
{
	struct literals *set = xcalloc(1, sizeof *set);

	set->words = literals_words(n);
	set->probes = xcalloc(n, sizeof *set->probes);
	for (size_t i = 0; i < n; i++) {
		struct probe *probe = &set->probes[set->n++];

		*probe = (struct probe){ .literal = literal[i], .number = (uint32_t)i };
		if (literal[i].n == 1) {
			set->has_single = true;
			continue;
		}
		probe->offset = (uint16_t)rarest_pair(literal[i]);
		probe->pair = pair_at(literal[i].p + probe->offset);
		set->pairs[probe->pair / 64] |= (uint64_t)1 << probe->pair % 64;
	}
	qsort(set->probes, set->n, sizeof *set->probes, by_pair);
	return set;
}

void literals_free(struct literals *set)
{
	if (!set)
		return;
	free(set->probes);
	free(set);
}

static const struct probe *first_probe(const struct literals *set, uint16_t pair)
{
	size_t low = 0, high = set->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (set->probes[middle].pair < pair)
			low = middle + 1;
		else
			high = middle;
	}
	return &set->probes[low];
}

static void compare(const struct literals *set, struct slice text, size_t at, uint64_t *found)
{
	uint16_t pair = pair_at(text.p + at);
	const struct probe *end = set->probes + set->n;

	for (const struct probe *probe = first_probe(set, pair); probe < end && probe->pair == pair; probe++) {
		struct slice literal = probe->literal;

		if (literal.n > 1 && at >= probe->offset && text.n - (at - probe->offset) >= literal.n &&
		    memcmp(text.p + at - probe->offset, literal.p, literal.n) == 0)
			found[probe->number / 64] |= (uint64_t)1 << probe->number % 64;
	}
}

static void scan_single(const struct literals *set, struct slice text, uint64_t *found)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->probes[i].literal.n == 1 && slice_find_byte(text, set->probes[i].literal.p[0]) >= 0)
			found[set->probes[i].number / 64] |= (uint64_t)1 << set->probes[i].number % 64;
}

void literals_scan(const struct literals *set, struct slice text, uint64_t *found)
{
	for (size_t i = 0; i < set->words; i++)
		found[i] = 0;
	if (set->has_single)
		scan_single(set, text, found);
	for (size_t i = 0; i + 1 < text.n; i++) {
		uint16_t pair = pair_at(text.p + i);

		if (set->pairs[pair / 64] >> pair % 64 & 1)
			compare(set, text, i, found);
	}
}
