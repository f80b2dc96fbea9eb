/* needs.c - bytes that follow each other in every match are collected along the tree.
 * SPDX-License-Identifier: MIT */
#include "pattern/needs.h"

enum { RUN_MAX = 32 };

struct runs {
	struct slice text;
	char run[RUN_MAX], best[RUN_MAX];
	size_t n, n_best;
};

static void end_run(struct runs *runs)
{
	if (runs->n > runs->n_best && slice_find(runs->text, (struct slice){ runs->run, runs->n }) < 0) {
		memcpy(runs->best, runs->run, runs->n);
		runs->n_best = runs->n;
	}
	runs->n = 0;
}

static void add_set(struct runs *runs, const struct bytes *set)
{
	char only = (char)bytes_only(set);

	if (!only || runs->n == RUN_MAX)
		end_run(runs);
	if (only)
		runs->run[runs->n++] = only;
}

static void walk_runs(struct runs *runs, const struct node *node);

/* A group of several branches tells nothing, nor does what must not follow. */
static void walk_group(struct runs *runs, const struct node *node)
{
	const bool single = !node->first_branch->next && node->min && !(node->kind == NODE_AHEAD && node->negative);
	const bool within = single && node->min == 1 && node->max == 1 && node->kind == NODE_GROUP; /* of the run */

	if (!within)
		end_run(runs);
	if (single)
		walk_runs(runs, node->first_branch->first);
	if (!within)
		end_run(runs);
}

static void walk_runs(struct runs *runs, const struct node *node)
{
	for (; node; node = node->next)
		switch (node->kind) {
		case NODE_SET:
			if (node->min)
				add_set(runs, &node->set);
			if (node->min != 1 || node->max != 1)
				end_run(runs);
			break;
		case NODE_GROUP: case NODE_AHEAD:
			walk_group(runs, node);
			break;
		case NODE_BEGIN: case NODE_END: case NODE_BEHIND: case NODE_EDGE: case NODE_PLACE:
			break; /* no bytes of theirs */
		}
}

struct slice needs_but_lacks(const struct node *regex, struct slice text, struct arena *arena)
{
	struct runs runs = { .text = text };

	walk_runs(&runs, regex);
	end_run(&runs);
	return arena_copy(arena, (struct slice){ runs.best, runs.n_best });
}
