/* times.h - how a log's times follow each other, as far as it is looked at: once an hour
 * of log. SPDX-License-Identifier: MIT */
#ifndef INPUT_TIMES_H
#define INPUT_TIMES_H

#include <stdbool.h>
#include <stdint.h>

/* All zero: none was seen. */
struct times {
	bool any;              /* a time without a year was seen: */
	int64_t first, last;
	int64_t latest;
	uint64_t steps_back;   /* of more than a day, */
	int64_t from, to;      /* the first of these */
};

void times_add(struct times *times, int64_t utc);
/* What was seen behind what *times tells. */
void times_join(struct times *times, const struct times *behind);

#endif
