/* patterns.c - `smtplog-stats patterns list|test|match`.
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"
#include "cli/run.h"
#include "input/input.h"
#include "pattern/memory.h"
#include "pattern/nearest.h"
#include "pattern/providers.h"
#include "pattern/reasons.h"
#include "pattern/sample.h"

#include <stdio.h>
#include <time.h>

static void say(const char *label, struct slice text)
{
	struct buffer out = { 0 };

	buffer_printf(&out, "  %-14s ", label);
	buffer_terminal(&out, text);
	puts(buffer_string(&out));
	buffer_release(&out);
}

/* The files beside the packs are called by these. */
#define REASONS SLICE("reasons")
#define PROVIDERS SLICE("providers")

static bool is_named(const struct settings *settings, struct slice name)
{
	for (size_t i = 1; i < settings->files.n; i++)
		if (slice_eq(slice_of(settings->files.text[i]), name))
			return true;
	return settings->files.n <= 1;
}

static bool is_pack(const struct packs *packs, struct slice name)
{
	for (size_t i = 0; i < packs->n; i++)
		if (slice_eq(name, packs->pack[i]->name))
			return true;
	return false;
}

static int check_names(const struct settings *settings, const struct packs *packs, struct error *err)
{
	for (size_t i = 1; i < settings->files.n; i++) {
		struct slice name = slice_of(settings->files.text[i]);

		if (!is_pack(packs, name) && !slice_eq(name, REASONS) && !slice_eq(name, PROVIDERS))
			return error_set(err, "there is no pack \"%s\"; 'smtplog-stats patterns list' shows them",
			                 settings->files.text[i]);
	}
	return 0;
}

static size_t count_samples(const struct pack *pack)
{
	size_t n = pack->n_samples;

	for (size_t i = 0; i < pack->n_patterns; i++)
		n += pack->patterns[i].n_samples;
	return n;
}

/* The rules and rows of each file, which stand together. */
static void list_reasons(const struct reasons *reasons)
{
	for (size_t i = 0, n, samples; i < reasons->n; i += n) {
		const struct reason_rule *rule = &reasons->rule[i];

		for (n = samples = 0; i + n < reasons->n && rule[n].file == rule->file; n++)
			samples += rule[n].samples.n + rule[n].misses.n;
		printf("reasons  what refusals are about\n  %s\n  %zu rules, %zu samples\n", rule->file, n, samples);
	}
}

static void list_providers(const struct providers *providers)
{
	for (size_t i = 0, n, samples; i < providers->n; i += n) {
		const struct provider *provider = &providers->provider[i];

		for (n = samples = 0; i + n < providers->n && provider[n].file == provider->file; n++)
			samples += provider[n].samples.n + provider[n].misses.n;
		printf("providers  whose relays are whose\n  %s\n  %zu providers, %zu samples\n", provider->file, n, samples);
	}
}

static int list(const struct settings *settings, const struct packs *packs)
{
	for (size_t i = 0; i < packs->n; i++) {
		const struct pack *pack = packs->pack[i];

		if (!is_named(settings, pack->name))
			continue;
		printf("%.*s  %.*s\n", SLICE_ARG(pack->name), SLICE_ARG(pack->about));
		printf("  %s\n  %zu patterns, %zu known rows, %zu samples\n", pack->path, pack->n_patterns,
		       pack->n_known, count_samples(pack));
		for (size_t k = 0; settings->files.n > 1 && k < pack->n_patterns; k++)
			printf("    %.*s\n", SLICE_ARG(pack->patterns[k].name));
	}
	if (is_named(settings, REASONS))
		list_reasons(packs->reasons);
	if (is_named(settings, PROVIDERS))
		list_providers(packs->providers);
	return EXIT_DONE;
}

static bool report_samples(struct slice name, struct slice part, size_t n, int rc, const struct error *err)
{
	struct buffer line = { 0 };

	buffer_printf(&line, "%s %.*s%s%.*s %zu samples", rc == 0 ? "ok" : "FAIL", SLICE_ARG(name), part.n ? "/" : "", SLICE_ARG(part), n);
	if (rc < 0) {
		buffer_puts(&line, ": ");
		buffer_terminal(&line, slice_of(err->text));
	}
	puts(buffer_string(&line));
	buffer_release(&line);
	return rc == 0;
}

/* How many rules of reasons and rows of providers pass; *all: of how many. */
static size_t test_reasons(const struct reasons *reasons, size_t *all)
{
	size_t ok = 0;

	for (size_t i = 0; i < reasons->n; i++, ++*all) {
		const struct reason_rule *rule = &reasons->rule[i];
		struct buffer part = { 0 };
		struct error err;
		int rc = samples_of_reason(reasons, rule, &err);

		buffer_printf(&part, "%zu-%s", rule->number, reason_class_name(rule->class));
		ok += report_samples(REASONS, buffer_slice(&part), rule->samples.n + rule->misses.n, rc, &err);
		buffer_release(&part);
	}
	return ok;
}

static size_t test_providers(const struct providers *providers, size_t *all)
{
	size_t ok = 0;

	for (size_t i = 0; i < providers->n; i++, ++*all) {
		const struct provider *provider = &providers->provider[i];
		struct error err;
		int rc = samples_of_provider(providers, provider, &err);

		ok += report_samples(PROVIDERS, provider->name, provider->samples.n + provider->misses.n, rc, &err);
	}
	return ok;
}

