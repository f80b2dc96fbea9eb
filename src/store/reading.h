/* reading.h - how a table is read out of a database: its rows (fold.c), and its packs
 * (unfold.c). SPDX-License-Identifier: MIT */
#ifndef STORE_READING_H
#define STORE_READING_H

#include "store/sql.h"

/* How the rows of a table are read. */
struct reading {
	const struct texts *texts;
	struct fetched *into;     /* whose rows are uint32_t[], a sort's index and ids of texts, to struct measures */
	struct map undated;       /* sorts before their rows' times are added: int64_t[] */
	struct map dated;         /* and with them */
	uint32_t *wanted;         /* by id: an index there, plus 1; 0: not for this filter */
	int64_t n;                /* of ids */
	bool is_text[N_COLUMNS];  /* by place in a sort */
	size_t n_sort, n_open, n_times;
	size_t n_texts;           /* of a group in a pack ... */
	size_t open[N_COLUMNS];   /* ... and which of them are asked for */
	uint32_t ***near;         /* see unfold.c: by sort, a block of ids, an id: a group's index, plus 1 */
	struct arena *room;       /* for these */
	bool *accepted[N_COLUMNS]; /* by the place of a text in a pack: ids that the filter accepts; NULL: all */
};

static inline bool is_asked(const struct fetched *fetched, int column)
{
	return fetched->columns >> column & 1;
}

/* By the id of a sort: as in wanted[]. */
static inline uint32_t reading_wanted(const struct reading *reading, int64_t id)
{
	return id > 0 && id <= reading->n ? reading->wanted[id] : 0;
}

/* The index of a sort, with the times of a row. */
uint32_t reading_dated(struct reading *reading, uint32_t sort, sqlite3_value **times);
/* Run a SELECT of an aggregate, and release its text; what the aggregate gives. */
int reading_run(struct store *store, struct buffer *sql, struct error *err);
void reading_done(sqlite3_context *context);
/* " AND ...", the query's period. */
void period_write(struct buffer *sql, const struct query *query, enum table table);

/* unfold.c: the groups that stand in packs. */
int unfold_packs(struct store *store, const struct query *query, enum table table, struct reading *reading,
                 struct error *err);

#endif
