/* repack.c - packs of another database, with this one's ids.
 *
 * Their order is that of ids, which differs here: so the groups of a sort and a time are
 * read together, and put in order again. SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "tally/dimension.h"

#include <inttypes.h>
#include <stdlib.h>

struct repacking {
	const struct merging *merging;
	struct packing *packing;
	size_t n_times, texts;
	int64_t head[3]; /* as in the other database */
	struct packed_group *groups;
	size_t n, capacity;
};

static int compare_groups(const void *a, const void *b)
{
	const struct packed_group *x = a, *y = b;

	for (size_t i = 0; i < N_DIMENSIONS; i++)
		if (x->texts[i] != y->texts[i])
			return x->texts[i] < y->texts[i] ? -1 : 1;
	return 0;
}

/* What was read so far, in order. */
static int pack_head(struct repacking *repacking, struct error *err)
{
	int result = 0;

	if (repacking->n)
		qsort(repacking->groups, repacking->n, sizeof *repacking->groups, compare_groups);
	for (size_t i = 0; result == 0 && i < repacking->n; i++)
		result = pack_group(repacking->packing, &repacking->groups[i], err);
	repacking->n = 0;
	return result;
}

static void take_group(struct repacking *repacking, const uint32_t *texts, const struct measures *measures)
{
	const struct merging *merging = repacking->merging;
	struct packed_group *group;

	GROW(repacking->groups, repacking->n, repacking->capacity);
	group = &repacking->groups[repacking->n++];
	*group = (struct packed_group){ .measures = *measures };
	memcpy(group->head, repacking->head, sizeof group->head);
	group->head[repacking->n_times] = own_id(&merging->sorts, repacking->head[repacking->n_times]);
	for (size_t i = 0; i < repacking->texts; i++)
		group->texts[i] = (uint32_t)own_id(&merging->texts, texts[i]);
}

/* Columns of a row: times, sort, single, first, n, packed. */
static int take_pack(struct repacking *repacking, sqlite3_stmt *row, struct error *err)
{
	struct pack pack = { .texts = repacking->texts };
	uint32_t texts[N_DIMENSIONS];
	struct measures measures;
	int64_t head[3] = { 0 };
	int at = 0;

	for (size_t i = 0; i <= repacking->n_times; i++)
		head[i] = sqlite3_column_int64(row, at++);
	if (memcmp(head, repacking->head, sizeof head) != 0 && pack_head(repacking, err) != 0)
		return -1;
	memcpy(repacking->head, head, sizeof head);
	pack.single = sqlite3_column_int(row, at++);
	pack.first = (uint32_t)sqlite3_column_int64(row, at++);
	pack.n = (size_t)sqlite3_column_int64(row, at++);
	pack.at = sqlite3_column_text(row, at);
	while (pack.at && pack_next(&pack, texts, &measures))
		take_group(repacking, texts, &measures);
	return 0;
}

static sqlite3_stmt *prepare_packs(struct store *from, enum table table, int64_t theirs, struct error *err)
{
	struct buffer sql = { 0 };
	sqlite3_stmt *rows;

	buffer_puts(&sql, "SELECT ");
	times_write(&sql, table, "");
	buffer_printf(&sql, ", sort, single, first, n, packed FROM %s_pack WHERE origin = %" PRId64 " ORDER BY id",
	              table_name(table), theirs);
	rows = sql_prepare(from, buffer_string(&sql), err);
	buffer_release(&sql);
	return rows;
}

int copy_packs(const struct merging *merging, enum table table, int64_t theirs, int64_t own, struct error *err)
{
	struct repacking repacking = {
		.merging = merging, .packing = packing_new(merging->into, table, own, err),
		.n_times = table_has(table, DIMENSION_HOUR) ? 2 : 1, .texts = pack_texts(table),
	};
	sqlite3_stmt *rows = repacking.packing ? prepare_packs(merging->from, table, theirs, err) : NULL;
	int step = SQLITE_ERROR, result = rows ? 0 : -1;

	while (result == 0 && (step = sqlite3_step(rows)) == SQLITE_ROW)
		result = take_pack(&repacking, rows, err);
	if (result == 0 && step != SQLITE_DONE)
		result = sql_fail(merging->from, err);
	if (result == 0)
		result = pack_head(&repacking, err);
	if (result == 0)
		result = write_packs(repacking.packing, err);
	sqlite3_finalize(rows);
	packing_free(repacking.packing);
	free(repacking.groups);
	return result;
}
