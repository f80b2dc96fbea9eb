/* walk.c - along the tree of outlines with a text. SPDX-License-Identifier: MIT */
#include "pattern/step.h"

#if defined __GNUC__ && defined __x86_64__
#include <immintrin.h>
#define SHUFFLES 1
#define FAST __attribute__((target("avx")))
#else
#define SHUFFLES 0
#define FAST
#endif

#define ALWAYS_INLINE inline __attribute__((always_inline))

/* One text in so many is looked at for what holes hold. */
enum { OPEN_MAX = 16, NOTE_EVERY = 256 };

_Static_assert(BOUNDS_MAX >= 2 * STRETCHES_MAX + 1 + EDGES_MAX, "there is room for what is written too many");

#if SHUFFLES

FAST static inline __m128i load(const char *text)
{
	return _mm_loadu_si128((const __m128i *)(const void *)text);
}

FAST static inline __m128i block(const void *of_step)
{
	return _mm_load_si128(of_step);
}

/* The bytes from p on, of which there are less than a block, and NULs behind them. */
FAST static __attribute__((noinline)) __m128i load_end(const char *p, const char *last)
{
	char room[2 * BLOCK] = { 0 };

	memcpy(room, last, BLOCK);
	return load(room + (p - last));
}

FAST static inline bool block_has(const struct step *step, __m128i bytes)
{
	unsigned same = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, block(step->bytes)));

	return (same | step->beyond) == ALL_PLACES;
}

/* `last`: up to here a block can be read. */
FAST static inline bool has_bytes(const struct step *step, const char *p, const char *last)
{
	if (__builtin_expect(p > last, 0))
		return last + BLOCK - p >= step->n &&
		       (step->kind == STOP_FIXED ? block_has(step, load_end(p, last)) : slice_same(p, step->bytes, step->n));
	return block_has(step, load(p));
}

/* Which of the bytes are none of the hole's, a bit each. */
FAST static inline unsigned outside_of(const struct step *step, __m128i bytes)
{
	__m128i half = _mm_set1_epi8(15);
	__m128i low = _mm_shuffle_epi8(block(step->low), bytes & half);
	__m128i high = _mm_shuffle_epi8(block(step->high), _mm_srli_epi16(bytes, 4) & half);

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(low & high, _mm_setzero_si128()));
}

FAST static inline unsigned outside(const struct step *step, const char *p)
{
	return outside_of(step, load(p));
}

FAST static inline bool fixed_holds(const struct step *step, const char *p, const char *last)
{
	return !(outside_of(step, __builtin_expect(p > last, 0) ? load_end(p, last) : load(p)) & step->stop.fixed.inside);
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
	if (last + BLOCK - p < step->n)
		return false;
	for (size_t i = 0; i < step->n; i++)
		if (!(step->beyond >> i & 1) && p[i] != step->bytes[i])
			return false;
	return true;
}

static bool is_inside(const struct step *step, unsigned char c)
{
	return step->low[c & 15] & step->high[c >> 4];
}

static bool fixed_holds(const struct step *step, const char *p, const char *last)
{
	(void)last;
	for (size_t i = 0; i < step->n; i++)
		if ((step->stop.fixed.inside >> i & 1) && !is_inside(step, (unsigned char)p[i]))
			return false;
	return true;
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
	return stop->bars && bytes_have(&stop->not_first, (unsigned char)*p) ? NULL : to;
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
	const char *to = step->kind == STOP_LAST ? end - stop->tail.n : last_place(p, end, stop->last_of);

	if (!to || to < p || (size_t)(to - p) - stop->least > step->spare || !slice_same(to, stop->tail.p, stop->tail.n))
		return NULL;
	if (stop->bars && (bytes_have(&stop->not_first, (unsigned char)*p) || bytes_have(&stop->not_last, (unsigned char)to[-1])))
		return NULL;
	return stop->any || hole_end(step, p, last) >= to ? to : NULL;
}

/* Where the step ends that stands at p, or NULL. */
FAST static ALWAYS_INLINE const char *step_end(const struct step *step, const char *p, const char *last)
{
	const char *from = p + step->n, *to;

	if (!has_bytes(step, p, last))
		return NULL;
	switch (step->kind) {
	case STOP_HOLE:
		to = hole_end(step, from, last);
		return to > from ? to : NULL;
	case STOP_BOUND: return bound_end(step, from, hole_end(step, from, last));
	case STOP_LAST_OF: case STOP_LAST: return end_from_behind(step, from, last);
	case STOP_NONE: return from;
	case STOP_FIXED: return fixed_holds(step, p, last) ? from : NULL;
	case STOP_END: break;
	}
	return from == last + BLOCK ? from : NULL;
}

