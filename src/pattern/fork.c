/* fork.c - SPDX-License-Identifier: MIT */
#include "pattern/fork.h"

#include <stdlib.h>

enum {
	FORK_AFTER = 32,  /* so many texts of a begin, one after the other in their place */
	SETTLE_AFTER = 8, /* so many texts of known rows … */
	SETTLE_UNTIL = 64, /* … and what comes up to then is learned from */
	OTHERS_MAX = 256,
};

static void fork_free(struct fork *fork)
{
	if (!fork)
		return;
	for (size_t i = 0; i < fork->n_settled; i++)
		literals_free(fork->settled[i].others);
	route_free(fork->route);
	free(fork);
}

void forks_free(struct forks *forks)
{
	for (size_t i = 0; forks && i < FORKS; i++)
		fork_free(forks->place[i].fork);
	free(forks);
}

/* Of those that share a place, the first that comes often gets it. */
void fork_count(struct route *route, struct slice text, const struct begin *begin)
{
	struct slice known = { text.p + begin->at, begin_length(begin->at, text.p + begin->at) };
	struct fork_place *place = &route->forks->place[fork_place(begin->key)];
	unsigned *texts = &route->forks->texts[fork_place(begin->key)];

	if (place->fork || begin->key == 0)
		return;
	if (place->key != begin->key)
		*texts = 0;
	place->key = begin->key;
	if (++*texts < FORK_AFTER)
		return;
	place->fork = xcalloc(1, sizeof *place->fork);
	place->fork->route = route_of_begin(route, begin->at, known);
}

static bool holds_none(const struct literals *others, struct slice text)
{
	uint64_t found[OTHERS_MAX / 64] = { 0 };

	if (!literals_may_stand(others, text))
		return true;
	literals_scan(others, text, found);
	return !(found[0] | found[1] | found[2] | found[3]);
}

const struct try_known *fork_settles(struct fork *fork, struct slice text, size_t at)
{
	for (size_t i = 0; i < fork->n_settled; i++) {
		struct settled *first = &fork->settled[0], *settled = &fork->settled[i], other;

		if (!slice_starts(slice_from(text, at), settled->literal))
			continue;
		if (settled->others && !holds_none(settled->others, text))
			return NULL;
		if (i == 0)
			return first->row;
		other = *first;
		*first = *settled;
		*settled = other;
		return first->row;
	}
	return NULL;
}

/* Literals of which none may stand in the text. */
struct others {
	struct slice literal[OTHERS_MAX];
	size_t n;
};

static bool add_others(struct others *others, const struct texts *texts)
{
	for (size_t i = 0; i < texts->n; i++) {
		if (others->n == OTHERS_MAX)
			return false;
		others->literal[others->n++] = texts->text[i];
	}
	return true;
}

static bool judges_alike(const struct try_known *a, const struct try_known *b)
{
	return a->known->trouble == b->known->trouble && (!a->known->trouble || a->pack == b->pack);
}

/* What could overrule the row in a text that begins so; false: more than literals. */
static bool find_others(const struct route *route, const struct try_known *row, bool behind_id, struct slice begin,
                        struct others *others)
{
	for (size_t i = 0; i < route->n_patterns; i++) {
		const struct try_pattern *try = &route->patterns[i];

		if (begin_could_match(behind_id, begin, try->regex) && !add_others(others, &try->pattern->anchors))
			return false;
	}
	for (const struct try_known *earlier = route->known; earlier < row; earlier++) {
		if (judges_alike(earlier, row) || !known_could_fit(earlier->known, behind_id, begin))
			continue;
		if (!earlier->known->has.n || !add_others(others, &earlier->known->has))
			return false;
	}
	return true;
}

static bool holds_any(struct slice text, const struct others *others)
{
	for (size_t i = 0; i < others->n; i++)
		if (slice_find(text, others->literal[i]) >= 0)
			return true;
	return false;
}

static bool could_hold_any(bool behind_id, struct slice text, const struct others *others)
{
	for (size_t i = 0; i < others->n; i++)
		if (begin_could_hold(behind_id, text, others->literal[i]))
			return true;
	return false;
}

/* The row's literal that stands at the text's begin; all that the row asks for. */
static struct slice literal_at(const struct known *known, struct slice text, size_t at)
{
	const struct texts *texts = known->starts.n ? &known->starts : &known->has;

	if (!(known->starts.n && (known->has.n || at)))
		for (size_t i = 0; i < texts->n; i++)
			if (slice_starts(slice_from(text, at), texts->text[i]))
				return texts->text[i];
	return (struct slice){ NULL, 0 };
}

static struct settled settled_by(struct slice literal, const struct try_known *row, bool behind_id,
                                 const struct others *others)
{
	struct settled settled = { .literal = literal, .row = row };
	char ones[8];

	memset(ones, 0xff, sizeof ones);
	memcpy(&settled.counts, ones, literal.n < 8 ? literal.n : 8);
	memcpy(&settled.front, literal.p, literal.n < 8 ? literal.n : 8);
	settled.back_at = literal.n < 8 ? 0 : literal.n - 8;
	settled.back = literal.n < 8 ? settled.front : slice_load64(literal.p + settled.back_at);
	settled.others = others->n ? literals_new(others->literal, others->n) : NULL;
	settled.whole = !could_hold_any(behind_id, literal, others);
	return settled;
}

void fork_learn(struct fork *fork, struct slice text, size_t at, const struct try_known *row)
{
	struct slice literal;
	struct others others;

	fork->of_rows += fork->of_rows < SETTLE_UNTIL;
	if (fork->of_rows < SETTLE_AFTER || fork->of_rows == SETTLE_UNTIL)
		return;
	literal = literal_at(row->known, text, at);
	others.n = 0;
	if (!literal.n || fork->n_settled == SETTLED_MAX)
		return;
	for (size_t i = 0; i < fork->n_settled; i++)
		if (slice_starts(literal, fork->settled[i].literal) || slice_starts(fork->settled[i].literal, literal))
			return;
	if (!find_others(fork->route, row, at, literal, &others) || holds_any(literal, &others))
		return;
	fork->settled[fork->n_settled++] = settled_by(literal, row, at, &others);
}
