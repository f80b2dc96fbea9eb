/* steps.c - SPDX-License-Identifier: MIT */
#include "pattern/step.h"

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

static void set_stop(struct step *step, const struct stop *stop)
{
	step->stop = *stop;
	step->stop.bars = bytes_count(&stop->not_first) || bytes_count(&stop->not_last);
	step->spare = stop->most - stop->least;
	step->kind = (uint8_t)stop->kind;
	step->n_bounds = stop->kind == STOP_FIXED ? stop->fixed.n_edges : stop->kind == STOP_NONE ? 0 : 2;
}

static struct step *new_step(struct steps *steps, struct step **link, struct slice bytes, const struct stop *stop)
{
	struct step *step = arena_alloc(&steps->arena, sizeof *step);

	*step = (struct step){ .n = 0 };
	set_stop(step, stop);
	while (*link) /* what came first is what comes often */
		link = &(*link)->other;
	set_bytes(step, bytes);
	set_halves(step, &stop->holds);
	*link = step;
	steps->n++;
	return step;
}

static bool same_fixed(const struct fixed *a, const struct fixed *b)
{
	return a->inside == b->inside && a->n_edges == b->n_edges && memcmp(a->edges, b->edges, a->n_edges) == 0;
}

static bool same_stop(const struct stop *a, const struct stop *b)
{
	return a->kind == b->kind && bytes_same(&a->holds, &b->holds) && bytes_same(&a->not_first, &b->not_first) &&
	       a->least == b->least && a->most == b->most && same_fixed(&a->fixed, &b->fixed) && slice_eq(a->last_of, b->last_of) &&
	       bytes_same(&a->not_last, &b->not_last) && slice_eq(a->tail, b->tail);
}

static size_t common_bytes(const struct step *step, struct slice bytes)
{
	size_t n = 0;

	while (step->stop.kind != STOP_FIXED && n < step->n && n < bytes.n && step->bytes[n] == bytes.p[n])
		n++;
	return n;
}

/* The first n bytes become a step of their own, before the rest, and what is guessed of
 * all of them is no more. */
static void part(struct steps *steps, struct step *step, size_t n)
{
	struct step *rest = NULL;

	if (n == step->n && step->stop.kind == STOP_NONE)
		return;
	new_step(steps, &rest, (struct slice){ step->bytes + n, step->n - n }, &step->stop)->next = step->next;
	set_bytes(step, (struct slice){ step->bytes, n });
	set_stop(step, &(struct stop){ .kind = STOP_NONE });
	step->guess = step->seen = NULL;
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

static size_t last_hole(const struct outline *outline)
{
	size_t i = outline->n;

	while (i > 0 && !outline->stretches[i - 1].hole)
		i--;
	return i - 1; /* beyond all: there is none */
}

/* As add(); `block`: the bytes, anything where holes are. */
static struct step **add_fixed(struct steps *steps, struct step **link, struct slice block, const struct stop *stop)
{
	struct step *step = *link;

	while (step && !(same_stop(&step->stop, stop) && step->n == block.n && memcmp(step->bytes, block.p, block.n) == 0))
		step = step->other;
	if (!step) {
		step = new_step(steps, link, block, stop);
		step->beyond |= stop->fixed.inside;
	}
	return &step->next;
}

/* Is that all there is to say of the hole? */
static bool has_given_length(const struct outline *outline, size_t hole)
{
	const struct stretch *stretch = &outline->stretches[hole];

	return stretch->least == stretch->most && !stretch->last_of && !bytes_count(&stretch->not_first) &&
	       !(stretch->wide && hole == last_hole(outline));
}

/* Stretches from the first on that one step can do, as many as end with a hole; 0: no more
 * than one hole's. */
static size_t fixed_of(const struct outline *outline, size_t first, struct slice text, struct stop *stop, struct slice *block,
                       char bytes[BLOCK])
{
	size_t n = 0, taken = 0;

	*stop = (struct stop){ .kind = STOP_FIXED };
	*block = (struct slice){ bytes, 0 };
	for (size_t i = first; i < outline->n; i++) {
		const struct stretch *stretch = &outline->stretches[i];
		const size_t length = stretch->end - stretch->begin;
		struct fixed *fixed = &stop->fixed;

		if (n + length > BLOCK || fixed->n_edges == EDGES_MAX)
			break;
		memset(bytes + n, 0, length);
		if (!stretch->hole) {
			memcpy(bytes + n, text.p + stretch->begin, length);
		} else {
			if (!has_given_length(outline, i) || (taken && !bytes_same(&stretch->holds, &stop->holds)))
				break;
			stop->holds = stretch->holds;
			fixed->inside |= (uint16_t)(((1u << length) - 1) << n);
			fixed->edges[fixed->n_edges++] = (uint8_t)n;
			fixed->edges[fixed->n_edges++] = (uint8_t)(n + length);
			*block = (struct slice){ bytes, n + length };
			taken = i + 1 - first;
		}
		n += length;
	}
	return stop->fixed.n_edges > 2 ? taken : 0;
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

void steps_add(struct steps *steps, const struct outline *outline, struct slice text, struct answer *answer)
{
	struct stop stop, end = { .kind = STOP_END, .answer = answer };
	struct step **link = &steps->root;
	struct slice bytes = { text.p, 0 }, block;
	char room[BLOCK];

	for (size_t i = 0; i < outline->n; i++) {
		const struct stretch *stretch = &outline->stretches[i];
		size_t taken = bytes.n ? 0 : fixed_of(outline, i, text, &stop, &block, room);

		if (taken) {
			link = add_fixed(steps, link, block, &stop);
			i += taken - 1;
			continue;
		}
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

void steps_clear(struct steps *steps)
{
	arena_release(&steps->arena);
	steps->root = NULL;
	steps->n = 0;
}
