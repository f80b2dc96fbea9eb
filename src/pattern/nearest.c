/* nearest.c - SPDX-License-Identifier: MIT */
#include "pattern/nearest.h"

#include "pattern/route.h"

static void consider(const struct route *route, struct slice text, struct nearest *out)
{
	for (size_t i = 0; i < route->n_patterns; i++) {
		struct nearest here = { .pattern = route->patterns[i].pattern };

		regex_furthest(here.pattern->source, text, &here.text_at, &here.source_at);
		if (here.text_at > out->text_at)
			*out = here;
	}
}

void nearest_pattern(const struct packs *packs, const struct line *line, struct nearest *out)
{
	struct buffer selection = { 0 };
	struct route *route = route_select(packs, line->service, &selection) ? route_new(packs, line->service) : NULL;

	*out = (struct nearest){ 0 };
	if (route)
		consider(route, line->text, out);
	for (size_t i = 0; !route && i < packs->n; i++) {
		struct route *all = route_of_pack(packs->pack[i]);

		consider(all, line->text, out);
		route_free(all);
	}
	route_free(route);
	buffer_release(&selection);
}
