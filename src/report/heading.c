/* heading.c - whose lines a report is about, of when, and how far to trust it.
 *
 * The period is the one that was asked for where it has an end, else the one that
 * was found. A database counts by the hour, so there it is widened to whole hours
 * on the log's clock, and says so. SPDX-License-Identifier: MIT */
#include "report/heading.h"

#include "input/prefix.h"
#include "input/zone.h"
#include "report/folded.h"

#include <stdlib.h>

enum { HOUR = 3600 };

static int heading_hosts(struct build *build, struct error *err)
{
	struct heading *heading = &build->report->heading;
	struct query query = build_query(build);
	struct query_result result = { 0 };

	query.n_by = 1;
	query.by[0] = COLUMN_HOST;
	if (query_run(build->store, &query, &result, err))
		return -1;
	heading->hosts = arena_alloc(&build->report->arena, (result.n + 1) * sizeof *heading->hosts);
	for (size_t i = 0; i < result.n; i++)
		if (result.rows[i].by[0].text.n)
			heading->hosts[heading->n_hosts++] = arena_copy(&build->report->arena, result.rows[i].by[0].text);
	query_result_release(&result);
	return 0;
}

static void note(struct notices *notices, enum notice_id id, uint64_t count)
{
	notice_add(notices, &(struct notice){ .id = id, .count = count });
}

/* --- the period ---------------------------------------------------------- */

/* The begin of the hour that holds an instant. */
static int64_t hour_of(int64_t instant, int32_t zone)
{
	int64_t second = (instant + zone) % HOUR;

	return instant - second - (second < 0 ? HOUR : 0);
}

static void widen_period(struct build *build)
{
	struct heading *heading = &build->report->heading;
	int64_t since = heading->since, until = heading->until;

	if (since != TIME_NONE)
		heading->since = hour_of(since, build->any_span ? build->span.first_zone : heading->since_zone);
	if (until != TIME_NONE)
		heading->until = hour_of(until + HOUR - 1, build->any_span ? build->span.last_zone : heading->until_zone);
	if (heading->since != since || heading->until != until)
		note(&heading->notes, NOTICE_WHOLE_HOURS, 0);
}

static void heading_period(struct build *build)
{
	const struct report_request *request = build->request;
	const struct filter *filter = request->filter;
	struct heading *heading = &build->report->heading;

	heading->since = heading->until = TIME_NONE;
	if (build->any_span) {
		heading->since = build->span.first;
		heading->since_zone = build->span.first_zone;
		heading->until = build->span.last + HOUR;
		heading->until_zone = build->span.last_zone;
	}
	if (filter && filter->since != TIME_NONE) {
		heading->since = filter->since;
		heading->since_zone = request->zone ? zone_offset(request->zone, filter->since) : 0;
	}
	if (filter && filter->until != TIME_NONE) {
		heading->until = filter->until;
		heading->until_zone = request->zone ? zone_offset(request->zone, filter->until - 1) : 0;
	}
	if (request->filter_in_store)
		widen_period(build);
}

/* --- the filters --------------------------------------------------------- */

/* A wildcard of a code or an enhanced code as the letter of its place. */
static void write_places(struct buffer *out, const char *value, char wildcard, bool dotted)
{
	size_t place = 0;

	for (const char *c = value; *c; c++) {
		buffer_byte(out, *c == wildcard ? "xyz"[place < 3 ? place : 2] : *c);
		place += !dotted || *c == '.';
	}
}

static void write_value(struct buffer *out, enum facet facet, const char *value)
{
	switch (facet) {
	case FACET_CODE: write_places(out, value, '?', false); break;
	case FACET_ENHANCED: write_places(out, value, '*', true); break;
	default: buffer_puts(out, value);
	}
}

static void heading_filters(struct build *build)
{
	const struct filter *filter = build->request->filter;
	struct buffer list = { 0 };

	for (int facet = 0; filter && facet < N_FACETS; facet++) {
		list.n = 0;
		for (size_t i = 0; i < filter->facet[facet].n; i++) {
			if (i)
				buffer_byte(&list, ',');
			write_value(&list, (enum facet)facet, filter->facet[facet].values[i]);
		}
		if (list.n)
			build->report->heading.only[facet] = arena_copy(&build->report->arena, buffer_slice(&list));
	}
	buffer_release(&list);
}

/* --- how far to trust it ------------------------------------------------- */

