/* routes.c - services that the packs treat alike share one route.
 *
 * A log may invent services without end, so what is kept of each is its name and a
 * pointer; the tables are made once for each set of patterns and rows that some
 * service selects. SPDX-License-Identifier: MIT */
#include "pattern/routes.h"

#include <stdlib.h>

enum {
	SERVICES_MAX = 65536, /* beyond: they are looked at anew */
	RECENT_BITS = 6, RECENT = 1 << RECENT_BITS,
};

/* Eight bytes from each end of a name, or four. Up to sixteen bytes it holds no other. */
struct ends {
	uint64_t front, back;
};

/* Services seen lately: neighbouring lines are of a few in turn. */
struct recent {
	struct ends ends;
	struct slice service; /* p is NULL: free */
	struct route *route;
};

struct routes {
	struct packs wanted;        /* of the run's packs those that may read lines */
	struct map services;        /* service → struct route *, NULL for nobody's */
	struct map selections;      /* struct selection as bytes → struct route * */
	struct route **pack_routes; /* by pack: lines known by shape or time stamp */
	struct recent recent[RECENT];
	struct buffer selection;
};

static bool is_wanted(const struct pack *pack, const char *const *mtas)
{
	const char *const *mta = mtas;

	for (; mta && *mta; mta++)
		if (slice_glob(pack->name, slice_of(*mta)))
			return true;
	return mtas == NULL;
}

struct routes *routes_new(const struct packs *packs, const char *const *mtas)
{
	struct routes *routes = xcalloc(1, sizeof *routes);

	routes->wanted.pack = xcalloc(packs->n, sizeof *routes->wanted.pack);
	for (size_t i = 0; i < packs->n; i++)
		if (is_wanted(packs->pack[i], mtas))
			routes->wanted.pack[routes->wanted.n++] = packs->pack[i];
	routes->pack_routes = xcalloc(packs->n, sizeof *routes->pack_routes);
	map_init(&routes->services, sizeof(struct route *));
	map_init(&routes->selections, sizeof(struct route *));
	return routes;
}

void routes_free(struct routes *routes)
{
	for (uint32_t i = 0; i < routes->selections.count; i++)
		route_free(*(struct route **)map_value(&routes->selections, i));
	for (size_t i = 0; i < routes->wanted.n; i++)
		route_free(routes->pack_routes[i]);
	map_release(&routes->services);
	map_release(&routes->selections);
	buffer_release(&routes->selection);
	free(routes->wanted.pack);
	free(routes->pack_routes);
	free(routes);
}

/* The route for what the service selects, made when it is the first that does. */
static struct route *route_for(struct routes *routes, struct slice service)
{
	struct route **route;
	bool is_new;

	routes->selection.n = 0;
	if (!route_select(&routes->wanted, service, &routes->selection))
		return NULL;
	route = map_value(&routes->selections, map_put(&routes->selections, buffer_slice(&routes->selection), &is_new));
	if (is_new)
		*route = route_new(&routes->wanted, service);
	return *route;
}

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

static inline bool is_recent(const struct recent *recent, struct ends ends, struct slice service)
{
	return recent->ends.front == ends.front && recent->ends.back == ends.back && recent->service.n == service.n &&
	       recent->service.p && (service.n <= 16 || slice_same(service.p, recent->service.p, service.n));
}

static struct recent look_up(struct routes *routes, struct slice service)
{
	struct recent recent = { 0 };
	struct route **route;
	uint32_t index;
	bool is_new;

	if (routes->services.count == SERVICES_MAX) {
		map_clear(&routes->services);
		memset(routes->recent, 0, sizeof routes->recent);
	}
	index = map_put(&routes->services, service, &is_new);
	route = map_value(&routes->services, index);
	if (is_new)
		*route = route_for(routes, service);
	recent.service = map_key(&routes->services, index);
	recent.route = *route;
	return recent;
}

static struct route *route_by_pack(struct routes *routes, size_t i)
{
	if (!routes->pack_routes[i])
		routes->pack_routes[i] = route_of_pack(routes->wanted.pack[i]);
	return routes->pack_routes[i];
}

/* Of a line whose service nobody claims. A shape is tried with or without one: tags
 * are free to choose on many hosts. */
static __attribute__((noinline)) struct route *find_by_shape(struct routes *routes, const struct line *line,
                                                             struct regex_match *match, uint64_t *errors)
{
	for (size_t i = 0; i < routes->wanted.n; i++) {
		const struct pack *pack = routes->wanted.pack[i];
		int rc;

		if (pack->exim_time && line->exim_time && line->service.n == 0)
			return route_by_pack(routes, i);
		rc = pack->shape && (!pack->bare || line->service.n == 0) ? regex_run(pack->shape, match, line->text) : 0;
		*errors += rc < 0;
		if (rc > 0)
			return route_by_pack(routes, i);
	}
	return NULL;
}

/* Of a line whose service was not seen lately; now it is. */
static __attribute__((noinline)) struct route *find_anew(struct routes *routes, const struct line *line,
                                                         struct recent *recent, struct regex_match *match,
                                                         uint64_t *errors)
{
	struct ends ends = ends_of(line->service);

	*recent = look_up(routes, line->service);
	recent->ends = ends;
	return recent->route ? recent->route : find_by_shape(routes, line, match, errors);
}

struct route *routes_find(struct routes *routes, const struct line *line, struct regex_match *match, uint64_t *errors)
{
	struct ends ends = ends_of(line->service);
	struct recent *recent = &routes->recent[(ends.front ^ ends.back) * 0x9e3779b97f4a7c15u >> (64 - RECENT_BITS)];

	if (!is_recent(recent, ends, line->service))
		return find_anew(routes, line, recent, match, errors);
	return recent->route ? recent->route : find_by_shape(routes, line, match, errors);
}
