/* nibbles.c - four bytes of each literal, its print, are looked for everywhere at
 * once (the "Teddy" of Hyperscan).
 *
 * The prints are dealt to eight buckets, one bit each. For each byte of a print a
 * table of sixteen says which buckets have a byte with this low half; for the first
 * byte, by which they are dealt, another one tells the high half. A shuffle asks a
 * table for thirty-two bytes of text, and the conjunction of the answers is, place
 * by place, the buckets of which a print may stand there. Only there prints are
 * compared, by hash, then literals. A literal shorter than a print has a bucket
 * with its like; the bytes that it lacks may be any.
 * SPDX-License-Identifier: MIT */
#include "pattern/nibbles.h"

#if defined __GNUC__ && defined __x86_64__

#include "base/mem.h"

#include <immintrin.h>
#include <stdlib.h>

#define AVX2 __attribute__((target("avx2")))
#define INLINE AVX2 static inline __attribute__((always_inline))

enum { PRINT = 4, BUCKETS = 8, SHORTS = BUCKETS - 1, HASHES = 256 };
enum { PLACES = 32, REACH = PLACES + PRINT - 1, MOST_BLOCKS = 16 }; /* REACH: the bytes that a block reads */

struct entry {
	uint32_t print;  /* as it stands in memory */
	uint32_t offset; /* of the print in the literal */
	uint32_t number;
	const struct entry *next; /* of the same hash, or of the short ones */
	struct slice literal;
};

struct nibbles {
	unsigned char low[PRINT][16], high[16]; /* high: of the first byte */
	const struct entry *by_hash[HASHES], *shorts;
	struct entry *entries;
};

static size_t hash(uint32_t print)
{
	return print * 0x9e3779b1u >> 24;
}

/* The most common bytes of logs, the very most common first. */
static const char common[] = " e0123456789.totsaripcnml:=[]-/dfu,gh";

static size_t rarity(const char *print, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		const char *at = memchr(common, print[i], sizeof common - 1);

		sum += at ? (size_t)(at - common) : sizeof common;
	}
	return sum;
}

static struct entry entry_of(struct slice literal, uint32_t number)
{
	size_t best = 0;
	struct entry entry = { .number = number, .literal = literal };

	for (uint32_t offset = 0; offset + PRINT <= literal.n; offset++)
		if (rarity(literal.p + offset, PRINT) > best) {
			best = rarity(literal.p + offset, PRINT);
			entry.offset = offset;
		}
	memcpy(&entry.print, literal.p + entry.offset, literal.n < PRINT ? literal.n : PRINT);
	return entry;
}

/* The short ones first, then those with the same begin of the print together. */
static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = (y->literal.n < PRINT) - (x->literal.n < PRINT);

	return order ? order : memcmp(&x->print, &y->print, PRINT);
}

static void enter(struct nibbles *set, const struct entry *entry, unsigned bucket)
{
	const char *print = entry->literal.p + entry->offset;

	for (unsigned half = 0; half < 16; half++)
		for (size_t i = 0; i < PRINT; i++)
			if (i >= entry->literal.n || half == (print[i] & 15u))
				set->low[i][half] |= (unsigned char)(1u << bucket);
	set->high[(unsigned char)*print >> 4] |= (unsigned char)(1u << bucket);
}

struct nibbles *nibbles_new(const struct slice *literal, size_t n)
{
	struct nibbles *set;
	size_t n_short = 0;

	if (!__builtin_cpu_supports("avx2"))
		return NULL;
	set = xcalloc(1, sizeof *set);
	set->entries = xcalloc(n, sizeof *set->entries);
	for (size_t i = 0; i < n; i++) {
		set->entries[i] = entry_of(literal[i], (uint32_t)i);
		n_short += literal[i].n < PRINT;
	}
	qsort(set->entries, n, sizeof *set->entries, compare_entries);
	for (size_t i = 0; i < n; i++) {
		struct entry *entry = &set->entries[i];
		const struct entry **list = i < n_short ? &set->shorts : &set->by_hash[hash(entry->print)];
		size_t bucket = i < n_short ? SHORTS : (i - n_short) * SHORTS / (n - n_short);

		entry->next = *list;
		*list = entry;
		enter(set, entry, (unsigned)bucket);
	}
	return set;
}

void nibbles_free(struct nibbles *set)
{
	if (!set)
		return;
	free(set->entries);
	free(set);
}

