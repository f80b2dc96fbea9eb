/* sweep.c - texts and sorts that no row has any more are taken away.
 *
 * Finding them takes a look at all rows, so it is done when SWEEP_EVERY more days were
 * taken away, or many texts folded (limit.h), and in one transaction, so that nobody
 * takes up one of them meanwhile.
 * SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "tally/dimension.h"

#include <inttypes.h>
#include <stdlib.h>

enum { SWEEP_EVERY = 30 };

/* Ids, as a bit each. */
struct ids {
	unsigned char *bits;
	int64_t n;
};

struct sweeping {
	struct ids sorts, texts;
};

static void ids_init(struct ids *ids, int64_t last)
{
	*ids = (struct ids){ xcalloc((size_t)last / 8 + 1, 1), last + 1 };
}

static void use(struct ids *ids, int64_t id)
{
	if (id >= 0 && id < ids->n)
		ids->bits[id / 8] |= (unsigned char)(1 << id % 8);
}

static bool is_used(const struct ids *ids, int64_t id)
{
	return id < 0 || id >= ids->n || ids->bits[id / 8] >> id % 8 & 1;
}

/* use_row(sort, text, ...) */
static void use_row(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	struct sweeping *sweeping = sqlite3_user_data(context);

	use(&sweeping->sorts, sqlite3_value_int64(argv[0]));
	for (int i = 1; i < argc; i++)
		use(&sweeping->texts, sqlite3_value_int64(argv[i]));
}

/* use_pack(sort, texts of a group, single, first, n, packed) */
static void use_pack(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	struct sweeping *sweeping = sqlite3_user_data(context);
	struct pack pack = {
		.texts = (size_t)sqlite3_value_int64(argv[1]), .single = sqlite3_value_int(argv[2]),
		.first = (uint32_t)sqlite3_value_int64(argv[3]), .n = (size_t)sqlite3_value_int64(argv[4]),
		.at = sqlite3_value_text(argv[5]),
	};
	struct measures measures;
	uint32_t texts[N_DIMENSIONS];

	(void)argc;
	use(&sweeping->sorts, sqlite3_value_int64(argv[0]));
	while (pack.at && pack_next(&pack, texts, &measures))
		for (size_t i = 0; i < pack.texts; i++)
			use(&sweeping->texts, texts[i]);
}

static void nothing(sqlite3_context *context)
{
	sqlite3_result_null(context);
}

static void unused_sort(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	const struct sweeping *sweeping = sqlite3_user_data(context);

	(void)argc;
	sqlite3_result_int(context, !is_used(&sweeping->sorts, sqlite3_value_int64(argv[0])));
}

static void unused_text(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	const struct sweeping *sweeping = sqlite3_user_data(context);

	(void)argc;
	sqlite3_result_int(context, !is_used(&sweeping->texts, sqlite3_value_int64(argv[0])));
}

static int make_functions(struct store *store, struct sweeping *sweeping, struct error *err)
{
	enum { FLAGS = SQLITE_UTF8 | SQLITE_DIRECTONLY };
	sqlite3 *db = store->db;

	if (sqlite3_create_function(db, "use_row", -1, FLAGS, sweeping, NULL, use_row, nothing) == SQLITE_OK &&
	    sqlite3_create_function(db, "use_pack", 6, FLAGS, sweeping, NULL, use_pack, nothing) == SQLITE_OK &&
	    sqlite3_create_function(db, "unused_sort", 1, FLAGS, sweeping, unused_sort, NULL, NULL) == SQLITE_OK &&
	    sqlite3_create_function(db, "unused_text", 1, FLAGS, sweeping, unused_text, NULL, NULL) == SQLITE_OK)
		return 0;
	return sql_fail(store, err);
}

static void look_write(struct buffer *sql, enum table table)
{
	buffer_puts(sql, "SELECT use_row(sort");
	for (int d = 0; d < N_DIMENSIONS; d++)
		if (row_has(table, (enum dimension)d) && dimension_is_text((enum dimension)d))
			buffer_printf(sql, ", %s", dimension_name((enum dimension)d));
	buffer_printf(sql, ") FROM %s;\n", table_name(table));
	if (table_is_packed(table))
		buffer_printf(sql, "SELECT use_pack(sort, %zu, single, first, n, packed) FROM %s_pack;\n", pack_texts(table),
		              table_name(table));
}

static int take_away(struct store *store, int64_t day, struct error *err)
{
	struct buffer sql = { 0 };
	int result;

	for (int t = 0; t < N_TABLES; t++)
		look_write(&sql, t);
	buffer_puts(&sql, "DELETE FROM sort WHERE unused_sort(id);\nSELECT use_row(0");
	for (int d = 0; d < N_DIMENSIONS; d++)
		if (dimension_in_sort((enum dimension)d) && dimension_is_text((enum dimension)d))
			buffer_printf(&sql, ", %s", dimension_name((enum dimension)d));
	buffer_printf(&sql, ") FROM sort;\nDELETE FROM text WHERE id <> 0 AND unused_text(id);\n"
	              "INSERT INTO kept VALUES (1, 'swept', %" PRId64 ") ON CONFLICT DO UPDATE SET value = max(value, excluded.value);\n"
	              "INSERT INTO kept SELECT 1, 'swept texts', max(id) FROM text WHERE true ON CONFLICT DO UPDATE SET value = excluded.value;\n",
	              day);
	result = sql_exec(store, buffer_string(&sql), err);
	buffer_release(&sql);
	return result;
}

/* Within a transaction. */
static int sweep_all(struct store *store, int64_t day, struct error *err)
{
	struct sweeping sweeping = { 0 };
	int64_t sorts, texts;
	int result = -1;

	if (sql_number(store, "SELECT max(id) FROM sort", 0, &sorts, err) != 0 ||
	    sql_number(store, "SELECT max(id) FROM text", 0, &texts, err) != 0)
		return -1;
	ids_init(&sweeping.sorts, sorts);
	ids_init(&sweeping.texts, texts);
	if (make_functions(store, &sweeping, err) == 0)
		result = take_away(store, day, err);
	free(sweeping.sorts.bits);
	free(sweeping.texts.bits);
	return result;
}

static int many_texts(struct store *store, int64_t texts, int64_t *many, struct error *err)
{
	char *sql = xasprintf("SELECT max(id) - (SELECT coalesce(max(value), 0) FROM kept WHERE name = 'swept texts') >= %" PRId64
	                      " FROM text", texts);
	int result = sql_number(store, sql, 0, many, err);

	free(sql);
	return result;
}

int sweep(struct store *store, int64_t texts, struct error *err)
{
	int64_t day, many = 0;
	int result = sql_number(store, "SELECT max(value) FROM kept WHERE name IN ('cube', 'rest') HAVING max(value) >= ("
	                        "SELECT coalesce(max(value), 0) + 30 FROM kept WHERE origin = 1 AND name = 'swept')", 0, &day, err);

	_Static_assert(SWEEP_EVERY == 30, "as in the text above");
	if (result == 0 && texts)
		result = many_texts(store, texts, &many, err);
	if (result != 0 || (day == 0 && !many))
		return result;
	result = store_lock(store, err);
	if (result == 0)
		result = sweep_all(store, day, err);
	return sql_end(store, result, err);
}
