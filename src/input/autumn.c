/* autumn.c - only chunks near such an hour are looked through; of all others no more than
 * the first and the last lines. SPDX-License-Identifier: MIT */
#include "input/autumn.h"

#include "input/input.h"
#include "input/prefix.h"

enum { HOUR = 3600, ENDS_LOOKED_AT = 16, END_BYTES = 8192 };

/* The earliest and the latest time of the first lines of `text`. */
static void widen(struct prefix *prefix, struct slice text, int64_t *earliest, int64_t *latest)
{
	struct slice raw;
	struct line line;

	for (int i = 0; i < ENDS_LOOKED_AT && line_next(&text, &raw); i++) {
		prefix_parse(prefix, raw, &line);
		if (line.time == TIME_NONE)
			continue;
		*earliest = line.time < *earliest ? line.time : *earliest;
		*latest = line.time > *latest ? line.time : *latest;
	}
}

/* The whole lines at the end of a chunk. */
static struct slice end_of(struct slice chunk)
{
	struct slice end = chunk.n > END_BYTES ? slice_from(chunk, chunk.n - END_BYTES) : chunk;
	ptrdiff_t newline = end.n < chunk.n ? slice_find_byte(end, '\n') : -1;

	return slice_from(end, (size_t)(newline + 1));
}

static bool is_near(struct prefix *prefix, const struct zone *zone, struct slice chunk)
{
	int64_t earliest = INT64_MAX, latest = INT64_MIN;

	widen(prefix, chunk, &earliest, &latest);
	widen(prefix, end_of(chunk), &earliest, &latest);
	return earliest <= latest && zone_is_put_back(zone, earliest - 3 * HOUR, latest + 3 * HOUR);
}

static void close_part(struct second *second, const char *end)
{
	struct slice *part = &second->parts[second->n];

	if (!part->p)
		return;
	part->n = (size_t)(end - part->p);
	second->n++;
}

static void open_part(struct second *second, const char *begin)
{
	if (second->n < AUTUMN_PARTS)
		second->parts[second->n].p = begin;
}

static void leave(struct autumn *autumn, struct second *second, const char *at)
{
	if (autumn->second && second->n < AUTUMN_PARTS)
		close_part(second, at);
	autumn->inside = autumn->second = false;
}

static void look_at(struct autumn *autumn, const struct zone *zone, const struct line *line, struct second *second)
{
	int64_t local = line->time + line->zone, begin;

	if (!zone_shows_twice(zone, local, &begin)) {
		leave(autumn, second, line->raw.p);
		return;
	}
	if (line->time != zone_to_utc(zone, local))
		return; /* it has an offset, and tells nothing of others */
	if (!autumn->inside || autumn->begin != begin) {
		leave(autumn, second, line->raw.p);
		*autumn = (struct autumn){ .inside = true, .begin = begin, .latest = local, .came_in = autumn->came_in };
	} else if (!autumn->second && local <= autumn->latest - AUTUMN_MINUTES * 60) {
		autumn->second = true;
		open_part(second, line->raw.p);
	} else if (local > autumn->latest) {
		autumn->latest = local;
	}
}

void autumn_chunk(struct autumn *autumn, const struct zone *zone, int64_t reference, struct slice chunk,
                  struct second *second)
{
	struct slice rest = chunk, raw;
	struct prefix prefix;
	struct line line;
	bool first = true;

	*second = (struct second){ 0 };
	prefix_init(&prefix, zone, reference);
	autumn->came_in = false;
	if (autumn->second)
		open_part(second, chunk.p);
	if (!is_near(&prefix, zone, chunk)) {
		leave(autumn, second, chunk.p);
		rest.n = 0;
	}
	while (line_next(&rest, &raw)) {
		prefix_parse(&prefix, raw, &line);
		if (line.time == TIME_NONE)
			continue;
		look_at(autumn, zone, &line, second);
		autumn->came_in |= first && autumn->inside;
		first = false;
	}
	if (autumn->second && second->n < AUTUMN_PARTS)
		close_part(second, chunk.p + chunk.n);
	prefix_release(&prefix);
}
