/* fetch.h - what was read of a store, kept for the next question.
 * SPDX-License-Identifier: MIT */
#ifndef STORE_FETCH_H
#define STORE_FETCH_H

#include "base/map.h"
#include "store/query.h"

/* All texts, each once; "" is the first. Those of a tally that are what they stand for as
 * they are, nearly always all, are not held here too: a text's place is its id. */
struct texts {
	const struct tally *tally; /* NULL: they stand in values[] */
	struct slice *values;
	uint32_t *places; /* in values, by id */
	size_t n;         /* 0: not read */
	size_t n_places;  /* the highest id, and one */
	struct arena arena;
};

/* The groups of a table that a filter accepts, told apart by these columns at least.
 * What the columns but the open ones are together, a sort of the store and a time, is
 * one of few, and stands once: a sort, here, too. A value of a text's column is the
 * text's place.
 *
 * A sort's groups are those from first[sort] on, to the next sort's. What a question asks
 * of every group stands side by side, the rest where it was read. */
struct fetched {
	uint32_t columns;         /* mask; 0: nothing is kept */
	size_t place[N_COLUMNS];  /* where a column stands in a sort */
	int64_t *sorts;           /* n_sorts of `width` values */
	size_t n_sorts, width;
	struct measures *sums;    /* of a sort's groups */
	uint32_t *first;
	uint64_t *counts;         /* of a group, as in its measures */
	uint32_t *texts[N_COLUMNS]; /* of an open column, or NULL: a group's */
	const struct measures **measures; /* of a group */
	struct buffer condition;  /* the filter that it was read with */
	struct map rows;          /* what *measures are of, where that is not the store */
};

static inline const int64_t *fetched_sort(const struct fetched *fetched, size_t sort)
{
	return fetched->sorts + sort * fetched->width;
}

/* The groups for a query, valid until the next fetch; NULL and *err. KIND,
 * DIRECTION, STAGE, OUTCOME and CODE are among the columns, always; times only when
 * the query names one. */
const struct fetched *fetch(struct store *store, const struct query *query, struct error *err);
/* What is kept holds no longer. */
void fetch_forget(struct store *store);

#endif