static void heading_complete(struct build *build)
{
	struct notices *incomplete = &build->report->heading.incomplete;
	uint64_t unreadable = 0, unread = 0;

	for (size_t i = 0; i < build->request->n_inputs; i++) {
		const struct report_input *input = &build->request->inputs[i];

		unreadable += input->problem && input->lines == 0;
		unread += input->problem && input->lines != 0;
	}
	if (unreadable)
		note(incomplete, NOTICE_UNREADABLE, unreadable);
	if (unread)
		note(incomplete, NOTICE_UNREAD, unread);
	if (build->lines.gaps)
		note(incomplete, NOTICE_MISSING_LINES, build->lines.gaps);
	if (build->lines.match_errors)
		note(incomplete, NOTICE_MATCH_ERRORS, build->lines.match_errors);
}

/* Never a silent zero. What another --mta would make of the lines is not known. */
static void note_nothing(struct build *build, bool nothing)
{
	const struct accounting *lines = &build->lines;
	struct notices *notes = &build->report->heading.notes;
	bool all_mtas = !build_filters(build, FACET_MTA);

	if (lines->lines == 0 && lines->outside == 0)
		note(notes, NOTICE_NO_LINES, 0);
	else if (lines->lines && lines->lines == lines->foreign && all_mtas)
		note(notes, NOTICE_NO_MAIL_SERVER, lines->lines);
	else if (lines->lines && lines->matched == 0 && all_mtas)
		note(notes, NOTICE_NO_REPLY, lines->lines - lines->foreign);
	else if (nothing)
		note(notes, NOTICE_NOTHING_LEFT, 0);
}

/* What a database keeps less of than the log holds. */
static void note_stored(struct build *build)
{
	const struct filter *filter = build_query(build).filter;
	struct notices *notes = &build->report->heading.notes;

	if (!filter || !filter_accepts(filter, FACET_DIRECTION, slice_of(direction_name(DIRECTION_IN))))
		return;
	if (build_filters(build, FACET_RELAY))
		note(notes, NOTICE_CLIENTS_SHORTENED, 0);
	if (build_filters(build, FACET_DOMAIN))
		note(notes, NOTICE_NOT_OURS_FOLDED, 0);
}

static int heading_notes(struct build *build, struct error *err)
{
	struct query query = build_query(build);
	struct query_result result = { 0 };
	uint64_t total;

	if (query_run(build->store, &query, &result, err))
		return -1;
	total = result.total.count;
	query_result_release(&result);
	note_nothing(build, total == 0);
	note_stored(build);
	return note_folded(build, total, err);
}

static struct slice zone_text(struct build *build, int32_t offset)
{
	int minutes = (offset < 0 ? -offset : offset) / 60;
	struct buffer text = { 0 };
	struct slice copy;

	buffer_printf(&text, "%c%02d:%02d", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
	copy = arena_copy(&build->report->arena, buffer_slice(&text));
	buffer_release(&text);
	return copy;
}

/* Hours and days are those of each line's clock, a period is of one. */
static int note_clocks(struct build *build, struct error *err)
{
	const struct report_request *request = build->request;
	const struct filter *filter = request->filter;
	int64_t since = filter ? filter->since : TIME_NONE, until = filter ? filter->until : TIME_NONE;
	struct notices *notes = &build->report->heading.notes;
	struct query_clock *clocks;
	uint64_t other = 0;
	size_t n;

	if (query_clocks(build->store, since, until, &clocks, &n, err))
		return -1;
	for (size_t i = 0; request->zone && i < n; i++)
		if (clocks[i].zone != zone_offset(request->zone, clocks[i].hour))
			other += clocks[i].lines;
	if (!clocks_agree(clocks, n))
		note(notes, NOTICE_SEVERAL_ZONES, 0);
	free(clocks);
	if (other && (since != TIME_NONE || until != TIME_NONE))
		notice_add(notes, &(struct notice){ .id = NOTICE_OTHER_CLOCK, .count = other,
			.text = zone_text(build, zone_offset(request->zone, since != TIME_NONE ? since : until)) });
	return 0;
}

int heading_build(struct build *build, struct error *err)
{
	struct heading *heading = &build->report->heading;

	heading->files = build->request->n_inputs;
	heading->lines = build->lines.lines;
	heading_period(build);
	heading_filters(build);
	heading_complete(build);
	return heading_hosts(build, err) || heading_notes(build, err) || note_clocks(build, err) ? -1 : 0;
}
