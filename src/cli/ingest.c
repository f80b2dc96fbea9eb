/* ingest.c - `smtplog-stats ingest`: all logs of a run into a database, part by part.
 * SPDX-License-Identifier: MIT */
#include "cli/ingest.h"

#include "cli/chain.h"
#include "cli/command.h"
#include "cli/follow.h"
#include "cli/judge.h"
#include "cli/take.h"
#include "store/keep.h"
#include "tally/fold.h"

#include <stdlib.h>
#include <time.h>

enum { TRIES = 20 };

/* What is told of a file stays when the plan is made anew. */
static struct scan_input *told_of(struct ingested *ingested, const char *path)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	struct scan_input *told;

	for (size_t i = 0; i < ingested->n; i++)
		if (strcmp(ingested->inputs[i].name, name) == 0)
			return &ingested->inputs[i];
	GROW(ingested->inputs, ingested->n, ingested->capacity);
	told = &ingested->inputs[ingested->n++];
	*told = (struct scan_input){ .name = xstrdup(name) };
	return told;
}

static enum taken take_parts(struct ingest *ingest, struct chain *chain, struct ingested *ingested)
{
	enum taken taken = TAKEN;

	if (checkpoints_read(ingest->store, &ingest->known, ingest->err) != 0)
		return TAKE_FAILED;
	chain_plan(chain, &ingest->known);
	ingest->open.n = 0;
	for (size_t i = 0; taken == TAKEN && i < chain->n; i++)
		if (!chain->list[i].empty)
			taken = take(ingest, &chain->list[i], told_of(ingested, chain->list[i].path));
	return taken;
}

static int take_chain(struct ingest *ingest, struct chain *chain, struct ingested *ingested)
{
	enum taken taken = TAKE_AGAIN;

	for (int tries = 0; taken == TAKE_AGAIN && tries < TRIES; tries++)
		taken = take_parts(ingest, chain, ingested);
	if (taken == TAKE_AGAIN)
		return error_set(ingest->err, "%s: changes again and again while it is read; run it again", chain->log);
	return taken == TAKE_FAILED ? -1 : 0;
}

/* A part that was found, and gave nothing, is not worth a word. */
static void forget_silent(struct ingested *ingested, size_t named)
{
	size_t n = named;

	for (size_t i = named; i < ingested->n; i++) {
		struct scan_input *told = &ingested->inputs[i];

		if (told->lines || told->problem)
			ingested->inputs[n++] = *told;
		else
			free((char *)(uintptr_t)told->name);
	}
	ingested->n = n;
}

static int64_t days_or(long given, int64_t otherwise)
{
	return given < 0 ? otherwise : given == 0 ? KEEP_ALL : given;
}

static int keep(struct store *store, const struct settings *settings, struct error *err)
{
	uint32_t values = settings_max_values(settings);
	struct keep keep = {
		.values = values == VALUES_UNBOUNDED ? 0 : values,
		.cube = days_or(settings->keep, KEEP_CUBE), .rest = days_or(settings->keep_days, KEEP_REST), .now = time(NULL),
	};

	return store_keep(store, &keep, err);
}

int ingest(struct store *store, const struct run *run, const struct settings *settings, struct ingested *ingested,
           struct error *err)
{
	struct ingest ingest = { .store = store, .run = run, .settings = settings, .err = err };
	struct chain *chains;
	size_t n, named;
	int result = 0;

	for (size_t i = 0; i < run->n_paths; i++)
		told_of(ingested, run->paths[i]);
	named = ingested->n;
	if (settings->max_values != 0)
		ingest.door = door_new(store, settings_max_values(settings));
	chains = chains_of(run->paths, run->n_paths, &n);
	progress_init(&ingest.progress, settings->quiet);
	ingest.progress.n_logs = n;
	for (size_t i = 0; i < n; i++) {
		ingest.progress.log = i + 1;
		if (result == 0)
			result = take_chain(&ingest, &chains[i], ingested);
		chain_release(&chains[i]);
	}
	progress_clear(&ingest.progress);
	if (result == 0)
		result = keep(store, settings, err);
	forget_silent(ingested, named);
	door_free(ingest.door);
	buffer_release(&ingest.open);
	free(chains);
	checkpoints_release(&ingest.known);
	return result;
}

void ingested_release(struct ingested *ingested)
{
	for (size_t i = 0; i < ingested->n; i++) {
		free((char *)(uintptr_t)ingested->inputs[i].name);
		free(ingested->inputs[i].problem);
	}
	free(ingested->inputs);
	*ingested = (struct ingested){ 0 };
}

/* An exit status. What is to be said of the logs is said after the first look at them: if
 * none can be read, none is followed. */
static int ingest_on(struct store *store, struct run *run, const struct settings *settings, struct ingested *ingested,
                     struct error *err)
{
	struct follow follow = { 0 };
	int status = EXIT_DONE, result = settings->follow ? follow_open(&follow, run, err) : 0;

	for (bool first = true; result == 0; first = false) {
		result = ingest(store, run, settings, ingested, err);
		if (result == 0 && first) {
			judge_selection(run, settings);
			status = judge_inputs(ingested->inputs, ingested->n, run, settings);
		}
		if (result != 0 || status == EXIT_WRONG || !settings->follow || !follow_wait(&follow))
			break;
	}
	follow_close(&follow);
	return result == 0 ? status : complain(err);
}

int command_ingest(struct settings *settings)
{
	struct ingested ingested = { 0 };
	struct run run = { 0 };
	struct store *store = NULL;
	struct error err;
	int status;

	if (!settings->db)
		error_set(&err, "ingest: name the database: smtplog-stats ingest --db DB /var/log/mail.log");
	else if (settings->files.n == 0)
		error_set(&err, "ingest: name a log file: smtplog-stats ingest --db %s /var/log/mail.log", settings->db);
	else if (run_open(&run, settings, &err) == 0)
		store = store_extend(settings->db, &err);
	status = store ? ingest_on(store, &run, settings, &ingested, &err) : complain(&err);
	ingested_release(&ingested);
	store_close(store);
	run_close(&run);
	return status;
}
