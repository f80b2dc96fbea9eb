/* nibbles.c - four bytes of each literal, its print, are looked for everywhere at
 * once (the "Teddy" of Hyperscan).
 *
 * The prints are dealt to eight buckets, one bit each. For each byte of a print a
 * table of sixteen says which buckets have a byte with this low half; for the first
 * ones, by which they are dealt, another one tells the high half. A shuffle asks a
 * table for thirty-two bytes of text, and the conjunction of the answers is, place
 * by place, the buckets of which a print may stand there. Only there prints are
 * compared, by hash, then literals. A literal shorter than a print has a bucket
 * with its like; the bytes that it lacks may be any.
 * SPDX-License-Identifier: MIT */
#include "pattern/nibbles.h"

#if defined __GNUC__ && defined __x86_64__

#include "base/mem.h"
#include "pattern/deal.h"

#include <immintrin.h>
#include <stdlib.h>

#define AVX2 __attribute__((target("avx2")))
#define INLINE AVX2 static inline __attribute__((always_inline))

enum { HASH_BITS = 11, HASHES = 1 << HASH_BITS, MOST = UINT16_MAX };
enum { HALF = 16, PLACES = 2 * HALF, MOST_BLOCKS = 16 };
enum { HALF_REACH = HALF + PRINT - 1, REACH = PLACES + PRINT - 1 }; /* the bytes that are read for so many places */

struct entry {
	uint32_t print;  /* as it stands in memory */
	uint32_t offset; /* of the print in the literal */
	uint32_t number;
	const struct entry *next; /* of the same hash, or of the short ones */
	struct slice literal;
};

struct nibbles {
	unsigned char low[PRINT][16], high[HIGHS][16]; /* high: of the first bytes */
	uint16_t by_hash[HASHES]; /* behind which entry the first one stands; 0: there is none */
	struct entry *entries;
	const struct entry *shorts;
	bool few; /* literals: low halves tell nearly as much as all */
};

static size_t hash(uint32_t print)
{
	return print * 0x9e3779b1u >> (32 - HASH_BITS);
}

static void enter(struct nibbles *set, const struct entry *entry, unsigned bucket)
{
	const char *print = entry->literal.p + entry->offset;
	unsigned char bit = (unsigned char)(1u << bucket);

	for (unsigned half = 0; half < 16; half++) {
		for (size_t i = 0; i < PRINT; i++)
			if (i >= entry->literal.n || half == (print[i] & 15u))
				set->low[i][half] |= bit;
		for (size_t i = 0; i < HIGHS; i++)
			if (i >= entry->literal.n || half == (unsigned char)print[i] >> 4)
				set->high[i][half] |= bit;
	}
}

static void add(struct nibbles *set, struct slice literal, uint32_t number, struct dealt dealt)
{
	struct entry *entry = &set->entries[number];
	uint16_t *before;

	*entry = (struct entry){ .offset = dealt.offset, .number = number, .literal = literal };
	memcpy(&entry->print, literal.p + dealt.offset, literal.n < PRINT ? literal.n : PRINT);
	if (literal.n < PRINT) {
		entry->next = set->shorts;
		set->shorts = entry;
	} else {
		before = &set->by_hash[hash(entry->print)];
		entry->next = *before ? &set->entries[*before - 1] : NULL;
		*before = (uint16_t)(number + 1);
	}
	enter(set, entry, dealt.bucket);
}

struct nibbles *nibbles_new(const struct slice *literal, size_t n, struct slice typical)
{
	struct nibbles *set;
	struct dealt *dealt;

	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("popcnt") || n > MOST)
		return NULL;
	set = xcalloc(1, sizeof *set);
	set->entries = xcalloc(n, sizeof *set->entries);
	dealt = xcalloc(n, sizeof *dealt);
	deal(literal, n, typical, dealt);
	for (size_t i = 0; i < n; i++)
		add(set, literal[i], (uint32_t)i, dealt[i]);
	free(dealt);
	set->few = n <= BUCKETS;
	return set;
}

void nibbles_free(struct nibbles *set)
{
	if (!set)
		return;
	free(set->entries);
	free(set);
}

