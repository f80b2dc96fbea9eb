/* portions.c - SPDX-License-Identifier: MIT */
#include "tally/portions.h"

#include "tally/dimension.h"

_Static_assert(sizeof(struct group_time) <= PORTION_MAX && sizeof(struct group_sort) <= PORTION_MAX, "a part is small");

static void init(struct portions *portions, size_t size, unsigned tables)
{
	*portions = (struct portions){ .size = size, .tables = tables };
	map_init(&portions->known, N_TABLES * sizeof(uint32_t));
}

#define KEEP(part, member) \
	memset(&portions->masks[t][offsetof(struct part, member)], 0xff, sizeof ((struct part *)NULL)->member)

void portions_init_times(struct portions *portions, unsigned tables)
{
	init(portions, sizeof(struct group_time), tables);
	for (int t = 0; t < N_TABLES; t++) {
#define TIME_DIMENSION(id, column, type, member, tables) \
		if (table_has((enum table)t, DIMENSION_##id)) \
			KEEP(group_time, member);
#include "tally/dimension.def"
	}
}

void portions_init_sorts(struct portions *portions, unsigned tables)
{
	init(portions, sizeof(struct group_sort), tables);
	for (int t = 0; t < N_TABLES; t++) {
#define SORT_DIMENSION(id, column, type, member, tables) \
		if (table_has((enum table)t, DIMENSION_##id)) \
			KEEP(group_sort, member);
#include "tally/dimension.def"
	}
}

void portions_release(struct portions *portions)
{
	map_release(&portions->known);
}

void portions_clear(struct portions *portions)
{
	map_clear(&portions->known);
}

void portions_mask(const struct portions *portions, enum table table, const void *part, void *masked)
{
	const unsigned char *from = part;
	unsigned char *to = masked;

	for (size_t i = 0; i < portions->size; i++)
		to[i] = from[i] & portions->masks[table][i];
}

/* What is left of what is left is the same: it ends. */
static void find_in_tables(struct portions *portions, uint32_t number)
{
	uint32_t *in_tables = map_value(&portions->known, number);

	for (unsigned left = portions->tables; left; left &= left - 1) {
		enum table table = (enum table)__builtin_ctz(left);
		char masked[PORTION_MAX];

		portions_mask(portions, table, portions_at(portions, number), masked);
		in_tables[table] = portions_number(portions, masked);
	}
}

uint32_t portions_number(struct portions *portions, const void *part)
{
	bool is_new;
	uint32_t number = map_put(&portions->known, (struct slice){ part, portions->size }, &is_new);

	if (is_new)
		find_in_tables(portions, number);
	return number;
}
