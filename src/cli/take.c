/* take.c - one log, from its checkpoint on.
 *
 * A log is known by its content (identify.h). It is counted from where its checkpoint
 * stands, an epoch at a time; an epoch counts only when all that it read still stands in
 * the file afterwards. Counts and checkpoint are committed together, every COMMIT_MS,
 * where GROUPS_MAX are gathered, and at the log's end; an epoch ends in time for that.
 * Whatever comes between (a kill, another run that was faster, a file that was cut), the
 * next look begins where the database stands.
 * SPDX-License-Identifier: MIT */
#include "cli/take.h"

#include "cli/cursor.h"
#include "cli/identify.h"

#include <stdlib.h>
#include <time.h>

enum { COMMIT_MS = 10000, GROUPS_MAX = 500000, NAPS = 10, NAP_MS = 50 };

/* One log, from its checkpoint on. */
struct taking {
	struct ingest *ingest;
	const char *path;
	struct input *input;
	struct scan *scan;
	struct scan_input *told;  /* what is to be said of it */
	struct scan_input seen;   /* of which lines were gathered ... */
	struct scan_input committed; /* ... and committed */
	struct checkpoint to;     /* behind what was gathered */
	struct times before;      /* told, and of what stands in the database */
	struct cursors cursors;   /* instead of its mark, of a journal */
	uint64_t from;            /* where the database stands */
	struct tally *epoch, *gathered;
	bool any;                 /* gathered, and not committed */
	int64_t commit_at;        /* in milliseconds */
};

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void note_problem(struct scan_input *in, const char *text)
{
	if (!in->problem)
		in->problem = xstrdup(text);
}

static void keep_epoch(struct taking *taking)
{
	const struct scan_input *seen = &scan_inputs(taking->scan)[0];
	struct tally *epoch = taking->epoch;
	struct door *door = taking->ingest->door;
	const struct tail *outside = door ? door_look(door, taking->any ? taking->gathered : NULL, epoch) : NULL;

	taking->to.open.n = 0;
	scan_open(taking->scan, &taking->to.open);
	if (outside) {
		tally_merge_but(taking->gathered, epoch, outside);
	} else if (taking->any && tally_size(epoch) <= tally_size(taking->gathered)) {
		tally_merge(taking->gathered, epoch);
	} else {
		if (taking->any)
			tally_merge(epoch, taking->gathered);
		taking->epoch = taking->gathered;
		taking->gathered = epoch;
	}
	taking->seen = *seen;
	if (seen->times.any && seen->times.latest > taking->to.reference)
		taking->to.reference = seen->times.latest;
	taking->any = true;
}

static bool gather_entries(struct taking *taking)
{
	taking->to.mark.offset = input_place(taking->input);
	keep_epoch(taking);
	cursors_gather(&taking->cursors, &taking->ingest->known, &taking->to);
	if (taking->cursors.n == 0) { /* lines without an entry have no place */
		tally_clear(taking->gathered);
		taking->any = false;
	}
	tally_clear(taking->epoch);
	return true;
}

/* What the epoch counted is good if all that it read still stands in the file. */
static bool gather(struct taking *taking)
{
	const struct scan_input *seen = &scan_inputs(taking->scan)[0];
	struct buffer before = { 0 };
	bool stands;

	if (taking->cursors.journal)
		return gather_entries(taking);
	input_before(taking->input, MARK_BYTES, &before);
	stands = !seen->lost && input_stands(taking->input);
	if (stands && input_place(taking->input) != taking->to.mark.offset) {
		mark_set(&taking->to.mark, input_place(taking->input), input_front(taking->input), buffer_slice(&before));
		keep_epoch(taking);
	}
	tally_clear(taking->epoch);
	buffer_release(&before);
	return stands;
}

/* The lines that were committed, on top of those of earlier commits. */
static void tell(struct taking *taking)
{
	struct scan_input *told = taking->told;

	told->lines += taking->seen.lines - taking->committed.lines;
	told->mail_lines += taking->seen.mail_lines - taking->committed.mail_lines;
	told->cut_lines += taking->seen.cut_lines - taking->committed.cut_lines;
	told->times = taking->before;
	times_join(&told->times, &taking->seen.times);
	told->bytes += taking->to.mark.offset - taking->from;
	taking->committed = taking->seen;
}

