/* outlines.c - SPDX-License-Identifier: MIT */
#include "pattern/outlines.h"

#include "pattern/steps.h"

#include <stdlib.h>

/* A place in a text: so many bytes behind a bound (steps.h). */
struct place {
	uint8_t bound;
	uint16_t after;
};

struct span {
	int slot;
	struct place begin, end;
};

/* What the regex does. */
struct answer {
	bool matches, found; /* found: by a text after it was learnt */
	size_t n;
	uint64_t set; /* of slots */
	struct span span[];
};

/* A regex that is run costs a part of what learning does, and what was learnt pays
 * when it is found: each run or find is a coin, and learning takes some. What it takes
 * doubles each time, and is halved with each outline that is found at all. */
enum { PRICE_LEAST = 64, COINS_MOST = 1 << 14, STEPS_MAX = 4096 };

struct outlines {
	struct slice source;
	struct arena syntax;
	const struct node *regex;  /* read when first needed */
	bool read;
	struct steps steps;
	uint64_t coins, price;
};

struct outlines *outlines_new(struct slice source)
{
	struct outlines *o = xcalloc(1, sizeof *o);

	o->source = source;
	o->price = PRICE_LEAST;
	return o;
}

void outlines_free(struct outlines *o)
{
	if (!o)
		return;
	arena_release(&o->syntax);
	steps_clear(&o->steps);
	free(o);
}

static void fill(struct captured *captured, const struct answer *answer, const char *const *bound)
{
	captured_only(captured, answer->set);
	for (size_t i = 0; i < answer->n; i++) {
		const struct span *span = &answer->span[i];

		captured->slot[span->slot] = slice_between(bound[span->begin.bound] + span->begin.after,
		                                           bound[span->end.bound] + span->end.after);
	}
}

int outlines_find(struct outlines *o, struct slice text, struct captured *captured)
{
	const char *bound[BOUNDS_MAX];
	struct answer *answer;

	o->coins += o->coins < COINS_MOST;
	if (text.n < OUTLINE_TEXT_MIN || text.n > OUTLINE_TEXT_MAX || !(answer = steps_find(&o->steps, text, bound)))
		return -1;
	if (!answer->found) {
		answer->found = true;
		o->price = o->price / 2 < PRICE_LEAST ? PRICE_LEAST : o->price / 2;
	}
	if (answer->matches)
		fill(captured, answer, bound);
	return answer->matches;
}

/* Of a place in the text, which is no hole's inside. */
static struct place place_of(const struct outline *outline, size_t at)
{
	size_t from = 0, bound = 0, hole = 0;

	for (size_t i = 0; i < outline->n && outline->stretches[i].begin <= at; i++) {
		const struct stretch *stretch = &outline->stretches[i];

		if (!stretch->hole)
			continue;
		from = at >= stretch->end ? stretch->end : stretch->begin;
		bound = 2 * hole++ + (at >= stretch->end ? 2 : 1);
	}
	return (struct place){ (uint8_t)bound, (uint16_t)(at - from) };
}

/* Of groups of one name the first one counts. */
static struct answer *answer_of(struct outlines *o, const struct outline *outline, const struct regex *regex)
{
	const struct capture *captures;
	size_t n = regex_captures(regex, &captures);
	struct answer *answer = arena_alloc(&o->steps.arena, sizeof *answer + n * sizeof *answer->span);

	*answer = (struct answer){ .matches = outline->matches };
	for (size_t i = 0; i < n && outline->matches; i++) {
		uint64_t bit = (uint64_t)1 << captures[i].slot;
		const uint16_t *group = outline->group[captures[i].group];

		if (group[0] == GROUP_UNSET || (answer->set & bit))
			continue;
		answer->span[answer->n++] = (struct span){
			captures[i].slot, place_of(outline, group[0]), place_of(outline, group[1]),
		};
		answer->set |= bit;
	}
	return answer;
}

/* PCRE2 has the last word. */
static bool agrees(const struct outlines *o, struct slice text, int told, const struct captured *captured)
{
	const char *bound[BOUNDS_MAX];
	const struct answer *answer = steps_find(&o->steps, text, bound);
	struct captured found = { .set = 0 };

	if (!answer || answer->matches != (told > 0))
		return false;
	if (!told)
		return true;
	fill(&found, answer, bound);
	for (int i = 0; i < N_SLOTS; i++)
		if (found.slot[i].p != captured->slot[i].p || found.slot[i].n != captured->slot[i].n)
			return false;
	return found.set == captured->set;
}

static const struct node *regex_of(struct outlines *o)
{
	if (!o->read) {
		o->regex = steps_work() ? syntax_read(o->source, &o->syntax) : NULL;
		if (o->regex && !outline_suits(o->regex))
			o->regex = NULL;
		o->read = true;
	}
	return o->regex;
}

void outlines_learn(struct outlines *o, const struct regex *regex, struct slice text, int told,
                    const struct captured *captured)
{
	struct outline outline;

	if (o->coins < o->price || !regex_of(o))
		return;
	o->coins -= o->price;
	o->price *= 2;
	if (!outline_make(o->regex, text, &outline))
		return;
	if (o->steps.n > STEPS_MAX)
		steps_clear(&o->steps);
	steps_add(&o->steps, &outline, text, answer_of(o, &outline, regex));
	if (!agrees(o, text, told, captured)) {
		steps_clear(&o->steps);
		o->regex = NULL;
	}
}
