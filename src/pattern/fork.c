/* fork.c - SPDX-License-Identifier: MIT */
#include "pattern/fork.h"

#include <stdlib.h>

enum {
	FORK_BITS = 6, FORKS = 1 << FORK_BITS,
	FORK_AFTER = 32,                   /* so many texts of a begin, one after the other in their place */
	SETTLED_MAX = 8, SETTLE_AFTER = 8, /* so many texts of a row */
	OTHERS_MAX = 256,
};

/* A literal that, where it stands right behind the begin, settles the text; unless it
 * holds one of the others. */
struct settled {
	struct slice literal;
	const struct try_known *row;
	struct literals *others; /* NULL: there are none */
};

struct fork {
	uint64_t key;  /* 0: free */
	unsigned texts, of_rows;
	struct route *route; /* NULL: not yet */
	struct settled settled[SETTLED_MAX];
	size_t n_settled;
};

struct forks {
	struct fork fork[FORKS];
};

void forks_free(struct forks *forks)
{
	if (!forks)
		return;
	for (size_t i = 0; i < FORKS; i++) {
		for (size_t k = 0; k < forks->fork[i].n_settled; k++)
			literals_free(forks->fork[i].settled[k].others);
		route_free(forks->fork[i].route);
	}
	free(forks);
}

/* Of those that share a place, the first that comes often gets it. */
static struct fork *count(struct route *route, struct fork *fork, struct slice text, const struct begin *begin)
{
	struct slice known = { text.p + begin->at, begin->at ? BEGIN_BEHIND : BEGIN_WORD };

	if (fork->route || begin->key == 0)
		return NULL;
	if (fork->key != begin->key)
		*fork = (struct fork){ .key = begin->key };
	if (++fork->texts < FORK_AFTER)
		return NULL;
	fork->route = route_of_begin(route, begin->at, known);
	return fork;
}

struct fork *fork_of(struct route *route, struct slice text, const struct begin *begin)
{
	struct fork *fork;

	if (!route->forks)
		route->forks = xcalloc(1, sizeof *route->forks);
	fork = &route->forks->fork[begin->key * 0x9e3779b97f4a7c15u >> (64 - FORK_BITS)];
	return fork->route && fork->key == begin->key ? fork : count(route, fork, text, begin);
}

struct route *fork_route(struct fork *fork)
{
	return fork->route;
}

static bool holds_none(const struct literals *others, struct slice text)
{
	uint64_t found[OTHERS_MAX / 64] = { 0 };

	literals_scan(others, text, found);
	return !(found[0] | found[1] | found[2] | found[3]);
}

const struct try_known *fork_settles(struct fork *fork, struct slice text, size_t at)
{
	struct slice behind = slice_from(text, at);

	for (size_t i = 0; i < fork->n_settled; i++) {
		const struct settled *settled = &fork->settled[i];

		if (slice_starts(behind, settled->literal))
			return !settled->others || holds_none(settled->others, text) ? settled->row : NULL;
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
		const struct pattern *pattern = route->patterns[i].pattern;

		if (begin_could_match(behind_id, begin, pattern->source) && !add_others(others, &pattern->anchors))
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

void fork_learn(struct fork *fork, struct slice text, size_t at, const struct try_known *row)
{
	struct slice literal = literal_at(row->known, text, at);
	struct others others = { .n = 0 };

	if (++fork->of_rows < SETTLE_AFTER || fork->n_settled == SETTLED_MAX || !literal.n)
		return;
	for (size_t i = 0; i < fork->n_settled; i++)
		if (slice_starts(literal, fork->settled[i].literal) || slice_starts(fork->settled[i].literal, literal))
			return;
	if (!find_others(fork->route, row, at, literal, &others))
		return;
	fork->settled[fork->n_settled++] = (struct settled){
		literal, row, others.n ? literals_new(others.literal, others.n) : NULL,
	};
}
