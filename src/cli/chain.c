/* chain.c - parts are read from the oldest to the youngest.
 *
 * But of two with the same first line, one is a copy of the other, which may be in the
 * making (copytruncate); then the younger is read first, and the copy is found to hold
 * nothing new. For the same reason parts are looked at from the youngest on, as a log
 * that does not begin any more as it did was cut after it was copied whole; and what was
 * empty then is not read.
 * SPDX-License-Identifier: MIT */
#include "cli/chain.h"

#include "base/digest.h"
#include "base/mem.h"
#include "cli/identify.h"

#include <stdlib.h>

/* Parts beyond so many known ones were read when these were young. */
enum { KNOWN_ENOUGH = 2 };

static void add_member(struct chain *chain, const char *path, const struct age *age, bool named)
{
	GROW(chain->list, chain->n, chain->capacity);
	chain->list[chain->n++] = (struct member){ .path = xstrdup(path), .age = *age, .named = named };
}

static void release_member(struct member *member)
{
	free(member->path);
}

struct chain *chains_of(const char *const *paths, size_t n_paths, size_t *n)
{
	struct chain *chains = xcalloc(n_paths, sizeof *chains);

	*n = 0;
	for (size_t i = 0; i < n_paths; i++) {
		struct age age;
		char *log = rotation_log(paths[i], &age);
		size_t at = 0;

		while (at < *n && strcmp(chains[at].log, log) != 0)
			at++;
		if (at < *n)
			free(log);
		else
			chains[(*n)++].log = log;
		add_member(&chains[at], paths[i], &age, true);
	}
	return chains;
}

void chain_release(struct chain *chain)
{
	for (size_t i = 0; i < chain->n; i++)
		release_member(&chain->list[i]);
	free(chain->list);
	free(chain->log);
}

/* Only what was named, for a new plan. */
static void forget_found(struct chain *chain)
{
	size_t n = 0;

	for (size_t i = 0; i < chain->n; i++)
		if (chain->list[i].named)
			chain->list[n++] = chain->list[i];
		else
			release_member(&chain->list[i]);
	chain->n = n;
}

/* --- looking ------------------------------------------------------------- */

static uint64_t first_line(const struct input *input)
{
	struct slice front = input_front(input);
	ptrdiff_t newline = slice_find_byte(front, '\n');

	return front.n ? digest(0, (struct slice){ front.p, newline < 0 ? front.n : (size_t)newline }) : 0;
}

/* Of the file that stands at the path now. */
static struct planned planned_of(const char *path)
{
	struct error err;
	struct input *input = input_open(path, &err);
	struct planned planned = { .first = 0 };

	if (input) {
		planned = (struct planned){ input_touch(input), first_line(input) };
		input_close(input);
	}
	return planned;
}

static enum identity look(const char *path, const struct checkpoints *known)
{
	const struct checkpoint *checkpoint = NULL;
	struct error err;
	struct input *input = input_open(path, &err);
	enum identity identity;

	if (!input)
		return IDENTITY_FAILED;
	identity = identify(&input, path, known, &checkpoint, &err);
	if (input)
		input_close(input);
	return identity == IDENTITY_WITHIN && checkpoint ? IDENTITY_KNOWN : identity; /* to its end */
}

static bool is_named(const struct chain *chain, const char *path)
{
	for (size_t i = 0; i < chain->n; i++)
		if (chain->list[i].named && strcmp(chain->list[i].path, path) == 0)
			return true;
	return false;
}

/* What is new beside a log that was named. As long as nothing is known, only what was
 * named is wanted. */
static void add_found(struct chain *chain, const struct parts *parts, const struct checkpoints *known)
{
	size_t n_known = 0;
	bool moved = true; /* the log that was read last is not where it was */

	for (size_t i = parts->n; i-- > 0 && n_known < KNOWN_ENOUGH;) {
		const struct part *part = &parts->list[i];
		const bool current = part->age.kind == AGE_CURRENT;
		const struct planned planned = planned_of(part->path);
		enum identity identity = look(part->path, known);
		bool younger = identity == IDENTITY_NEW && moved && n_known == 0;

		if (!current && !is_named(chain, part->path) && (identity == IDENTITY_KNOWN || younger)) {
			add_member(chain, part->path, &part->age, false);
			chain->list[chain->n - 1].planned = planned;
		}
		if (identity == IDENTITY_KNOWN || identity == IDENTITY_WITHIN) {
			n_known += !current;
			moved &= !current;
		}
	}
	if (n_known == 0)
		forget_found(chain);
}

bool chain_holds(const struct member *member, const struct input *input)
{
	const struct planned *planned = &member->planned;
	struct input_touch touch;

	if (strcmp(member->path, "-") == 0)
		return true;
	if (!input)
		return planned->touch.inode == 0;
	touch = input_touch(input);
	return touch.inode == planned->touch.inode && touch.device == planned->touch.device &&
	       (planned->first == 0 || first_line(input) == planned->first);
}

static void look_at_first(struct member *member)
{
	struct error err;
	struct input *input = input_open(member->path, &err);

	member->first = input ? first_line(input) : 0;
	member->empty = input && !member->first;
	if (input)
		input_close(input);
}

/* --- ordering ------------------------------------------------------------ */

static int compare_members(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int order = age_compare(&x->age, &y->age);

	return order ? order : strcmp(x->path, y->path);
}

/* Those with a first line of younger parts come after these. */
static void put_copies_behind(struct chain *chain)
{
	struct member *ordered = xcalloc(chain->n, sizeof *ordered);
	size_t n = 0;

	for (size_t i = 0; i < chain->n; i++) {
		bool copy = false;

		for (size_t k = i + 1; k < chain->n; k++)
			copy |= chain->list[i].first && chain->list[k].first == chain->list[i].first;
		for (size_t k = i + 1; !copy && k-- > 0;)
			if (k == i || (chain->list[i].first && chain->list[k].first == chain->list[i].first))
				ordered[n++] = chain->list[k];
	}
	free(chain->list);
	chain->list = ordered;
	chain->capacity = chain->n;
}

static void note_closed(struct chain *chain, const struct parts *parts)
{
	for (size_t i = 0; i < chain->n; i++) {
		chain->list[i].closed = false;
		for (size_t k = 0; k < parts->n; k++)
			chain->list[i].closed |= age_compare(&parts->list[k].age, &chain->list[i].age) > 0;
	}
}

void chain_plan(struct chain *chain, const struct checkpoints *known)
{
	struct parts parts;
	bool named = is_named(chain, chain->log);

	if (strcmp(chain->log, "-") == 0)
		return;
	forget_found(chain);
	for (size_t i = 0; i < chain->n; i++)
		chain->list[i].planned = planned_of(chain->list[i].path);
	parts_find(&parts, chain->log);
	if (named)
		add_found(chain, &parts, known);
	if (chain->n > 1) {
		qsort(chain->list, chain->n, sizeof *chain->list, compare_members);
		for (size_t i = chain->n; i-- > 0;)
			look_at_first(&chain->list[i]);
		put_copies_behind(chain);
	}
	note_closed(chain, &parts);
	parts_release(&parts);
}
