/* fork.c - SPDX-License-Identifier: MIT */
#include "pattern/fork.h"

#include <stdlib.h>

enum {
	FORK_AFTER = 32,  /* so many texts of a begin, one after the other in their place */
	SETTLE_AFTER = 8, /* so many texts of known rows … */
	SETTLE_UNTIL = 64, /* … and what comes up to then is learned from */
};

static void fork_free(struct fork *fork)
{
	if (!fork)
		return;
	for (size_t i = 0; i < fork->n_settled; i++)
		settled_release(&fork->settled[i]);
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
	place->fork->is_word = !begin->at && begin_is_word(known);
}

static void put_first(struct fork *fork, size_t i)
{
	struct settled settled = fork->settled[i];

	fork->settled[i] = fork->settled[0];
	fork->settled[0] = settled;
}

const struct try_known *fork_settles(struct fork *fork, struct slice text, size_t at)
{
	for (size_t i = 0; i < fork->n_settled; i++)
		if (settled_at(&fork->settled[i], text.p + at, text.n - at) && settled_by_search(&fork->settled[i], &text, at)) {
			if (i > 0)
				put_first(fork, i);
			return fork->settled[0].row;
		}
	return NULL;
}

void fork_learn(struct fork *fork, struct slice text, size_t at, const struct try_known *row)
{
	fork->of_rows += fork->of_rows < SETTLE_UNTIL;
	if (fork->of_rows < SETTLE_AFTER || fork->of_rows == SETTLE_UNTIL || fork->n_settled == SETTLED_MAX)
		return;
	for (size_t i = 0; i < fork->n_settled; i++)
		if (settled_suits(&fork->settled[i], text, at))
			return;
	fork->n_settled += settled_make(&fork->settled[fork->n_settled], fork->route, text, at, row);
}