static int test(const struct settings *settings, const struct packs *packs)
{
	size_t ok = 0, all = 0;

	for (size_t i = 0; i < packs->n; i++) {
		const struct pack *pack = packs->pack[i];
		struct error err;

		if (!is_named(settings, pack->name))
			continue;
		for (size_t k = 0; k < pack->n_patterns; k++, all++) {
			const struct pattern *pattern = &pack->patterns[k];
			int rc = samples_of_pattern(packs, pattern, &err);

			ok += report_samples(pack->name, pattern->name, pattern->n_samples, rc, &err);
		}
		if (pack->n_samples) {
			int rc = samples_of_pack(packs, pack, &err);

			ok += report_samples(pack->name, SLICE("known"), pack->n_samples, rc, &err);
			all++;
		}
	}
	if (is_named(settings, REASONS))
		ok += test_reasons(packs->reasons, &all);
	if (is_named(settings, PROVIDERS))
		ok += test_providers(packs->providers, &all);
	printf("%zu of %zu pass\n", ok, all);
	return ok == all ? EXIT_DONE : EXIT_INCOMPLETE;
}

static void show_nearest(const struct packs *packs, const struct line *line)
{
	struct nearest nearest;
	struct buffer name = { 0 };

	nearest_pattern(packs, line, &nearest);
	if (!nearest.pattern) {
		puts("  no pattern comes near it");
		return;
	}
	buffer_printf(&name, "%.*s/%.*s", SLICE_ARG(nearest.pattern->pack->name), SLICE_ARG(nearest.pattern->name));
	say("nearest", buffer_slice(&name));
	say("accepts", (struct slice){ line->text.p, nearest.text_at });
	say("stops before", slice_from(line->text, nearest.text_at));
	say("which wants", slice_from(nearest.pattern->source, nearest.source_at));
	buffer_release(&name);
}

/* Which rule gave the event its reason class. */
static void show_rule(const struct packs *packs, const struct event *event)
{
	struct regex_match *match = regex_match_new();
	struct refusal refusal = refusal_of(event);
	const struct reason_rule *rule = reasons_decide(packs->reasons, &refusal, match);
	struct buffer text = { 0 };

	if (rule)
		buffer_printf(&text, "rule %zu of %s", rule->number, rule->file);
	else
		buffer_puts(&text, "no rule fits");
	say("decided by", buffer_slice(&text));
	buffer_release(&text);
	regex_match_free(match);
}

static void show_event(const struct packs *packs, const struct event *event)
{
	char room[EVENT_TEXT_MAX];

	for (int field = 0; field < N_FIELDS; field++) {
		struct slice text = event_text(event, (enum field)field, room);

		if (text.n)
			say(field_name((enum field)field), text);
	}
	if (event->reason_class)
		show_rule(packs, event);
}

static void show_line(const struct packs *packs, struct matcher *matcher, const struct line *line)
{
	enum fate fate = matcher_line(matcher, line);
	struct slice mta, by = matcher_decided(matcher, fate, &mta);
	const struct event *event;

	say("line", line->raw);
	say("fate", slice_of(fate_name(fate)));
	if (fate != FATE_MATCHED && mta.n) {
		say("mta", mta);
		say("by", by);
	}
	say("host", line->host);
	say("service", line->service);
	say("text", line->text);
	while ((event = matcher_next(matcher)))
		show_event(packs, event);
	if (fate == FATE_UNRECOGNISED || fate == FATE_FOREIGN)
		show_nearest(packs, line);
	putchar('\n');
}

/* Lines of standard input, each with what becomes of it and why. */
static int match(const struct settings *settings, const struct packs *packs, struct error *err)
{
	struct matcher_options options = { .mtas = settings->files.n > 1 ? settings->files.text + 1 : NULL };
	struct zone *zone = zone_new("UTC", err);
	struct input *in = zone ? input_open("-", err) : NULL;
	struct matcher *matcher = matcher_new(packs, &options);
	struct memory *memory = memory_new();
	struct prefix prefix = { 0 };
	struct chunk chunk;
	int rc = in ? 1 : -1;

	matcher_remember(matcher, memory);
	if (in)
		prefix_init(&prefix, zone, time(NULL));
	while (rc > 0 && (rc = input_next(in, &chunk, err)) > 0) {
		struct slice rest = chunk.bytes, text;
		struct line line;

		while (line_next(&rest, &text)) {
			prefix_parse(&prefix, text, &line);
			show_line(packs, matcher, &line);
		}
		chunk_release(&chunk);
	}
	prefix_release(&prefix);
	matcher_free(matcher);
	memory_free(memory);
	if (in)
		input_close(in);
	if (zone)
		zone_free(zone);
	return rc < 0 ? complain(err) : EXIT_DONE;
}

int command_patterns(struct settings *settings)
{
	const char *verb = settings->files.n ? settings->files.text[0] : "list";
	struct error err;
	struct packs *packs = run_packs(settings, true, &err);
	int status;

	if (!packs)
		return complain(&err);
	if (check_names(settings, packs, &err) < 0)
		status = complain(&err);
	else if (strcmp(verb, "list") == 0)
		status = list(settings, packs);
	else if (strcmp(verb, "test") == 0)
		status = test(settings, packs);
	else if (strcmp(verb, "match") == 0)
		status = match(settings, packs, &err);
	else
		status = (error_set(&err, "patterns: \"%s\" is none of list, test, match", verb), complain(&err));
	packs_free(packs);
	return status;
}
