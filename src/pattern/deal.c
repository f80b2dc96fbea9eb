/* deal.c - a bucket knows of each byte of a print which halves it may have; so what stands
 * in one bucket mixes.
 *
 * With a typical text literals are dealt one after the other, each where it adds the
 * fewest places at which the text looks like what is in the bucket, then the fewest
 * halves. Names and numbers differ from text to text: places that would look alike if
 * letters and digits there were any count as well, but less. Without one, prints of rare
 * bytes are taken, and those that begin alike stand together.
 * SPDX-License-Identifier: MIT */
#include "pattern/deal.h"

#if defined __GNUC__ && defined __x86_64__

#include "base/mem.h"

#include <stdlib.h>

/* Whoever deals has processors with these. */
#define WIDE __attribute__((target("avx2,popcnt")))
#define INLINE WIDE static inline __attribute__((always_inline))

enum { TABLES = PRINT + HIGHS, WORDS = 4, PLACES = 64 * WORDS, OFFSETS = 32 };
enum { COST_EXACT = 64, COST_ALIKE = 8 }; /* of a place; a half costs 1 */

/* Places of the typical text, as bits; memory need not be aligned for all of them. */
typedef uint64_t places __attribute__((vector_size(8 * WORDS), aligned(8)));

struct places_of {
	places exact, alike;
};

/* Where a half byte of a print could stand, by its value. */
struct typical {
	struct places_of half[TABLES][16];
};

/* Where what is in a bucket has one that could; and the halves that it has, as bits. */
struct bucket {
	struct places_of half[TABLES];
	uint16_t halves[TABLES];
	unsigned cost;
};

/* A table is of a byte's low half or of its high one. */
static inline size_t byte_of(size_t table)
{
	return table < PRINT ? table : table - PRINT;
}

static inline unsigned half_of(unsigned char c, size_t table)
{
	return table < PRINT ? c & 15u : c >> 4;
}

static void note_byte(struct places_of *half, size_t table, unsigned char c, size_t place)
{
	uint64_t bit = (uint64_t)1 << place % 64;
	unsigned first = c, last = c;

	half[half_of(c, table)].exact[place / 64] |= bit;
	if (c >= 'a' && c <= 'z')
		first = 'a', last = 'z';
	else if (c >= '0' && c <= '9')
		first = '0', last = '9';
	for (; first <= last; first++)
		half[half_of((unsigned char)first, table)].alike[place / 64] |= bit;
}

static void note_text(struct typical *typical, struct slice text)
{
	for (size_t place = 0; place < PLACES && place + PRINT <= text.n; place++)
		for (size_t table = 0; table < TABLES; table++)
			note_byte(typical->half[table], table, (unsigned char)text.p[place + byte_of(table)], place);
}

INLINE unsigned count(places bits)
{
	unsigned n = 0;

	for (size_t w = 0; w < WORDS; w++)
		n += (unsigned)__builtin_popcountll(bits[w]);
	return n;
}

static inline unsigned half_at(const char *print, size_t table)
{
	return half_of((unsigned char)print[byte_of(table)], table);
}

/* Of the bucket with the print. */
INLINE unsigned cost_of(const struct typical *typical, const struct bucket *bucket, const char *print)
{
	places exact = ~(places){ 0 }, alike = exact;
	unsigned halves = 0;

	for (size_t table = 0; table < TABLES; table++) {
		const struct places_of *more = &typical->half[table][half_at(print, table)];

		exact &= bucket->half[table].exact | more->exact;
		alike &= bucket->half[table].alike | more->alike;
		halves += (unsigned)__builtin_popcount(bucket->halves[table] | 1u << half_at(print, table));
	}
	return COST_EXACT * count(exact) + COST_ALIKE * count(alike) + halves;
}

WIDE static struct dealt best_of(const struct typical *typical, struct slice literal, const struct bucket *bucket,
                                 unsigned buckets)
{
	struct dealt best = { 0, 0 };
	unsigned least = UINT32_MAX;

	for (uint32_t offset = 0; offset + PRINT <= literal.n && offset < OFFSETS; offset++)
		for (uint32_t i = 0; i < buckets; i++) {
			unsigned cost = cost_of(typical, &bucket[i], literal.p + offset) - bucket[i].cost;

			if (cost < least) {
				least = cost;
				best = (struct dealt){ offset, i };
			}
		}
	return best;
}

WIDE static void put(const struct typical *typical, const char *print, struct bucket *bucket)
{
	bucket->cost = cost_of(typical, bucket, print);
	for (size_t table = 0; table < TABLES; table++) {
		const struct places_of *more = &typical->half[table][half_at(print, table)];

		bucket->half[table].exact |= more->exact;
		bucket->half[table].alike |= more->alike;
		bucket->halves[table] |= (uint16_t)(1u << half_at(print, table));
	}
}

static void deal_by_text(const struct slice *literal, size_t n, struct slice text, unsigned buckets, struct dealt *dealt)
{
	struct typical *typical = xcalloc(1, sizeof *typical);
	struct bucket bucket[BUCKETS];

	memset(bucket, 0, sizeof bucket);
	note_text(typical, text);
	for (size_t i = 0; i < n; i++)
		if (literal[i].n >= PRINT) {
			dealt[i] = best_of(typical, literal[i], bucket, buckets);
			put(typical, literal[i].p + dealt[i].offset, &bucket[dealt[i].bucket]);
		}
	free(typical);
}

/* The most common bytes of logs, the very most common first. */
static const char common[] = " e0123456789.totsaripcnml:=[]-/dfu,gh";

static size_t rarity(const char *print)
{
	size_t sum = 0;

	for (size_t i = 0; i < PRINT; i++) {
		const char *at = memchr(common, print[i], sizeof common - 1);

		sum += at ? (size_t)(at - common) : sizeof common;
	}
	return sum;
}

static uint32_t rarest_offset(struct slice literal)
{
	size_t best = 0;
	uint32_t found = 0;

	for (uint32_t offset = 0; offset + PRINT <= literal.n; offset++)
		if (rarity(literal.p + offset) > best) {
			best = rarity(literal.p + offset);
			found = offset;
		}
	return found;
}

struct by_print {
	const char *print;
	struct dealt *dealt;
};

static int compare_prints(const void *a, const void *b)
{
	const struct by_print *x = a, *y = b;

	return memcmp(x->print, y->print, PRINT);
}

static void deal_by_rarity(const struct slice *literal, size_t n, unsigned buckets, struct dealt *dealt)
{
	struct by_print *order = xcalloc(n, sizeof *order);
	size_t n_long = 0;

	for (size_t i = 0; i < n; i++) {
		if (literal[i].n < PRINT)
			continue;
		dealt[i].offset = rarest_offset(literal[i]);
		order[n_long++] = (struct by_print){ literal[i].p + dealt[i].offset, &dealt[i] };
	}
	qsort(order, n_long, sizeof *order, compare_prints);
	for (size_t i = 0; i < n_long; i++)
		order[i].dealt->bucket = (uint32_t)(i * buckets / n_long);
	free(order);
}

void deal(const struct slice *literal, size_t n, struct slice typical, struct dealt *dealt)
{
	unsigned buckets = BUCKETS;

	for (size_t i = 0; i < n; i++)
		if (literal[i].n < PRINT) {
			dealt[i] = (struct dealt){ 0, SHORTS };
			buckets = SHORTS;
		}
	if (typical.n)
		deal_by_text(literal, n, typical, buckets, dealt);
	else
		deal_by_rarity(literal, n, buckets, dealt);
}

#endif
