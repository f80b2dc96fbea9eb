/* literal.c - a look at every few bytes instead of at every one.
 *
 * A literal of at least `window + stride - 1` bytes holds, wherever it stands, a
 * whole window that begins at a multiple of `stride` from the text's begin. So it
 * is entered under its first `stride` windows, and the text is looked at once per
 * stride: the window's hash asks a small table, and only where that says yes the
 * literals of that window are compared. Long literals take long strides; those of
 * two and three bytes are looked for one by one.
 * SPDX-License-Identifier: MIT */
#include "pattern/literal.h"

#include "base/mem.h"
#include "pattern/nibbles.h"

#include <stdlib.h>

enum { HASH_BITS = 12, HASHES = 1 << HASH_BITS, NO_PROBE = -1, WORDS_MAX = 4 };

/* A literal under one of its windows. */
struct probe {
	uint32_t number;  /* of the literal */
	uint32_t offset;  /* of the window in it */
	int32_t next;     /* probe of the same hash, or NO_PROBE */
};

struct tier {
	size_t window, stride, n;
	unsigned char seen[HASHES]; /* is there a probe with this hash? */
	int32_t head[HASHES];
	struct probe *probes;
};

static const struct {
	size_t least, window, stride; /* least == window + stride - 1 */
} tier_shapes[] = { { 7, 4, 4 }, { 4, 3, 2 } };
enum { N_TIERS = sizeof tier_shapes / sizeof *tier_shapes };

struct literals {
	struct slice *literal;
	size_t words;
	struct nibbles *nibbles;     /* NULL: the rest is used */
	struct tier *tiers[N_TIERS]; /* NULL: no literal of that length */
	uint32_t *shorts;            /* numbers of the literals under four bytes */
	size_t n_shorts;
};

static uint32_t load32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

/* The window's bytes as they stand in memory, whatever the byte order. */
static inline uint32_t window_mask(size_t window)
{
	static const unsigned char ones[4] = { 0xff, 0xff, 0xff, 0xff };
	uint32_t mask = 0;

	memcpy(&mask, ones, window);
	return mask;
}

static uint32_t hash(uint32_t window)
{
	return window * 0x9e3779b1u >> (32 - HASH_BITS);
}

static struct tier *tier_new(size_t window, size_t stride, size_t literals)
{
	struct tier *tier = xcalloc(1, sizeof *tier);

	tier->window = window;
	tier->stride = stride;
	tier->probes = xcalloc(literals * stride, sizeof *tier->probes);
	memset(tier->head, 0xff, sizeof tier->head);
	return tier;
}

static void tier_add(struct tier *tier, struct slice literal, uint32_t number)
{
	for (size_t offset = 0; offset < tier->stride; offset++) {
		uint32_t h, window = 0;

		memcpy(&window, literal.p + offset, tier->window);
		h = hash(window);
		tier->seen[h] = 1;
		tier->probes[tier->n] = (struct probe){ number, (uint32_t)offset, tier->head[h] };
		tier->head[h] = (int32_t)tier->n++;
	}
}

struct literals *literals_new_plain(const struct slice *literal, size_t n)
{
	struct literals *set = xcalloc(1, sizeof *set);

	set->words = literals_words(n);
	set->literal = xcalloc(n, sizeof *set->literal);
	set->shorts = xcalloc(n, sizeof *set->shorts);
	for (size_t i = 0; i < n; i++) {
		size_t t = 0;

		set->literal[i] = literal[i];
		while (t < N_TIERS && literal[i].n < tier_shapes[t].least)
			t++;
		if (t == N_TIERS) {
			set->shorts[set->n_shorts++] = (uint32_t)i;
			continue;
		}
		if (!set->tiers[t])
			set->tiers[t] = tier_new(tier_shapes[t].window, tier_shapes[t].stride, n);
		tier_add(set->tiers[t], literal[i], (uint32_t)i);
	}
	return set;
}

struct literals *literals_new_for(const struct slice *literal, size_t n, struct slice typical)
{
	struct nibbles *nibbles = nibbles_new(literal, n, typical);
	struct literals *set = literals_new_plain(literal, nibbles ? 0 : n);

