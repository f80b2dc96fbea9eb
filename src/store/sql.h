/* sql.h - what the files of this directory share about SQLite.
 * SPDX-License-Identifier: MIT */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include "base/buffer.h"
#include "store/fetch.h"
#include "store/query.h"
#include "store/store.h"

#include <sqlite3.h>

/* user_version counts changes of the schema; application_id is "smtp" in ASCII
 * and marks the file as ours. */
enum { STORE_VERSION = 5, STORE_OLDEST = 3 /* that can be read */,
       STORE_PACKS = 5 /* has the tables of pack.c and `kept` */, STORE_APPLICATION_ID = 0x736d7470 };

enum { READER_MS = 2000, WRITER_MS = 10000 }; /* to wait for others */

struct store {
	const struct tally *tally; /* asked itself, there is no database; or NULL */
	sqlite3 *db;
	char *path;      /* for messages; NULL in memory */
	int64_t origin;  /* id of the own origin; 0: opened to be read */
	bool packs;      /* has the tables of pack.c */
	bool busy;       /* another program was writing when a transaction was to begin or end */
	bool made;       /* this run has made the file ... */
	bool committed;  /* ... and counted something into it */
	struct fetched fetched[N_TABLES][2]; /* by time, too: [1] */
	struct texts texts;
	struct ahead *ahead; /* another thread that reads tables; or NULL */
};

/* Run statements; -1 and *err when one fails. `doing` begins the error's text. */
int sql_exec(struct store *store, const char *sql, struct error *err);
/* NULL and *err on failure. The caller finalizes it. */
sqlite3_stmt *sql_prepare(struct store *store, const char *sql, struct error *err);
/* The last error of the database, with what to do about it. Always -1. */
int sql_fail(struct store *store, struct error *err);
/* Run a statement that gives no rows, and make it ready for the next time. */
int sql_run(struct store *store, sqlite3_stmt *statement, struct error *err);
/* End a transaction: commit it if `result` is 0 so far, else roll it back and return -1. */
int sql_end(struct store *store, int result, struct error *err);
/* The first row's first column, or `none` when there is no row. */
int sql_number(struct store *store, const char *sql, int64_t none, int64_t *value, struct error *err);

/* schema.c: all CREATE statements; has a table a column of its own for a dimension?
 * (Columns are origin, numbers, sort, texts, measures.) The columns of `sort` behind its id, numbers before texts, with
 * something behind each; a table as the thing to select from: one that is kept by
 * hours is given a `day` there. */
void schema_write(struct buffer *sql);
/* What brings a database of an older version to this one; false: nothing does. */
bool schema_migrate(struct buffer *sql, int64_t version);
bool row_has(enum table table, enum dimension dimension);
void sort_write(struct buffer *sql, const char *suffix);
void source_write(struct buffer *sql, enum table table, bool packs);
/* view.c: the views, and taking those of an older version away; a column's value as
 * people read it, NULL for none. */
void view_write(struct buffer *sql);
void view_drop(struct buffer *sql);
void column_readable(struct buffer *sql, enum column column);
/* pack.c: is a table's every day packed when it is over; the tables for that; a pack as
 * rows, to select from; texts of a group. A row of a pack as it is read: each group's
 * texts and measures. packing.c: how many groups of an origin's day can be packed; pack them,
 * within a transaction. */
struct pack {
	const unsigned char *at; /* terminated */
	bool single;
	uint32_t first;
	size_t n, texts;
};
bool table_is_packed(enum table table);
void packs_write(struct buffer *sql);
void unpacked_write(struct buffer *sql, enum table table);
size_t pack_texts(enum table table);
bool pack_next(struct pack *pack, uint32_t *texts, struct measures *measures);
int pack_count(struct store *store, enum table table, int64_t origin, int64_t day, int64_t *groups, struct error *err);
/* A group to be packed; head: times, sort. Groups of a head come one behind the other, in
 * the order of their first text; write_packs() behind the last. */
