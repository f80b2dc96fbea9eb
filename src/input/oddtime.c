/* oddtime.c - each form is told by its first byte, so that a line without any time
 * costs no more than that. SPDX-License-Identifier: MIT */
#include "input/oddtime.h"

#include "input/prefix.h"
#include "input/take.h"

#include <stdlib.h>

enum { MONTH_NAME_MAX = 14 }; /* bytes of the longest; tests/check_prefix.c reads all */

struct name {
	struct slice text;
	int value;
};

static const struct name months[] = {
#define MONTH(name, month) { SLICE_INIT(name), month },
#include "input/month.def"
#undef MONTH
};

static const struct name zone_names[] = {
#define ZONE_NAME(name, minutes) { SLICE_INIT(name), minutes },
#include "input/zonename.def"
#undef ZONE_NAME
};

static int compare_name(const void *key, const void *row)
{
	return slice_cmp(*(const struct slice *)key, ((const struct name *)row)->text);
}

#define FIND(table, text) find_name(table, sizeof table / sizeof *table, text)

static const struct name *find_name(const struct name *table, size_t n, struct slice text)
{
	return bsearch(&text, table, n, sizeof *table, compare_name);
}

/* The month at the front of s, and how many bytes its name takes; 0: none. A name may
 * hold one blank ("de nov.", "Thg 11"), and a dot may end it. */
static int month_named(struct slice s, size_t *n)
{
	struct slice rest = { s.p, s.n < MONTH_NAME_MAX + 3 ? s.n : MONTH_NAME_MAX + 3 };

	for (int words = 1; words <= 2; words++) {
		const struct name *row;
		struct slice name;

		take_token(&rest);
		if (rest.n == 0)
			return 0;
		if (rest.p[0] != ' ' && (rest.p[0] < '0' || rest.p[0] > '9'))
			continue; /* no day follows */
		*n = (size_t)(rest.p - s.p) - 1;
		name = (struct slice){ s.p, *n && s.p[*n - 1] == '.' ? *n - 1 : *n };
		row = FIND(months, name);
		if (row)
			return row->value;
	}
	return 0;
}

/* "Απρ 15 10:00:05 ", "nov. 20 10:00:05 ", "11月 20 10:00:05 ": read as if it were in
 * English. Not " 1月": a header's folded line in Exim's rejectlog begins with a blank,
 * too, and is a stranger's. */
static size_t read_foreign_month(struct clock *clock, struct slice s, struct timestamp *out)
{
	static const char english[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char room[48];
	struct slice rest, copy = { room, 4 };
	size_t n, taken;
	int month = month_named(s, &n);

	if (month == 0)
		return 0;
	rest = slice_from(s, n + 1);
	while (rest.n && rest.p[0] == ' ')
		rest = slice_from(rest, 1);
	memcpy(room, english + 3 * (month - 1), 3);
	room[3] = ' ';
	copy.n += rest.n < sizeof room - 4 ? rest.n : sizeof room - 4;
	memcpy(room + 4, rest.p, copy.n - 4);
	taken = timestamp_read(clock, copy, out);
	return taken ? (size_t)(rest.p - s.p) + taken - 4 : 0;
}

/* "+05", "-0330": what the tz database calls zones that have no name. */
static bool offset_of(struct slice text, int32_t *offset)
{
	struct slice digits = slice_from(text, 1);
	uint32_t value;

	if ((text.p[0] != '+' && text.p[0] != '-') || (digits.n != 2 && digits.n != 4) || !skip_number(&digits, &value) ||
	    digits.n)
		return false;
	if (text.n == 3)
		value *= 100;
	if (value >= 2400 || value % 100 >= 60)
		return false;
	*offset = (int32_t)(value / 100 * 60 + value % 100) * (text.p[0] == '-' ? -60 : 60);
	return true;
}

static bool is_letters(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] | 0x20) < 'a' || (s.p[i] | 0x20) > 'z')
			return false;
	return s.n >= 3;
}

/* What the clock on the wall showed, as if it were in UTC: so the hour that the clock's
 * own zone skips in spring is one like any other. */
static bool read_wall(struct clock *clock, struct slice time, int64_t *wall)
{
	char room[32] = "2026-11-20 11:05:09 +0000 ";
	struct slice copy = { room, strlen(room) };
	struct timestamp stamp;

	memcpy(room, time.p, time.n);
	if (timestamp_read(clock, copy, &stamp) != copy.n)
		return false;
	*wall = stamp.utc;
	return true;
}

/* "Fri 2026-11-20 11:05:09 CET ". A name that may mean several zones is taken for the
 * one of the clock. */
static size_t read_weekday(struct clock *clock, struct slice s, struct timestamp *out)
{
	enum { WEEKDAY = 4, TIME = 19 };
	struct slice time = { s.p + WEEKDAY, TIME }, rest = slice_from(s, WEEKDAY + TIME), zone;
	const struct name *row;
	int64_t wall;

	if (s.n < WEEKDAY + TIME || s.p[3] != ' ' || time.p[4] != '-' || time.p[10] != ' ' || !skip(&rest, SLICE(" ")))
		return 0;
	zone = take_token(&rest);
	if (zone.n == 0 || rest.n == 0 || !read_wall(clock, time, &wall))
		return 0;
	row = FIND(zone_names, zone);
	if (row)
		out->offset = row->value * 60;
	if (row || offset_of(zone, &out->offset))
		out->utc = wall - out->offset;
	else if (!is_letters(zone) || !timestamp_read(clock, slice_between(time.p, rest.p), out))
		return 0;
	out->bare = out->exim = false;
	return (size_t)(rest.p - s.p);
}

/* "1795169109.123456 " */
static size_t read_seconds(const struct clock *clock, struct slice s, struct timestamp *out)
{
	struct slice front = { s.p, s.n < 24 ? s.n : 24 };
	struct slice token = take_token(&front);
	ptrdiff_t point = slice_find_byte(token, '.');
	uint64_t seconds, fraction;

	if (point < 1 || front.n == 0 || !slice_to_u64((struct slice){ token.p, (size_t)point }, &seconds) ||
	    !slice_to_u64(slice_from(token, (size_t)point + 1), &fraction) || seconds > TIME_LAST)
		return 0;
	out->utc = (int64_t)seconds;
	out->offset = zone_offset(clock->zone, out->utc);
	out->bare = out->exim = false;
	return token.n + 1;
}

/* "[   12.345678] ", "[   12.345678 <    1.000000 >] ": since the host was started. */
static size_t read_uptime(struct slice s, struct timestamp *out)
{
	size_t n = 1, points = 0;

	for (; n < s.n && n < 40 && s.p[n] && strchr("0123456789 .<>*", s.p[n]); n++)
		points += s.p[n] == '.';
	if (points == 0 || n + 1 >= s.n || s.p[n] != ']' || s.p[n + 1] != ' ')
		return 0;
	*out = (struct timestamp){ .utc = TIME_NONE };
	return n + 2;
}

size_t oddtime_read(struct clock *clock, struct slice s, struct timestamp *out)
{
	size_t n = 0;

	if (s.n == 0)
		return 0;
	switch (s.p[0]) {
	case '[':
		return read_uptime(s, out);
	case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		n = read_seconds(clock, s, out);
		break;
	case 'F': case 'M': case 'S': case 'T': case 'W':
		n = read_weekday(clock, s, out);
		break;
	}
	return n ? n : read_foreign_month(clock, s, out);
}
