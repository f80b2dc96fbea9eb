/* column.c - the rows of column.def as lookups.
 * SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "tally/dimension.h"

static const struct {
	const char *name, *sql, *label[2];
	enum column_value value;
	enum dimension needs;
} columns[] = {
#define COLUMN(id, name, value, sql, needs, en, ru) \
	[COLUMN_##id] = { name, sql, { en, ru }, VALUE_##value, DIMENSION_##needs },
#include "store/column.def"
};

const char *column_name(enum column column)
{
	return columns[column].name;
}

const char *column_label(enum column column, int lang)
{
	return columns[column].label[lang];
}

enum column_value column_value(enum column column)
{
	return columns[column].value;
}

const char *column_sql(enum column column)
{
	return columns[column].sql;
}

enum dimension column_needs(enum column column)
{
	return columns[column].needs;
}

bool column_in_sort(enum column column)
{
	return dimension_in_sort(columns[column].needs);
}

bool column_is_open(enum column column)
{
	return dimension_is_text(columns[column].needs) && !column_in_sort(column);
}

/* On a command line words are joined by hyphens. */
static bool is_called(struct slice name, const char *column)
{
	for (size_t i = 0; i < name.n; i++)
		if (column[i] != (name.p[i] == '-' ? '_' : name.p[i]))
			return false;
	return column[name.n] == '\0';
}

int column_parse(struct slice name)
{
	for (int i = 0; i < N_COLUMNS; i++)
		if (is_called(name, columns[i].name))
			return i;
	return -1;
}
