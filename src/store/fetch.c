/* fetch.c - the groups of a table, read once for many questions.
 *
 * A report asks some fifty questions, most of them to the same two tables, and
 * reading a row costs ten times what looking at it again does. So what was read
 * stays, folded over the columns that nobody asked for yet, days and hours first of
 * all: that leaves less than counting had to hold. The filter's facets and its
 * period are applied here, in SQL, to sorts before their rows; what else a query
 * wants is up to query.c.
 * SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "tally/dimension.h"

#include <stdlib.h>

#define COLUMN_BIT(column) (1u << COLUMN_##column)

/* Few values each, in every table, and nearly every question is about them. */
enum { ALWAYS = COLUMN_BIT(KIND) | COLUMN_BIT(DIRECTION) | COLUMN_BIT(STAGE) | COLUMN_BIT(OUTCOME) |
	        COLUMN_BIT(CODE) | COLUMN_BIT(ENHANCED) };

/* --- which rows ---------------------------------------------------------- */

/* accepts(facet, value): the filter's own judgement, so that it is the same for
 * rows as for events. */
static void accepts(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	const struct filter *filter = sqlite3_user_data(context);
	const char *text = (const char *)sqlite3_value_text(argv[1]);
	struct slice value = { text ? text : "", (size_t)sqlite3_value_bytes(argv[1]) };

	(void)argc;
	sqlite3_result_int(context, filter_accepts(filter, (enum facet)sqlite3_value_int(argv[0]), value));
}

/* Texts are judged once each, not once a row. */
static void facet_write(struct buffer *sql, int facet)
{
	enum column column = facet_column(facet);

	if (column_value(column) == VALUE_TEXT) {
		buffer_printf(sql, " AND %s IN (SELECT id FROM text WHERE accepts(%d, value))",
		              column_sql(column), facet);
		return;
	}
	buffer_printf(sql, " AND accepts(%d, ", facet);
	column_readable(sql, column);
	buffer_puts(sql, ")");
}

static void facets_write(struct buffer *sql, const struct query *query, bool in_sort)
{
	buffer_puts(sql, " WHERE true");
	for (int f = 0; f < N_FACETS; f++)
		if (query_has_facet(query, f) && column_in_sort(facet_column(f)) == in_sort)
			facet_write(sql, f);
}

static void period_write(struct buffer *sql, const struct query *query, enum table table)
{
	if (query_has_period(query)) {
		buffer_puts(sql, " AND origin IN (SELECT id FROM origin) AND "); /* a key begins with it */
		if (table_has(table, DIMENSION_HOUR))
			hours_write(sql, query->filter->since, query->filter->until);
		else
			days_write(sql, query->filter->since, query->filter->until);
	}
}

static void where_write(struct buffer *sql, const struct query *query, enum table table)
{
	facets_write(sql, query, false);
	period_write(sql, query, table);
}

/* Two filters with one condition are the same filter. */
static void condition_write(struct buffer *condition, const struct query *query, enum table table)
{
	facets_write(condition, query, true);
	where_write(condition, query, table);
	for (int f = 0; query->filter && f < N_FACETS; f++)
		for (size_t i = 0; i < query->filter->facet[f].n; i++)
			buffer_printf(condition, "\n%d %s", f, query->filter->facet[f].values[i]);
}

/* --- groups -------------------------------------------------------------- */

static void fetched_release(struct fetched *fetched)
{
	buffer_release(&fetched->condition);
	map_release(&fetched->sorts);
	map_release(&fetched->groups);
	*fetched = (struct fetched){ 0 };
}

void fetch_forget(struct store *store)
{
	for (int t = 0; t < N_TABLES; t++)
		fetched_release(&store->fetched[t]);
	texts_release(&store->texts);
}

