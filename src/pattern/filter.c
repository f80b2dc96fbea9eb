/* filter.c - SPDX-License-Identifier: MIT */
#include "pattern/filter.h"

#include "base/mem.h"
#include "input/prefix.h"
#include "reply/reply.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *name;
	enum field field;
} facets[N_FACETS] = {
#define FACET(id, name, argument, help) { name, FIELD_##id },
#include "pattern/filter.def"
};

void filter_init(struct filter *filter)
{
	*filter = (struct filter){ .since = TIME_NONE, .until = TIME_NONE };
}

void filter_release(struct filter *filter)
{
	for (int f = 0; f < N_FACETS; f++) {
		for (size_t i = 0; i < filter->facet[f].n; i++)
			free(filter->facet[f].values[i]);
		free(filter->facet[f].values);
	}
	filter_init(filter);
}

int code_glob(struct slice value, char out[4])
{
	for (size_t i = 0; i < 3; i++) {
		char c = i < value.n ? value.p[i] : '*';

		if (c >= '0' && c <= '9')
			out[i] = c;
		else if (i < value.n && memchr("xyzXYZ.*?", c, 9) == NULL)
			return -1;
		else
			out[i] = '?';
	}
	out[3] = '\0';
	if (value.n == 0 || value.n > 3 || (value.n == 2 && memchr("*", value.p[1], 1) == NULL))
		return -1;
	return out[0] == '?' || (out[0] >= '2' && out[0] <= '5') ? 0 : -1;
}

int enhanced_glob(struct slice value, char out[ENHANCED_TEXT_MAX])
{
	struct slice rest = value, part;
	size_t parts = 0, n = 0;

	while (slice_split(&rest, '.', &part)) {
		uint64_t number;
		bool any = part.n == 1 && memchr("xyzXYZ*", *part.p, 7);

		if (++parts > 3 || part.n > 3 || (!any && !slice_to_u64(part, &number)))
			return -1;
		n += (size_t)snprintf(out + n, ENHANCED_TEXT_MAX - n, "%s%.*s", parts > 1 ? "." : "", any ? 1 : (int)part.n,
		                      any ? "*" : part.p);
	}
	return parts == 3 ? 0 : -1;
}

static int check_value(enum facet facet, struct slice *value, char room[ENHANCED_TEXT_MAX], struct error *err)
{
	const char *name = facets[facet].name;

	if (value->n == 0)
		return error_set(err, "--%s: an empty value; give a comma-separated list", name);
	if (facet == FACET_CODE) {
		if (code_glob(*value, room) < 0)
			return error_set(err, "--code: \"%.*s\" is no reply code; write 550, 45x, x5z or 4yz, and enhanced codes "
			                 "with --enhanced", SLICE_ARG(*value));
		*value = slice_of(room);
	}
	if (facet == FACET_ENHANCED) {
		if (enhanced_glob(*value, room) < 0)
			return error_set(err, "--enhanced: \"%.*s\" is no enhanced code; write 5.7.1, 5.7.x or x.1.1", SLICE_ARG(*value));
		*value = slice_of(room);
	}
	if ((facet == FACET_DIRECTION && direction_parse(*value) <= 0) ||
	    (facet == FACET_KIND && kind_parse(*value) <= 0) ||
	    (facet == FACET_REASON_CLASS && reason_class_parse(*value) <= 0))
		return error_set(err, "--%s: there is no %s \"%.*s\"; see smtplog-stats(1)", name, name, SLICE_ARG(*value));
	return 0;
}

int filter_add(struct filter *filter, enum facet facet, const char *list, struct error *err)
{
	struct slice rest = slice_of(list), part;

	while (slice_split(&rest, ',', &part)) {
		struct slice value = slice_trim(part);
		char room[ENHANCED_TEXT_MAX];

		if (check_value(facet, &value, room, err) < 0)
			return -1;
		GROW(filter->facet[facet].values, filter->facet[facet].n, filter->facet[facet].capacity);
		filter->facet[facet].values[filter->facet[facet].n++] = xasprintf("%.*s", SLICE_ARG(value));
	}
	return 0;
}

bool filter_is_open(const struct filter *filter)
{
	if (filter->since != TIME_NONE || filter->until != TIME_NONE)
		return false;
	for (int f = 0; f < N_FACETS; f++)
		if (filter->facet[f].n)
			return false;
	return true;
}

bool filter_accepts(const struct filter *filter, enum facet facet, struct slice value)
{
	for (size_t i = 0; i < filter->facet[facet].n; i++)
		if (slice_glob(value, slice_of(filter->facet[facet].values[i])))
			return true;
	return filter->facet[facet].n == 0;
}

bool filter_holds(const struct filter *filter, int64_t time)
{
	return (filter->since == TIME_NONE || time >= filter->since) && (filter->until == TIME_NONE || time < filter->until);
}

bool filter_event(const struct filter *filter, const struct event *event)
{
	char room[EVENT_TEXT_MAX];

	if (event->time == TIME_NONE ? filter->since != TIME_NONE || filter->until != TIME_NONE
	                             : !filter_holds(filter, event->time))
		return false;
	for (int f = 0; f < N_FACETS; f++)
		if (filter->facet[f].n && !filter_accepts(filter, (enum facet)f, event_text(event, facets[f].field, room)))
			return false;
	return true;
}
