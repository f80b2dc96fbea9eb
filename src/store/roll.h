/* roll.h - how often each of very many names came.
 *
 * Names are told apart by 32 bits of their hash, for eight bytes each: of a million one in
 * four thousand is taken for another one, which matters only to whether it is let in.
 * SPDX-License-Identifier: MIT */
#ifndef STORE_ROLL_H
#define STORE_ROLL_H

#include "base/slice.h"

struct roll_name {
	uint32_t hash;
	uint32_t inside : 1, count : 31; /* count 0: free */
};
#define ROLL_COUNT_MAX 0x7fffffffu

/* All zero is an empty one. */
struct roll {
	struct roll_name *names; /* open addressing */
	uint32_t mask;           /* names - 1 */
	uint32_t inside, outside;
};

void roll_release(struct roll *roll);
/* Adds to a name's count. The entry is valid until the next one is added, and is outside
 * when it is new: who changes that calls roll_let_in(). */
struct roll_name *roll_add(struct roll *roll, struct slice name, uint32_t count);
void roll_let_in(struct roll *roll, struct roll_name *name);
/* Those outside are taken off. */
void roll_forget_outside(struct roll *roll);
/* The count of the n-th most frequent inside; 0: there are fewer. */
uint32_t roll_least(const struct roll *roll, uint32_t n);

#endif