/* Of a text with the step from p to `to`, what `to` was found by. */
static __attribute__((noinline)) void note(struct arena *arena, struct step *step, const char *p, const char *to, const char *end)
{
	if (to == end || step->kind > STOP_BOUND || step->kind == STOP_NONE)
		return;
	if (!step->seen) {
		step->seen = arena_alloc(arena, sizeof *step->seen);
		*step->seen = (struct guess){ .n = 0 };
	}
	guess_note(step->seen, slice_between(p, to + 1));
	step->guess = step->seen->good ? step->seen : NULL;
}

/* Where to go on when the way taken ends. */
struct open {
	size_t n;
	struct way {
		struct step *step;
		const char *p, **bound;
	} way[OPEN_MAX];
};

static __attribute__((noinline)) bool leave_open(struct open *open, struct step *step, const char *p, const char **bound)
{
	if (open->n == OPEN_MAX)
		return false;
	open->way[open->n++] = (struct way){ step, p, bound };
	return true;
}

/* Of a step from p to `to`; returns where the next ones go. There is room for EDGES_MAX, and
 * what is written too many is written over. */
static inline const char **add_bounds(const char **bound, const struct step *step, const char *p, const char *to)
{
	if (step->kind == STOP_FIXED) {
		for (size_t i = 0; i < EDGES_MAX; i++)
			bound[i] = p + step->stop.fixed.edges[i];
	} else {
		bound[0] = p + step->n;
		bound[1] = to;
	}
	return bound + step->n_bounds;
}

/* `arena`: not NULL, to note what is there for guesses; none is made then. */
FAST static ALWAYS_INLINE struct answer *find(struct step *step, struct slice text, struct bounds *bounds,
                                              struct arena *arena)
{
	const char *p = text.p, *end = p + text.n, *last = end - BLOCK, **bound = bounds->at;
	struct open open;

	open.n = 0;
	*bound++ = p;
	for (;;) {
		const struct guess *guess = arena ? NULL : step->guess;
		const char *to;

		if (guess && guess_holds(guess, p, end))
			to = p + guess->n - 1;
		else
			to = step_end(step, p, last);
		if (to) {
			if (step->other && !leave_open(&open, step->other, p, bound))
				return NULL;
			if (arena)
				note(arena, step, p, to, end);
			bound = add_bounds(bound, step, p, to);
			if (!step->next) {
				bounds->n = (size_t)(bound - bounds->at);
				return step->stop.answer;
			}
			p = to;
			step = step->next;
		} else if (step->other) {
			step = step->other;
		} else if (open.n) {
			step = open.way[--open.n].step;
			p = open.way[open.n].p;
			bound = open.way[open.n].bound;
		} else {
			return NULL;
		}
	}
}

FAST static struct answer *find_usual(const struct steps *steps, struct slice text, struct bounds *bounds)
{
	return find(steps->root, text, bounds, NULL);
}

FAST static __attribute__((noinline)) struct answer *find_and_note(struct steps *steps, struct slice text, struct bounds *bounds)
{
	return find(steps->root, text, bounds, &steps->arena);
}

/* With room before it, as much as the block before its end begins there. */
static __attribute__((noinline)) struct answer *find_short(const struct steps *steps, struct slice text, struct bounds *bounds)
{
	char padded[2 * BLOCK] = { 0 };
	struct answer *answer;

	memcpy(padded + BLOCK, text.p, text.n);
	answer = find_usual(steps, (struct slice){ padded + BLOCK, text.n }, bounds);
	for (size_t i = 0; answer && i < bounds->n; i++)
		bounds->at[i] = text.p + (bounds->at[i] - (padded + BLOCK));
	return answer;
}

struct answer *steps_find(struct steps *steps, struct slice text, struct bounds *bounds)
{
	if (!steps->root)
		return NULL;
	if (text.n < BLOCK)
		return find_short(steps, text, bounds);
	return ++steps->found % NOTE_EVERY ? find_usual(steps, text, bounds) : find_and_note(steps, text, bounds);
}

bool steps_work(void)
{
#if SHUFFLES
	return __builtin_cpu_supports("avx");
#else
	return true;
#endif
}