static enum taken commit(struct taking *taking)
{
	struct ingest *ingest = taking->ingest;
	struct cursors *cursors = &taking->cursors;
	struct advance advance = { taking->from, &taking->to };
	int advanced = store_advance_all(ingest->store, taking->gathered, &ingest->known,
	                                 cursors->journal ? cursors->advances : &advance, cursors->journal ? cursors->n : 1,
	                                 ingest->err);

	if (advanced <= 0)
		return advanced < 0 ? TAKE_FAILED : TAKE_AGAIN;
	tell(taking);
	if (cursors->journal)
		cursors_committed(cursors);
	taking->from = taking->to.mark.offset;
	taking->any = false;
	taking->commit_at = now() + COMMIT_MS;
	tally_clear(taking->gathered);
	return TAKEN;
}

static void open_scan(struct taking *taking)
{
	enum { ALL_TABLES = (1u << N_TABLES) - 1 };
	const struct run *run = taking->ingest->run;
	struct scan_options options = {
		.packs = run->packs, .matcher = &run->matcher, .paths = &taking->path, .n_paths = 1,
		.input = taking->input, .zone = run->zone, .year = run->year, .jobs = run->jobs,
		.before = taking->before,
		.open = buffer_slice(&taking->to.open), .clients_whole = taking->ingest->settings->keep_clients,
		.between = progress_look, .between_arg = &taking->ingest->progress,
		.max_values = settings_max_values(taking->ingest->settings),
	};

	taking->scan = scan_new(&options);
	progress_scan(&taking->ingest->progress, taking->scan);
	taking->epoch = tally_new(ALL_TABLES);
	taking->gathered = tally_new(ALL_TABLES);
	taking->commit_at = now() + COMMIT_MS;
}

static void close_scan(struct taking *taking)
{
	scan_free(taking->scan);
	tally_free(taking->epoch);
	tally_free(taking->gathered);
}

/* What was counted is committed as at the log's end, and the rest is for another run. */
static bool is_stopped(const struct taking *taking)
{
	struct stop *stop = taking->ingest->run->stop;

	return stop && stop_asked(stop);
}

/* The next epoch, which ends in time for a commit. */
static bool next_epoch(struct taking *taking)
{
	if (!taking->any && now() >= taking->commit_at)
		taking->commit_at = now() + COMMIT_MS;
	scan_until(taking->scan, taking->commit_at);
	return scan_epoch(taking->scan, taking->epoch);
}

static enum taken take_epochs(struct taking *taking)
{
	enum taken taken = TAKEN;
	bool stands = true;

	while (taken == TAKEN && stands && !is_stopped(taking) && next_epoch(taking)) {
		stands = gather(taking);
		if (taking->any && (!stands || now() >= taking->commit_at || tally_size(taking->gathered) > GROUPS_MAX))
			taken = commit(taking);
	}
	return taken == TAKEN && !(stands && input_stands(taking->input)) ? TAKE_AGAIN : taken;
}

/* A packed file that was read to its end need not be unpacked to find that out again. */
static bool note_touch(struct taking *taking)
{
	struct input_touch touch = input_touch(taking->input);
	bool changed = touch.inode != taking->to.touch.inode || touch.changed != taking->to.touch.changed;

	taking->to.touch = touch;
	return changed && !input_is_plain(taking->input) && taking->to.stream;
}

static enum taken take_rest(struct taking *taking)
{
	enum taken taken;
	const char *problem;

	open_scan(taking);
	taken = take_epochs(taking);
	problem = scan_inputs(taking->scan)[0].problem;
	if (taken == TAKEN && ((!problem && !is_stopped(taking) && note_touch(taking)) || taking->any))
		taken = commit(taking);
	if (taken == TAKEN && problem)
		note_problem(taking->told, problem);
	close_scan(taking);
	return taken;
}

