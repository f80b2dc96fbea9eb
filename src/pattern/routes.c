/* routes.c - services that the packs treat alike share one route.
 *
 * A log may invent services without end, so what is kept of each is its name and a
 * pointer; the tables are made once for each set of patterns and rows that some
 * service selects. SPDX-License-Identifier: MIT */
#include "pattern/routes.h"

#include <stdlib.h>

enum { SERVICES_MAX = 65536 }; /* beyond: they are looked at anew */

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

static bool is_recent(const struct recent *recent, struct ends ends, struct slice service)
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
static struct route *find_by_shape(struct routes *routes, const struct line *line, struct regex_match *match,
                                   uint64_t *errors)
{
	bool by_time = true; /* so far */

	for (size_t i = 0; i < routes->wanted.n; i++) {
		const struct pack *pack = routes->wanted.pack[i];
		int rc;

		if (pack->exim_time && line->exim_time && line->service.n == 0) {
			if (by_time)
				routes->of_exim = route_by_pack(routes, i);
			return route_by_pack(routes, i);
		}
		by_time &= !pack->shape;
		rc = pack->shape && (!pack->bare || line->service.n == 0) ? regex_run(pack->shape, match, line->text) : 0;
		*errors += rc < 0;
		if (rc > 0)
			return route_by_pack(routes, i);
	}
	return NULL;
}

struct route *routes_find(struct routes *routes, const struct line *line, struct regex_match *match, uint64_t *errors)
{
	struct ends ends = ends_of(line->service);
	struct recent *recent = &routes->recent[recent_place(ends)];
	struct route *route = routes_usual(routes, line);

	if (route)
		return route;
	if (!is_recent(recent, ends, line->service)) {
		*recent = look_up(routes, line->service);
		recent->ends = ends;
	}
	return recent->route ? recent->route : find_by_shape(routes, line, match, errors);
}
