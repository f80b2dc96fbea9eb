/* date.c - recognising dates and times by how they look.
 * SPDX-License-Identifier: MIT */
#include "reply/date.h"

static size_t digits_at(const char *p)
{
	return (size_t)(digits_end(p) - p);
}

static struct slice letters_at(const char *p)
{
	return slice_between(p, run_end(p, LETTER));
}

/* Is s one of these names of three letters, written without gaps? */
static bool is_one_of(struct slice s, struct slice names)
{
	for (size_t i = 0; s.n == 3 && i < names.n; i += 3)
		if (memcmp(names.p + i, s.p, 3) == 0)
			return true;
	return false;
}

static bool is_weekday(struct slice s)
{
	return is_one_of(s, SLICE("MonTueWedThuFriSatSun"));
}

static bool is_month(struct slice s)
{
	return is_one_of(s, SLICE("JanFebMarAprMayJunJulAugSepOctNovDec"));
}

static bool is_zone(struct slice s)
{
	return is_one_of(s, SLICE("UTCGMTCETESTEDTPSTPDTMSK")) || slice_eq(s, SLICE("CEST"));
}

bool begins_date(const char *p)
{
	struct slice word = { p, 3 };

	return (kind(p[0]) & UPPER) && (kind(p[1]) & LOWER) && (kind(p[2]) & LOWER) && !(kind(p[3]) & LETTER) &&
	       (is_weekday(word) || is_month(word));
}

/* "Z", "+01:00", " +0100", " UTC" behind a time; its end, or NULL. */
static const char *zone_end(const char *p)
{
	const char *zone = p + (*p == ' ');
	struct slice name;
	size_t n;

	if (*p == 'Z' && !(kind(p[1]) & ALNUM))
		return p + 1;
	if (*zone == '+' || *zone == '-') {
		n = digits_at(zone + 1);
		if (n == 4)
			return zone + 5;
		if (n == 2 && zone[3] == ':' && digits_at(zone + 4) == 2)
			return zone + 6;
	}
	name = letters_at(zone);
	return zone > p && is_zone(name) ? name.p + name.n : NULL;
}

size_t time_length(const char *p)
{
	const char *begin = p, *zone;
	size_t n = digits_at(p);

	if (n < 1 || n > 2 || p[n] != ':' || digits_at(p + n + 1) != 2)
		return 0;
	p += n + 3;
	if (*p == ':' && digits_at(p + 1) == 2)
		p += 3;
	if ((*p == '.' || *p == ',') && digits_at(p + 1))
		p += 1 + digits_at(p + 1);
	zone = zone_end(p);
	if (zone)
		return (size_t)(zone - begin);
	return kind(*p) & ALNUM ? 0 : (size_t)(p - begin);
}

/* A time behind a date, with what stands between them. */
static size_t later_time_length(const char *p)
{
	size_t n = *p == 'T' || *p == ' ' ? time_length(p + 1) : 0;

	return n ? 1 + n : 0;
}

size_t iso_length(const char *p)
{
	if (digits_at(p) != 4 || p[4] != '-' || digits_at(p + 5) != 2 || p[7] != '-' || digits_at(p + 8) != 2)
		return 0;
	return 10 + later_time_length(p + 10);
}

size_t date_length(const char *begin)
{
	const char *p = begin, *end = begin;
	bool weekday = false, month = false, day = false, year = false;

	for (;;) {
		struct slice word = letters_at(p);
		size_t n = digits_at(p), time = n ? time_length(p) : 0;

		if (time) {
			end = p + time;
			break;
		}
		if (!weekday && !month && !day && is_weekday(word))
			weekday = true, n = word.n;
		else if (!month && is_month(word))
			month = true, n = word.n;
		else if (!day && (n == 1 || n == 2) && !(kind(p[n]) & LETTER) && p[n] != '.')
			day = true;
		else if (!year && n == 4 && !(kind(p[n]) & LETTER))
			year = true;
		else
			break;
		end = p += n;
		if (*p == ',')
			p++;
		if (*p == '-' && !weekday)
			p++;
		while (kind(*p) & BLANK)
			p++;
		if (p == end || at_end(p))
			break;
	}
	return month && day && !(kind(*end) & ALNUM) ? (size_t)(end - begin) : 0;
}