/* The checkpoint to go on from. */
static void begin_at(struct taking *taking, const struct checkpoint *known)
{
	struct checkpoint *to = &taking->to;

	*to = (struct checkpoint){ .name = xstrdup(taking->told->name) };
	taking->before = taking->told->times;
	buffer_add(&to->open, known ? buffer_slice(&known->open) : buffer_slice(&taking->ingest->open));
	if (!known)
		return;
	to->reference = known->reference;
	if (to->reference)
		times_add(&taking->before, to->reference);
	to->stream = known->stream;
	to->touch = known->touch;
	to->mark.offset = known->mark.offset;
	to->mark.tail = known->mark.tail;
	buffer_add(&to->mark.head, buffer_slice(&known->mark.head));
	taking->from = known->mark.offset;
}

/* The part that follows this one may need it. */
static void leave_open(struct taking *taking)
{
	buffer_release(&taking->ingest->open);
	taking->ingest->open = taking->to.open;
	taking->to.open = (struct buffer){ 0 };
}

/* Entries of a journal are known by their cursors, in whatever file or pipe. */
static enum taken take_entries(struct taking *taking, const struct checkpoint *known)
{
	enum taken taken;

	begin_at(taking, NULL);
	if (known)
		buffer_add(&taking->to.open, buffer_slice(&known->open));
	taken = take_rest(taking);
	taking->told->known |= cursors_met(&taking->cursors);
	leave_open(taking);
	checkpoint_release(&taking->to);
	return taken;
}

static void pass_open(struct ingest *ingest, const struct checkpoint *known)
{
	ingest->open.n = 0;
	buffer_add(&ingest->open, buffer_slice(&known->open));
}

static enum taken take_input(struct taking *taking)
{
	struct ingest *ingest = taking->ingest;
	const struct checkpoint *known;
	enum taken taken = TAKEN;
	struct error err;

	if (checkpoints_read(ingest->store, &ingest->known, ingest->err) != 0)
		return TAKE_FAILED;
	known = cursors_begin(&taking->cursors, taking->input, &ingest->known);
	if (taking->cursors.journal)
		return take_entries(taking, known);
	switch (identify(&taking->input, taking->path, &ingest->known, &known, &err)) {
	case IDENTITY_FAILED:
		note_problem(taking->told, err.text);
		break;
	case IDENTITY_WITHIN:
		taking->told->known = true;
		if (known)
			pass_open(ingest, known);
		break;
	case IDENTITY_NEW:
	case IDENTITY_KNOWN:
		taking->told->known |= known != NULL;
		begin_at(taking, known);
		taken = take_rest(taking);
		leave_open(taking);
		checkpoint_release(&taking->to);
	}
	return taken;
}

/* Of a log that is closed the last line counts without its newline, but not while it is
 * being written: whoever has a log open may write to its end for a moment. */
static struct input *open_member(const struct member *member, struct error *err)
{
	struct input *input = input_open(member->path, err);

	for (int naps = 0; input && naps < NAPS && member->closed && input_is_fresh(input, NAPS * NAP_MS); naps++) {
		struct timespec nap = { .tv_nsec = NAP_MS * 1000000 };

		nanosleep(&nap, NULL);
		input_close(input);
		input = input_open(member->path, err);
	}
	if (input && !member->closed)
		input_leave_half_line(input);
	return input;
}

enum taken take(struct ingest *ingest, const struct member *member, struct scan_input *told)
{
	struct taking taking = { .ingest = ingest, .path = member->path, .told = told };
	enum taken taken = TAKEN;
	struct error err;

	free(told->problem);
	told->problem = NULL;
	taking.input = open_member(member, &err);
	if (!chain_holds(member, taking.input))
		taken = TAKE_AGAIN;
	else if (taking.input)
		taken = take_input(&taking);
	else
		note_problem(told, err.text);
	cursors_release(&taking.cursors);
	if (taking.input)
		input_close(taking.input);
	if (taken == TAKE_AGAIN && strcmp(member->path, "-") == 0) { /* it cannot be read again */
		error_set(ingest->err, "standard input: another run has counted some of it meanwhile; run it again");
		return TAKE_FAILED;
	}
	return taken;
}
