/* steps.c - SPDX-License-Identifier: MIT */
#include "pattern/steps.h"

#include <stdalign.h>

#if defined __GNUC__ && defined __x86_64__
#include <immintrin.h>
#define SHUFFLES 1
#define FAST __attribute__((target("avx")))
#else
#define SHUFFLES 0
#define FAST
#endif

enum { BLOCK = 16, HALVES = 16, ALL_PLACES = 0xffff, OPEN_MAX = 16 };

/* What ends a step: nothing, a hole that is as long as can be, one of a certain length or
 * first byte, one that ends where some bytes stand last, the last one, which goes up to a
 * tail, the text's end. */
enum stop_kind { STOP_HOLE, STOP_NONE, STOP_BOUND, STOP_LAST_OF, STOP_LAST, STOP_END };

struct stop {
	enum stop_kind kind;
	bool any;                         /* a hole holds any bytes at all … */
	struct bytes holds;               /* … or these */
	struct bytes not_first, not_last; /* what the hole does not begin with and, of STOP_LAST, end with */
	struct slice last_of;             /* of STOP_LAST_OF */
	uint16_t least, most;
	struct slice tail;                /* behind the last one, up to the end */
	struct answer *answer;            /* of STOP_LAST and STOP_END */
};

/* Bytes, maybe none, then a stop. Which bytes a hole holds is told by two tables, one for
 * each half of a byte: a bit for each set of low halves that the hole has with some high
 * half. What the two have in common is nothing for a byte that is outside. */
struct step {
	alignas(BLOCK) char bytes[BLOCK];
	alignas(BLOCK) unsigned char low[HALVES];
	alignas(BLOCK) unsigned char high[HALVES];
	uint32_t beyond;  /* a bit for each of a block's bytes that is none of them */
	uint8_t n;
	uint16_t spare;   /* so many bytes more than the least a hole may have */
	struct stop stop;
	struct step *next, *other;
};

#if SHUFFLES

FAST static inline __m128i load(const char *text)
{
	return _mm_loadu_si128((const __m128i *)(const void *)text);
}

FAST static inline __m128i block(const void *of_step)
{
	return _mm_load_si128(of_step);
}

/* `last`: up to here a block can be read. */
FAST static inline bool has_bytes(const struct step *step, const char *p, const char *last)
{
	unsigned same;

	if (__builtin_expect(p > last, 0))
		return last + BLOCK - p >= step->n && slice_same(p, step->bytes, step->n);
	same = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(load(p), block(step->bytes)));
	return (same | step->beyond) == ALL_PLACES;
}

/* Which of the bytes at p are none of the hole's, a bit each. */
FAST static inline unsigned outside(const struct step *step, const char *p)
{
	__m128i bytes = load(p), half = _mm_set1_epi8(15);
	__m128i low = _mm_shuffle_epi8(block(step->low), bytes & half);
	__m128i high = _mm_shuffle_epi8(block(step->high), _mm_srli_epi16(bytes, 4) & half);

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(low & high, _mm_setzero_si128()));
}

/* The last block overlaps the one before. */
FAST static inline const char *hole_end(const struct step *step, const char *p, const char *last)
{
	unsigned places;

	for (; p <= last; p += BLOCK)
		if ((places = outside(step, p)) != 0)
			return p + (unsigned)__builtin_ctz(places);
	places = outside(step, last) >> (p - last);
	return places ? p + (unsigned)__builtin_ctz(places) : last + BLOCK;
}

#else

static bool has_bytes(const struct step *step, const char *p, const char *last)
{
	return last + BLOCK - p >= step->n && memcmp(p, step->bytes, step->n) == 0;
}

static bool is_inside(const struct step *step, unsigned char c)
{
	return step->low[c & 15] & step->high[c >> 4];
}

static const char *hole_end(const struct step *step, const char *p, const char *last)
{
	while (p < last + BLOCK && is_inside(step, (unsigned char)*p))
		p++;
	return p;
}

#endif

/* Where a hole ends that could go on to `to`, or NULL. One of a given length ends before, and
 * may be followed by more of the same. */
static inline const char *bound_end(const struct step *step, const char *p, const char *to)
{
	const struct stop *stop = &step->stop;
	size_t n = (size_t)(to - p);

	if (n - stop->least > step->spare) {
		if (n < stop->least || step->spare)
			return NULL;
		to = p + stop->least;
	}
	return bytes_have(&stop->not_first, (unsigned char)*p) ? NULL : to;
}

static const char *last_place(const char *p, const char *end, struct slice bytes)
{
	const char *at = end - p < (ptrdiff_t)bytes.n ? NULL : end - bytes.n + 1;

	while (at && (at = memrchr(p, *bytes.p, (size_t)(at - p))) != NULL)
		if (slice_same(at, bytes.p, bytes.n))
			break;
	return at;
}

