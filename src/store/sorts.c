/* sorts.c - the sorts of a tally, entered into a database once each.
 *
 * They go in the order of their columns, so that a fresh database gives them ids
 * that ascend like that; see commit.c. SPDX-License-Identifier: MIT */
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

static struct slice key_of(const struct masked *masked)
{
	return (struct slice){ (const char *)masked, sizeof *masked };
}

int64_t sort_id(const struct sorts *sorts, const struct group *group)
{
	struct masked sort = masked(sorts, group);
	int64_t index = map_find(&sorts->ids, key_of(&sort));

	return *(const int64_t *)map_value(&sorts->ids, (uint32_t)index);
}

static void gather(struct sorts *sorts, const struct tally *tally, enum table table)
{
	struct tally_row *rows;
	size_t n = tally_unsorted(tally, table, &rows);

	for (size_t i = 0; i < n; i++) {
		struct masked sort = masked(sorts, rows[i].group);

		map_put(&sorts->ids, key_of(&sort), NULL);
	}
	free(rows);
}

struct sort {
	struct group content; /* texts as ids of the database */
	int64_t *id;
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

static struct sort *in_order(const struct sorts *sorts, const int64_t *texts)
{
	struct sort *list = xcalloc(sorts->ids.count, sizeof *list);

	for (uint32_t i = 0; i < sorts->ids.count; i++) {
		struct group *content = &list[i].content;

		memcpy(content, map_key(&sorts->ids, i).p, sizeof *content);
#define TEXT_DIMENSION(id, column, member, tables) content->member = (uint32_t)texts[content->member];
#include "tally/dimension.def"
		list[i].id = map_value(&sorts->ids, i);
	}
	if (sorts->ids.count)
		qsort(list, sorts->ids.count, sizeof *list, compare_sorts);
	return list;
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

static int enter(struct sorts *sorts, struct store *store, const int64_t *texts, struct error *err)
{
	sqlite3_stmt *insert = prepare(store, "INSERT INTO sort (", ") VALUES (", ") ON CONFLICT DO NOTHING", err);
	sqlite3_stmt *find = prepare(store, "SELECT id FROM sort WHERE (", ") = (", ")", err);
	struct sort *list = in_order(sorts, texts);
	int result = insert && find ? 0 : -1;

	for (uint32_t i = 0; result == 0 && i < sorts->ids.count; i++) {
		bind_sort(insert, &list[i].content);
		bind_sort(find, &list[i].content);
		*list[i].id = sql_enter(store, insert, find, err);
		result = *list[i].id < 0 ? -1 : 0;
	}
	free(list);
	sqlite3_finalize(insert);
	sqlite3_finalize(find);
	return result;
}

int sorts_init(struct sorts *sorts, struct store *store, const struct tally *tally, const int64_t *texts,
               struct error *err)
{
	memset(sorts, 0, sizeof *sorts);
#define DIMENSION(id, column, type, member, tables) \
	if (dimension_in_sort(DIMENSION_##id)) \
		memset(&sorts->mask.member, 0xff, sizeof sorts->mask.member);
#include "tally/dimension.def"
	map_init(&sorts->ids, sizeof(int64_t));
	for (int t = 0; t < N_TABLES; t++)
		gather(sorts, tally, (enum table)t);
	return enter(sorts, store, texts, err);
}

void sorts_release(struct sorts *sorts)
{
	map_release(&sorts->ids);
}
