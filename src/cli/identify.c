/* identify.c - the longest match decides.
 *
 * Streams that begin like the input are tried from the shortest to the longest, for
 * what is compressed can only be read forwards. An input that ends before one of them
 * is an older copy of it, or one that is being written.
 * SPDX-License-Identifier: MIT */
#include "cli/identify.h"

#include <stdlib.h>

/* Those that an input may be, by their offset. */
struct candidates {
	const struct checkpoint **list;
	size_t n, capacity;
	bool within; /* it holds less than the begin of one of them */
};

static int compare_offsets(const void *a, const void *b)
{
	const struct checkpoint *x = *(const struct checkpoint *const *)a, *y = *(const struct checkpoint *const *)b;

	return x->mark.offset < y->mark.offset ? -1 : x->mark.offset > y->mark.offset;
}

static void find_candidates(struct slice front, const struct checkpoints *known, struct candidates *candidates)
{
	for (size_t i = 0; i < known->n; i++) {
		enum mark_fit fit = mark_fits(&known->list[i].mark, front);

		candidates->within |= fit == MARK_WITHIN;
		if (fit != MARK_BEGINS)
			continue;
		GROW(candidates->list, candidates->n, candidates->capacity);
		candidates->list[candidates->n++] = &known->list[i];
	}
	if (candidates->n)
		qsort(candidates->list, candidates->n, sizeof *candidates->list, compare_offsets);
}

/* A file of which nothing was changed since it was counted to its end. */
static const struct checkpoint *untouched(const struct input *input, const struct candidates *candidates)
{
	struct input_touch touch = input_touch(input);

	for (size_t i = 0; touch.inode && i < candidates->n; i++) {
		const struct input_touch *before = &candidates->list[i]->touch;

		if (before->device == touch.device && before->inode == touch.inode && before->size == touch.size &&
		    before->changed == touch.changed)
			return candidates->list[i];
	}
	return NULL;
}

static bool goes_on(const struct input *input, const struct checkpoint *checkpoint)
{
	struct buffer before = { 0 };
	bool ends;

	input_before(input, MARK_BYTES, &before);
	ends = mark_ends(&checkpoint->mark, buffer_slice(&before));
	buffer_release(&before);
	return ends;
}

/* Back to a place, which a stream can only be led to from its begin. */
static int go_to(struct input **input, const char *path, uint64_t place, struct error *err)
{
	if (input_place(*input) == place || input_is_plain(*input))
		return input_skip(*input, place, err) == 1 ? 0 : -1;
	if (strcmp(path, "-") == 0)
		return error_set(err, "standard input: begins like a log that was counted before, and goes on in another "
		                 "way; give it as a file");
	input_close(*input);
	*input = input_open(path, err);
	return *input && input_skip(*input, place, err) == 1 ? 0 : -1;
}

static enum identity try_all(struct input **input, const char *path, const struct candidates *candidates,
                             const struct checkpoint **checkpoint, struct error *err)
{
	for (size_t i = 0; i < candidates->n; i++) {
		if (input_skip(*input, candidates->list[i]->mark.offset, err) != 1)
			return IDENTITY_WITHIN;
		if (goes_on(*input, candidates->list[i]))
			*checkpoint = candidates->list[i];
	}
	if (go_to(input, path, *checkpoint ? (*checkpoint)->mark.offset : 0, err) != 0)
		return IDENTITY_FAILED;
	return *checkpoint ? IDENTITY_KNOWN : IDENTITY_NEW;
}

enum identity identify(struct input **input, const char *path, const struct checkpoints *known,
                       const struct checkpoint **checkpoint, struct error *err)
{
	struct candidates candidates = { 0 };
	enum identity identity = IDENTITY_WITHIN;

	*checkpoint = NULL;
	find_candidates(input_front(*input), known, &candidates);
	if (!input_is_plain(*input))
		*checkpoint = untouched(*input, &candidates);
	if (!candidates.within && !*checkpoint)
		identity = try_all(input, path, &candidates, checkpoint, err);
	free(candidates.list);
	return identity;
}
