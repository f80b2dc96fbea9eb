/* steps.c - SPDX-License-Identifier: MIT */
#include "pattern/steps.h"

#if defined __GNUC__ && defined __x86_64__
#include <immintrin.h>
#define SHUFFLES 1
#define FAST __attribute__((target("ssse3")))
#else
#define SHUFFLES 0
#define FAST
#endif

enum { BLOCK = 16, ALL_PLACES = 0xffff, OPEN_MAX = 16 };

/* What ends a step: a hole of a class, one of all but a few bytes, the last one, which goes
 * up to a tail, the text's end. */
enum stop_kind { STOP_NONE, STOP_CLASS, STOP_UNTIL, STOP_LAST, STOP_END };

struct stop {
	uint8_t kind, atoms;         /* atoms: of STOP_CLASS */
	bool is_until;               /* it has none of these */
	unsigned char until[UNTIL_MAX];
	unsigned char barred[BARRED_MAX]; /* bytes that the hole does not begin with, or 0 */
	bool bound;                  /* in its length or first byte */
	uint16_t least, most;
	struct slice tail;           /* behind the last one, up to the end */
	struct answer *answer;       /* of STOP_LAST and STOP_END */
};

/* Bytes, maybe none, then a stop. */
struct step {
	char bytes[BLOCK];
	unsigned char stops[UNTIL_MAX][BLOCK]; /* what a hole has or lacks, a block each: atoms in [0], or bytes */
	uint32_t beyond;            /* a bit for each of a block's bytes that is none of them */
	uint8_t n;
	struct stop stop;
	struct step *next, *other;
};

static inline bool is_inside(const struct stop *stop, unsigned char c)
{
	if (!stop->is_until)
		return atoms_by_low[c & 15] & atoms_by_high[c >> 4] & stop->atoms;
	for (int i = 0; i < UNTIL_MAX; i++)
		if (c == stop->until[i])
			return false;
	return true;
}

static const char *hole_end_slowly(const struct stop *stop, const char *p, const char *end)
{
	while (p < end && is_inside(stop, (unsigned char)*p))
		p++;
	return p;
}

#if SHUFFLES

FAST static inline __m128i load(const void *p)
{
	return _mm_loadu_si128(p);
}

/* A block can be read up to here. */
static inline const char *last_block(struct slice text)
{
	return text.n < BLOCK ? text.p - 1 : text.p + text.n - BLOCK;
}

FAST static inline bool has_bytes(const struct step *step, const char *p, const char *end, const char *last)
{
	unsigned same;

	if (p > last)
		return end - p >= step->n && memcmp(p, step->bytes, step->n) == 0;
	same = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(load(p), load(step->bytes)));
	return (same | step->beyond) == ALL_PLACES;
}

/* Which of the bytes at p are none of the hole's, a bit each. */
FAST static inline unsigned outside_class(const struct step *step, const char *p)
{
	__m128i bytes = load(p), half = _mm_set1_epi8(15);
	__m128i low = _mm_shuffle_epi8(load(atoms_by_low), bytes & half);
	__m128i high = _mm_shuffle_epi8(load(atoms_by_high), _mm_srli_epi16(bytes, 4) & half);

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(low & high & load(step->stops[0]), _mm_setzero_si128()));
}

FAST static inline unsigned until(const struct step *step, const char *p)
{
	__m128i bytes = load(p), first = _mm_cmpeq_epi8(bytes, load(step->stops[0]));

	return (unsigned)_mm_movemask_epi8(first | _mm_cmpeq_epi8(bytes, load(step->stops[1])) |
	                                   _mm_cmpeq_epi8(bytes, load(step->stops[2])));
}

FAST static inline const char *hole_end(const struct step *step, const char *p, const char *end, const char *last)
{
	unsigned outside = 0;

	if (step->stop.kind == STOP_UNTIL)
		while (p <= last && (outside = until(step, p)) == 0)
			p += BLOCK;
	else
		while (p <= last && (outside = outside_class(step, p)) == 0)
			p += BLOCK;
	return outside ? p + __builtin_ctz(outside) : hole_end_slowly(&step->stop, p, end);
}

#else

static inline const char *last_block(struct slice text)
{
	return text.p;
}

static bool has_bytes(const struct step *step, const char *p, const char *end, const char *last)
{
	(void)last;
	return end - p >= step->n && memcmp(p, step->bytes, step->n) == 0;
}

static const char *hole_end(const struct step *step, const char *p, const char *end, const char *last)
{
	(void)last;
	return hole_end_slowly(&step->stop, p, end);
}

#endif

/* Four bytes at a time. */
static inline bool is_barred(const struct stop *stop, unsigned char c)
{
	const uint32_t ones = 0x01010101u;
	uint32_t barred, same;

	_Static_assert(sizeof stop->barred == sizeof barred, "compared as one");
	memcpy(&barred, stop->barred, sizeof barred);
	same = barred ^ c * ones;
	return (same - ones) & ~same & 0x80 * ones;
}

