/* routes.c - services that the packs treat alike share one route.
 *
 * A log may invent services without end, so what is kept of each is its name and a
 * pointer; the tables are made once for each set of patterns and rows that some
 * service selects. SPDX-License-Identifier: MIT */
#include "pattern/routes.h"

#include <stdlib.h>

enum {
	SERVICES_MAX = 65536, /* beyond: they are looked at anew */
	RECENT = 64,
};

/* Services seen lately, by a cheap hash: neighbouring lines are of a few in turn. */
struct recent {
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

static struct recent *recent_place(struct routes *routes, struct slice service)
{
	size_t n = service.n;
	unsigned h = n < 4 ? 0 : (unsigned char)service.p[n - 1] + 5u * (unsigned char)service.p[n - 4] +
	                         3u * (unsigned char)service.p[n / 2];

	return &routes->recent[(h + n) % RECENT];
}

static struct route *route_by_service(struct routes *routes, struct slice service)
{
	struct recent *recent = recent_place(routes, service);
	struct route **route;
	uint32_t index;
	bool is_new;

	if (recent->service.p && slice_eq(service, recent->service))
		return recent->route;
	if (routes->services.count == SERVICES_MAX) {
		map_clear(&routes->services);
		memset(routes->recent, 0, sizeof routes->recent);
	}
	index = map_put(&routes->services, service, &is_new);
	route = map_value(&routes->services, index);
	if (is_new)
		*route = route_for(routes, service);
	*recent = (struct recent){ map_key(&routes->services, index), *route };
	return *route;
}

static struct route *route_by_pack(struct routes *routes, size_t i)
{
	if (!routes->pack_routes[i])
		routes->pack_routes[i] = route_of_pack(routes->wanted.pack[i]);
	return routes->pack_routes[i];
}

/* A shape is tried with or without a service that nobody claims: tags are free to
 * choose on many hosts. */
struct route *routes_find(struct routes *routes, const struct line *line, struct regex_match *match, uint64_t *errors)
{
	struct route *route = route_by_service(routes, line->service);

	for (size_t i = 0; !route && i < routes->wanted.n; i++) {
		const struct pack *pack = routes->wanted.pack[i];
		int rc;

		if (pack->exim_time && line->exim_time && line->service.n == 0)
			return route_by_pack(routes, i);
		rc = pack->shape && (!pack->bare || line->service.n == 0) ? regex_run(pack->shape, match, line->text) : 0;
		*errors += rc < 0;
		if (rc > 0)
			return route_by_pack(routes, i);
	}
	return route;
}
