/* regex.h - the one place where PCRE2 is called: compile, match, explain.
 *
 * Patterns work on bytes (a log may hold any), with JIT where the host allows it
 * and interpreted where not. Matching is bounded: what exceeds the limit is an
 * error to be counted, never a hang. SPDX-License-Identifier: MIT */
#ifndef PATTERN_REGEX_H
#define PATTERN_REGEX_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/slice.h"

struct regex;        /* shared by threads; compiled when first run, translated when run often */
struct regex_match;  /* a thread's room for one match */

/* A named group, and what the name stands for: several may have the same. */
struct capture {
	unsigned group;
	int slot;
};

/* The source stays the caller's; `slot_of` says what a name of a group stands for, -1
 * when it must not stand there. NULL: names do not matter. */
struct regex *regex_new(struct slice source, int (*slot_of)(struct slice name));
void regex_free(struct regex *regex);
/* Compile it now, to see whether it does: 0, or -1 and *err. Running one that does not
 * gives -1. */
int regex_compile(const struct regex *regex, struct error *err);
/* Its named groups in their order, once it was run. */
size_t regex_captures(const struct regex *regex, const struct capture **captures);

struct regex_match *regex_match_new(void);
void regex_match_free(struct regex_match *match);
/* How many groups took part, at least 1: groups from there on did not; 0 it does not
 * match, -1 PCRE2 gave up. */
int regex_run(const struct regex *regex, struct regex_match *match, struct slice text);
/* Where the groups of the last run begin and end: group g at [2 * g] and
 * [2 * g + 1], REGEX_UNSET when it took no part. */
const size_t *regex_groups(const struct regex_match *match);
#define REGEX_UNSET (~(size_t)0)

/* How far a pattern that does not match got: the furthest byte of text that was
 * reached, and the place in the source that failed there. Slow; for a person. */
void regex_furthest(struct slice source, struct slice text, size_t *text_at, size_t *source_at);
/* "10.42 with JIT" or "10.42 without JIT: patterns are interpreted". */
void regex_version(struct buffer *out);

#endif
