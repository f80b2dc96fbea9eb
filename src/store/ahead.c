/* ahead.c - tables with many rows, those with an open text, are read by another thread while
 * the first questions, which need none of them, are answered.
 * SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include <pthread.h>
#include <stdlib.h>

/* Of fewer groups it takes no longer than to start a thread, or not much. */
enum { GROUPS_LEAST = 10000 };

struct ahead {
	struct store *store;
	bool tables[N_TABLES]; /* that are read */
	pthread_t thread;
};

static void *read_tables(void *arg)
{
	const struct ahead *ahead = arg;

	for (int t = 0; t < N_TABLES; t++)
		if (ahead->tables[t])
			tallied_fetch(ahead->store, (enum table)t, false, &ahead->store->fetched[t][0]);
	return NULL;
}

/* The cube is asked too seldom. */
static void choose_tables(struct ahead *ahead)
{
	for (int t = 0; t < N_TABLES; t++)
		ahead->tables[t] = t != TABLE_CUBE && table_has_open_text((enum table)t) && tally_has(ahead->store->tally, (enum table)t);
}

/* What both threads need is there before the second begins: texts, and in the tally nothing
 * is left to arrive. */
void store_read_ahead(struct store *store)
{
	struct ahead *ahead;

	if (!store->tally || tally_size(store->tally) < GROUPS_LEAST)
		return;
	ahead = xcalloc(1, sizeof *ahead);
	ahead->store = store;
	choose_tables(ahead);
	texts_read(store, NULL);
	if (pthread_create(&ahead->thread, NULL, read_tables, ahead) == 0)
		store->ahead = ahead;
	else
		free(ahead);
}

void ahead_wait(struct store *store)
{
	if (!store->ahead)
		return;
	pthread_join(store->ahead->thread, NULL);
	free(store->ahead);
	store->ahead = NULL;
}

void ahead_wait_for(struct store *store, enum table table)
{
	if (store->ahead && store->ahead->tables[table])
		ahead_wait(store);
}
