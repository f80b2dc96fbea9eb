/* packing.c - packs are made: of a day that is over, or of another database's.
 * SPDX-License-Identifier: MIT */
#include "store/pack.h"

#include "tally/dimension.h"

#include <stdlib.h>

static void put_number(struct buffer *packed, int64_t number)
{
	uint32_t c = (uint32_t)number + 1;

	if (c >= 0xd800)
		c += SURROGATES;
	if (c < 0x80) {
		buffer_byte(packed, (char)c);
		return;
	}
	if (c < 0x800) {
		buffer_byte(packed, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buffer_byte(packed, (char)(0xe0 | c >> 12));
		} else {
			buffer_byte(packed, (char)(0xf0 | c >> 18));
			buffer_byte(packed, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		buffer_byte(packed, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	buffer_byte(packed, (char)(0x80 | (c & 0x3f)));
}

static void put_wide(struct buffer *packed, int64_t number)
{
	put_number(packed, number / LOW);
	put_number(packed, number % LOW);
}

/* The groups of a day that a pack can hold. */
static void day_write(struct buffer *sql, enum table table)
{
	buffer_printf(sql, " FROM %s WHERE origin = ?1 AND ", table_name(table));
	buffer_puts(sql, table_has(table, DIMENSION_HOUR)
	            ? "hour <> 0 AND hour BETWEEN ?2 * 86400 - 86400 AND ?2 * 86400 + 172800 AND (hour + zone) / 86400 = ?2 AND "
	            : "day = ?2 AND ");
	buffer_puts(sql, "count BETWEEN 1 AND " SQL_OF(54999) " AND count - timed BETWEEN 0 AND " SQL_OF(199)
	                 " AND late BETWEEN 0 AND " SQL_OF(199) " AND delay_max BETWEEN 0 AND delay AND delay < " SQL_WIDE);
	_Static_assert(NUMBERS == 55000 && SIDE == 200 && HIGHS * 2048LL == 2252800000 && LOW == 2048, "as in the text above");
}

/* A row of a pack while it is gathered, of singles and of others. */
struct gathered {
	int64_t first, n;
	struct buffer packed;
};
struct packing {
	struct store *store;
	sqlite3_stmt *insert;
	size_t n_times, texts;
	int64_t head[3];
	struct gathered gathered[2];
};

static int write_pack(struct packing *packing, int single, struct error *err)
{
	struct gathered *gathered = &packing->gathered[single];
	int at = 2;

	if (gathered->n == 0)
		return 0;
	for (size_t i = 0; i <= packing->n_times; i++)
		sqlite3_bind_int64(packing->insert, at++, packing->head[i]);
	sqlite3_bind_int64(packing->insert, at++, single);
	sqlite3_bind_int64(packing->insert, at++, gathered->first);
	sqlite3_bind_int64(packing->insert, at++, gathered->n);
	sqlite3_bind_text(packing->insert, at, gathered->packed.text, (int)gathered->packed.n, SQLITE_STATIC);
	gathered->packed.n = 0;
	gathered->n = 0;
	return sql_run(packing->store, packing->insert, err);
}

int write_packs(struct packing *packing, struct error *err)
{
	return write_pack(packing, 0, err) == 0 ? write_pack(packing, 1, err) : -1;
}

static void put_group(struct buffer *packed, const struct packed_group *group, size_t texts, int64_t first, bool single)
{
	const struct measures *measures = &group->measures;

	put_number(packed, group->texts[0] - first);
	for (size_t i = 1; i < texts; i++)
		put_wide(packed, group->texts[i]);
	put_number(packed, (int64_t)(measures->late * SIDE + measures->count - measures->timed));
	put_wide(packed, (int64_t)measures->delay);
	if (single)
		return;
	put_number(packed, (int64_t)measures->count);
	put_wide(packed, (int64_t)(measures->delay - measures->delay_max));
}

int pack_group(struct packing *packing, const struct packed_group *group, struct error *err)
{
	bool single = group->measures.count == 1 && group->measures.delay == group->measures.delay_max;
	struct gathered *gathered = &packing->gathered[single];

	if (memcmp(group->head, packing->head, sizeof group->head) != 0) {
		if (write_packs(packing, err) != 0)
			return -1;
		memcpy(packing->head, group->head, sizeof group->head);
	}
	if ((gathered->n == PLACES || group->texts[0] - gathered->first >= NUMBERS) && write_pack(packing, single, err) != 0)
		return -1;
	if (gathered->n++ == 0)
		gathered->first = group->texts[0];
	put_group(&gathered->packed, group, packing->texts, gathered->first, single);
	return 0;
}

/* Columns of a row: times, sort, texts, measures. */
static int pack_row(struct packing *packing, sqlite3_stmt *row, struct error *err)
{
	struct packed_group group = { 0 };
	int at = 0;

	for (size_t i = 0; i <= packing->n_times; i++)
		group.head[i] = sqlite3_column_int64(row, at++);
	for (size_t i = 0; i < packing->texts; i++)
		group.texts[i] = (uint32_t)sqlite3_column_int64(row, at++);
#define MEASURE(member, column, merge) group.measures.member = (uint64_t)sqlite3_column_int64(row, at++);
#include "tally/dimension.def"
	return pack_group(packing, &group, err);
}

static sqlite3_stmt *prepare_rows(struct store *store, enum table table, struct error *err)
{
	struct buffer sql = { 0 };
	sqlite3_stmt *statement;

	buffer_puts(&sql, "SELECT ");
	times_write(&sql, table, "");
	buffer_puts(&sql, ", sort");
	for (int d = 0; d < N_DIMENSIONS; d++)
		if (row_has(table, (enum dimension)d) && dimension_is_text((enum dimension)d))
			buffer_printf(&sql, ", %s", dimension_name((enum dimension)d));
	buffer_puts(&sql, ", count, timed, late, delay, delay_max");
	day_write(&sql, table);
	buffer_puts(&sql, " ORDER BY origin, ");
	times_write(&sql, table, "");
	buffer_puts(&sql, ", sort");
	for (int d = 0; d < N_DIMENSIONS; d++)
		if (row_has(table, (enum dimension)d) && dimension_is_text((enum dimension)d))
			buffer_printf(&sql, ", %s", dimension_name((enum dimension)d));
	statement = sql_prepare(store, buffer_string(&sql), err);
	buffer_release(&sql);
	return statement;
}

static sqlite3_stmt *prepare_insert(struct store *store, enum table table, struct error *err)
{
	struct buffer sql = { 0 };
	sqlite3_stmt *statement;

	buffer_printf(&sql, "INSERT INTO %s_pack (origin, ", table_name(table));
	times_write(&sql, table, "");
	buffer_printf(&sql, ", sort, single, first, n, packed) VALUES (?, %s?, ?, ?, ?, ?, ?)",
	              table_has(table, DIMENSION_HOUR) ? "?, " : "");
	statement = sql_prepare(store, buffer_string(&sql), err);
	buffer_release(&sql);
	return statement;
}

static int pack_rows(struct packing *packing, sqlite3_stmt *rows, struct error *err)
{
	int step, result = 0;

	while (result == 0 && (step = sqlite3_step(rows)) == SQLITE_ROW)
		result = pack_row(packing, rows, err);
	if (result == 0 && step != SQLITE_DONE)
		result = sql_fail(packing->store, err);
	return result == 0 ? write_packs(packing, err) : -1;
}

static int of_day(struct store *store, const char *what, enum table table, int64_t origin, int64_t day,
                  sqlite3_stmt **statement, struct error *err)
{
	struct buffer sql = { 0 };

	buffer_puts(&sql, what);
	day_write(&sql, table);
	*statement = sql_prepare(store, buffer_string(&sql), err);
	buffer_release(&sql);
	if (!*statement)
		return -1;
	sqlite3_bind_int64(*statement, 1, origin);
	sqlite3_bind_int64(*statement, 2, day);
	return 0;
}

static int delete_rows(struct store *store, enum table table, int64_t origin, int64_t day, struct error *err)
{
	sqlite3_stmt *statement;
	int result = of_day(store, "DELETE", table, origin, day, &statement, err);

	if (result == 0)
		result = sql_run(store, statement, err);
	sqlite3_finalize(statement);
	return result;
}

int pack_count(struct store *store, enum table table, int64_t origin, int64_t day, int64_t *groups, struct error *err)
{
	sqlite3_stmt *statement;
	int result = of_day(store, "SELECT count(*)", table, origin, day, &statement, err);

	if (result == 0 && sqlite3_step(statement) != SQLITE_ROW)
		result = sql_fail(store, err);
	*groups = result == 0 ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_finalize(statement);
	return result;
}

struct packing *packing_new(struct store *store, enum table table, int64_t origin, struct error *err)
{
	struct packing *packing = xcalloc(1, sizeof *packing);

	*packing = (struct packing){
		.store = store, .n_times = table_has(table, DIMENSION_HOUR) ? 2 : 1, .texts = pack_texts(table),
		.insert = prepare_insert(store, table, err),
	};
	if (packing->insert) {
		sqlite3_bind_int64(packing->insert, 1, origin);
		return packing;
	}
	free(packing);
	return NULL;
}

void packing_free(struct packing *packing)
{
	if (!packing)
		return;
	sqlite3_finalize(packing->insert);
	for (int single = 0; single <= 1; single++)
		buffer_release(&packing->gathered[single].packed);
	free(packing);
}

int pack_day(struct store *store, enum table table, int64_t origin, int64_t day, struct error *err)
{
	struct packing *packing = packing_new(store, table, origin, err);
	sqlite3_stmt *rows = packing ? prepare_rows(store, table, err) : NULL;
	int result = -1;

	if (rows) {
		sqlite3_bind_int64(rows, 1, origin);
		sqlite3_bind_int64(rows, 2, day);
		result = pack_rows(packing, rows, err);
	}
	sqlite3_finalize(rows);
	packing_free(packing);
	return result == 0 ? delete_rows(store, table, origin, day, err) : -1;
}