/* How the rows of a table are read. */
struct reading {
	const struct texts *texts;
	struct fetched *into;
	struct map undated;       /* sorts before their rows' times are added: int64_t[] */
	struct map *sorts;        /* these, or into->sorts when nobody asks for times */
	uint32_t *wanted;         /* by id: an index there, plus 1; 0: not for this filter */
	int64_t n;                /* of ids */
	bool is_text[N_COLUMNS];  /* by place in a sort */
	size_t n_sort, n_open, n_times;
	size_t n_texts;           /* of a group in a pack ... */
	size_t open[N_COLUMNS];   /* ... and which of them are asked for */
	uint32_t ***near;         /* see find_group(): by sort, a block of ids, an id: a group's index, plus 1 */
	struct arena *room;       /* for these */
	bool *accepted[N_COLUMNS]; /* by the place of a text in a pack: ids that the filter accepts; NULL: all */
};

static bool is_asked(const struct fetched *fetched, int column)
{
	return fetched->columns >> column & 1;
}

static void reading_init(struct reading *reading, const struct texts *texts, struct fetched *into)
{
	*reading = (struct reading){ .texts = texts, .into = into };
	map_init(&reading->undated, 0);
	map_init(&into->sorts, 0);
	map_init(&into->groups, sizeof(struct measures));
	for (int c = 0; c < N_COLUMNS; c++)
		if (is_asked(into, c) && column_in_sort(c)) {
			reading->is_text[reading->n_sort] = column_value(c) == VALUE_TEXT;
			into->place[c] = reading->n_sort++;
		}
	for (int c = 0; c < N_COLUMNS; c++)
		if (is_asked(into, c) && column_is_open(c))
			into->place[c] = 1 + reading->n_open++;
		else if (is_asked(into, c) && !column_in_sort(c))
			into->place[c] = reading->n_sort + reading->n_times++;
	reading->sorts = reading->n_times ? &reading->undated : &into->sorts;
}

static void reading_release(struct reading *reading)
{
	map_release(&reading->undated);
	free(reading->wanted);
	for (size_t i = 0; i < reading->n_texts; i++)
		free(reading->accepted[i]);
}

/* A sort's index in a map of them. */
static uint32_t enter(struct map *sorts, const int64_t *values, size_t n)
{
	return map_put(sorts, (struct slice){ (const char *)values, n * sizeof *values }, NULL);
}

/* enter(id, column, ...): a sort that the filter accepts. An aggregate function, as
 * the next: it gets a row's values for two thirds of what asking a statement for
 * them costs. */
static void enter_sort(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	const struct reading *reading = sqlite3_user_data(context);
	int64_t id = sqlite3_value_int64(*argv++), sort[N_COLUMNS];

	(void)argc;
	for (size_t i = 0; i < reading->n_sort; i++) {
		sort[i] = sqlite3_value_int64(*argv++);
		if (reading->is_text[i])
			sort[i] = text_place(reading->texts, sort[i]);
	}
	if (id > 0 && id <= reading->n)
		reading->wanted[id] = 1 + enter(reading->sorts, sort, reading->n_sort);
}

/* The index of a sort, with the times of a row. */
static uint32_t dated(const struct reading *reading, uint32_t sort, sqlite3_value **times)
{
	int64_t with_times[N_COLUMNS];
	size_t n = reading->n_sort;

	if (!reading->n_times)
		return sort;
	memcpy(with_times, map_key(reading->sorts, sort).p, n * sizeof *with_times);
	for (size_t i = 0; i < reading->n_times; i++)
		with_times[n++] = sqlite3_value_int64(times[i]);
	return enter(&reading->into->sorts, with_times, n);
}

