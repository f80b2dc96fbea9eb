/* sorts.c - the sorts of a tally, entered into a database once each.
 *
 * A sort is known here as a group that has nothing else. SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "tally/dimension.h"

#include <stdlib.h>

enum { GROUP_WORDS = sizeof(struct group) / sizeof(uint64_t) };

_Static_assert(sizeof(struct group) % sizeof(uint64_t) == 0, "masked by words");

/* What a group's sort has of it. */
struct masked {
	uint64_t words[GROUP_WORDS];
};

static inline struct masked masked(const struct sorts *sorts, const struct group *group)
{
	struct masked result, mask;

	memcpy(&result, group, sizeof result);
	memcpy(&mask, &sorts->mask, sizeof mask);
	for (size_t i = 0; i < GROUP_WORDS; i++)
		result.words[i] &= mask.words[i];
	return result;
}

/* In the order of sort_write(). */
static void bind_sort(sqlite3_stmt *statement, const struct group *content)
{
	int at = 0;

#define DIMENSION(id, column, type, member, tables) \
	if (dimension_in_sort(DIMENSION_##id)) \
		sqlite3_bind_int64(statement, ++at, (int64_t)content->member);
#define TEXT_DIMENSION(id, column, member, tables)
#include "tally/dimension.def"
#define TEXT_DIMENSION(id, column, member, tables) \
	if (dimension_in_sort(DIMENSION_##id)) \
		sqlite3_bind_int64(statement, ++at, (int64_t)content->member);
#include "tally/dimension.def"
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

/* A sort with ids of the database in the place of texts. */
static struct group content_of(const struct sorts *sorts, struct slice key)
{
	struct group content;

	memcpy(&content, key.p, sizeof content);
#define TEXT_DIMENSION(id, column, member, tables) content.member = (uint32_t)sorts->texts[content.member];
#include "tally/dimension.def"
	return content;
}

static int find(const struct sorts *sorts, const struct group *content, int64_t *id, struct error *err)
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

static int enter(const struct sorts *sorts, const struct group *content, int64_t *id, struct error *err)
{
	bind_sort(sorts->insert, content);
	if (sql_run(sorts->store, sorts->insert, err) != 0)
		return -1;
	if (sqlite3_changes(sorts->store->db) == 0)
		return find(sorts, content, id, err);
	*id = sqlite3_last_insert_rowid(sorts->store->db);
	return 0;
}

int sort_id(struct sorts *sorts, const struct group *group, int64_t *id, struct error *err)
{
	struct masked sort = masked(sorts, group);
	struct slice key = { (const char *)&sort, sizeof sort };
	int64_t *known = map_enter(&sorts->ids, key);
	struct group content;

	if (!*known) {
		content = content_of(sorts, key);
		if (enter(sorts, &content, known, err) != 0)
			return -1;
	}
	*id = *known;
	return 0;
}

/* --- all of them, in order ------------------------------------------------- */

static void gather(struct sorts *sorts, const struct tally *tally, enum table table)
{
	struct tally_row *rows;
	size_t n = tally_unsorted(tally, table, &rows);

	for (size_t i = 0; i < n; i++) {
		struct masked sort = masked(sorts, rows[i].group);

		map_enter(&sorts->ids, (struct slice){ (const char *)&sort, sizeof sort });
	}
	free(rows);
}

struct sort {
	struct group content;
	int64_t *id; /* in the map */
};

static int compare_sorts(const void *a, const void *b)
{
	const struct group *x = &((const struct sort *)a)->content, *y = &((const struct sort *)b)->content;

#define COMPARE(member) \
	if (x->member != y->member) \
		return x->member < y->member ? -1 : 1;
#define DIMENSION(id, column, type, member, tables) COMPARE(member)
#define TEXT_DIMENSION(id, column, member, tables)
#include "tally/dimension.def"
#define TEXT_DIMENSION(id, column, member, tables) COMPARE(member)
#include "tally/dimension.def"
#undef COMPARE
	return 0;
}

static struct sort *in_order(const struct sorts *sorts)
{
	struct sort *list = xcalloc(sorts->ids.count, sizeof *list);

	for (uint32_t i = 0; i < sorts->ids.count; i++) {
		list[i].content = content_of(sorts, map_key(&sorts->ids, i));
		list[i].id = map_value(&sorts->ids, i);
	}
	if (sorts->ids.count)
		qsort(list, sorts->ids.count, sizeof *list, compare_sorts);
	return list;
}

int sorts_enter(struct sorts *sorts, const struct tally *tally, struct error *err)
{
	struct sort *list;
	int result = 0;

	for (int t = 0; t < N_TABLES; t++)
		gather(sorts, tally, (enum table)t);
	list = in_order(sorts);
	for (uint32_t i = 0; result == 0 && i < sorts->ids.count; i++)
		result = enter(sorts, &list[i].content, list[i].id, err);
	free(list);
	return result;
}

int sorts_init(struct sorts *sorts, struct store *store, const int64_t *texts, struct error *err)
{
	memset(sorts, 0, sizeof *sorts);
#define DIMENSION(id, column, type, member, tables) \
	if (dimension_in_sort(DIMENSION_##id)) \
		memset(&sorts->mask.member, 0xff, sizeof sorts->mask.member);
#include "tally/dimension.def"
	map_init(&sorts->ids, sizeof(int64_t));
	sorts->store = store;
	sorts->texts = texts;
	sorts->insert = prepare(store, "INSERT INTO sort (", ") VALUES (", ") ON CONFLICT DO NOTHING", err);
	sorts->find = prepare(store, "SELECT id FROM sort WHERE (", ") = (", ")", err);
	return sorts->insert && sorts->find ? 0 : -1;
}

void sorts_release(struct sorts *sorts)
{
	map_release(&sorts->ids);
	sqlite3_finalize(sorts->insert);
	sqlite3_finalize(sorts->find);
}