struct packed_group {
	int64_t head[3];
	uint32_t texts[N_DIMENSIONS];
	struct measures measures;
};
struct packing *packing_new(struct store *store, enum table table, int64_t origin, struct error *err);
int pack_group(struct packing *packing, const struct packed_group *group, struct error *err);
int write_packs(struct packing *packing, struct error *err);
void packing_free(struct packing *packing);
void times_write(struct buffer *sql, enum table table, const char *suffix);
int pack_day(struct store *store, enum table table, int64_t origin, int64_t day, struct error *err);
/* period.c: conditions on rows by hours and by days; TIME_NONE is open. An hour
 * that a period only touches belongs to it whole. */
void hours_write(struct buffer *sql, int64_t since, int64_t until);
void days_write(struct buffer *sql, int64_t since, int64_t until);
/* column.c: rows of column.def. A column is of a sort, or open, or a time. */
bool column_in_sort(enum column column);
bool column_is_open(enum column column);
const char *column_sql(enum column column);
enum dimension column_needs(enum column column);
/* grouping.c: the rows that a query makes of groups, in no order, but for their texts. */
void group_rows(const struct query *query, const struct fetched *from, const struct texts *texts,
                struct query_result *result);
/* query.c: the table for a query, -1 and *err when none holds it; parts of a query.
 * A facet has the name of the column that it is a condition on. */
int choose_table(struct store *store, const struct query *query, enum table *table, struct error *err);
bool query_has_facet(const struct query *query, int facet);
bool query_has_period(const struct query *query);
enum column facet_column(int facet);
/* fetch.c: room for so many groups, and for sums; then each group is expected, all are settled,
 * and each is put among those of its sort: where. */
void fetched_make_room(struct fetched *fetched, size_t groups);
static inline void fetched_expect(struct fetched *fetched, uint32_t sort)
{
	fetched->first[sort + 1]++;
}
void fetched_settle(struct fetched *fetched);
static inline uint32_t fetched_put(struct fetched *fetched, uint32_t sort, const struct measures *measures)
{
	uint32_t at = fetched->first[sort + 1]++;

	fetched->counts[at] = measures->count;
	fetched->measures[at] = measures;
	return at;
}
/* fold.c: read a table; what stands for a query's filter: two with one condition are the
 * same. */
int fold_table(struct store *store, const struct query *query, enum table table, struct fetched *into, struct error *err);
void condition_write(struct buffer *condition, const struct query *query, enum table table);
/* ahead.c: wait until all was read; or only if the table may be among it. */
void ahead_wait(struct store *store);
void ahead_wait_for(struct store *store, enum table table);
/* tallied.c: the same of a tally, and what else is asked of a store. */
bool table_has_open_text(enum table table);
void tallied_fetch(struct store *store, enum table table, bool dated, struct fetched *into);
void tallied_texts(const struct tally *tally, struct texts *texts);
void tallied_accounting(const struct tally *tally, int64_t since, int64_t until, struct accounting *sum);
size_t tallied_clocks(const struct tally *tally, int64_t since, int64_t until, struct query_clock **clocks);
bool tallied_span(const struct tally *tally, int64_t since, int64_t until, struct query_span *span);
/* texts.c: a text with '?' for each byte that is no UTF-8 and for NUL, there or in
 * *scratch; all of a tally so, in the order of their bytes, where several may be the same.
 * Enter them; ids[id in the tally] = id in the database. Read all texts, if that was not
 * done; a text's id, 0 when there is none of this id; its place among them; the text at one. */