/* What is searched, and where what was found is noted. */
struct search {
	const struct nibbles *set;
	struct slice text;
	uint64_t *found;
};

static inline void compare(const struct search *search, const struct entry *entry, size_t at)
{
	size_t begin = at - entry->offset; /* too large if it is before the text */

	if (begin <= at && begin + entry->literal.n <= search->text.n &&
	    slice_same(search->text.p + begin, entry->literal.p, entry->literal.n))
		search->found[entry->number / 64] |= (uint64_t)1 << entry->number % 64;
}

static void compare_shorts(const struct search *search, size_t at)
{
	for (const struct entry *entry = search->set->shorts; entry; entry = entry->next)
		compare(search, entry, at);
}

/* Most places are no print's: what they have in common with some is half of each byte. */
static inline void compare_prints(const struct search *search, size_t at)
{
	uint32_t print = slice_load32(search->text.p + at);
	size_t behind = search->set->by_hash[hash(print)];

	if (!behind)
		return;
	for (const struct entry *entry = &search->set->entries[behind - 1]; entry; entry = entry->next)
		if (entry->print == print)
			compare(search, entry, at);
}

/* Where prints, and short literals, may begin: a bit for each place of a block, and what
 * is to be added to the place in the text, by the block's half. */
struct hit {
	uint32_t prints, shorts;
	size_t add[2];
};

/* Of the first bit. */
static inline size_t place_of(const struct hit *hit, uint32_t bits)
{
	size_t place = (size_t)__builtin_ctz(bits);

	return place + hit->add[place / HALF];
}

static inline void compare_places(const struct search *search, const struct hit *hit)
{
	for (uint32_t left = hit->prints; left; left &= left - 1)
		compare_prints(search, place_of(hit, left));
	for (uint32_t left = hit->prints & hit->shorts; left; left &= left - 1)
		compare_shorts(search, place_of(hit, left));
}

INLINE __m256i ask(const unsigned char *table, __m256i halves)
{
	__m128i answers = _mm_loadu_si128((const __m128i *)(const void *)table);

	return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(answers), halves & _mm256_set1_epi8(15));
}

/* The bytes of two halves that stand so far apart. */
INLINE __m256i load(const char *first, size_t apart)
{
	const __m128i *one = (const __m128i *)(const void *)first, *other = (const __m128i *)(const void *)(first + apart);

	if (apart == HALF)
		return _mm256_loadu_si256((const __m256i *)(const void *)first);
	return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(one)), _mm_loadu_si128(other), 1);
}

/* The buckets of which a print may stand at each of the block's places. So many high
 * halves are asked for. */
INLINE __m256i buckets_at(const struct nibbles *set, const char *text, size_t at, size_t apart, size_t highs)
{
	__m256i buckets = _mm256_set1_epi8(-1);

	for (size_t i = 0; i < PRINT; i++) {
		__m256i bytes = load(text + at + i, apart);

		buckets &= ask(set->low[i], bytes);
		if (i < highs)
			buckets &= ask(set->high[i], _mm256_srli_epi16(bytes, 4));
	}
	return buckets;
}

/* Notes what is found among `wanted` of the block's places, if anything, and returns
 * the room behind it. */
INLINE struct hit *find_places(const struct nibbles *set, const char *text, size_t at, size_t apart, uint32_t wanted,
                               struct hit *hit)
{
	__m256i buckets = buckets_at(set, text, at, apart, HIGHS);
	uint32_t none = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(buckets, _mm256_setzero_si256()));
	hit->prints = ~none & wanted;
	hit->shorts = (uint32_t)_mm256_movemask_epi8(buckets); /* the highest bit is theirs */
	hit->add[0] = at;
	hit->add[1] = at + apart - HALF; /* may be "below" 0 */
	return hit + (hit->prints != 0);
}

/* Thirty-two bits but for the lowest n. */
static inline uint32_t all_but(size_t n)
{
	return (uint32_t)(~(uint64_t)0 << n);
}

/* In a text of fewer bytes than a block reads; the halves overlap. HALF_REACH bytes can
 * be read. Like the next, it returns how many blocks have hits, and calls nothing:
 * whoever has used wide registers must clear them first, or all that follows is slow. */
