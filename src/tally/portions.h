/* portions.h - what many groups have in common, by number: times, and sorts.
 *
 * A table lacks some dimensions, so a part has in each table the number of what is
 * left of it there. SPDX-License-Identifier: MIT */
#ifndef TALLY_PORTIONS_H
#define TALLY_PORTIONS_H

#include "tally/tally.h"

enum { PORTION_MAX = 64 };

struct portions {
	struct map known; /* a part's bytes to its numbers in the tables */
	size_t size;      /* of a part */
	unsigned tables;  /* of the tally */
	unsigned char masks[N_TABLES][PORTION_MAX]; /* all ones in what a table keeps */
};

void portions_init_times(struct portions *portions, unsigned tables);
void portions_init_sorts(struct portions *portions, unsigned tables);
void portions_release(struct portions *portions);
void portions_clear(struct portions *portions);
/* Entered when it is new. A part has no holes that are not zero. */
uint32_t portions_number(struct portions *portions, const void *part);
/* What a table keeps of it. */
void portions_mask(const struct portions *portions, enum table table, const void *part, void *masked);

static inline const void *portions_at(const struct portions *portions, uint32_t number)
{
	return map_key(&portions->known, number).p;
}

/* By table, for the tables of the tally. */
static inline const uint32_t *portions_in_tables(const struct portions *portions, uint32_t number)
{
	return map_value(&portions->known, number);
}

#endif
