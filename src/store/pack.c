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
 * hold stays in the table. How they are made stands in packing.c. SPDX-License-Identifier: MIT */
#include "store/pack.h"

#include "tally/dimension.h"

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