/* fold(sort, time, ..., text, ..., measure, ...): what each row adds. */
static void fold(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	const struct reading *reading = sqlite3_user_data(context);
	int64_t id = sqlite3_value_int64(*argv++);
	uint32_t wanted = id > 0 && id <= reading->n ? reading->wanted[id] : 0, group[1 + N_COLUMNS];
	struct slice key = { (const char *)group, (1 + reading->n_open) * sizeof *group };
	struct measures measures;

	(void)argc;
	if (!wanted)
		return;
	group[0] = dated(reading, wanted - 1, argv);
	argv += reading->n_times;
	for (size_t i = 1; i <= reading->n_open; i++)
		group[i] = (uint32_t)text_place(reading->texts, sqlite3_value_int64(*argv++));
#define MEASURE(member, column, merge) measures.member = (uint64_t)sqlite3_value_int64(*argv++);
#include "tally/dimension.def"
	measures_add(map_enter(&reading->into->groups, key), &measures);
}

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
	struct map *groups = &reading->into->groups;
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
	const struct reading *reading = sqlite3_user_data(context);
	int64_t id = sqlite3_value_int64(*argv++);
	uint32_t wanted = id > 0 && id <= reading->n ? reading->wanted[id] : 0, group[1 + N_COLUMNS], texts[N_COLUMNS];
	struct slice key = { (const char *)group, (1 + reading->n_open) * sizeof *group };
	struct pack pack = { .texts = reading->n_texts };
	struct measures measures;

	(void)argc;
	if (!wanted)
		return;
	group[0] = dated(reading, wanted - 1, argv);
	argv += reading->n_times;
	pack.single = sqlite3_value_int(argv[0]);
	pack.first = (uint32_t)sqlite3_value_int64(argv[1]);
	pack.n = (size_t)sqlite3_value_int64(argv[2]);
	pack.at = sqlite3_value_text(argv[3]);
	while (pack.at && pack_next(&pack, texts, &measures)) {
		if (!is_accepted(reading, texts))
			continue;
		for (size_t i = 0; i < reading->n_open; i++)
			group[1 + i] = (uint32_t)text_place(reading->texts, texts[reading->open[i]]);
		measures_add(find_group(reading, key, texts[reading->open[0]]), &measures);
	}
}

static void done(sqlite3_context *context)
{
	sqlite3_result_null(context);
}

static int make_functions(struct store *store, const struct query *query, const struct reading *reading,
                          struct error *err)
{
	enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY };
	void *filter = (void *)(uintptr_t)query->filter, *into = (void *)(uintptr_t)reading;

	if (sqlite3_create_function(store->db, "accepts", 2, FLAGS, filter, accepts, NULL, NULL) == SQLITE_OK &&
	    sqlite3_create_function(store->db, "enter", -1, FLAGS, into, NULL, enter_sort, done) == SQLITE_OK &&
	    sqlite3_create_function(store->db, "fold", -1, FLAGS, into, NULL, fold, done) == SQLITE_OK &&
	    sqlite3_create_function(store->db, "fold_pack", -1, FLAGS, into, NULL, fold_pack, done) == SQLITE_OK)
		return 0;
	return sql_fail(store, err);
}

/* Run a SELECT of an aggregate, and release its text. */
static int run(struct store *store, struct buffer *sql, struct error *err)
{
	int64_t null;
	int result = sql_number(store, buffer_string(sql), 0, &null, err);

	buffer_release(sql);
	return result;
}

/* Ids are not dense: sorts that nothing has any more are taken away (sweep.c). */
static int read_sorts(struct store *store, const struct query *query, struct reading *reading, struct error *err)
{
	struct buffer sql = { 0 };

	if (sql_number(store, "SELECT max(id) FROM sort", 0, &reading->n, err) != 0)
		return -1;
	reading->wanted = xcalloc((size_t)reading->n + 1, sizeof *reading->wanted);
	buffer_puts(&sql, "SELECT enter(id");
	for (int c = 0; c < N_COLUMNS; c++)
		if (is_asked(reading->into, c) && column_in_sort(c))
			buffer_printf(&sql, ", %s", column_sql(c));
	buffer_puts(&sql, ") FROM sort");
	facets_write(&sql, query, true);
	return run(store, &sql, err);
}

static int read_rows(struct store *store, const struct query *query, enum table table, const struct fetched *fetched,
                     struct error *err)
{
	struct buffer sql = { 0 };

	buffer_puts(&sql, "SELECT fold(sort");
	for (int open = 0; open <= 1; open++)
		for (int c = 0; c < N_COLUMNS; c++)
			if (is_asked(fetched, c) && !column_in_sort(c) && column_is_open(c) == open)
				buffer_printf(&sql, ", %s", column_sql(c));
	for (int m = 0; m < N_MEASURES; m++)
		buffer_printf(&sql, ", %s", measure_name(m));
	buffer_puts(&sql, ") FROM ");
	source_write(&sql, table, false);
	where_write(&sql, query, table);
	return run(store, &sql, err);
}

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