	set->nibbles = nibbles;
	set->words = literals_words(n);
	return set;
}

struct literals *literals_new(const struct slice *literal, size_t n)
{
	return literals_new_for(literal, n, (struct slice){ NULL, 0 });
}

void literals_free(struct literals *set)
{
	if (!set)
		return;
	for (size_t t = 0; t < N_TIERS; t++) {
		if (set->tiers[t])
			free(set->tiers[t]->probes);
		free(set->tiers[t]);
	}
	nibbles_free(set->nibbles);
	free(set->literal);
	free(set->shorts);
	free(set);
}

static void set_bit(uint64_t *found, uint32_t number)
{
	found[number / 64] |= (uint64_t)1 << number % 64;
}

static void compare(const struct literals *set, const struct tier *tier, uint32_t h,
                    struct slice text, size_t at, uint64_t *found)
{
	for (int32_t i = tier->head[h]; i != NO_PROBE; i = tier->probes[i].next) {
		const struct probe *probe = &tier->probes[i];
		struct slice literal = set->literal[probe->number];

		if (at >= probe->offset && text.n - (at - probe->offset) >= literal.n &&
		    memcmp(text.p + at - probe->offset, literal.p, literal.n) == 0)
			set_bit(found, probe->number);
	}
}

static inline void look(const struct literals *set, const struct tier *tier, uint32_t window,
                        struct slice text, size_t at, uint64_t *found)
{
	if (tier->seen[hash(window)])
		compare(set, tier, hash(window), text, at, found);
}

/* Inlined for each tier's window and stride, so that these are constants. Two
 * windows a turn: nearly always neither is a probe's. */
static inline __attribute__((always_inline)) void
scan_windows(const struct literals *set, const struct tier *tier, size_t window, size_t stride,
             struct slice text, uint64_t *found)
{
	uint32_t mask = window_mask(window), last = 0;
	size_t at = 0;

	for (; at + stride + sizeof(uint32_t) <= text.n; at += 2 * stride) {
		uint32_t first = load32(text.p + at) & mask, second = load32(text.p + at + stride) & mask;

		if (__builtin_expect(tier->seen[hash(first)] | tier->seen[hash(second)], 0)) {
			look(set, tier, first, text, at, found);
			look(set, tier, second, text, at + stride, found);
		}
	}
	for (; at + sizeof(uint32_t) <= text.n; at += stride)
		look(set, tier, load32(text.p + at) & mask, text, at, found);
	if (at + window > text.n)
		return;
	memcpy(&last, text.p + at, window); /* shorter than a load, at the very end */
	look(set, tier, last, text, at, found);
}

/* Not inlined: the other way would save registers for it. */
static __attribute__((noinline)) void scan_plain(const struct literals *set, struct slice text, uint64_t *found)
{
	if (set->tiers[0])
		scan_windows(set, set->tiers[0], tier_shapes[0].window, tier_shapes[0].stride, text, found);
	if (set->tiers[1])
		scan_windows(set, set->tiers[1], tier_shapes[1].window, tier_shapes[1].stride, text, found);
	for (size_t i = 0; i < set->n_shorts; i++)
		if (slice_find(text, set->literal[set->shorts[i]]) >= 0)
			set_bit(found, set->shorts[i]);
}

void literals_scan(const struct literals *set, struct slice text, uint64_t *found)
{
	found[0] = 0;
	for (size_t w = 1; w < set->words; w++)
		found[w] = 0;
	if (set->nibbles)
		nibbles_scan(set->nibbles, text, found);
	else
		scan_plain(set, text, found);
}

static __attribute__((noinline)) bool stand_in(const struct literals *set, struct slice text)
{
	uint64_t found[WORDS_MAX] = { 0 }, any = 0;

	if (set->words > WORDS_MAX)
		return true;
	scan_plain(set, text, found);
	for (size_t w = 0; w < set->words; w++)
		any |= found[w];
	return any != 0;
}

bool literals_may_stand(const struct literals *set, struct slice text, size_t from)
{
	return set->nibbles ? nibbles_may_find(set->nibbles, text, from) : stand_in(set, slice_from(text, from));
}
