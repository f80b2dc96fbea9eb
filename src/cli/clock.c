/* clock.c - SPDX-License-Identifier: MIT */
#include "cli/clock.h"

#include "input/input.h"
#include "input/prefix.h"

#include <stdlib.h>
#include <sys/stat.h>

enum { HOUR = 3600, END_BYTES = 8192 };

/* What lines say, in the order of their times. */
struct said {
	struct query_clock *list;
	size_t n, capacity;
};

/* A zone of what was said; NULL: it is the run's, or lines disagree. */
static struct zone *agreed(const struct run *run, const struct query_clock *said, size_t n)
{
	struct zone_step *steps = xcalloc(n + 1, sizeof *steps);
	struct zone *zone = NULL;
	size_t n_steps = 0;
	bool other = false;

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || said[i].zone != said[i - 1].zone)
			steps[n_steps++] = (struct zone_step){ said[i].hour, said[i].zone };
		other |= said[i].zone != zone_offset(run->zone, said[i].hour);
	}
	if (other && clocks_agree(said, n))
		zone = zone_of_steps(steps, n_steps);
	free(steps);
	return zone;
}

int clock_of_store(struct store *store, const struct run *run, struct zone **clock, struct error *err)
{
	struct query_clock *said;
	size_t n;

	*clock = NULL;
	if (query_clocks(store, TIME_NONE, TIME_NONE, &said, &n, err) < 0)
		return -1;
	*clock = agreed(run, said, n);
	free(said);
	return 0;
}

/* --- files --------------------------------------------------------------- */

/* Two clocks that differ everywhere read the same offset where the line has one. */
struct reading {
	struct prefix here, there;
	struct zone *other;
};

static void note_line(struct reading *reading, struct slice raw, struct query_clock *said, bool *any)
{
	struct line here, there;

	prefix_parse(&reading->here, raw, &here);
	prefix_parse(&reading->there, raw, &there);
	if (here.time == TIME_NONE || there.time != here.time || there.zone != here.zone)
		return;
	*said = (struct query_clock){ .hour = here.time - (here.time + here.zone) % HOUR, .zone = here.zone };
	*any = true;
}

static void add(struct said *said, const struct query_clock *clock)
{
	GROW(said->list, said->n, said->capacity);
	said->list[said->n++] = *clock;
}

/* The first line that has an offset, or the last; false: none has. */
static bool note_lines(struct reading *reading, struct slice text, bool last, struct said *said, int32_t *zone)
{
	struct query_clock clock;
	struct slice raw;
	bool any = false;

	while ((last || !any) && line_next(&text, &raw))
		note_line(reading, raw, &clock, &any);
	if (!any)
		return false;
	add(said, &clock);
	*zone = clock.zone;
	return true;
}

/* What stands at a place of a plain file, as far as the next END_BYTES. */
static bool note_place(struct reading *reading, struct input *input, uint64_t place, bool last, struct said *said,
                       int32_t *zone)
{
	struct error err;
	struct chunk chunk;
	struct slice text, part;
	bool any;

	if (input_skip(input, place, &err) != 1 || input_next(input, &chunk, &err) != 1)
		return false;
	text = (struct slice){ chunk.bytes.p, chunk.bytes.n < END_BYTES ? chunk.bytes.n : END_BYTES };
	if (place > 0)
		line_next(&text, &part); /* its begin is missing */
	any = note_lines(reading, text, last, said, zone);
	chunk_release(&chunk);
	return any;
}

/* The end of a plain file, and where its offset changes. */
static void note_end(struct reading *reading, struct input *input, int32_t first, struct said *said)
{
	uint64_t low, high, size;
	int32_t end, zone;

	input_progress(input, &low, &size);
	high = size - low;
	if (!note_place(reading, input, high > END_BYTES ? high - END_BYTES : 0, true, said, &end))
		return;
	for (low = 0; end != first && high - low > 1;) {
		uint64_t middle = low + (high - low) / 2;

		if (note_place(reading, input, middle, false, said, &zone) && zone == first)
			low = middle;
		else
			high = middle;
	}
}

/* Only what can be read again. */
static bool is_file(const char *path)
{
	struct stat st;

	return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static void note_file(struct reading *reading, const char *path, struct said *said)
{
	struct error err;
	struct input *input = is_file(path) ? input_open(path, &err) : NULL;
	int32_t zone;

	if (!input)
		return;
	if (note_lines(reading, input_front(input), false, said, &zone) && input_is_plain(input))
		note_end(reading, input, zone, said);
	input_close(input);
}

static int compare_said(const void *a, const void *b)
{
	const struct query_clock *x = a, *y = b;

	return x->hour < y->hour ? -1 : x->hour > y->hour;
}

struct zone *clock_of_files(const struct run *run)
{
	struct reading reading = { .other = zone_of_steps(&(struct zone_step){ 0, 12 * HOUR + 1 }, 1) };
	struct said said = { 0 };
	struct zone *zone;

	prefix_init(&reading.here, run->zone, 0);
	prefix_init(&reading.there, reading.other, 0);
	for (size_t i = 0; i < run->n_paths; i++)
		note_file(&reading, run->paths[i], &said);
	if (said.n)
		qsort(said.list, said.n, sizeof *said.list, compare_said);
	zone = agreed(run, said.list, said.n);
	prefix_release(&reading.here);
	prefix_release(&reading.there);
	zone_free(reading.other);
	free(said.list);
	return zone;
}
