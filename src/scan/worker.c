/* worker.c - the engine: every line is looked at once.
 * SPDX-License-Identifier: MIT */
#include "scan/worker.h"

#include "tally/client.h"

void worker_init(struct worker *worker, const struct scan_options *options)
{
	*worker = (struct worker){ .options = options };
	worker->matcher = matcher_new(options->packs, options->matcher);
	worker->tally = tally_new(TABLE_BIT(CUBE));
}

void worker_release(struct worker *worker)
{
	matcher_free(worker->matcher);
	tally_free(worker->tally);
}

static void count_fate(struct accounting *lines, enum fate fate)
{
	switch (fate) {
	case FATE_MATCHED: lines->matched++; break;
	case FATE_KNOWN: lines->known++; break;
	case FATE_TROUBLE: lines->trouble++; break;
	case FATE_FOREIGN: lines->foreign++; break;
	case FATE_UNRECOGNISED: case N_FATES: lines->unrecognised++; break;
	}
}

static void count_events(struct worker *worker)
{
	struct event event;

	while (matcher_next(worker->matcher, &event)) {
		if (worker->options->filter && !filter_event(worker->options->filter, &event))
			continue;
		if (event.direction == DIRECTION_IN && !worker->options->clients_whole)
			event.relay = client_public_part(event.relay);
		tally_event(worker->tally, &event);
	}
}

static enum fate count_line(struct worker *worker, const struct line *line, bool cut)
{
	enum fate fate = cut ? FATE_UNRECOGNISED : matcher_line(worker->matcher, line);
	struct accounting *lines = tally_accounting(worker->tally, line);

	lines->lines++;
	lines->gaps += line->gap;
	count_fate(lines, fate);
	if (matcher_errors(worker->matcher) != worker->errors_seen) {
		lines->match_errors += matcher_errors(worker->matcher) - worker->errors_seen;
		worker->errors_seen = matcher_errors(worker->matcher);
	}
	if (fate == FATE_MATCHED) {
		count_events(worker);
	} else if (fate == FATE_TROUBLE) {
		struct slice mta, text = matcher_trouble(worker->matcher, &mta);

		tally_trouble(worker->tally, line, mta, text);
	}
	return fate;
}

void worker_run(struct worker *worker, struct job *job)
{
	struct slice rest = job->chunk.bytes, text;
	struct prefix prefix;
	struct line line;

	prefix_init(&prefix, worker->options->zone, job->reference);
	while (line_next(&rest, &text)) {
		prefix_parse(&prefix, text, &line);
		job->mail_lines += count_line(worker, &line, job->chunk.cut_line) != FATE_FOREIGN;
		job->lines++;
	}
	job->intact = chunk_intact(&job->chunk);
	chunk_release(&job->chunk);
}
