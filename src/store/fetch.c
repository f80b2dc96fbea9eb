/* fetch.c - what was read of a store stays for the next question.
 *
 * A report asks some fifty questions, most of them to the same two tables, and
 * reading a row costs ten times what looking at it again does. What is asked by time
 * is kept beside what is not, which is much less.
 * SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include <stdlib.h>

#define COLUMN_BIT(column) (1u << COLUMN_##column)

/* Few values each, in every table, and nearly every question is about them. */
enum { ALWAYS = COLUMN_BIT(KIND) | COLUMN_BIT(DIRECTION) | COLUMN_BIT(STAGE) | COLUMN_BIT(OUTCOME) |
	        COLUMN_BIT(CODE) | COLUMN_BIT(ENHANCED) };

static void fetched_release(struct fetched *fetched)
{
	free(fetched->sorts);
	free(fetched->sums);
	free(fetched->first);
	free(fetched->counts);
	for (int c = 0; c < N_COLUMNS; c++)
		free(fetched->texts[c]);
	free(fetched->measures);
	buffer_release(&fetched->condition);
	map_release(&fetched->rows);
	*fetched = (struct fetched){ 0 };
}

void fetch_forget(struct store *store)
{
	for (int t = 0; t < N_TABLES; t++)
		for (int dated = 0; dated <= 1; dated++)
			fetched_release(&store->fetched[t][dated]);
	texts_release(&store->texts);
}

void fetched_make_room(struct fetched *fetched, size_t groups)
{
	fetched->sums = xcalloc(fetched->n_sorts + 1, sizeof *fetched->sums);
	fetched->first = xcalloc(fetched->n_sorts + 2, sizeof *fetched->first);
	fetched->counts = xcalloc(groups + 1, sizeof *fetched->counts);
	fetched->measures = xcalloc(groups + 1, sizeof *fetched->measures);
	for (int c = 0; c < N_COLUMNS; c++)
		if (fetched->columns >> c & 1 && column_is_open((enum column)c))
			fetched->texts[c] = xcalloc(groups + 1, sizeof **fetched->texts);
}

/* Until all are there first[] is of the sort before. */
void fetched_settle(struct fetched *fetched)
{
	uint32_t before = 0;

	for (size_t i = 0; i <= fetched->n_sorts; i++) {
		uint32_t n = fetched->first[i + 1];

		fetched->first[i + 1] = before;
		before += n;
	}
}

static bool needs_texts(uint32_t columns)
{
	for (int c = 0; c < N_COLUMNS; c++)
		if (columns >> c & 1 && column_value((enum column)c) == VALUE_TEXT)
			return true;
	return false;
}

/* Read anew, with the columns that others wanted and those that the query does. */
static int refetch(struct store *store, const struct query *query, enum table table, struct fetched *fetched,
                   struct buffer *condition, uint32_t columns, struct error *err)
{
	fetched_release(fetched);
	if (needs_texts(columns) && texts_read(store, err) != 0)
		return -1;
	fetched->columns = columns;
	fetched->condition = *condition;
	*condition = (struct buffer){ 0 };
	if (fold_table(store, query, table, fetched, err) == 0)
		return 0;
	fetched_release(fetched);
	return -1;
}

/* A file may hold very many rows of few sorts: all that sorts of this table are made of
 * is read at once, and not a question at a time. */
static uint32_t with_sorts(const struct store *store, enum table table)
{
	uint32_t columns = 0;

	for (int c = 0; store->path && table == TABLE_TRAFFIC && c < N_COLUMNS; c++)
		if (column_in_sort((enum column)c))
			columns |= 1u << c;
	return columns;
}

static uint32_t columns_of(const struct query *query)
{
	uint32_t columns = ALWAYS;

	for (size_t i = 0; i < query->n_by; i++)
		columns |= 1u << query->by[i];
	return columns;
}

static bool is_dated(const struct query *query)
{
	for (size_t i = 0; i < query->n_by; i++)
		if (!column_in_sort(query->by[i]) && !column_is_open(query->by[i]))
			return true;
	return false;
}

static int fetch_stored(struct store *store, const struct query *query, enum table table, struct fetched *fetched,
                        struct error *err)
{
	uint32_t columns = columns_of(query) | with_sorts(store, table);
	struct buffer condition = { 0 };
	bool same;
	int result = 0;

	condition_write(&condition, query, table);
	same = slice_eq(buffer_slice(&condition), buffer_slice(&fetched->condition));
	if (!same)
		result = refetch(store, query, table, fetched, &condition, columns, err);
	else if (columns & ~fetched->columns)
		result = refetch(store, query, table, fetched, &condition, columns | fetched->columns, err);
	buffer_release(&condition);
	return result;
}

const struct fetched *fetch(struct store *store, const struct query *query, struct error *err)
{
	bool dated = is_dated(query);
	struct fetched *fetched;
	enum table table;

	if (choose_table(store, query, &table, err) != 0)
		return NULL;
	fetched = &store->fetched[table][dated];
	if (!store->tally)
		return fetch_stored(store, query, table, fetched, err) == 0 ? fetched : NULL;
	if (!fetched->columns)
		tallied_fetch(store, table, dated, fetched);
	return fetched;
}
