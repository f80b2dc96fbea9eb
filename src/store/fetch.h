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

struct fetched_group {
	const uint32_t *texts; /* ids of its open texts */
	const struct measures *measures;
};

/* The groups of a table that a filter accepts, told apart by these columns at least.
 * What the columns but the open ones are together, a sort of the store and a time, is
 * one of few, and stands once: a sort, here, too. Its value of a text's column is the
 * text's place. */
struct fetched {
	uint32_t columns;         /* mask; 0: nothing is kept */
	size_t place[N_COLUMNS];  /* where a column stands in a sort, an open one in a group */
	int64_t *sorts;           /* n_sorts of `width` values */
	size_t n_sorts, width;
	struct fetched_group *groups; /* those of a sort: groups[first[sort]] and on, to the next sort's */
	uint32_t *first;
	struct buffer condition;  /* the filter that it was read with */
	struct map rows;          /* what groups point into, where that is not the store's ... */
	struct measures *sums;    /* ... or this */
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
