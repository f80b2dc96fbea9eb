/* unfold.c - the groups of a table that stand in packs, read like its rows.
 * SPDX-License-Identifier: MIT */
#include "store/reading.h"

#include "tally/dimension.h"

#include <stdlib.h>

static bool is_accepted(const struct reading *reading, const uint32_t *texts)
{
	for (size_t i = 0; i < reading->n_texts; i++)
		if (reading->accepted[i] && (texts[i] >= reading->texts->n_places || !reading->accepted[i][texts[i]]))
			return false;
	return true;
}

static void *zeroed(struct arena *room, size_t n)
{
	return memset(arena_alloc(room, n), 0, n);
}

/* Packs have the groups of a sort in the order of one text, day after day. So where that
 * text alone is asked for, groups are found again by it, one beside the other, and not
 * all over a map: a quarter of the time. */
static struct measures *find_group(const struct reading *reading, struct slice key, uint32_t text)
{
	enum { BLOCK = 1024 };
	struct map *groups = &reading->into->rows;
	uint32_t sort, *block, **blocks;

	if (reading->n_open != 1 || reading->n_times || text >= reading->texts->n_places)
		return map_enter(groups, key);
	memcpy(&sort, key.p, sizeof sort);
	if (!reading->near[sort])
		reading->near[sort] = zeroed(reading->room, (reading->texts->n_places / BLOCK + 1) * sizeof *blocks);
	blocks = reading->near[sort];
	if (!blocks[text / BLOCK])
		blocks[text / BLOCK] = zeroed(reading->room, BLOCK * sizeof *block);
	block = blocks[text / BLOCK];
	if (!block[text % BLOCK])
		block[text % BLOCK] = map_put(groups, key, NULL) + 1;
	return map_value(groups, block[text % BLOCK] - 1);
}

/* fold_pack(sort, time, ..., single, first, n, packed): what each row of a pack adds. */
static void fold_pack(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	struct reading *reading = sqlite3_user_data(context);
	uint32_t wanted = reading_wanted(reading, sqlite3_value_int64(*argv++)), group[1 + N_COLUMNS], texts[N_COLUMNS];
	struct slice key = { (const char *)group, (1 + reading->n_open) * sizeof *group };
	struct pack pack = { .texts = reading->n_texts };
	struct measures measures;

	(void)argc;
	if (!wanted)
		return;
	group[0] = reading_dated(reading, wanted - 1, argv);
	argv += reading->n_times;
	pack.single = sqlite3_value_int(argv[0]);
	pack.first = (uint32_t)sqlite3_value_int64(argv[1]);
	pack.n = (size_t)sqlite3_value_int64(argv[2]);
	pack.at = sqlite3_value_text(argv[3]);
	while (pack.at && pack_next(&pack, texts, &measures)) {
		if (!is_accepted(reading, texts))
			continue;
		for (size_t i = 0; i < reading->n_open; i++)
			group[1 + i] = text_known(reading->texts, texts[reading->open[i]]);
		measures_add(find_group(reading, key, texts[reading->open[0]]), &measures);
	}
}

/* --- reading ------------------------------------------------------------- */

/* A facet of a text that packs have: which ids it accepts. */
static int read_accepted(struct store *store, const struct query *query, struct reading *reading, int place,
                         enum column column, struct error *err)
{
	struct buffer sql = { 0 };
	sqlite3_stmt *statement;
	int step = SQLITE_DONE;
	bool *accepted;

	buffer_puts(&sql, "SELECT id FROM text WHERE true");
	for (int f = 0; f < N_FACETS; f++)
		if (query_has_facet(query, f) && facet_column(f) == column)
			buffer_printf(&sql, " AND accepts(%d, value)", f);
	statement = sql_prepare(store, buffer_string(&sql), err);
	buffer_release(&sql);
	if (!statement)
		return -1;
	accepted = reading->accepted[place] = xcalloc(reading->texts->n_places + 1, sizeof *accepted);
	while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(statement, 0);

		if (id >= 0 && id < (int64_t)reading->texts->n_places)
			accepted[id] = true;
	}
	if (step != SQLITE_DONE)
		sql_fail(store, err);
	sqlite3_finalize(statement);
	return step == SQLITE_DONE ? 0 : -1;
}

static bool has_facet_on(const struct query *query, enum column column)
{
	for (int f = 0; f < N_FACETS; f++)
		if (query_has_facet(query, f) && facet_column(f) == column)
			return true;
	return false;
}

/* Which texts of a pack are asked for: their columns stand in one order everywhere. */
static int read_texts_of_packs(struct store *store, const struct query *query, enum table table,
                               struct reading *reading, struct error *err)
{
	size_t n_open = 0;

	for (int c = 0; c < N_COLUMNS; c++) {
		if (!column_is_open(c) || !row_has(table, column_needs(c)))
			continue;
		if (is_asked(reading->into, c))
			reading->open[n_open++] = reading->n_texts;
		reading->n_texts++;
		if (has_facet_on(query, c) &&
		    (texts_read(store, err) != 0 ||
		     read_accepted(store, query, reading, (int)reading->n_texts - 1, c, err) != 0))
			return -1;
	}
	return 0;
}

int unfold_packs(struct store *store, const struct query *query, enum table table, struct reading *reading,
                 struct error *err)
{
	enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY };
	struct buffer sql = { 0 };

	if (!store->packs || !table_is_packed(table))
		return 0;
	if (sqlite3_create_function(store->db, "fold_pack", -1, FLAGS, reading, NULL, fold_pack, reading_done) != SQLITE_OK)
		return sql_fail(store, err);
	if (read_texts_of_packs(store, query, table, reading, err) != 0)
		return -1;
	reading->near = zeroed(reading->room, (reading->undated.count + 1) * sizeof *reading->near);
	buffer_puts(&sql, "SELECT fold_pack(sort");
	for (int c = 0; c < N_COLUMNS; c++)
		if (is_asked(reading->into, c) && !column_in_sort(c) && !column_is_open(c))
			buffer_printf(&sql, ", %s", column_sql(c));
	buffer_printf(&sql, ", single, first, n, packed) FROM (SELECT *%s FROM %s_pack) WHERE true",
	              table_has(table, DIMENSION_HOUR) ? ", (hour + zone) / 86400 AS day" : "", table_name(table));
	period_write(&sql, query, table);
	return reading_run(store, &sql, err);
}
