/* timestamp.c - times of log lines. A civil date becomes an instant once an hour
 * of log; all other lines cost a masked compare of 16 bytes and four digits.
 * SPDX-License-Identifier: MIT */
#include "input/prefix.h"

enum { HOUR = 3600, DAY = 24 * HOUR, NANOSECONDS = 9 /* digits */ };

struct date {
	int year;  /* 0: the form has none */
	int month, day, hour;
	size_t len; /* bytes up to the minutes */
};

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* In a year that is not known, 29 February is a day. */
static int days_in(int year, int month)
{
	static const int8_t days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && year && !is_leap(year) ? 28 : days[month - 1];
}

int prefix_year(const struct zone *zone, int64_t reference, int month, int day, int second_of_day)
{
	int64_t limit = reference + DAY;
	int64_t local = limit + zone_offset(zone, limit);
	int year, m, d;

	civil_from_days((local >= 0 ? local : local - (DAY - 1)) / DAY, &year, &m, &d);
	while (day > days_in(year, month) ||
	       zone_to_utc(zone, civil_days(year, month, day) * DAY + second_of_day) > limit)
		year--;
	return year;
}

/* n digits at p as a number, or -1. */
static int digits(const char *p, int n)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		unsigned digit = (unsigned char)p[i] - '0';

		if (digit > 9)
			return -1;
		value = value * 10 + (int)digit;
	}
	return value;
}

static inline int two_digits(const char *p)
{
	unsigned tens = (unsigned char)p[0] - '0', ones = (unsigned char)p[1] - '0';

	return tens > 9 || ones > 9 ? -1 : (int)(10 * tens + ones);
}

static int month_named(const char *p)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++)
		if (memcmp(p, names + 3 * i, 3) == 0)
			return i + 1;
	return 0;
}

/* "2026-11-01T05:" or with a blank. */
static bool read_iso(const char *p, struct date *date)
{
	if (p[4] != '-' || p[7] != '-' || (p[10] != 'T' && p[10] != ' '))
		return false;
	*date = (struct date){ digits(p, 4), digits(p + 5, 2), digits(p + 8, 2), digits(p + 11, 2), 14 };
	return date->year > 0;
}

/* "Nov  1 05:", "Nov 01 05:", "Nov 1 05:", "Nov  1 2026 05:", "2026 Nov  1 05:". */
static bool read_bsd(const char *p, struct date *date)
{
	const char *start = p;

	*date = (struct date){ 0 };
	if (p[4] == ' ' && (date->year = digits(p, 4)) > 0)
		p += 5;
	else
		date->year = 0;
	date->month = p[3] == ' ' ? month_named(p) : 0;
	if (date->month == 0)
		return false;
	p += 4;
	if (p[0] == ' ')
		date->day = digits(p + 1, 1);
	else if (p[1] == ' ')
		date->day = digits(p--, 1);
	else
		date->day = digits(p, 2);
	if (p[2] != ' ')
		return false;
	p += 3;
	if (date->year == 0 && p[4] == ' ' && (date->year = digits(p, 4)) > 0)
		p += 5;
	else if (date->year < 0)
		return false;
	date->hour = digits(p, 2);
	date->len = (size_t)(p + 3 - start);
	return true;
}

/* The date and hour at the front of s, which has 16 bytes at least. */
static bool read_date(struct slice s, struct date *date)
{
	if (!read_iso(s.p, date) && !read_bsd(s.p, date))
		return false;
	return date->month >= 1 && date->month <= 12 &&
	       date->day >= 1 && date->day <= days_in(date->year, date->month) &&
	       date->hour >= 0 && date->hour <= 23 && s.p[date->len - 1] == ':';
}

struct instant {
	int64_t local, utc;
};

/* `at`: where the time stands. */
static struct instant resolve(const struct clock *clock, const struct date *date, int second, const char *at)
{
	int of_day = date->hour * HOUR + second;
	int year = date->year ? date->year
	                      : prefix_year(clock->zone, clock->reference, date->month, date->day, of_day);
	int64_t local = civil_days(year, date->month, date->day) * DAY + of_day;

	if (clock->second && second_has(clock->second, at))
		return (struct instant){ local, zone_to_utc_again(clock->zone, local) };
	return (struct instant){ local, zone_to_utc(clock->zone, local) };
}

/* Does what the lines' order tells make a difference within the hour? */
static bool depends_on_order(const struct clock *clock, int64_t local)
{
	int64_t begin;

	return clock->second && clock->second->n &&
	       (zone_shows_twice(clock->zone, local, &begin) || zone_shows_twice(clock->zone, local + HOUR - 1, &begin));
}

