/* dimension.c - the rows of dimension.def as lookups.
 * SPDX-License-Identifier: MIT */
#include "tally/dimension.h"

static const struct {
	const char *column, *tables;
} dimensions[] = {
#define DIMENSION(id, column, type, member, tables) [DIMENSION_##id] = { column, tables },
#include "tally/dimension.def"
};

const char *table_name(enum table table)
{
	static const char *const names[] = {
#define TABLE(id, name) [TABLE_##id] = name,
#include "tally/dimension.def"
	};

	return names[table];
}

const char *dimension_name(enum dimension dimension)
{
	return dimensions[dimension].column;
}

const char *measure_name(enum measure measure)
{
	static const char *const names[] = {
#define MEASURE(member, column, merge) [MEASURE_##member] = column,
#include "tally/dimension.def"
	};

	return names[measure];
}

bool measure_is_max(enum measure measure)
{
	enum { SUM, MAX };
	static const int merges[] = {
#define MEASURE(member, column, merge) [MEASURE_##member] = merge,
#include "tally/dimension.def"
	};

	return merges[measure] == MAX;
}

bool dimension_is_text(enum dimension dimension)
{
	static const bool text[N_DIMENSIONS] = {
#define TEXT_DIMENSION(id, column, member, tables) [DIMENSION_##id] = true,
#include "tally/dimension.def"
	};

	return text[dimension];
}

bool dimension_in_sort(enum dimension dimension)
{
	static const bool in_sort[N_DIMENSIONS] = {
#define SORT_DIMENSION(id, column, type, member, tables) [DIMENSION_##id] = true,
#include "tally/dimension.def"
	};

	return in_sort[dimension];
}

/* A table's letter is the first of its name. */
bool table_has(enum table table, enum dimension dimension)
{
	return strchr(dimensions[dimension].tables, table_name(table)[0]) != NULL;
}
