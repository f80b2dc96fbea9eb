/* built.h - a log line made from a shape, and what each of its holes was filled with.
 *
 * A shape is the text that a server writes, with holes:
 *   {rcpt}     what the generator "rcpt" makes (hole.def); the same name again is the
 *              same text again, {rcpt2} is another one of the same generator
 *   {=a|b|}    one of these, each a shape of its own
 * A hole's value can have parts, which the line need not show: {rcpt.domain}. What
 * strangers may write into a hole is random too: harmless in one line, hostile in
 * the next. SPDX-License-Identifier: MIT */
#ifndef TESTS_SHAPES_BUILT_H
#define TESTS_SHAPES_BUILT_H

#include "base/buffer.h"
#include "base/mem.h"

struct value {
	struct slice name, text;
};

enum { VALUES_MAX = 96 };
struct built {
	uint64_t state;  /* of the random numbers */
	bool hostile;    /* strangers write what they should not */
	struct arena arena;
	struct buffer line;
	struct value value[VALUES_MAX];
	size_t n;
};

/* Of one seed comes one line. */
void built_begin(struct built *built, uint64_t seed);
void built_release(struct built *built);
/* Fill a shape's holes: appended to the line. */
void built_add(struct built *built, struct slice shape);
/* The same apart from the line: what a hole of an expectation stands for, in the
 * built's arena. */
struct slice built_text(struct built *built, struct slice shape);

/* For generators: random numbers below n, one chance in n, the values. */
uint64_t draw(struct built *built, uint64_t n);
bool once_in(struct built *built, uint64_t n);
#define PICK(built, array) ((array)[draw(built, sizeof(array) / sizeof *(array))])
/* The part of a hole's value; part "" is the value. The text is copied. */
void value_set(struct built *built, struct slice name, const char *part, struct slice text);
/* Empty when it was never set. */
struct slice value_get(const struct built *built, struct slice name);

#endif
