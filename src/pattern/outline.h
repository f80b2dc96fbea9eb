/* outline.h - a text as far as it matters to a regex: bytes that must be these, and
 * holes that may hold anything of a class.
 *
 * What a regex does on a text is followed once, with holes wherever it does not look
 * closer; on every text of the same outline it does the same, step by step, so its
 * captures are known from where the holes begin and end. SPDX-License-Identifier: MIT */
#ifndef PATTERN_OUTLINE_H
#define PATTERN_OUTLINE_H

#include "pattern/bytes.h"
#include "pattern/syntax.h"

/* Of bytes that names, numbers and addresses are made of, from wide to narrow; all but a
 * few; and any bytes at all. A hole of a class but the last is as long as it can be, or
 * of a given length. */
enum byte_class {
	CLASS_WORD,   /* letters, digits, . - _ + / */
	CLASS_NAME,   /* letters, digits, . - _ */
	CLASS_HOST,   /* letters, digits, . - */
	CLASS_ALNUM,
	CLASS_HEX,    /* 0-9 A-F a-f . */
	CLASS_NUMBER, /* 0-9 . */
	CLASS_DIGIT,
	CLASS_UNTIL,
	CLASS_ANY,
	N_CLASSES
};

/* "Atoms" are eight sets of bytes that the narrow classes are made of; each is all bytes
 * of some high halves with some low halves, so that two look-ups of a half tell them. */
extern const unsigned char atoms_by_low[16], atoms_by_high[16];
unsigned char class_atoms(enum byte_class class);
const struct bytes *class_bytes(enum byte_class class); /* not of CLASS_UNTIL */

enum { OUTLINE_TEXT_MAX = 2048, STRETCHES_MAX = 64, TAIL_MAX = 96, UNTIL_MAX = 3, BARRED_MAX = 4 };

struct stretch {
	bool hole;
	enum byte_class class;   /* of a hole; one of CLASS_ANY is the last hole */
	uint16_t begin, end;     /* in the text that it was made from */
	unsigned char until[UNTIL_MAX]; /* of CLASS_UNTIL: what it lacks, some twice */
	unsigned char barred[BARRED_MAX]; /* of a hole: bytes that it does not begin with, or 0 */
	uint16_t least, most;    /* bytes, of a hole */
};

/* Groups by number; GROUP_UNSET: took no part. Each begin and end is that of a stretch, or
 * within one that is no hole. */
#define GROUP_UNSET UINT16_MAX
struct outline {
	struct stretch stretches[STRETCHES_MAX];
	size_t n;
	bool matches;
	uint16_t group[SYNTAX_GROUPS_MAX][2];
	struct bytes not_last; /* what the last hole does not end with; it is a wide one then */
};

/* Follow a regex on a text of at most OUTLINE_TEXT_MAX bytes. False: nothing was found
 * out. `regex` must be bound to the text's begin: see outline_suits(). */
bool outline_make(const struct node *regex, struct slice text, struct outline *outline);
bool outline_suits(const struct node *regex);

#endif
