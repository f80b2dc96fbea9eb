/* roll.c - SPDX-License-Identifier: MIT */
#include "store/roll.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>

enum { FIRST_SIZE = 1 << 12 };

void roll_release(struct roll *roll)
{
	free(roll->names);
	*roll = (struct roll){ 0 };
}

static struct roll_name *find(const struct roll *roll, uint32_t hash)
{
	for (uint32_t at = hash & roll->mask;; at = (at + 1) & roll->mask) {
		struct roll_name *name = &roll->names[at];

		if (!name->count || name->hash == hash)
			return name;
	}
}

static void rebuild(struct roll *roll, uint32_t size, bool with_outside)
{
	struct roll old = *roll;

	roll->names = xcalloc(size, sizeof *roll->names);
	roll->mask = size - 1;
	for (uint32_t i = 0; old.names && i <= old.mask; i++)
		if (old.names[i].count && (with_outside || old.names[i].inside))
			*find(roll, old.names[i].hash) = old.names[i];
	free(old.names);
}

struct roll_name *roll_add(struct roll *roll, struct slice text, uint32_t count)
{
	uint32_t hash = (uint32_t)hash_bytes(text), size = roll->names ? roll->mask + 1 : 0;
	struct roll_name *name;

	if (roll->inside + roll->outside >= size / 4 * 3)
		rebuild(roll, size ? 2 * size : FIRST_SIZE, true);
	name = find(roll, hash);
	if (!name->count) {
		name->hash = hash;
		roll->outside++;
	}
	count += count == 0; /* of a damaged database */
	name->count = count < ROLL_COUNT_MAX - name->count ? (name->count + count) & ROLL_COUNT_MAX : ROLL_COUNT_MAX;
	return name;
}

void roll_let_in(struct roll *roll, struct roll_name *name)
{
	if (name->inside)
		return;
	name->inside = 1;
	roll->inside++;
	roll->outside--;
}

void roll_forget_outside(struct roll *roll)
{
	rebuild(roll, roll->mask + 1, false);
	roll->outside = 0;
}

uint32_t roll_least(const struct roll *roll, uint32_t n)
{
	enum { COUNTS = 1024 }; /* what comes more often than that comes in by itself */
	uint32_t with[COUNTS] = { 0 }, sum = 0, count = COUNTS;

	for (uint32_t i = 0; roll->names && i <= roll->mask; i++)
		if (roll->names[i].inside)
			with[roll->names[i].count < COUNTS ? roll->names[i].count : COUNTS - 1]++;
	while (count > 0 && sum < n)
		sum += with[--count];
	return sum < n ? 0 : count;
}
