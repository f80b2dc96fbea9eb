/* route.h - which patterns and known rows a service's lines are tried against.
 *
 * Made once per distinct service and matcher, so that a line costs one look-up
 * and one pass for all literals that matter to it. SPDX-License-Identifier: MIT */
#ifndef PATTERN_ROUTE_H
#define PATTERN_ROUTE_H

#include "pattern/literal.h"
#include "pattern/pack.h"

/* Literals by number in the route's set. */
struct literal_list {
	uint32_t *number;
	size_t n;
};

struct try_pattern {
	const struct pattern *pattern;
	struct literal_list anchors;
};

struct try_known {
	const struct known *known;
	const struct pack *pack;
	struct literal_list has;
};

struct route {
	const struct pack *pack; /* whose lines these are (the first claim); NULL: foreign */
	struct try_pattern *patterns;
	size_t n_patterns;
	struct try_known *known;
	size_t n_known;
	struct literals *literals;
	uint64_t *found;         /* the last scan's result */
};

/* The route of a service by its name; pack == NULL in it when no pack claims it. */
struct route *route_new(const struct packs *packs, struct slice service);
/* The route of lines that belong to a pack by shape or time stamp: all of it. */
struct route *route_of_pack(const struct pack *pack);
void route_free(struct route *route);

/* After literals_scan() into route->found. */
bool route_has_any(const struct route *route, const struct literal_list *list);

#endif
