/* sample.c - SPDX-License-Identifier: MIT */
#include "pattern/sample.h"

#include "input/zone.h"
#include "pattern/memory.h"

/* Samples without a year are of this one's end, so that they never age. */
#define SAMPLE_REFERENCE INT64_C(1798675200) /* 2026-12-31 00:00 UTC */

struct bench {
	struct zone *zone;
	struct prefix prefix;
	struct line line; /* the matcher's, until its events are taken */
	struct matcher *matcher;
	struct memory *memory;
};

static int bench_open(struct bench *bench, const struct packs *packs, struct error *err)
{
	struct matcher_options options = { 0 };

	bench->zone = zone_new("UTC", err);
	if (!bench->zone)
		return -1;
	prefix_init(&bench->prefix, bench->zone, SAMPLE_REFERENCE);
	bench->matcher = matcher_new(packs, &options);
	bench->memory = memory_new();
	matcher_remember(bench->matcher, bench->memory);
	return 0;
}

static void bench_close(struct bench *bench)
{
	prefix_release(&bench->prefix);
	matcher_free(bench->matcher);
	memory_free(bench->memory);
	zone_free(bench->zone);
}

static enum fate run_line(struct bench *bench, struct slice text)
{
	prefix_parse(&bench->prefix, text, &bench->line);
	return matcher_line(bench->matcher, &bench->line);
}

/* Each sample is a stream of its own. */
static enum fate run_sample(struct bench *bench, const struct sample *sample)
{
	memory_forget(bench->memory);
	for (size_t i = 0; i < sample->after.n; i++)
		run_line(bench, sample->after.text[i]);
	return run_line(bench, sample->line);
}

static const char *const fates[N_FATES] = { "matched", "known", "trouble", "foreign", "unrecognised" };

const char *fate_name(enum fate fate)
{
	return fates[fate];
}

int fate_parse(struct slice name)
{
	for (int i = 0; i < N_FATES; i++)
		if (slice_eq(name, slice_of(fates[i])))
			return i;
	return -1;
}

static int check_event(const struct sample_event *wanted, const struct event *event, struct error *err)
{
	for (size_t i = 0; i < wanted->n; i++) {
		enum field field = (enum field)wanted->expect[i].field;
		struct slice text = wanted->expect[i].text;
		char room[EVENT_TEXT_MAX];
		struct slice got = event_text(event, field, room);

		if (slice_eq(text, SLICE("-")))
			text.n = 0;
		if (!slice_eq(got, text))
			return error_set(err, "%s is \"%.*s\", \"%.*s\" is expected", field_name(field),
			                 SLICE_ARG(got), SLICE_ARG(text));
	}
	return 0;
}

static bool is_of(const struct event *event, const struct pattern *pattern)
{
	return slice_eq(event->mta, pattern->pack->name) && slice_eq(event->pattern, pattern->name);
}

static int check_sample(struct bench *bench, const struct pattern *pattern, const struct sample *sample, struct error *err)
{
	enum fate fate = run_sample(bench, sample);
	const struct event *event;
	size_t n = 0;

	while ((event = matcher_next(bench->matcher))) {
		bool own = is_of(event, pattern);

		if (!own && (pattern->beside.n || (pattern->also && is_of(event, pattern->also))))
			continue;
		if (sample->n_events == 0 && own)
			return error_set(err, "is a near miss but the pattern reads it");
		if (sample->n_events == 0)
			return 0;
		if (!own)
			return error_set(err, "is read by \"%.*s\" before", SLICE_ARG(event->pattern));
		if (n < sample->n_events && check_event(&sample->event[n], event, err) < 0)
			return -1;
		n++;
	}
	if (sample->n_events && n == 0)
		return error_set(err, "is not read, the line is %s; 'smtplog-stats patterns match' shows where it stops",
		                 fate_name(fate));
	if (n != sample->n_events)
		return error_set(err, "gives %zu events, %zu are expected", n, sample->n_events);
	return 0;
}

int samples_of_pattern(const struct packs *packs, const struct pattern *pattern, struct error *err)
{
	struct bench bench;
	int rc = 0;

	if (bench_open(&bench, packs, err) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < pattern->n_samples; i++) {
		rc = check_sample(&bench, pattern, &pattern->samples[i], err);
		if (rc < 0)
			error_prefix(err, "sample %zu", i + 1);
	}
	bench_close(&bench);
	return rc;
}

int samples_of_pack(const struct packs *packs, const struct pack *pack, struct error *err)
{
	struct bench bench;
	int rc = 0;

	if (bench_open(&bench, packs, err) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < pack->n_samples; i++) {
		enum fate fate = run_sample(&bench, &pack->samples[i]);

		if ((int)fate != pack->samples[i].fate)
			rc = error_set(err, "sample %zu of the pack is %s, %s is expected: %.*s", i + 1, fate_name(fate),
			               fate_name((enum fate)pack->samples[i].fate), SLICE_ARG(pack->samples[i].line));
	}
	bench_close(&bench);
	return rc;
}
