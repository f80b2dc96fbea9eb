/* fork.h - within a route, the ways of texts that begin alike.
 *
 * Begins that come often get a route of their own, with the patterns and rows that could
 * fit them, and where one of its rows is found right behind the begin, nothing but what
 * could overrule that row is looked for. What decides a text stays the same.
 * SPDX-License-Identifier: MIT */
#ifndef PATTERN_FORK_H
#define PATTERN_FORK_H

#include "pattern/begin.h"
#include "pattern/settled.h"

enum { FORK_BITS = 6, FORKS = 1 << FORK_BITS, SETTLED_MAX = 8 };

struct fork {
	struct route *route;
	struct settled settled[SETTLED_MAX];
	size_t n_settled;
	bool is_word;     /* no other begin has these bytes in front: see begin_is_word() */
	unsigned of_rows; /* texts that were known rows, but not settled */
};

/* A route's forks by begin. */
struct forks {
	struct fork_place {
		uint64_t key; /* 0: free */
		struct fork *fork; /* NULL: not yet */
	} place[FORKS];
	unsigned texts[FORKS];
};

void forks_free(struct forks *forks);

static inline size_t fork_place(uint64_t key)
{
	return (size_t)(key * 0x9e3779b97f4a7c15u >> (64 - FORK_BITS));
}

/* The fork for texts of this begin; NULL: there is none, the route is to be asked. */
static inline struct fork *fork_at(const struct route *route, uint64_t key)
{
	const struct fork_place *place = &route->forks->place[fork_place(key)];

	return place->key == key ? place->fork : NULL;
}

/* The same by the first eight bytes of a text, where no more is needed to tell; or NULL. */
static inline struct fork *fork_of_word(const struct route *route, uint64_t bytes)
{
	struct fork *fork = fork_at(route, bytes);

	return fork && fork->is_word ? fork : NULL;
}

/* A text with this begin has come, which has no fork. */
void fork_count(struct route *route, struct slice text, const struct begin *begin);

/* A known row that the text fits, where it is certain that no pattern matches it and no
 * other row judges it otherwise; or NULL. */
const struct try_known *fork_settles(struct fork *fork, struct slice text, size_t at);
/* Of a text that was not settled: the row that fits it. */
void fork_learn(struct fork *fork, struct slice text, size_t at, const struct try_known *row);

#endif
