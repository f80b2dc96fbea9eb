/* deferred.c - how many different recipients were deferred.
 *
 * The hashes of a day and direction are one value: eight bytes each, the highest
 * byte first, ascending. There are at most DISTINCT_MAX of them; see distinct.h for
 * what a full set tells. SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include <endian.h>
#include <stdlib.h>

enum { HASH_BYTES = 8 };

/* Ascending, each once. */
struct hashes {
	uint64_t *list;
	size_t n;
};

/* `more` is ascending, too. */
static void add(struct hashes *hashes, const uint64_t *more, size_t n)
{
	uint64_t *list = xmalloc((hashes->n + n) * sizeof *list);
	size_t a = 0, b = 0, k = 0;

	while (a < hashes->n || b < n) {
		bool old = b == n || (a < hashes->n && hashes->list[a] <= more[b]);

		b += old && b < n && hashes->list[a] == more[b];
		list[k++] = old ? hashes->list[a++] : more[b++];
	}
	free(hashes->list);
	*hashes = (struct hashes){ list, k };
}

static void add_stored(struct hashes *hashes, struct slice stored)
{
	const unsigned char *at = (const unsigned char *)stored.p;
	size_t n = stored.n / HASH_BYTES;
	uint64_t *more = xcalloc(n, sizeof *more);

	for (size_t i = 0; i < n; i++, at += HASH_BYTES) {
		memcpy(&more[i], at, HASH_BYTES);
		more[i] = be64toh(more[i]);
	}
	add(hashes, more, n);
	free(more);
}

static struct slice stored_column(sqlite3_stmt *statement)
{
	const char *p = sqlite3_column_blob(statement, 0);

	return (struct slice){ p, p ? (size_t)sqlite3_column_bytes(statement, 0) : 0 };
}

/* --- adding -------------------------------------------------------------- */

static void bind_set(sqlite3_stmt *statement, const struct store *store, const struct tally_distinct *set)
{
	sqlite3_bind_int64(statement, 1, store->origin);
	sqlite3_bind_int64(statement, 2, set->day);
	sqlite3_bind_int64(statement, 3, set->direction);
}

static int write_set(struct store *store, const struct hashes *hashes, sqlite3_stmt *write, struct error *err)
{
	size_t n = hashes->n < DISTINCT_MAX ? hashes->n : DISTINCT_MAX;
	uint64_t *stored = xcalloc(n + 1, HASH_BYTES);
	int result;

	for (size_t i = 0; i < n; i++)
		stored[i] = htobe64(hashes->list[i]);
	sqlite3_bind_blob(write, 4, stored, (int)(n * HASH_BYTES), SQLITE_STATIC);
	result = sql_run(store, write, err);
	free(stored);
	return result;
}

/* The set that was there and the new one become one. */
static int commit_set(struct store *store, const struct tally_distinct *set, sqlite3_stmt *read,
                      sqlite3_stmt *write, struct error *err)
{
	struct hashes hashes = { 0 };
	int result;

	bind_set(read, store, set);
	bind_set(write, store, set);
	if (sqlite3_step(read) == SQLITE_ROW)
		add_stored(&hashes, stored_column(read));
	sqlite3_reset(read);
	add(&hashes, set->hashes, set->n);
	result = write_set(store, &hashes, write, err);
	free(hashes.list);
	return result;
}

int deferred_commit(struct store *store, const struct tally *tally, struct error *err)
{
	sqlite3_stmt *read = sql_prepare(store, "SELECT hashes FROM deferred "
	                                        "WHERE origin = ?1 AND day = ?2 AND direction = ?3", err);
	sqlite3_stmt *write = sql_prepare(store, "INSERT INTO deferred VALUES (?1, ?2, ?3, ?4) "
	                                         "ON CONFLICT DO UPDATE SET hashes = excluded.hashes", err);
	struct tally_distinct *sets;
	size_t n = tally_distinct(tally, &sets);
	int result = read && write ? 0 : -1;

	for (size_t i = 0; result == 0 && i < n; i++)
		result = commit_set(store, &sets[i], read, write, err);
	sqlite3_finalize(read);
	sqlite3_finalize(write);
	free(sets);
	return result;
}

/* --- asking -------------------------------------------------------------- */

static sqlite3_stmt *prepare_sets(struct store *store, enum direction direction, int64_t since, int64_t until,
                                  struct error *err)
{
	struct buffer sql = { 0 };
	sqlite3_stmt *statement;

	buffer_printf(&sql, "SELECT hashes FROM deferred WHERE direction = %d", (int)direction);
	if (since != TIME_NONE || until != TIME_NONE) {
		buffer_puts(&sql, " AND ");
		days_write(&sql, since, until);
	}
	statement = sql_prepare(store, buffer_string(&sql), err);
	buffer_release(&sql);
	return statement;
}

/* All sets together; *full: one of them stands for more than it holds. */
static int read_sets(struct store *store, sqlite3_stmt *statement, struct hashes *hashes, bool *full,
                     struct error *err)
{
	int step;

	*full = false;
	while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
		struct slice stored = stored_column(statement);

		*full = *full || stored.n / HASH_BYTES >= DISTINCT_MAX;
		add_stored(hashes, stored);
	}
	return step == SQLITE_DONE ? 0 : sql_fail(store, err);
}

static void tallied_sets(const struct tally *tally, enum direction direction, struct hashes *hashes, bool *full)
{
	struct tally_distinct *sets;
	size_t n = tally_distinct(tally, &sets);

	*full = false;
	for (size_t i = 0; i < n; i++) {
		if (sets[i].direction != direction)
			continue;
		*full = *full || sets[i].n >= DISTINCT_MAX;
		add(hashes, sets[i].hashes, sets[i].n);
	}
	free(sets);
}

static int stored_sets(struct store *store, enum direction direction, int64_t since, int64_t until,
                       struct hashes *hashes, bool *full, struct error *err)
{
	sqlite3_stmt *statement = prepare_sets(store, direction, since, until, err);
	int result = statement ? read_sets(store, statement, hashes, full, err) : -1;

	sqlite3_finalize(statement);
	return result;
}

/* Of hashes spread evenly over 2^64, k - 1 lie below the k-th smallest: so dense
 * are all of them. */
static uint64_t estimate(const struct hashes *hashes)
{
	double fraction = hashes->n < DISTINCT_MAX ? 0 : (double)hashes->list[DISTINCT_MAX - 1] * 0x1p-64;

	return fraction > 0 ? (uint64_t)((DISTINCT_MAX - 1) / fraction + 0.5) : DISTINCT_MAX;
}

int query_deferred(struct store *store, enum direction direction, int64_t since, int64_t until,
                   uint64_t *recipients, bool *exact, struct error *err)
{
	struct hashes hashes = { 0 };
	bool full = false;
	int result = 0;

	if (store->tally)
		tallied_sets(store->tally, direction, &hashes, &full);
	else
		result = stored_sets(store, direction, since, until, &hashes, &full, err);
	*exact = !full;
	*recipients = full ? estimate(&hashes) : hashes.n;
	free(hashes.list);
	return result;
}