/* The same for a hole whose end is found from the text's end on. */
FAST static __attribute__((noinline)) const char *end_from_behind(const struct step *step, const char *p, const char *last)
{
	const struct stop *stop = &step->stop;
	const char *end = last + BLOCK;
	const char *to = stop->kind == STOP_LAST ? end - stop->tail.n : last_place(p, end, stop->last_of);

	if (!to || to - p < stop->least || to - p > stop->most || bytes_have(&stop->not_first, (unsigned char)*p))
		return NULL;
	if (stop->kind == STOP_LAST &&
	    (!slice_same(to, stop->tail.p, stop->tail.n) || bytes_have(&stop->not_last, (unsigned char)to[-1])))
		return NULL;
	return stop->any || hole_end(step, p, last) >= to ? to : NULL;
}

/* Where what stops the step ends, if that stands at p; or NULL. */
FAST static inline const char *stop_end(const struct step *step, const char *p, const char *last)
{
	const char *to;

	switch (step->stop.kind) {
	case STOP_HOLE:
		to = hole_end(step, p, last);
		return to > p ? to : NULL;
	case STOP_BOUND: return bound_end(step, p, hole_end(step, p, last));
	case STOP_LAST_OF: case STOP_LAST: return end_from_behind(step, p, last);
	case STOP_NONE: return p;
	case STOP_END: break;
	}
	return p == last + BLOCK ? p : NULL;
}

/* Where to go on when the way taken ends. */
struct open {
	const struct step *step;
	uint16_t at, n_bounds;
};

FAST static struct answer *find(const struct step *step, struct slice text, struct bounds *bounds)
{
	const char *p = text.p, *last = p + text.n - BLOCK;
	size_t n_bounds = 1, n_open = 0;
	struct open open[OPEN_MAX];

	bounds->at[0] = p;
	for (;;) {
		const char *from = p + step->n, *to = has_bytes(step, p, last) ? stop_end(step, from, last) : NULL;

		if (to) {
			if (step->other) {
				if (n_open == OPEN_MAX)
					return NULL;
				open[n_open++] = (struct open){ step->other, (uint16_t)(p - text.p), (uint16_t)n_bounds };
			}
			p = to;
			if (step->stop.kind != STOP_NONE) {
				bounds->at[n_bounds++] = from;
				bounds->at[n_bounds++] = to;
				if (step->stop.kind >= STOP_LAST) {
					bounds->n = n_bounds;
					return step->stop.answer;
				}
			}
			step = step->next;
		} else if (step->other) {
			step = step->other;
		} else if (n_open) {
			step = open[--n_open].step;
			p = text.p + open[n_open].at;
			n_bounds = open[n_open].n_bounds;
		} else {
			return NULL;
		}
	}
}

static void set_bytes(struct step *step, struct slice bytes)
{
	step->n = (uint8_t)bytes.n;
	step->beyond = ALL_PLACES & ~0u << bytes.n;
	memcpy(step->bytes, bytes.p, bytes.n);
}

/* A bit for each row of bytes that is another one than those before. */
static void set_halves(struct step *step, const struct bytes *holds)
{
	uint16_t rows[HOLE_ROWS_MAX];
	unsigned n = 0;

	for (unsigned high = 0; high < HALVES; high++) {
		const uint16_t row = bytes_row(holds, high);
		unsigned i = 0;

		while (i < n && rows[i] != row)
			i++;
		if (!row || i == HOLE_ROWS_MAX)
			continue;
		if (i == n)
			rows[n++] = row;
		step->high[high] = (unsigned char)(1 << i);
		for (unsigned low = 0; low < HALVES; low++)
			step->low[low] |= (unsigned char)((row >> low & 1) << i);
	}
}

static struct step *new_step(struct steps *steps, struct step **link, struct slice bytes, const struct stop *stop)
{
	struct step *step = arena_alloc(&steps->arena, sizeof *step);

	*step = (struct step){ .stop = *stop, .spare = stop->most - stop->least };
	while (*link) /* what came first is what comes often */
		link = &(*link)->other;
	set_bytes(step, bytes);
	set_halves(step, &stop->holds);
	*link = step;
	steps->n++;
	return step;
}

static bool same_stop(const struct stop *a, const struct stop *b)
{
	return a->kind == b->kind && bytes_same(&a->holds, &b->holds) && bytes_same(&a->not_first, &b->not_first) &&
	       a->least == b->least && a->most == b->most && slice_eq(a->last_of, b->last_of) &&
	       bytes_same(&a->not_last, &b->not_last) && slice_eq(a->tail, b->tail);
}