/* Keep the hour, if its first and its last second are of one year and offset. */
static void keep_hour(struct clock *clock, struct slice s, const struct date *date)
{
	struct instant first = resolve(clock, date, 0, s.p), last = resolve(clock, date, HOUR - 1, s.p);
	int32_t offset = zone_offset(clock->zone, first.utc);

	clock->front_len = 0;
	if (last.local - first.local != HOUR - 1 || last.utc - first.utc != HOUR - 1 ||
	    zone_offset(clock->zone, last.utc) != offset || depends_on_order(clock, first.local))
		return;
	memset(clock->front, 0, sizeof clock->front);
	memset(clock->mask, 0, sizeof clock->mask);
	memcpy(clock->front, s.p, date->len);
	memset(clock->mask, 0xff, date->len);
	clock->front_len = date->len;
	clock->local = first.local;
	clock->utc = first.utc;
	clock->offset = offset;
}

static inline bool is_kept(const struct clock *clock, struct slice s)
{
	uint64_t front[2];

	memcpy(front, s.p, sizeof front);
	return clock->front_len && (front[0] & clock->mask[0]) == clock->front[0] &&
	       (front[1] & clock->mask[1]) == clock->front[1];
}

/* "47:16" as seconds, or -1. A leap second stays in its hour. */
static inline int read_minutes(const char *p)
{
	int minute = two_digits(p), second = two_digits(p + 3);

	if (minute < 0 || minute > 59 || second < 0 || second > 60 || p[2] != ':')
		return -1;
	return minute * 60 + (second == 60 ? 59 : second);
}

static const char *skip_fraction(const char *p, const char *end)
{
	const char *digit = p + 1;

	if (p == end || (*p != '.' && *p != ','))
		return p;
	while (digit < end && digit - p <= NANOSECONDS && *digit >= '0' && *digit <= '9')
		digit++;
	return digit - p > 1 ? digit : p;
}

/* "Z", "+01:00" or "+0100" at p: its length or 0. */
static size_t read_offset(const char *p, const char *end, int32_t *offset)
{
	int hours, minutes;
	bool colon;

	if (p < end && *p == 'Z') {
		*offset = 0;
		return 1;
	}
	if (end - p < 6 || (*p != '+' && *p != '-')) /* the blank after it included */
		return 0;
	colon = p[3] == ':';
	if (colon && end - p < 7)
		return 0;
	hours = two_digits(p + 1);
	minutes = two_digits(p + 3 + colon);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return 0;
	*offset = (hours * HOUR + minutes * 60) * (*p == '-' ? -1 : 1);
	return 5 + (size_t)colon;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "@", sixteen digits of the second's number, eight of nanoseconds, a blank. */
static size_t read_tai64n(const struct clock *clock, struct slice s, struct timestamp *out)
{
	enum { LABEL = 1 + 24 };
	const uint64_t epoch = (UINT64_C(1) << 62) + 10, farthest = UINT64_C(1) << 37;
	uint64_t second = 0;

	if (s.n <= LABEL || s.p[LABEL] != ' ')
		return 0;
	for (int i = 1; i < LABEL; i++) {
		int digit = hex_digit(s.p[i]);

		if (digit < 0)
			return 0;
		if (i <= 16)
			second = second << 4 | (uint64_t)digit;
	}
	if (second < epoch || second - epoch > farthest)
		return 0;
	out->utc = (int64_t)(second - epoch);
	out->offset = zone_offset(clock->zone, out->utc);
	out->bare = true;
	out->exim = false;
	return LABEL + 1;
}

size_t timestamp_read(struct clock *clock, struct slice s, struct timestamp *out)
{
	const char *p, *end = s.p + s.n;
	struct date date = { 0 };
	size_t len, offset_len;
	struct instant at;
	int32_t offset;
	int second;

	if (s.n < 21) /* "2026 Nov  1 05:47:16 " is the longest without its options */
		return 0;
	if (!is_kept(clock, s)) {
		if (s.p[0] == '@')
			return read_tai64n(clock, s, out);
		if (!read_date(s, &date))
			return 0;
		keep_hour(clock, s, &date);
	}
	len = clock->front_len ? clock->front_len : date.len;
	second = read_minutes(s.p + len);
	if (second < 0)
		return 0;
	if (clock->front_len) {
		at = (struct instant){ clock->local + second, clock->utc + second };
		offset = clock->offset;
	} else {
		at = resolve(clock, &date, second, s.p);
		offset = zone_offset(clock->zone, at.utc);
	}

	p = skip_fraction(s.p + len + 5, end);
	out->bare = s.p[4] == '-' && s.p[10] == ' ';
	out->exim = out->bare && p - (s.p + len + 5) < 1 + NANOSECONDS;
	if (out->exim && end - p > 1 && *p == ' ' && (p[1] == '+' || p[1] == '-')) {
		offset_len = read_offset(p + 1, end, &offset);
		p += offset_len ? offset_len + 1 : 0;
	} else if (s.p[4] == '-') {
		offset_len = read_offset(p, end, &offset);
		p += offset_len;
	} else {
		offset_len = 0;
	}
	if (offset_len)
		at.utc = at.local - offset;
	if (p == end || *p != ' ')
		return 0;
	if (date.len && date.year == 0)
		times_add(&clock->times, at.utc);
	out->utc = at.utc;
	out->offset = offset;
	return (size_t)(p + 1 - s.p);
}
