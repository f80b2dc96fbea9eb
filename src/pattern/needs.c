/* needs.c - SPDX-License-Identifier: MIT */
#include "pattern/needs.h"

/* A walk over a regex's source. Outside of groups, bytes that stand for themselves
 * and are not counted by a quantifier follow each other in every match. */
struct walk {
	struct slice rest, literal;
	size_t met;    /* bytes of the literal that the last bytes were */
	int depth;     /* of groups */
	bool found, doubt;
};

static char front(const struct walk *w)
{
	return w->rest.n ? *w->rest.p : '\0';
}

static char take(struct walk *w)
{
	char c = front(w);

	w->rest = slice_from(w->rest, 1);
	return c;
}

static bool is_quantifier(char c)
{
	return c == '?' || c == '*' || c == '+' || c == '{';
}

/* One byte of every match. How much of the literal has been met is known by trying
 * again from the start: literals do not repeat their own begin in practice, and a
 * wrong answer is a no. */
static void meet(struct walk *w, char c)
{
	if (w->depth || w->found)
		return;
	if (is_quantifier(front(w)))
		w->met = 0;
	else if (w->literal.p[w->met] == c)
		w->met++;
	else
		w->met = w->literal.p[0] == c;
	w->found = w->met == w->literal.n;
}

static void part(struct walk *w)
{
	w->met = w->found ? w->met : 0;
}

/* "\." is a byte, "\d" is not; quoting with \Q is not looked into. */
static void escape(struct walk *w)
{
	char c = take(w);

	if (c == 'Q')
		w->doubt = true;
	else if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
		part(w);
	else
		meet(w, c);
}

/* "[a-z]", "[]a]", "[^]a]", "[[:alpha:]]" */
static void class(struct walk *w)
{
	if (front(w) == '^')
		take(w);
	if (front(w) == ']')
		take(w);
	while (w->rest.n && front(w) != ']') {
		char c = take(w);

		if (c == '\\')
			take(w);
		else if (c == '[' && (front(w) == ':' || front(w) == '.' || front(w) == '='))
			w->doubt = true;
	}
	take(w);
	part(w);
}

/* Verbs and options can change what follows. */
static void open_group(struct walk *w)
{
	static const struct slice plain[] = {
		SLICE_INIT("?:"), SLICE_INIT("?="), SLICE_INIT("?!"), SLICE_INIT("?<"), SLICE_INIT("?|"), SLICE_INIT("?>"),
	};
	bool known = front(w) != '?' && front(w) != '*';

	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		known |= slice_starts(w->rest, plain[i]);
	w->doubt |= !known;
	w->depth++;
	part(w);
}

bool regex_needs(struct slice source, struct slice literal)
{
	struct walk w = { .rest = source, .literal = literal };

	while (w.rest.n && literal.n) {
		char c = take(&w);

		switch (c) {
		case '\\': escape(&w); break;
		case '[': class(&w); break;
		case '(': open_group(&w); break;
		case ')': w.depth--; part(&w); break;
		case '|': w.doubt |= w.depth == 0; break;
		case '.': case '^': case '$': case '?': case '*': case '+': case '{': part(&w); break;
		default: meet(&w, c);
		}
	}
	return w.found && !w.doubt;
}

/* Bytes that follow each other in every match are collected along the tree. */
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
