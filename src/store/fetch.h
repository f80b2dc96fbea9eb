/* fetch.h - what was read of a store, kept for the next question.
 * SPDX-License-Identifier: MIT */
#ifndef STORE_FETCH_H
#define STORE_FETCH_H

#include "base/map.h"
#include "store/query.h"

/* All texts, in the order of their bytes; "" is the first. */
struct texts {
	struct slice *values;
	uint32_t *places; /* in values, by id */
	size_t n;         /* 0: not read */
	size_t n_places;  /* the highest id, and one */
	struct arena arena;
};

/* The groups of a table that a filter accepts, folded over all columns but these.
 * What the columns but the open ones are together, a sort of the database and a
 * time, is one of few, and stands once: a sort, here, too. The value of a text's
 * column is its place in texts. */
struct fetched {
	uint32_t columns;          /* mask; 0: nothing is kept */
	size_t place[N_COLUMNS];   /* where a column stands in a sort, an open one in a group */
	struct buffer condition;   /* the filter that it was read with */
	struct map sorts;          /* int64_t[] */
	struct map groups;         /* uint32_t[]: a sort's index, then places of texts; to struct measures */
};

/* The groups for a query, valid until the next fetch; NULL and *err. KIND,
 * DIRECTION, STAGE, OUTCOME and CODE are among the columns, always. */
const struct fetched *fetch(struct store *store, const struct query *query, struct error *err);
/* What is kept holds no longer. */
void fetch_forget(struct store *store);

#endif
