/* sorts.c - the sorts of a tally, entered into a database once each.
 * SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "tally/dimension.h"

#include <stdlib.h>

/* In the order of sort_write(). */
static void bind_sort(sqlite3_stmt *statement, const struct group_sort *content)
{
	int at = 0;

#define BIND(member) sqlite3_bind_int64(statement, ++at, (int64_t)content->member);
#define SORT_DIMENSION(id, column, type, member, tables) BIND(member)
#define SORT_TEXT(id, column, member, tables)
#include "tally/dimension.def"
#define SORT_TEXT(id, column, member, tables) BIND(member)
#include "tally/dimension.def"
#undef BIND
}

static sqlite3_stmt *prepare(struct store *store, const char *before, const char *between, const char *behind,
                             struct error *err)
{
	struct buffer sql = { 0 };
	sqlite3_stmt *statement;

	buffer_puts(&sql, before);
	sort_write(&sql, "");
	buffer_puts(&sql, between);
	for (int d = 0, n = 0; d < N_DIMENSIONS; d++)
		if (dimension_in_sort(d))
			buffer_puts(&sql, n++ ? ", ?" : "?");
	buffer_puts(&sql, behind);
	statement = sql_prepare(store, buffer_string(&sql), err);
	buffer_release(&sql);
	return statement;
}

/* With ids of the database in the place of texts. */
static struct group_sort content_of(const struct sorts *sorts, uint32_t sort)
{
	struct group_sort content = *tally_sort(sorts->tally, sort);

#define SORT_TEXT(id, column, member, tables) content.member = (uint32_t)sorts->texts[content.member];
#include "tally/dimension.def"
	return content;
}

static int find(const struct sorts *sorts, const struct group_sort *content, int64_t *id, struct error *err)
{
	int result = 0;

	bind_sort(sorts->find, content);
	if (sqlite3_step(sorts->find) == SQLITE_ROW)
		*id = sqlite3_column_int64(sorts->find, 0);
	else
		result = sql_fail(sorts->store, err);
	sqlite3_reset(sorts->find);
	return result;
}

static int enter(const struct sorts *sorts, const struct group_sort *content, int64_t *id, struct error *err)
{
	bind_sort(sorts->insert, content);
	if (sql_run(sorts->store, sorts->insert, err) != 0)
		return -1;
	if (sqlite3_changes(sorts->store->db) == 0)
		return find(sorts, content, id, err);
	*id = sqlite3_last_insert_rowid(sorts->store->db);
	return 0;
}

/* Which are some group's. */
static bool *used(const struct tally *tally)
{
	bool *used = xcalloc(tally_sorts(tally), sizeof *used);

	for (int t = 0; t < N_TABLES; t++) {
		const struct tally_row **rows;
		size_t n = tally_unsorted(tally, (enum table)t, &rows);

		for (size_t i = 0; i < n; i++)
			used[rows[i]->key.sort] = true;
		free(rows);
	}
	return used;
}

struct sort {
	struct group_sort content;
	uint32_t number;
};

static int compare_sorts(const void *a, const void *b)
{
	const struct group_sort *x = &((const struct sort *)a)->content, *y = &((const struct sort *)b)->content;

#define COMPARE(member) \
	if (x->member != y->member) \
		return x->member < y->member ? -1 : 1;
#define SORT_DIMENSION(id, column, type, member, tables) COMPARE(member)
#define SORT_TEXT(id, column, member, tables)
#include "tally/dimension.def"
#define SORT_TEXT(id, column, member, tables) COMPARE(member)
#include "tally/dimension.def"
#undef COMPARE
	return 0;
}

static struct sort *in_order(const struct sorts *sorts, size_t *n)
{
	struct sort *list = xcalloc(tally_sorts(sorts->tally), sizeof *list);
	bool *is_used = used(sorts->tally);

	*n = 0;
	for (uint32_t i = 0; i < tally_sorts(sorts->tally); i++)
		if (is_used[i])
			list[(*n)++] = (struct sort){ content_of(sorts, i), i };
	free(is_used);
	qsort(list, *n, sizeof *list, compare_sorts);
	return list;
}

int sorts_enter(struct sorts *sorts, struct error *err)
{
	size_t n;
	struct sort *list = in_order(sorts, &n);
	int result = 0;

	for (size_t i = 0; result == 0 && i < n; i++)
		result = enter(sorts, &list[i].content, &sorts->ids[list[i].number], err);
	free(list);
	return result;
}

int sorts_init(struct sorts *sorts, struct store *store, const struct tally *tally, const int64_t *texts,
               struct error *err)
{
	*sorts = (struct sorts){ .store = store, .tally = tally, .texts = texts };
	sorts->ids = xcalloc(tally_sorts(tally), sizeof *sorts->ids);
	sorts->insert = prepare(store, "INSERT INTO sort (", ") VALUES (", ") ON CONFLICT DO NOTHING", err);
	sorts->find = prepare(store, "SELECT id FROM sort WHERE (", ") = (", ")", err);
	return sorts->insert && sorts->find ? 0 : -1;
}

void sorts_release(struct sorts *sorts)
{
	free(sorts->ids);
	sqlite3_finalize(sorts->insert);
	sqlite3_finalize(sorts->find);
}