static int read_packs(struct store *store, const struct query *query, enum table table, struct reading *reading,
                      struct error *err)
{
	struct buffer sql = { 0 };

	if (!store->packs || !table_is_packed(table))
		return 0;
	if (read_texts_of_packs(store, query, table, reading, err) != 0)
		return -1;
	reading->near = zeroed(reading->room, (reading->sorts->count + 1) * sizeof *reading->near);
	buffer_puts(&sql, "SELECT fold_pack(sort");
	for (int c = 0; c < N_COLUMNS; c++)
		if (is_asked(reading->into, c) && !column_in_sort(c) && !column_is_open(c))
			buffer_printf(&sql, ", %s", column_sql(c));
	buffer_printf(&sql, ", single, first, n, packed) FROM (SELECT *%s FROM %s_pack) WHERE true",
	              table_has(table, DIMENSION_HOUR) ? ", (hour + zone) / 86400 AS day" : "", table_name(table));
	period_write(&sql, query, table);
	return run(store, &sql, err);
}

static int read_groups(struct store *store, const struct query *query, enum table table, struct fetched *fetched,
                       struct error *err)
{
	struct reading reading;
	struct arena room = { 0 };
	int result;

	reading_init(&reading, &store->texts, fetched);
	reading.room = &room;
	result = make_functions(store, query, &reading, err);
	if (result == 0)
		result = read_sorts(store, query, &reading, err);
	if (result == 0)
		result = read_rows(store, query, table, fetched, err);
	if (result == 0)
		result = read_packs(store, query, table, &reading, err);
	reading_release(&reading);
	arena_release(&room);
	return result;
}

static bool needs_texts(uint32_t columns)
{
	for (int c = 0; c < N_COLUMNS; c++)
		if (columns >> c & 1 && column_value((enum column)c) == VALUE_TEXT)
			return true;
	return false;
}

/* Read anew, with the columns that others wanted and those that the query does. */
static int refetch(struct store *store, const struct query *query, enum table table, struct fetched *fetched,
                   struct buffer *condition, uint32_t columns, struct error *err)
{
	fetched_release(fetched);
	if (needs_texts(columns) && texts_read(store, err) != 0)
		return -1;
	fetched->columns = columns;
	fetched->condition = *condition;
	*condition = (struct buffer){ 0 };
	if (read_groups(store, query, table, fetched, err) == 0)
		return 0;
	fetched_release(fetched);
	return -1;
}

/* A file may hold very many rows of few sorts: all that sorts of this table are made of
 * is read at once, and not a question at a time. */
static uint32_t with_sorts(const struct store *store, enum table table)
{
	uint32_t columns = 0;

	for (int c = 0; store->path && table == TABLE_TRAFFIC && c < N_COLUMNS; c++)
		if (column_in_sort((enum column)c))
			columns |= 1u << c;
	return columns;
}

const struct fetched *fetch(struct store *store, const struct query *query, struct error *err)
{
	struct buffer condition = { 0 };
	uint32_t columns = ALWAYS;
	struct fetched *fetched;
	enum table table;
	bool same;
	int result = 0;

	if (choose_table(store, query, &table, err) != 0)
		return NULL;
	fetched = &store->fetched[table];
	condition_write(&condition, query, table);
	same = slice_eq(buffer_slice(&condition), buffer_slice(&fetched->condition));
	for (size_t i = 0; i < query->n_by; i++)
		columns |= 1u << query->by[i];
	columns |= with_sorts(store, table);
	if (!same)
		result = refetch(store, query, table, fetched, &condition, columns, err);
	else if (columns & ~fetched->columns)
		result = refetch(store, query, table, fetched, &condition, columns | fetched->columns, err);
	buffer_release(&condition);
	return result == 0 ? fetched : NULL;
}