static bool stands(const struct entry *entry, struct slice text, size_t at)
{
	return at >= entry->offset && at - entry->offset + entry->literal.n <= text.n &&
	       memcmp(text.p + at - entry->offset, entry->literal.p, entry->literal.n) == 0;
}

static void set_bit(uint64_t *found, uint32_t number)
{
	found[number / 64] |= (uint64_t)1 << number % 64;
}

static inline void compare_shorts(const struct nibbles *set, struct slice text, size_t at, uint64_t *found)
{
	for (const struct entry *entry = set->shorts; entry; entry = entry->next)
		if (at < text.n && *entry->literal.p == text.p[at] && stands(entry, text, at))
			set_bit(found, entry->number);
}

static inline void compare(const struct nibbles *set, const char *window, struct slice text, size_t at,
                           uint64_t *found)
{
	uint32_t print;

	memcpy(&print, window, sizeof print);
	for (const struct entry *entry = set->by_hash[hash(print)]; entry; entry = entry->next)
		if (entry->print == print && stands(entry, text, at))
			set_bit(found, entry->number);
}

INLINE __m256i table(const unsigned char *bytes)
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)bytes));
}

INLINE __m256i load(const char *bytes)
{
	return _mm256_loadu_si256((const __m256i *)bytes);
}

/* What a print, and what a short literal, may begin at: a bit for each place of a
 * block. */
struct places {
	uint32_t any, shorts;
};

AVX2 static void find_places(const struct nibbles *set, const char *block, size_t n_blocks, struct places *places)
{
	const __m256i half = _mm256_set1_epi8(15), high = table(set->high);
	const __m256i low[PRINT] = { table(set->low[0]), table(set->low[1]), table(set->low[2]), table(set->low[3]) };

	for (struct places *end = places + n_blocks; places < end; places++, block += PLACES) {
		__m256i buckets = _mm256_shuffle_epi8(high, _mm256_srli_epi16(load(block), 4) & half) &
		                  _mm256_shuffle_epi8(low[0], load(block) & half) &
		                  _mm256_shuffle_epi8(low[1], load(block + 1) & half) &
		                  _mm256_shuffle_epi8(low[2], load(block + 2) & half) &
		                  _mm256_shuffle_epi8(low[3], load(block + 3) & half);

		places->any = ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(buckets, _mm256_setzero_si256()));
		places->shorts = (uint32_t)_mm256_movemask_epi8(buckets); /* the highest bit is theirs */
	}
}

/* `bytes`: n_blocks blocks, those of the text from `from` as far as it goes. */
static inline void scan_blocks(const struct nibbles *set, const char *bytes, size_t n_blocks, struct slice text,
                               size_t from, uint64_t *found)
{
	struct places places[MOST_BLOCKS];

	find_places(set, bytes, n_blocks, places);
	for (size_t b = 0; b < n_blocks; b++) {
		for (uint32_t left = places[b].any; left; left &= left - 1) {
			size_t at = b * PLACES + (size_t)__builtin_ctz(left);

			compare(set, bytes + at, text, from + at, found);
		}
		for (uint32_t left = places[b].shorts; left; left &= left - 1)
			compare_shorts(set, text, from + b * PLACES + (size_t)__builtin_ctz(left), found);
	}
}

void nibbles_scan(const struct nibbles *set, struct slice text, uint64_t *found)
{
	size_t at = 0;

	while (text.n - at >= REACH) {
		size_t n_blocks = (text.n - at - (PRINT - 1)) / PLACES;

		n_blocks = n_blocks < MOST_BLOCKS ? n_blocks : MOST_BLOCKS;
		scan_blocks(set, text.p + at, n_blocks, text, at, found);
		at += n_blocks * PLACES;
	}
	if (text.n >= REACH) { /* the last block overlaps the one before */
		scan_blocks(set, text.p + text.n - REACH, 1, text, text.n - REACH, found);
	} else if (text.n) {
		char padded[REACH] = { 0 };

		memcpy(padded, text.p, text.n);
		scan_blocks(set, padded, 1, text, 0, found);
	}
	if (set->shorts) /* they may begin where no print does */
		for (at = text.n < PRINT ? 0 : text.n - PRINT + 1; at < text.n; at++)
			compare_shorts(set, text, at, found);
}

#else

struct nibbles *nibbles_new(const struct slice *literal, size_t n)
{
	(void)literal, (void)n;
	return NULL;
}

void nibbles_free(struct nibbles *set)
{
	(void)set;
}

void nibbles_scan(const struct nibbles *set, struct slice text, uint64_t *found)
{
	(void)set, (void)text, (void)found;
}

#endif
