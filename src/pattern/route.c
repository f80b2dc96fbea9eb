/* route.c - SPDX-License-Identifier: MIT */
#include "pattern/route.h"

#include <stdlib.h>

static bool fits(const struct texts *globs, struct slice service)
{
	for (size_t i = 0; i < globs->n; i++)
		if (slice_glob(service, globs->text[i]))
			return true;
	return false;
}

/* Collects a route's literals, each once. */
struct collector {
	struct slice *literal;
	size_t n, capacity;
};

static uint32_t number_of(struct collector *c, struct slice literal)
{
	for (size_t i = 0; i < c->n; i++)
		if (slice_eq(c->literal[i], literal))
			return (uint32_t)i;
	GROW(c->literal, c->n, c->capacity);
	c->literal[c->n] = literal;
	return (uint32_t)c->n++;
}

static struct literal_list numbers_of(struct collector *c, const struct texts *texts)
{
	struct literal_list list = { xcalloc(texts->n, sizeof *list.number), texts->n };

	for (size_t i = 0; i < texts->n; i++)
		list.number[i] = number_of(c, texts->text[i]);
	return list;
}

/* `service` NULL: whatever the services of patterns and rows are. */
static void add_pack(struct route *route, struct collector *c, const struct pack *pack, const struct slice *service)
{
	for (size_t i = 0; i < pack->n_patterns; i++) {
		const struct pattern *pattern = &pack->patterns[i];

		if (!service || !pattern->services.n || fits(&pattern->services, *service))
			route->patterns[route->n_patterns++] =
				(struct try_pattern){ pattern, numbers_of(c, &pattern->anchors) };
	}
	for (size_t i = 0; i < pack->n_known; i++) {
		const struct known *known = &pack->known[i];

		if (!service || !known->services.n || fits(&known->services, *service))
			route->known[route->n_known++] =
				(struct try_known){ known, pack, numbers_of(c, &known->has) };
	}
	if (!route->pack)
		route->pack = pack;
}

static struct route *with_room(size_t n_patterns, size_t n_known)
{
	struct route *route = xcalloc(1, sizeof *route);

	route->patterns = xcalloc(n_patterns, sizeof *route->patterns);
	route->known = xcalloc(n_known, sizeof *route->known);
	return route;
}

static struct route *finish(struct route *route, struct collector *c)
{
	route->literals = literals_new(c->literal, c->n);
	route->found = xcalloc(literals_words(c->n), sizeof *route->found);
	free(c->literal);
	return route;
}

struct route *route_new(const struct packs *packs, struct slice service)
{
	struct collector c = { 0 };
	size_t n_patterns = 0, n_known = 0;
	struct route *route;

	for (size_t i = 0; i < packs->n; i++) {
		n_patterns += packs->pack[i]->n_patterns;
		n_known += packs->pack[i]->n_known;
	}
	route = with_room(n_patterns, n_known);
	for (size_t i = 0; i < packs->n; i++)
		if (fits(&packs->pack[i]->services, service))
			add_pack(route, &c, packs->pack[i], &service);
	return finish(route, &c);
}

struct route *route_of_pack(const struct pack *pack)
{
	struct collector c = { 0 };
	struct route *route = with_room(pack->n_patterns, pack->n_known);

	add_pack(route, &c, pack, NULL);
	return finish(route, &c);
}

void route_free(struct route *route)
{
	if (!route)
		return;
	for (size_t i = 0; i < route->n_patterns; i++)
		free(route->patterns[i].anchors.number);
	for (size_t i = 0; i < route->n_known; i++)
		free(route->known[i].has.number);
	literals_free(route->literals);
	free(route->patterns);
	free(route->known);
	free(route->found);
	free(route);
}

bool route_has_any(const struct route *route, const struct literal_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (route->found[list->number[i] / 64] >> list->number[i] % 64 & 1)
			return true;
	return false;
}
