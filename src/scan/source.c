/* source.c - SPDX-License-Identifier: MIT */
#include "scan/source.h"

#include "scan/saved.h"

#include <stdlib.h>
#include <time.h>

/* What scan_open() told: what lines carry, behind that what ordered packs remember. */
static const struct slice carried = SLICE_INIT("carried ");

static struct slice take_carried(struct source *source)
{
	struct slice rest = source->options->open;

	if (!slice_starts(rest, carried))
		return rest;
	rest = slice_from(rest, carried.n);
	if (!load_text(&rest, &source->turns.carried))
		rest.n = 0;
	return rest;
}

void source_open_ends(const struct source *source, struct buffer *out)
{
	const struct turns *turns = &source->turns;
	struct buffer bytes = { 0 };
	struct prefix prefix;

	prefix_init(&prefix, source->options->zone, turns->reference);
	if (turns->carries)
		carry_save(&turns->carry, &prefix, &bytes);
	else
		buffer_add(&bytes, turns->carried);
	prefix_release(&prefix);
	buffer_add(out, carried);
	save_text(out, buffer_slice(&bytes));
	buffer_release(&bytes);
	memory_write(turns->memory, out);
}

struct source *source_new(const struct scan_options *options, size_t number, uint64_t weight, struct scan_input *told)
{
	struct source *source = xcalloc(1, sizeof *source);

	*source = (struct source){ .options = options, .number = number, .weight = weight, .told = told };
	turns_init(&source->turns);
	memory_read(source->turns.memory, take_carried(source));
	return source;
}

static void close_input(struct source *source)
{
	if (source->input && !source->options->input)
		input_close(source->input);
	source->input = NULL;
}

static void free_jobs(struct source *source)
{
	for (size_t i = 0; i < source->n; i++)
		free(source->jobs[i]);
	free(source->left);
	source->left = NULL;
	source->n = source->counted = 0;
}

void source_free(struct source *source)
{
	close_input(source);
	free_jobs(source);
	free(source->jobs);
	turns_release(&source->turns);
	free(source);
}

void source_begin(struct source *source, uint64_t share)
{
	free_jobs(source);
	turns_begin(&source->turns);
	source->bytes = 0;
	source->share = share;
}

static void note_problem(struct source *source, const char *text)
{
	if (!source->told->problem)
		source->told->problem = xstrdup(text);
}

static int64_t reference_of(const struct source *source)
{
	const struct scan_options *options = source->options;

	return scan_reference(options->zone, options->year, &options->before, source->input);
}

/* At most n bytes before the place, from the begin of a line on. */
static struct slice lines_before(const struct source *source, size_t n, struct buffer *room)
{
	struct slice lines;

	room->n = 0;
	input_before(source->input, n, room);
	lines = buffer_slice(room);
	return lines.n == n ? slice_from(lines, (size_t)(slice_find_byte(lines, '\n') + 1)) : lines;
}

/* Which hour the first lines are of, where it comes twice, stands before them in the file:
 * a little tells, or all of that hour. */
static void take_before(struct source *source)
{
	enum { HOUR_BYTES = 64 << 20 };
	const struct zone *zone = source->options->zone;
	const int64_t reference = reference_of(source);
	struct buffer room = { 0 };
	struct slice lines = lines_before(source, BEFORE_BYTES, &room);
	struct second ignored;

	autumn_chunk(&source->autumn, zone, reference, lines, &ignored);
	for (size_t n = 4 * BEFORE_BYTES; source->autumn.came_in && input_is_plain(source->input) && n <= HOUR_BYTES; n *= 4) {
		source->autumn = (struct autumn){ 0 };
		autumn_chunk(&source->autumn, zone, reference, lines_before(source, n, &room), &ignored);
	}
	buffer_release(&room);
}

static void open_input(struct source *source)
{
	struct error err;

	if (source->options->input) {
		uint64_t size;

		source->input = source->options->input;
		input_progress(source->input, &source->passed, &size);
		take_before(source);
		return;
	}
	source->input = input_open(source->options->paths[source->number], &err);
	if (!source->input) {
		note_problem(source, err.text);
		source->ended = true;
	}
}

static bool is_late(int64_t until)
{
	struct timespec now;

	if (!until)
		return false;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 >= until;
}

static struct job *add_job(struct source *source, struct chunk chunk)
{
	struct job *job = xcalloc(1, sizeof *job);

	*job = (struct job){
		.chunk = chunk,
		.turn = { .job = job },
		.reference = reference_of(source),
		.is_last = !source->options->input && input_is_used_up(source->input),
		.offset = CARRY_BEGIN + input_offset(source->input) - chunk.bytes.n,
		.strange = source->options->strange ? strange_new() : NULL,
	};
	autumn_chunk(&source->autumn, source->options->zone, job->reference, chunk.bytes, &job->second);
	turns_add(&source->turns, source->n ? &source->jobs[source->n - 1]->turn : NULL, &job->turn);
	GROW(source->jobs, source->n, source->capacity);
	source->jobs[source->n++] = job;
	source->bytes += chunk.bytes.n;
	return job;
}

static void end_input(struct source *source)
{
	source->ended = true;
	source->told->bytes = input_offset(source->input);
	close_input(source);
}

static void note_taken(struct source *source)
{
	uint64_t size;

	input_progress(source->input, &source->taken, &size);
	source->taken -= source->passed;
	source->weight = size > source->passed ? size - source->passed : 0;
}

struct job *source_next(struct source *source, int64_t until)
{
	struct chunk chunk;
	struct error err;
	int rc;

	if (!source->input && !source->ended)
		open_input(source);
	if (source->ended || source->bytes >= source->share || (source->n && is_late(until)))
		return NULL;
	input_until(source->input, until);
	input_pause(source->input, source->share - source->bytes);
	rc = input_next(source->input, &chunk, &err);
	note_taken(source);
	if (rc == INPUT_LATER)
		return NULL;
	if (rc > 0)
		return add_job(source, chunk);
	if (rc < 0)
		note_problem(source, err.text);
	end_input(source);
	return NULL;
}

/* Logs are packed to an eighth or so. Of a pipe that has filled a chunk more may come. */
uint64_t source_left(const struct source *source)
{
	enum { PACKED = 8, FULL = 1 << 20 };
	uint64_t left = source->weight - (source->taken < source->weight ? source->taken : source->weight);

	if (source->ended || source->bytes >= source->share)
		return 0;
	if (source->input && !input_is_plain(source->input))
		left = source->weight ? left * PACKED : source->bytes >= FULL ? source->share : 0;
	return left < source->share - source->bytes ? left : source->share - source->bytes;
}

void source_close(struct source *source, struct worker *worker)
{
	worker->turns = &source->turns;
	worker_close(worker);
	if (source->ended && source->turns.carries && !source->options->input)
		source->left = worker_finish(worker);
	for (size_t i = 0; i < source->n; i++)
		job_release(source->jobs[i]);
}
