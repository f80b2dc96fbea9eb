/* pack.c - days that are over: many groups in one row.
 *
 * A year of a large server is some hundred million groups of day, destination and the
 * like; in rows of their own they take thirty bytes and half a microsecond each. So when
 * a day is over, the groups of a sort, in the order of their first text, go together by
 * up to PLACES into a row of `<table>_pack`; there they take six to ten bytes. What is
 * counted for such a day later stands in the table again, beside them: sums of both are
 * right at any time.
 *
 * A group is a run of numbers, a number the character U+0001 + number (less surrogates), so
 * that unicode() and substr() take it apart in the views of any sqlite3. The numbers are:
 * the first text's id less that of the row (`first`), each other text's id as two, high
 * and low, late and untimed as one, delay as two; then, unless the row is of groups that
 * count one (`single`), count, and delay less delay_max as two. A group that they do not
 * hold stays in the table. SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "tally/dimension.h"

#include <stdlib.h>

enum {
	PLACES = 64,
	NUMBERS = 55000, /* below U+D800, the first surrogate */
	HIGHS = 1100000, /* high numbers go beyond, up to the last character */
	LOW = 2048,      /* a low number is less, and takes two bytes at most */
	SURROGATES = 0x800,
	SIDE = 200,      /* of late and of untimed */
	SINGLE_NUMBERS = 3, FURTHER_NUMBERS = 3,
};
#define TEXT_OF(number) #number
#define SQL_OF(number) TEXT_OF(number)
#define SQL_WIDE "2252800000" /* HIGHS * LOW */

bool table_is_packed(enum table table)
{
	return table == TABLE_DESTINATION || table == TABLE_PEER || table == TABLE_CUBE;
}

size_t pack_texts(enum table table)
{
	size_t n = 0;

	for (int d = 0; d < N_DIMENSIONS; d++)
		n += row_has(table, (enum dimension)d) && dimension_is_text((enum dimension)d);
	return n;
}

/* Of a single. */
static size_t numbers_of(enum table table)
{
	return 1 + 2 * (pack_texts(table) - 1) + SINGLE_NUMBERS;
}

/* "hour, zone" or "day". */
void times_write(struct buffer *sql, enum table table, const char *suffix)
{
	const char *separator = "";

	for (int d = 0; d < N_DIMENSIONS; d++)
		if (row_has(table, (enum dimension)d) && !dimension_is_text((enum dimension)d)) {
			buffer_printf(sql, "%s%s%s", separator, dimension_name((enum dimension)d), suffix);
			separator = ", ";
		}
}

void packs_write(struct buffer *sql)
{
	for (int t = 0; t < N_TABLES; t++) {
		if (!table_is_packed(t))
			continue;
		buffer_printf(sql, "CREATE TABLE %s_pack (id INTEGER PRIMARY KEY, origin INTEGER NOT NULL, ", table_name(t));
		times_write(sql, t, " INTEGER NOT NULL");
		buffer_printf(sql, ", sort INTEGER NOT NULL, single INTEGER NOT NULL, first INTEGER NOT NULL, n INTEGER NOT NULL, packed TEXT NOT NULL);\n"
		              "CREATE INDEX %s_packed ON %s_pack (origin, ", table_name(t), table_name(t));
		times_write(sql, t, "");
		buffer_puts(sql, ");\n");
	}
	buffer_puts(sql, "CREATE TABLE place (place INTEGER PRIMARY KEY);\n"
	                 "INSERT INTO place WITH RECURSIVE up(n) AS (VALUES(0) UNION ALL SELECT n + 1 FROM up WHERE n < "
	                 SQL_OF(63) ") SELECT n FROM up;\n");
	_Static_assert(PLACES == 64, "as in the text above");
}

/* --- in SQL -------------------------------------------------------------- */

static void character_write(struct buffer *sql, size_t numbers, size_t at)
{
	buffer_printf(sql, "unicode(substr(packed, place * (%zu - %d * single) + %zu, 1))", numbers + FURTHER_NUMBERS,
	              FURTHER_NUMBERS, at + 1);
}

static void number_write(struct buffer *sql, size_t numbers, size_t at)
{
	buffer_puts(sql, "(");
	character_write(sql, numbers, at);
	buffer_puts(sql, " - 1)");
}