struct slice text_clean(struct slice s, struct buffer *scratch);
struct clean_text {
	struct slice text;
	uint32_t id; /* in the tally */
};
struct clean_text *texts_clean(const struct tally *tally, struct arena *arena);
int texts_commit(struct store *store, const struct tally *tally, int64_t *ids, struct error *err);
int texts_read(struct store *store, struct error *err);
static inline uint32_t text_known(const struct texts *texts, int64_t id)
{
	return id > 0 && id < (int64_t)texts->n_places ? (uint32_t)id : 0;
}
static inline uint32_t text_place(const struct texts *texts, int64_t id)
{
	uint32_t known = text_known(texts, id);

	return texts->places ? texts->places[known] : known;
}
static inline struct slice text_at(const struct texts *texts, size_t place)
{
	return texts->tally ? tally_string(texts->tally, (uint32_t)place) : texts->values[place];
}
void texts_release(struct texts *texts);
/* sorts.c: ids in the database of a tally's sorts, `texts` being those of its strings.
 * sorts_enter() enters those of all groups, in the order of their columns. -1 and *err;
 * release them in any case. */
struct sorts {
	struct store *store;
	const struct tally *tally;
	const int64_t *texts;
	int64_t *ids; /* by number in the tally; 0: not entered */
	sqlite3_stmt *insert, *find;
};
int sorts_init(struct sorts *sorts, struct store *store, const struct tally *tally, const int64_t *texts,
               struct error *err);
int sorts_enter(struct sorts *sorts, struct error *err);
void sorts_release(struct sorts *sorts);

/* order.c: a tally's groups by what the database has for their keys, whose sorts are all
 * entered. The caller frees *rows. */
size_t rows_in_order(const struct sorts *sorts, enum table table, const struct tally_row ***rows);
/* raise.c: add such rows to those of a table that are there. The rest, which is to be
 * inserted, is moved to the front: so many are *left. */
int raise_rows(const struct sorts *sorts, enum table table, const struct tally_row **rows, size_t n, size_t *left,
               struct error *err);
/* commit.c: what to do with a group that is there already; add a tally within a
 * transaction, its lines as those of a stream. */
void conflict_write(struct buffer *sql);
int commit_counts(struct store *store, const struct tally *tally, int64_t stream, struct error *err);
/* store.c: open the file that `path` names; is it ours, what version is it; does nothing
 * stand in it (0 bytes, or what an interrupted run has left)? */
struct store *close_failed(struct store *store);
int open_database(struct store *store, const char *path, int flags, struct error *err);
int check_identity(struct store *store, int64_t *version, struct error *err);
bool holds_nothing(struct store *store);
int write_schema(struct store *store, struct error *err);
/* writer.c: begin a transaction that may write, in the file that still has its name. */
int store_lock(struct store *store, struct error *err);
/* Take away the files, in which nothing stands. */
void remove_files(struct store *store);
/* holder.c: who writes to a database that is locked, in words. */
void holder_write(struct store *store, struct buffer *out);
/* keep.c: is all that a query wants of a table kept? -1 and *err, which says since when. */
int check_kept(struct store *store, const struct query *query, enum table table, struct error *err);
/* leave.c: texts that leave a day, by id, and the highest one; what their rows have counts
 * as that of `other`. Within a transaction. */
struct leaving {
	int64_t origin, day, other, last;
	unsigned char *texts[N_DIMENSIONS]; /* NULL: none of that dimension */
};
int leave_day(struct store *store, const struct leaving *leaving, struct error *err);
/* sweep.c: what nothing has any more goes, if it is time for that; with `texts`, not 0, also
 * when so many texts were entered since. */
int sweep(struct store *store, int64_t texts, struct error *err);
/* merge.c: ids of one database as those of another; 0: none. */
struct merging {
	struct store *into, *from;
	struct other_ids {
		int64_t *own;
		int64_t n;
	} texts, sorts;
};
static inline int64_t own_id(const struct other_ids *ids, int64_t id)
{
	return id > 0 && id < ids->n ? ids->own[id] : 0;
}
/* repack.c: the packs of a table of an origin. */
int copy_packs(const struct merging *merging, enum table table, int64_t theirs, int64_t own, struct error *err);
/* deferred.c */
int deferred_commit(struct store *store, const struct tally *tally, struct error *err);

#endif
