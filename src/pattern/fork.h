/* fork.h - within a route, the ways of texts that begin alike.
 *
 * Begins that come often get a route of their own, with the patterns and rows that could
 * fit them, and where one of its rows is found right behind the begin, nothing but what
 * could overrule that row is looked for. What decides a text stays the same.
 * SPDX-License-Identifier: MIT */
#ifndef PATTERN_FORK_H
#define PATTERN_FORK_H

#include "pattern/begin.h"
#include "pattern/route.h"

/* What is learned of a fork's texts; of the route, that of none. */
struct fork;

void forks_free(struct forks *forks);
/* The fork for texts of this begin; NULL: there is none, the route is to be asked. */
struct fork *fork_of(struct route *route, struct slice text, const struct begin *begin);
struct route *fork_route(struct fork *fork);
/* A known row that the text fits, where it is certain that no pattern matches it and no
 * other row judges it otherwise; or NULL. */
const struct try_known *fork_settles(struct fork *fork, struct slice text, size_t at);
/* Of a text that was not settled: the row that fits it. */
void fork_learn(struct fork *fork, struct slice text, size_t at, const struct try_known *row);

#endif