static void wide_write(struct buffer *sql, size_t numbers, size_t at)
{
	buffer_puts(sql, "((");
	character_write(sql, numbers, at);
	buffer_puts(sql, " - 1 - 2048 * (");
	character_write(sql, numbers, at);
	buffer_printf(sql, " > 57343)) * %d + ", LOW);
	number_write(sql, numbers, at + 1);
	buffer_puts(sql, ")");
}

static void count_write(struct buffer *sql, size_t numbers, size_t at)
{
	buffer_puts(sql, "CASE single WHEN 1 THEN 1 ELSE ");
	number_write(sql, numbers, at + SINGLE_NUMBERS);
	buffer_puts(sql, " END");
}

/* In the order of the table's columns. */
void unpacked_write(struct buffer *sql, enum table table)
{
	size_t numbers = numbers_of(table), at = 0;

	buffer_puts(sql, "SELECT origin, ");
	times_write(sql, table, "");
	buffer_puts(sql, ", sort");
	for (int d = 0; d < N_DIMENSIONS; d++) {
		if (!row_has(table, (enum dimension)d) || !dimension_is_text((enum dimension)d))
			continue;
		buffer_puts(sql, at ? ", " : ", first + ");
		if (at) {
			wide_write(sql, numbers, at);
			at += 2;
		} else {
			number_write(sql, numbers, at++);
		}
		buffer_printf(sql, " AS %s", dimension_name((enum dimension)d));
	}
	buffer_puts(sql, ", ");
	count_write(sql, numbers, at);
	buffer_puts(sql, " AS count, ");
	count_write(sql, numbers, at);
	buffer_puts(sql, " - ");
	number_write(sql, numbers, at);
	buffer_printf(sql, " %% %d AS timed, ", SIDE);
	number_write(sql, numbers, at);
	buffer_printf(sql, " / %d AS late, ", SIDE);
	wide_write(sql, numbers, at + 1);
	buffer_puts(sql, " AS delay, ");
	wide_write(sql, numbers, at + 1);
	buffer_puts(sql, " - CASE single WHEN 1 THEN 0 ELSE ");
	wide_write(sql, numbers, at + 4);
	buffer_puts(sql, " END");
	buffer_printf(sql, " AS delay_max FROM %s_pack JOIN place ON place < n", table_name(table));
}

/* --- reading ------------------------------------------------------------- */

/* The next number; what is no character of UTF-8 in full (a damaged file) is 0, and its
 * terminator is never passed. */
static inline uint32_t next_number(const unsigned char **at)
{
	const unsigned char *p = *at;
	uint32_t c;

	if (p[0] < 0x80) {
		*at += p[0] != 0;
		return p[0] ? p[0] - 1u : 0;
	}
	if ((p[0] & 0xe0) == 0xc0 && p[1]) {
		*at += 2;
		return ((p[0] & 0x1fu) << 6 | (p[1] & 0x3fu)) - 1;
	}
	if ((p[0] & 0xf0) == 0xe0 && p[1] && p[2]) {
		*at += 3;
		c = (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
		return c - 1 - (c < 0xd800 ? 0 : SURROGATES);
	}
	if ((p[0] & 0xf8) == 0xf0 && p[1] && p[2] && p[3]) {
		*at += 4;
		return ((p[0] & 0x07u) << 18 | (p[1] & 0x3fu) << 12 | (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu)) - 1 - SURROGATES;
	}
	(*at)++;
	return 0;
}

static inline uint32_t next_wide(const unsigned char **at)
{
	uint32_t high = next_number(at);

	return high * LOW + next_number(at);
}

bool pack_next(struct pack *pack, uint32_t *texts, struct measures *measures)
{
	uint32_t side;

	if (!pack->n || !*pack->at)
		return false;
	pack->n--;
	texts[0] = pack->first + next_number(&pack->at);
	for (size_t i = 1; i < pack->texts; i++)
		texts[i] = next_wide(&pack->at);
	side = next_number(&pack->at);
	measures->delay = measures->delay_max = next_wide(&pack->at);
	measures->count = pack->single ? 1 : next_number(&pack->at);
	if (!pack->single)
		measures->delay_max -= next_wide(&pack->at);
	measures->timed = measures->count - side % SIDE;
	measures->late = side / SIDE;
	return true;
}

/* --- packing ------------------------------------------------------------- */

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