static size_t common_bytes(const struct step *step, struct slice bytes)
{
	size_t n = 0;

	while (n < step->n && n < bytes.n && step->bytes[n] == bytes.p[n])
		n++;
	return n;
}

/* The first n bytes become a step of their own, before the rest. */
static void part(struct steps *steps, struct step *step, size_t n)
{
	struct step *rest = NULL;

	if (n == step->n && step->stop.kind == STOP_NONE)
		return;
	new_step(steps, &rest, (struct slice){ step->bytes + n, step->n - n }, &step->stop)->next = step->next;
	set_bytes(step, (struct slice){ step->bytes, n });
	step->stop = (struct stop){ .kind = STOP_NONE };
	step->next = rest;
}

/* Goes where both are there already, or adds what is missing; returns where to go on. */
static struct step **add(struct steps *steps, struct step **link, struct slice bytes, const struct stop *stop)
{
	for (;;) {
		struct step *step = *link;
		size_t common;

		while (step && common_bytes(step, bytes) == 0 && (bytes.n || step->n || !same_stop(&step->stop, stop)))
			step = step->other;
		if (!step)
			break;
		common = common_bytes(step, bytes);
		if (common == bytes.n && common == step->n && same_stop(&step->stop, stop))
			return &step->next;
		part(steps, step, common);
		link = &step->next;
		bytes = slice_from(bytes, common);
	}
	while (bytes.n > BLOCK) {
		link = &new_step(steps, link, (struct slice){ bytes.p, BLOCK }, &(struct stop){ .kind = STOP_NONE })->next;
		bytes = slice_from(bytes, BLOCK);
	}
	return &new_step(steps, link, bytes, stop)->next;
}

static struct stop stop_of(const struct stretch *hole, bool last)
{
	struct stop stop = { .any = bytes_count(&hole->holds) == 256, .holds = hole->holds, .least = hole->least, .most = hole->most };

	if (last && hole->wide)
		stop.kind = STOP_LAST;
	else if (hole->last_of)
		stop.kind = STOP_LAST_OF;
	else if (hole->least > 1 || hole->most < UINT16_MAX || bytes_count(&hole->not_first))
		stop.kind = STOP_BOUND;
	stop.not_first = hole->not_first;
	return stop;
}

static size_t last_hole(const struct outline *outline)
{
	size_t i = outline->n;

	while (i > 0 && !outline->stretches[i - 1].hole)
		i--;
	return i - 1; /* beyond all: there is none */
}

void steps_add(struct steps *steps, const struct outline *outline, struct slice text, struct answer *answer)
{
	struct stop stop, end = { .kind = STOP_END, .answer = answer };
	struct step **link = &steps->root;
	struct slice bytes = { text.p, 0 };

	for (size_t i = 0; i < outline->n; i++) {
		const struct stretch *stretch = &outline->stretches[i];

		if (!stretch->hole) {
			bytes = slice_between(text.p + stretch->begin, text.p + stretch->end);
			continue;
		}
		stop = stop_of(stretch, i == last_hole(outline));
		stop.last_of = arena_copy(&steps->arena, (struct slice){ text.p + stretch->end, stretch->last_of });
		if (stop.kind == STOP_LAST) {
			stop.not_last = outline->not_last;
			stop.tail = arena_copy(&steps->arena, slice_from(text, stretch->end));
			stop.answer = answer;
		}
		link = add(steps, link, bytes, &stop);
		if (stop.kind == STOP_LAST)
			return;
		bytes.n = 0;
	}
	add(steps, link, bytes, &end);
}

/* With room before it, as much as the block before its end begins there. */
static struct answer *find_short(const struct step *step, struct slice text, struct bounds *bounds)
{
	char padded[2 * BLOCK] = { 0 };
	struct answer *answer;

	memcpy(padded + BLOCK, text.p, text.n);
	answer = find(step, (struct slice){ padded + BLOCK, text.n }, bounds);
	for (size_t i = 0; answer && i < bounds->n; i++)
		bounds->at[i] = text.p + (bounds->at[i] - (padded + BLOCK));
	return answer;
}

struct answer *steps_find(const struct steps *steps, struct slice text, struct bounds *bounds)
{
	if (!steps->root)
		return NULL;
	return text.n < BLOCK ? find_short(steps->root, text, bounds) : find(steps->root, text, bounds);
}

void steps_clear(struct steps *steps)
{
	arena_release(&steps->arena);
	steps->root = NULL;
	steps->n = 0;
}

bool steps_work(void)
{
#if SHUFFLES
	return __builtin_cpu_supports("avx");
#else
	return true;
#endif
}
