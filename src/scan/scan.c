/* scan.c - the paths in their order, an epoch at a time. SPDX-License-Identifier: MIT */
#include "scan/scan.h"

#include "scan/crew.h"
#include "tally/fold.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SMALL_EPOCH = 64 << 20, MANY_GROUPS = 500000 };

/* What a path holds, as far as is known before it is opened. */
struct weight {
	uint64_t bytes; /* to be read, as stored */
	bool is_pipe;   /* nobody knows how many, nor when they come */
};

struct scan {
	struct scan_options options;
	struct scan_input *inputs;
	struct weight *weights;   /* of the paths */
	size_t begun;             /* so many paths have a source, or had one */
	struct source **sources;  /* that have not ended, in the order of their paths … */
	size_t n, capacity;
	bool ended;               /* … but for one of the caller's input, which goes on one day */
	struct crew crew;
	struct strange *strange;
	uint64_t epoch_bytes;     /* EPOCH_BYTES, or a part of it where there are many groups */
};

static bool is_standard_input(const char *path)
{
	return strcmp(path, "-") == 0;
}

/* Of the caller's input what lies ahead; what is missing has nothing. */
static struct weight weight_of(const struct scan_options *options, size_t i)
{
	const char *path = options->paths[i];
	uint64_t done = 0, size = 0;
	struct stat st;

	if (options->input) {
		input_progress(options->input, &done, &size);
		return (struct weight){ .bytes = done < size ? size - done : 0 };
	}
	if ((is_standard_input(path) ? fstat(STDIN_FILENO, &st) : stat(path, &st)) != 0 || S_ISDIR(st.st_mode))
		return (struct weight){ .bytes = 0 };
	return (struct weight){ .bytes = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0, .is_pipe = !S_ISREG(st.st_mode) };
}

struct scan *scan_new(const struct scan_options *options)
{
	struct scan *scan = xcalloc(1, sizeof *scan);
	bool known = true;

	scan->options = *options;
	scan->epoch_bytes = SMALL_EPOCH;
	scan->inputs = xcalloc(options->n_paths, sizeof *scan->inputs);
	scan->weights = xcalloc(options->n_paths, sizeof *scan->weights);
	scan->strange = options->strange ? strange_new() : NULL;
	crew_init(&scan->crew, &scan->options);
	scan->crew.progress.n_files = options->n_paths;
	for (size_t i = 0; i < options->n_paths; i++) {
		const char *path = options->paths[i];

		scan->inputs[i].name = is_standard_input(path) ? "standard input" : path;
		scan->weights[i] = weight_of(options, i);
		scan->crew.progress.size += scan->weights[i].bytes;
		known &= !scan->weights[i].is_pipe;
	}
	if (!known)
		scan->crew.progress.size = 0;
	return scan;
}

void scan_close(struct scan *scan)
{
	crew_dismiss(&scan->crew);
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

/* Of what is as large as that an epoch has no more than EPOCH_BYTES / SHARE_MIN. A pipe
 * stands alone: who writes into it may write into the next one only afterwards. */
enum { SHARE_MIN = 16 << 20, SOURCES_MAX = 1024 };

static uint64_t portion(const struct weight *weight, uint64_t epoch_bytes)
{
	if (weight->is_pipe)
		return epoch_bytes;
	return weight->bytes < SHARE_MIN ? weight->bytes : SHARE_MIN;
}

/* The sources of an epoch: those that have more, and others up to its measure. */
static void begin_epoch(struct scan *scan)
{
	uint64_t sum = 0, share;

	for (size_t i = 0; i < scan->n; i++)
		sum += portion(&scan->weights[scan->sources[i]->number], scan->epoch_bytes);
	while (scan->begun < scan->options.n_paths && scan->n < SOURCES_MAX &&
	       sum + portion(&scan->weights[scan->begun], scan->epoch_bytes) <= scan->epoch_bytes) {
		size_t i = scan->begun++;

		GROW(scan->sources, scan->n, scan->capacity);
		scan->sources[scan->n++] = source_new(&scan->options, i, scan->weights[i].bytes, &scan->inputs[i]);
		sum += portion(&scan->weights[i], scan->epoch_bytes);
	}
	share = scan->n ? scan->epoch_bytes / scan->n : 0;
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

/* Others than the first worker may keep what they have as long as it is little, so that
 * whatever is decided by what was counted is the same for any number of them. */
static bool must_merge(const struct scan *scan)
{
	size_t strings = 0, sorts = 0;

	if (scan->options.apart == 0)
		return true;
	for (int i = 0; i < scan->options.jobs; i++) {
		const struct tally *tally = scan->crew.workers[i].tally;

		strings += tally ? tally_strings(tally) : 0;
		sorts += tally ? tally_sorts(tally) : 0;
	}
	return strings > scan->options.apart || sorts > 2 * PAIRS_MAX;
}

/* Workers hold what an epoch has. Where that is very much, the next one is small, as is the
 * first, of which nobody knows: the bytes alone decide that, too. */
static void set_epoch_bytes(struct scan *scan, const struct tally *into)
{
	size_t many = scan->epoch_bytes == EPOCH_BYTES ? MANY_GROUPS : MANY_GROUPS / (EPOCH_BYTES / SMALL_EPOCH);
	bool is_much = tally_strings(into) > scan->options.apart && tally_size(into) > many;

	scan->epoch_bytes = is_much ? SMALL_EPOCH : EPOCH_BYTES;
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
	if (!more || must_merge(scan)) {
		crew_merge(&scan->crew, more);
		set_epoch_bytes(scan, into);
	} else {
		scan->epoch_bytes = EPOCH_BYTES;
	}
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
