/* prints.h - fingerprints of what was seen, and the numbers that it was given.
 * Of a fingerprint 96 bits are kept. SPDX-License-Identifier: MIT */
#ifndef BASE_PRINTS_H
#define BASE_PRINTS_H

#include "base/hash.h"

struct print {
	uint64_t a;
	uint32_t b;
	uint32_t number; /* 0: free */
};

struct prints {
	struct print *slots; /* open addressing; twice as many as are taken, or more */
	size_t mask;         /* slots - 1 */
	size_t n;
};

void prints_release(struct prints *prints); /* all zero is an empty one */
/* Forget all, keep the room. */
void prints_clear(struct prints *prints);
/* number: not 0. The fingerprint is not there. */
void prints_add(struct prints *prints, const struct fingerprint *f, uint32_t number);

/* Where it stands, or the free slot where it would. Of the last step's product b has the
 * middle, to which each bit of the text adds. */
static inline struct print *prints_slot(const struct prints *prints, uint64_t a, uint32_t b)
{
	for (size_t i = b & prints->mask;; i = (i + 1) & prints->mask) {
		struct print *slot = &prints->slots[i];

		if (!slot->number || (slot->a == a && slot->b == b))
			return slot;
	}
}

/* The number of what was seen; 0: it was not. */
static inline uint32_t prints_find(const struct prints *prints, const struct fingerprint *f)
{
	return prints->n ? prints_slot(prints, f->a, (uint32_t)f->b)->number : 0;
}

#endif
