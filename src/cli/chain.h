/* chain.h - which parts of a log are read, and in which order.
 * SPDX-License-Identifier: MIT */
#ifndef CLI_CHAIN_H
#define CLI_CHAIN_H

#include "input/input.h"
#include "input/rotation.h"
#include "store/checkpoint.h"

/* A log with its rotated parts, as far as they were named or stand beside it. */
struct member {
	char *path;
	struct age age;
	bool named;
	bool closed;    /* a younger part stands beside it: it grows no more */
	bool empty;     /* it was when the others were looked at */
	uint64_t first; /* digest of its first line; 0: none */
	struct planned {
		struct input_touch touch; /* all zero: there was no such file */
		uint64_t first;
	} planned;      /* the file at the path, before others were looked for */
};
struct chain {
	char *log;
	struct member *list;
	size_t n, capacity;
};

/* The logs that paths are parts of, each with those that were named, in the order of
 * their names. The caller frees the list. */
struct chain *chains_of(const char *const *paths, size_t n_paths, size_t *n);
void chain_release(struct chain *chain);

/* Puts the parts into the order in which they are read. When the log itself was named,
 * parts beside it are added that hold something that was not counted: the end of those
 * that are known, and what is younger than these, if the log itself is not known yet. */
void chain_plan(struct chain *chain, const struct checkpoints *known);
/* Is what was opened (NULL: nothing) what the plan was made for? If not, logs were rotated
 * meanwhile, and between this part and the one before may stand another. */
bool chain_holds(const struct member *member, const struct input *input);

#endif
