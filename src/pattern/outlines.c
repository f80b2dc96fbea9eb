/* outlines.c - SPDX-License-Identifier: MIT */
#include "pattern/outlines.h"

#include "pattern/verdict.h"

#include <stdlib.h>

/* A regex that is run costs a part of what learning does, and what was learnt pays
 * when it is found: each run or find is a coin, and learning takes some. What it takes
 * doubles each time, and is halved with each outline that is found at all. */
enum { PRICE_LEAST = 64, COINS_MOST = 1 << 14, STEPS_MAX = 4096 };

struct outlines {
	struct slice source;
	const struct texts *anchors;
	struct arena syntax;
	const struct node *regex;  /* read when first needed */
	bool read;
	struct steps steps;
	uint64_t coins, price;
	uint64_t learnt;
};

struct outlines *outlines_new(struct slice source, const struct texts *anchors)
{
	struct outlines *o = xcalloc(1, sizeof *o);

	o->source = source;
	o->anchors = anchors;
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

int outlines_find(struct outlines *o, struct slice text, struct found *found)
{
	struct answer *answer;

	o->coins += o->coins < COINS_MOST;
	if (text.n > OUTLINE_TEXT_MAX || !(answer = steps_find(&o->steps, text, &found->bounds)))
		return -1;
	if (!answer->found) {
		answer->found = true;
		o->price = o->price / 2 < PRICE_LEAST ? PRICE_LEAST : o->price / 2;
	}
	found->answer = answer;
	return answer->matches;
}

/* PCRE2 has the last word. A text of which nothing is said, as where too many ways were
 * open, contradicts nothing. */
static bool contradicts(struct outlines *o, struct slice text, int told, const struct captured *captured)
{
	struct captured own = { .set = 0 };
	struct found found;

	found.answer = steps_find(&o->steps, text, &found.bounds);
	if (!found.answer || (!told && !found.answer->matches))
		return false;
	if (found.answer->matches != (told > 0))
		return true;
	found_captured(&found, &own);
	for (int i = 0; i < N_SLOTS; i++)
		if (own.slot[i].p != captured->slot[i].p || own.slot[i].n != captured->slot[i].n)
			return true;
	return own.set != captured->set;
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

/* Does every text of the outline hold one of the literals? */
static bool outline_has_any(const struct outline *outline, struct slice text, const struct texts *literals)
{
	for (size_t i = 0; i < outline->n; i++) {
		const struct stretch *stretch = &outline->stretches[i];
		struct slice bytes = slice_between(text.p + stretch->begin, text.p + stretch->end);

		for (size_t k = 0; k < literals->n && !stretch->hole; k++)
			if (slice_find(bytes, literals->text[k]) >= 0)
				return true;
	}
	return false;
}

static struct fingerprint name_of(struct outlines *o)
{
	struct fingerprint name = fingerprint_of((uintptr_t)o);

	fingerprint_words(&name, o->learnt++, 0);
	return name;
}

void outlines_learn(struct outlines *o, const struct regex *regex, struct slice text, int told,
                    const struct captured *captured)
{
	struct outline outline;
	struct answer *answer;

	if (o->coins < o->price || !regex_of(o))
		return;
	o->coins -= o->price;
	o->price = 2 * o->price < COINS_MOST ? 2 * o->price : COINS_MOST;
	if (!outline_make(o->regex, text, &outline))
		return;
	if (o->steps.n > STEPS_MAX)
		steps_clear(&o->steps);
	answer = answer_new(&o->steps.arena, &outline, text, regex, name_of(o));
	if (told)
		answer->said = verdict_said(captured, answer->fixed);
	answer->anchored = outline_has_any(&outline, text, o->anchors);
	steps_add(&o->steps, &outline, text, answer);
	if (contradicts(o, text, told, captured)) {
		steps_clear(&o->steps);
		o->regex = NULL;
	}
}
