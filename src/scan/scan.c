/* scan.c - the paths in their order, an epoch at a time. SPDX-License-Identifier: MIT */
#include "scan/scan.h"

#include "scan/crew.h"
#include "tally/fold.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct scan {
	struct scan_options options;
	struct scan_input *inputs;
	uint64_t *weights;        /* of the paths: bytes as stored, 0 where that is not known */
	size_t begun;             /* so many paths have a source, or had one */
	struct source **sources;  /* that have not ended, in the order of their paths … */
	size_t n, capacity;
	bool ended;               /* … but for one of the caller's input, which goes on one day */
	struct crew crew;
	struct strange *strange;
};

static bool is_standard_input(const char *path)
{
	return strcmp(path, "-") == 0;
}

static bool is_pipe(const struct stat *st)
{
	return !S_ISREG(st->st_mode) && !S_ISDIR(st->st_mode);
}

/* Bytes to be read; of the caller's input those that lie ahead. What is missing has none. */
static uint64_t weight_of(const struct scan_options *options, size_t i, bool *known)
{
	const char *path = options->paths[i];
	uint64_t done = 0, size = 0;
	struct stat st;

	if (options->input) {
		input_progress(options->input, &done, &size);
		return done < size ? size - done : 0;
	}
	if ((is_standard_input(path) ? fstat(STDIN_FILENO, &st) : stat(path, &st)) != 0)
		return 0;
	*known &= !is_pipe(&st);
	return S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
}

struct scan *scan_new(const struct scan_options *options)
{
	struct scan *scan = xcalloc(1, sizeof *scan);
	bool known = true;

	scan->options = *options;
	scan->inputs = xcalloc(options->n_paths, sizeof *scan->inputs);
	scan->weights = xcalloc(options->n_paths, sizeof *scan->weights);
	scan->strange = options->strange ? strange_new() : NULL;
	crew_init(&scan->crew, &scan->options);
	scan->crew.progress.n_files = options->n_paths;
	for (size_t i = 0; i < options->n_paths; i++) {
		const char *path = options->paths[i];

		scan->inputs[i].name = is_standard_input(path) ? "standard input" : path;
		scan->weights[i] = weight_of(options, i, &known);
		scan->crew.progress.size += scan->weights[i];
	}
	if (!known)
		scan->crew.progress.size = 0;
	return scan;
}

void scan_free(struct scan *scan)
{
	for (size_t i = 0; i < scan->n; i++)
		source_free(scan->sources[i]);
	for (size_t i = 0; i < scan->options.n_paths; i++)
		free(scan->inputs[i].problem);
	crew_release(&scan->crew);
	strange_free(scan->strange);
	free(scan->sources);
	free(scan->weights);
	free(scan->inputs);
	free(scan);
}

int64_t scan_reference(const struct zone *zone, int year, const struct times *before, const struct input *input)
{
	enum { DAY = 86400, YEAR = 365 * DAY };
	int64_t reference = input_reference(input), limit = before->latest + YEAR - 2 * DAY;

	if (year == 0 && before->any && (reference > before->latest + YEAR + DAY || reference < before->latest - DAY))
		return limit < time(NULL) ? limit : time(NULL);
	if (year == 0)
		return reference;
	return zone_to_utc(zone, civil_days(year + 1, 1, 1) * DAY) - DAY - 1; /* prefix_year() allows a day */
}

/* Of what is as large as that an epoch has no more than EPOCH_BYTES / SHARE_MIN. */
enum { SHARE_MIN = 16 << 20, SOURCES_MAX = 1024 };

static uint64_t portion(uint64_t weight)
{
	return weight < SHARE_MIN ? weight : SHARE_MIN;
}