/* The end of what stands at p, or NULL: something else does. `to`: that of a hole, if it
 * is as long as can be; one of a given length may be followed by more of the same. */
static __attribute__((noinline)) const char *unusual_end(const struct stop *stop, const char *p, const char *end,
                                                         const char *to)
{
	size_t n;

	if (stop->kind == STOP_END)
		return p == end ? p : NULL;
	if (stop->kind == STOP_LAST) {
		if ((size_t)(end - p) < stop->tail.n)
			return NULL;
		to = end - stop->tail.n;
		if (memcmp(to, stop->tail.p, stop->tail.n) != 0 || (stop->is_until && hole_end_slowly(stop, p, to) < to))
			return NULL;
	}
	n = (size_t)(to - p);
	if (n < stop->least || is_barred(stop, (unsigned char)*p))
		return NULL;
	return n <= stop->most ? to : stop->least == stop->most && stop->kind != STOP_LAST ? p + stop->most : NULL;
}

FAST static inline const char *stop_end(const struct step *step, const char *p, const char *end, const char *last)
{
	enum stop_kind kind = (enum stop_kind)step->stop.kind;
	const char *to = NULL;

	if (kind == STOP_NONE)
		return p;
	if (kind <= STOP_UNTIL)
		to = hole_end(step, p, end, last);
	return step->stop.bound ? unusual_end(&step->stop, p, end, to) : to > p ? to : NULL;
}

/* Where to go on when the way taken ends. */
struct open {
	const struct step *step;
	const char *p;
	size_t n_bounds;
};

FAST static struct answer *find(const struct step *step, struct slice text, const char **bound)
{
	const char *p = text.p, *end = p + text.n, *last = last_block(text);
	size_t n_bounds = 1, n_open = 0;
	struct open open[OPEN_MAX];

	bound[0] = p;
	for (;;) {
		const char *from = p + step->n, *to = NULL;

		if (has_bytes(step, p, end, last) && (to = stop_end(step, from, end, last)) != NULL) {
			if (step->other) {
				if (n_open == OPEN_MAX)
					return NULL;
				open[n_open++] = (struct open){ step->other, p, n_bounds };
			}
			p = to;
			if (step->stop.kind != STOP_NONE) {
				bound[n_bounds++] = from;
				bound[n_bounds++] = to;
				if (step->stop.answer)
					return step->stop.answer;
			}
			step = step->next;
		} else if (step->other) {
			step = step->other;
		} else if (n_open) {
			step = open[--n_open].step;
			p = open[n_open].p;
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

static struct step *new_step(struct steps *steps, struct step **link, struct slice bytes, const struct stop *stop)
{
	struct step *step = arena_alloc(&steps->arena, sizeof *step);

	*step = (struct step){ .stop = *stop };
	while (*link) /* what came first is what comes often */
		link = &(*link)->other;
	set_bytes(step, bytes);
	for (int i = 0; i < UNTIL_MAX; i++)
		memset(step->stops[i], stop->kind == STOP_CLASS ? stop->atoms : stop->until[i], BLOCK);
	*link = step;
	steps->n++;
	return step;
}

static bool same_stop(const struct stop *a, const struct stop *b)
{
	return a->kind == b->kind && a->atoms == b->atoms && a->is_until == b->is_until && memcmp(a->until, b->until, UNTIL_MAX) == 0 &&
	       memcmp(a->barred, b->barred, BARRED_MAX) == 0 && a->least == b->least &&
	       a->most == b->most && slice_eq(a->tail, b->tail);
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
	struct stop stop = { .kind = STOP_CLASS, .least = hole->least, .most = hole->most };

	stop.is_until = hole->class == CLASS_UNTIL;
	if (hole->class >= CLASS_UNTIL)
		stop.kind = last ? STOP_LAST : STOP_UNTIL;
	else
		stop.atoms = class_atoms(hole->class);
	memcpy(stop.barred, hole->barred, BARRED_MAX);
	memcpy(stop.until, hole->until, UNTIL_MAX);
	stop.bound = last || hole->least > 1 || hole->most < UINT16_MAX || hole->barred[0];
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
	struct stop stop, end = { .kind = STOP_END, .bound = true, .answer = answer };
	struct step **link = &steps->root;
	struct slice bytes = { text.p, 0 };

	for (size_t i = 0; i < outline->n; i++) {
		const struct stretch *stretch = &outline->stretches[i];

		if (!stretch->hole) {
			bytes = slice_between(text.p + stretch->begin, text.p + stretch->end);
			continue;
		}
		stop = stop_of(stretch, i == last_hole(outline));
		if (stop.kind == STOP_LAST) {
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

struct answer *steps_find(const struct steps *steps, struct slice text, const char *bound[BOUNDS_MAX])
{
	return steps->root ? find(steps->root, text, bound) : NULL;
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
	return __builtin_cpu_supports("ssse3");
#else
	return true;
#endif
}
