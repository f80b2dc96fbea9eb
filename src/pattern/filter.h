/* filter.h - which events a run is about: a period and what the user asked for.
 *
 * The same filter acts on events before they are counted (ad hoc) and on rows of
 * a database (through filter_accepts()). Facets are rows of filter.def.
 * SPDX-License-Identifier: MIT */
#ifndef PATTERN_FILTER_H
#define PATTERN_FILTER_H

#include "base/error.h"
#include "pattern/event.h"
#include "reply/reply.h"

/* FACET(ID, "option and field name", "argument", "help") */
enum facet {
#define FACET(id, name, argument, help) FACET_##id,
#include "pattern/filter.def"
	N_FACETS
};

struct filter {
	int64_t since, until;  /* UTC seconds, until is exclusive; TIME_NONE is open */
	struct {
		char **values; /* globs; any of them accepts; none: all accepted */
		size_t n, capacity;
	} facet[N_FACETS];
};

void filter_init(struct filter *filter);
void filter_release(struct filter *filter);
/* Add a comma-separated list to a facet. -1 and *err for a value that cannot be
 * (a direction that does not exist, a code that is none). */
int filter_add(struct filter *filter, enum facet facet, const char *list, struct error *err);
/* Nothing asked for: every event is accepted. */
bool filter_is_open(const struct filter *filter);
/* Does the facet accept this value (as it stands in TSV)? */
bool filter_accepts(const struct filter *filter, enum facet facet, struct slice value);
/* Does the period hold this instant? */
bool filter_holds(const struct filter *filter, int64_t time);
bool filter_event(const struct filter *filter, const struct event *event);

/* A code of three places, each a digit or a wildcard (x y z . * ?), the first one 2 to
 * 5 if a digit, as a glob with '?'. "5" and "5*" mean 5yz. -1: it is none. */
int code_glob(struct slice value, char out[4]);
/* X.Y.Z with a number or a wildcard in each place, wildcards as '*'. */
int enhanced_glob(struct slice value, char out[ENHANCED_TEXT_MAX]);

#endif