AVX2 static size_t find_in_less(const struct nibbles *set, struct slice text, struct hit *hits)
{
	size_t apart = text.n < HALF_REACH ? 0 : text.n - HALF_REACH;
	uint32_t wanted = ~all_but(HALF) | all_but(PLACES - apart);

	return (size_t)(find_places(set, text.p, 0, apart, wanted, hits) - hits);
}

/* In some blocks of a longer one; *from goes on. The last overlaps the one before. */
AVX2 static size_t find_in_blocks(const struct nibbles *set, struct slice text, size_t *from, struct hit *hits)
{
	size_t at = *from, last = text.n - REACH, end = at + MOST_BLOCKS * PLACES;
	struct hit *hit = hits;

	for (; at <= last && at < end; at += PLACES)
		hit = find_places(set, text.p, at, HALF, ~(uint32_t)0, hit);
	if (at > last) {
		if (at < last + PLACES)
			hit = find_places(set, text.p, last, HALF, all_but(at - last), hit);
		at = text.n;
	}
	*from = at;
	return (size_t)(hit - hits);
}

/* May any print stand in a text of REACH bytes or more, at `from` or behind it? */
INLINE bool may_hold(const struct nibbles *set, struct slice text, size_t from, size_t highs)
{
	__m256i buckets = buckets_at(set, text.p, text.n - REACH, HALF, highs);

	for (; from + REACH < text.n; from += PLACES)
		buckets |= buckets_at(set, text.p, from, HALF, highs);
	return !_mm256_testz_si256(buckets, buckets);
}

/* The same in one of HALF_REACH bytes or more, but fewer. */
INLINE bool less_may_hold(const struct nibbles *set, struct slice text)
{
	__m256i buckets = buckets_at(set, text.p, 0, text.n - HALF_REACH, HIGHS);

	return !_mm256_testz_si256(buckets, buckets);
}

/* Does a short literal stand where no print could? */
INLINE bool short_at_end(const struct nibbles *set, struct slice text)
{
	for (const struct entry *entry = set->shorts; entry; entry = entry->next)
		for (size_t n = entry->literal.n; n < PRINT; n++)
			if (slice_same(text.p + text.n - n, entry->literal.p, entry->literal.n))
				return true;
	return false;
}

AVX2 bool nibbles_may_find(const struct nibbles *set, struct slice text, size_t from)
{
	if (text.n < HALF_REACH)
		return from < text.n;
	if (text.n < REACH ? less_may_hold(set, text)
	    : set->few     ? may_hold(set, text, from, 0)
	                   : may_hold(set, text, from, HIGHS))
		return true;
	return set->shorts && short_at_end(set, text);
}

static inline void compare_all(const struct search *search, const struct hit *hits, size_t n)
{
	for (size_t i = 0; i < n; i++)
		compare_places(search, &hits[i]);
}

void nibbles_scan(const struct nibbles *set, struct slice text, uint64_t *found)
{
	struct search search = { set, text, found };
	struct hit hits[MOST_BLOCKS + 2]; /* with one of the last block, and room for nothing */
	char padded[HALF_REACH];

	if (text.n >= REACH) {
		for (size_t from = 0, n; from < text.n; ) {
			n = find_in_blocks(set, text, &from, hits);
			compare_all(&search, hits, n);
		}
	} else if (text.n >= PRINT) {
		if (text.n < HALF_REACH) {
			memset(padded, 0, sizeof padded);
			search.text.p = memcpy(padded, text.p, text.n);
		}
		compare_all(&search, hits, find_in_less(set, search.text, hits));
	}
	if (set->shorts) /* they may begin where no print does */
		for (size_t at = text.n < PRINT ? 0 : text.n - PRINT + 1; at < text.n; at++)
			compare_shorts(&search, at);
}

#else

bool nibbles_may_find(const struct nibbles *set, struct slice text, size_t from)
{
	(void)set, (void)text, (void)from;
	return true;
}

struct nibbles *nibbles_new(const struct slice *literal, size_t n, struct slice typical)
{
	(void)typical, (void)literal, (void)n;
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
