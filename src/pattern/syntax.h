/* syntax.h - a regex as a tree, as far as it is needed to follow what PCRE2 does.
 *
 * Read are bytes, ".", sets, ^, $ and \b, groups of all plain sorts and those of any
 * case, alternatives, quantifiers, looks ahead, and looks behind at some bytes; that is
 * what patterns are made of. That there is a look behind at anything else is all that is
 * read of it. A regex with anything more has no tree. Meanings are those of regex.c's
 * options: "." is any byte, "$" the very end. SPDX-License-Identifier: MIT */
#ifndef PATTERN_SYNTAX_H
#define PATTERN_SYNTAX_H

#include "base/mem.h"
#include "pattern/bytes.h"

enum node_kind {
	NODE_SET,    /* one byte of a set */
	NODE_GROUP,  /* alternatives */
	NODE_BEGIN,  /* ^ */
	NODE_END,    /* $ */
	NODE_AHEAD,  /* (?= or (?! */
	NODE_BEHIND, /* (?<= or (?<! and bytes of sets, one each */
	NODE_EDGE,   /* \b */
	NODE_PLACE,  /* asks for something else of the place: what, is not read */
};

enum greed { GREEDY, LAZY, POSSESSIVE };

#define TIMES_ANY UINT32_MAX
enum { SYNTAX_GROUPS_MAX = 64 }; /* numbers are below */

struct node {
	enum node_kind kind;
	enum greed greed;
	uint32_t min, max;         /* how often; TIMES_ANY: no limit */
	bool negative;             /* of looks */
	unsigned group;            /* its number; 0: it captures nothing */
	struct bytes set;
	const struct branch *first_branch;
	const struct node *next;   /* what follows in the same branch, or NULL */
};

struct branch {
	const struct node *first;  /* NULL: the empty one */
	const struct branch *next;
};

/* The whole as a group that captures nothing, out of the arena; NULL: there is
 * something in it that is not read. */
const struct node *syntax_read(struct slice source, struct arena *arena);

#endif
