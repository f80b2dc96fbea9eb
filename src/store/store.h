/* store.h - counts that can be asked: in SQLite, or a tally as it is. sqlite3.h is
 * included in this directory only.
 *
 * The tables are those of tally/dimension.def, each WITHOUT ROWID under a key of
 * `origin` and all its dimensions, every one NOT NULL, 0 meaning none; those of few
 * values stand together, once, in `sort`, texts in `text`. SPDX-License-Identifier: MIT */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/error.h"
#include "tally/tally.h"

struct store;

/* What a tally has, for a run that keeps nothing: there is no database, the tally itself is
 * asked, and must stay until the store is closed. No question may have a filter. */
struct store *store_of(const struct tally *tally);
/* Before the first question of very many: what takes long to read is read meanwhile, in a
 * thread. The tally must have all its counts. */
void store_read_ahead(struct store *store);
/* A database in memory that logs are followed into, as into a file. */
struct store *store_live(struct error *err);
/* A file to be added to: made with mode 0640 when it is not there, brought to this
 * version when it is older. Refused: what is no database of ours, a newer one, one that
 * others may exchange for something else. A file that was made is taken away again by
 * store_close() if nothing was counted. */
struct store *store_extend(const char *path, struct error *err);
/* An existing file, to be read only, as it is at the first question. A missing or foreign file, one of another
 * version, one that is locked: NULL and a text that says which. */
struct store *store_open(const char *path, struct error *err);
void store_close(struct store *store);
/* From now on what it holds stays as it is, whatever others add. */
int store_hold(struct store *store, struct error *err);
/* Until now. */
void store_let_go(struct store *store);

/* Add all counts of `tally`, in one transaction, for each table that it has. (To a file
 * counts are added with a checkpoint: see checkpoint.h.) */
int store_commit(struct store *store, const struct tally *tally, struct error *err);
/* Does the store hold rows of this table? (An ad hoc run counts only
 * what its report asks.) */
bool store_has(const struct store *store, enum table table);

/* The library's version, for --version. */
const char *store_sqlite_version(void);

#endif