/* The sources of an epoch: those that have more, and others up to its measure. */
static void begin_epoch(struct scan *scan)
{
	uint64_t sum = 0, share;

	for (size_t i = 0; i < scan->n; i++)
		sum += portion(scan->sources[i]->weight);
	while (scan->begun < scan->options.n_paths && scan->n < SOURCES_MAX && sum + portion(scan->weights[scan->begun]) <= EPOCH_BYTES) {
		size_t i = scan->begun++;

		GROW(scan->sources, scan->n, scan->capacity);
		scan->sources[scan->n++] = source_new(&scan->options, i, scan->weights[i], &scan->inputs[i]);
		sum += portion(scan->weights[i]);
	}
	share = scan->n ? EPOCH_BYTES / scan->n : 0;
	for (size_t i = 0; i < scan->n; i++)
		source_begin(scan->sources[i], share > SHARE_MIN ? share : SHARE_MIN);
}

static void take_strange(struct scan *scan, const struct source *source, struct job *job)
{
	if (job->strange)
		strange_join(scan->strange, job->strange, source->number, source->told->lines);
	strange_free(job->strange);
	job->strange = NULL;
}

static void take_record(struct scan *scan, const struct source *source, struct job *job)
{
	struct scan_input *told = source->told;

	take_strange(scan, source, job);
	told->lines += job->lines;
	told->mail_lines += job->mail_lines;
	told->cut_lines += job->cut_lines;
	times_join(&told->times, &job->times);
	if (!job->intact) {
		struct error err;

		told->lost = true;
		chunk_lost(told->name, &err);
		if (!told->problem)
			told->problem = xstrdup(err.text);
	}
}

/* True if there were any. */
static bool take_records(struct scan *scan)
{
	bool any = false;

	for (size_t i = 0; i < scan->n; i++) {
		struct source *source = scan->sources[i];

		for (size_t k = 0; k < source->n; k++)
			take_record(scan, source, source->jobs[k]);
		if (source->left) {
			take_strange(scan, source, source->left);
			source->told->mail_lines += source->left->mail_lines;
		}
		any |= source->n > 0;
	}
	return any;
}

static void drop_ended(struct scan *scan)
{
	size_t n = 0;

	for (size_t i = 0; i < scan->n; i++)
		if (scan->sources[i]->ended && !scan->options.input)
			source_free(scan->sources[i]);
		else
			scan->sources[n++] = scan->sources[i];
	scan->n = n;
}

static bool is_used_up(const struct scan *scan)
{
	return scan->begun == scan->options.n_paths &&
	       (scan->n == 0 || (scan->options.input && scan->sources[0]->ended));
}

enum { SORTS_APART = 2 * PAIRS_MAX };

/* What may be folded (fold.h) is together, however many threads have counted it. */
static bool must_merge(const struct scan *scan)
{
	size_t strings = 0, sorts = 0;

	if (scan->options.apart == 0)
		return true;
	for (int i = 0; i < scan->options.jobs; i++)
		if (scan->crew.workers[i].tally) {
			strings += tally_strings(scan->crew.workers[i].tally);
			sorts += tally_sorts(scan->crew.workers[i].tally);
		}
	return strings > scan->options.apart || sorts > SORTS_APART;
}

bool scan_epoch(struct scan *scan, struct tally *into)
{
	bool any, more;

	if (is_used_up(scan))
		return false;
	begin_epoch(scan);
	crew_count(&scan->crew, scan->sources, scan->n, into);
	any = take_records(scan);
	drop_ended(scan);
	more = !is_used_up(scan);
	if (!more || must_merge(scan))
		crew_merge(&scan->crew);
	return any || more;
}

void scan_until(struct scan *scan, int64_t until)
{
	scan->crew.until = until;
}

void scan_open(const struct scan *scan, struct buffer *out)
{
	source_open_ends(scan->sources[0], out);
}

const struct scan_input *scan_inputs(const struct scan *scan)
{
	return scan->inputs;
}

const struct strange *scan_strange(const struct scan *scan)
{
	return scan->strange;
}

struct scan_progress scan_progress(struct scan *scan)
{
	return crew_progress(&scan->crew);
}
