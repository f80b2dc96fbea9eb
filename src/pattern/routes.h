/* routes.h - from a line to the route it takes. A thread has its own.
 * SPDX-License-Identifier: MIT */
#ifndef PATTERN_ROUTES_H
#define PATTERN_ROUTES_H

#include "base/map.h"
#include "input/prefix.h"
#include "pattern/route.h"

enum { RECENT_BITS = 6, RECENT = 1 << RECENT_BITS };

/* Eight bytes from each end of a name, or four. */
struct ends {
	uint64_t front, back;
};

/* Services seen lately: neighbouring lines are of a few in turn. */
struct recent {
	struct ends ends;
	struct slice service;
	struct route *route; /* NULL: nobody's, or the place is free */
};

struct routes {
	struct recent recent[RECENT];
	struct route *of_exim;      /* of lines with nothing but Exim's own time; NULL: not yet, or not sure */
	struct packs wanted;        /* of the run's packs those that may read lines */
	struct map services;        /* service → struct route *, NULL for nobody's */
	struct map selections;      /* struct selection as bytes → struct route * */
	struct route **pack_routes; /* by pack: lines known by shape or time stamp */
	struct buffer selection;
};

/* `mtas`: globs of the packs that may read lines; NULL: all. */
struct routes *routes_new(const struct packs *packs, const char *const *mtas);
void routes_free(struct routes *routes);

static inline struct ends ends_of(struct slice s)
{
	struct ends ends = { 0, 0 };

	if (s.n >= 8)
		return (struct ends){ slice_load64(s.p), slice_load64(s.p + s.n - 8) };
	if (s.n >= 4)
		return (struct ends){ slice_load32(s.p), slice_load32(s.p + s.n - 4) };
	for (size_t i = 0; i < s.n; i++)
		ends.front = ends.front << 8 | (unsigned char)s.p[i];
	return ends;
}

static inline size_t recent_place(struct ends ends)
{
	return (size_t)((ends.front ^ ends.back) * 0x9e3779b97f4a7c15u >> (64 - RECENT_BITS));
}

/* The route of a line like those before, whose service has at least four bytes and at
 * most twenty-four, or none at all; NULL: ask routes_find(). */
static inline struct route *routes_usual(const struct routes *routes, const struct line *line)
{
	struct slice service = line->service;
	const struct recent *recent;
	struct ends ends;

	if (service.n < 4 || service.n > 24)
		return service.n == 0 && line->exim_time ? routes->of_exim : NULL;
	ends = ends_of(service);
	recent = &routes->recent[recent_place(ends)];
	return recent->ends.front == ends.front && recent->ends.back == ends.back && recent->service.n == service.n &&
	                       (service.n <= 16 || slice_load64(service.p + 8) == slice_load64(recent->service.p + 8))
	               ? recent->route
	               : NULL;
}

/* NULL: no pack's line. `match` is room for shapes; a shape that PCRE2 gave up on is
 * added to *errors. */
struct route *routes_find(struct routes *routes, const struct line *line, struct regex_match *match, uint64_t *errors);

#endif
