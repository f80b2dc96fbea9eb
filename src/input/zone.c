/* zone.c - time zones as a table of steps.
 *
 * POSIX offers no way to ask a zone for its transitions, so the C library's
 * localtime_r() is asked for the offset every few days from 1970 to 2060, and
 * where two answers differ the step between them is found by halving. That is
 * done once; afterwards a look-up is a short binary search without locks.
 * SPDX-License-Identifier: MIT */
#include "input/zone.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

enum {
	DAY = 24 * 3600,
	PROBE_EVERY = 14 * DAY, /* no zone changes twice within that */
	PROBE_YEARS = 90,
};

struct zone {
	struct zone_step *steps;
	size_t n, capacity;
};

int64_t civil_days(int year, int month, int day)
{
	int64_t y = month <= 2 ? (int64_t)year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

void civil_from_days(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t in_era = z - era * 146097;
	int64_t y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t of_year = in_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153; /* 0 is March */

	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

static void add_step(struct zone *zone, int64_t at, int32_t offset)
{
	GROW(zone->steps, zone->n, zone->capacity);
	zone->steps[zone->n++] = (struct zone_step){ at, offset };
}

static struct zone *zone_fixed(int32_t offset)
{
	struct zone *zone = xcalloc(1, sizeof *zone);

	add_step(zone, INT64_MIN, offset);
	return zone;
}

static int32_t probe(int64_t utc)
{
	time_t t = (time_t)utc;
	struct tm tm;

	return localtime_r(&t, &tm) ? (int32_t)tm.tm_gmtoff : 0;
}

/* The first instant in (low, high] whose offset is not that of low. */
static int64_t find_step(int64_t low, int64_t high)
{
	int32_t before = probe(low);

	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;

		if (probe(middle) == before)
			low = middle;
		else
			high = middle;
	}
	return high;
}

static struct zone *zone_probe(void)
{
	struct zone *zone = zone_fixed(probe(0));
	int64_t end = civil_days(1970 + PROBE_YEARS, 1, 1) * DAY;

	for (int64_t at = 0; at < end; at += PROBE_EVERY) {
		int32_t next = probe(at + PROBE_EVERY);

		if (next != zone->steps[zone->n - 1].offset)
			add_step(zone, find_step(at, at + PROBE_EVERY), next);
	}
	return zone;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "+02", "+0200", "+02:00" */
static bool parse_offset(const char *name, int32_t *offset)
{
	const char *p = name + 1;
	int hours, minutes = 0;

	if ((*name != '+' && *name != '-') || !is_digit(p[0]) || !is_digit(p[1]))
		return false;
	hours = (p[0] - '0') * 10 + p[1] - '0';
	p += 2;
	if (*p) {
		p += *p == ':';
		if (!is_digit(p[0]) || !is_digit(p[1]) || p[2])
			return false;
		minutes = (p[0] - '0') * 10 + p[1] - '0';
	}
	if (hours > 23 || minutes > 59)
		return false;
	*offset = (hours * 60 + minutes) * 60 * (*name == '-' ? -1 : 1);
	return true;
}

/* Is name a file of the tz database? A directory or zone.tab is none. */
static bool is_zone_file(const char *name)
{
	const char *dir = getenv("TZDIR");
	char magic[4] = "";
	struct stat st;
	bool found;
	char *path;
	FILE *file;

	if (name[0] == '/' || strstr(name, ".."))
		return false;
	path = xasprintf("%s/%s", dir && *dir ? dir : "/usr/share/zoneinfo", name);
	file = stat(path, &st) == 0 && S_ISREG(st.st_mode) ? fopen(path, "rb") : NULL;
	free(path);
	if (!file)
		return false;
	found = fread(magic, 1, sizeof magic, file) == sizeof magic && memcmp(magic, "TZif", 4) == 0;
	fclose(file);
	return found;
}

/* Past the zone's abbreviation: three letters or more, or anything in <>. */
static const char *skip_abbreviation(const char *p)
{
	const char *start = p;

	if (*p == '<') {
		do
			p++;
		while (is_alpha(*p) || is_digit(*p) || *p == '+' || *p == '-');
		return *p == '>' && p - start > 3 ? p + 1 : NULL;
	}
	while (is_alpha(*p))
		p++;
	return p - start >= 3 ? p : NULL;
}

static const char *skip_clock(const char *p)
{
	if (*p == '+' || *p == '-')
		p++;
	while (is_digit(*p) || (*p == ':' && is_digit(p[1])))
		p++;
	return p;
}

/* POSIX: std offset [dst [offset] [,start,end]], as in "CET-1CEST,M3.5.0,M10.5.0/3". */
static bool is_posix_rule(const char *p)
{
	p = skip_abbreviation(p);
	if (!p || (!is_digit(*p) && !((*p == '+' || *p == '-') && is_digit(p[1]))))
		return false;
	p = skip_clock(p);
	if (!*p)
		return true;
	p = skip_abbreviation(p);
	if (!p)
		return false;
	p = skip_clock(p);
	return !*p || (*p == ',' && strchr(p + 1, ',') && p[strspn(p, "MJ0123456789.,/:+-")] == '\0');
}

/* Probe under another TZ, and put the old one back. */
static struct zone *zone_probe_as(const char *name)
{
	const char *tz = getenv("TZ");
	char *before = tz ? xstrdup(tz) : NULL;
	struct zone *zone;

	setenv("TZ", name, 1);
	tzset();
	zone = zone_probe();
	if (before)
		setenv("TZ", before, 1);
	else
		unsetenv("TZ");
	tzset();
	free(before);
	return zone;
}

struct zone *zone_new(const char *name, struct error *err)
{
	int32_t offset;

	if (!name) {
		tzset();
		return zone_probe();
	}
	if (strcmp(name, "UTC") == 0 || strcmp(name, "GMT") == 0 || strcmp(name, "Z") == 0)
		return zone_fixed(0);
	if (parse_offset(name, &offset))
		return zone_fixed(offset);
	if (is_zone_file(name) || is_posix_rule(name))
		return zone_probe_as(name);
	error_set(err, "time zone \"%s\" is not known here; give a name such as Europe/Berlin "
	               "(the tzdata package has them), UTC, or an offset such as +02:00", name);
	return NULL;
}

struct zone *zone_of_steps(const struct zone_step *steps, size_t n)
{
	struct zone *zone = zone_fixed(steps[0].offset);

	for (size_t i = 1; i < n; i++)
		add_step(zone, steps[i].at, steps[i].offset);
	return zone;
}

void zone_free(struct zone *zone)
{
	if (zone)
		free(zone->steps);
	free(zone);
}

int32_t zone_offset(const struct zone *zone, int64_t utc)
{
	size_t low = 0, high = zone->n; /* the answer is in [low, high) */

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (zone->steps[middle].at <= utc)
			low = middle;
		else
			high = middle;
	}
	return zone->steps[low].offset;
}

/* What the clock showed when steps[i] came, before it was changed. */
static int64_t clock_before(const struct zone *zone, size_t i)
{
	return zone->steps[i].at + zone->steps[i - 1].offset;
}

/* The last step that came when the clock showed `local`, or before. */
static size_t step_before(const struct zone *zone, int64_t local)
{
	size_t low = 0, high = zone->n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (clock_before(zone, middle) <= local)
			low = middle;
		else
			high = middle;
	}
	return low;
}

int64_t zone_to_utc(const struct zone *zone, int64_t local)
{
	size_t i = step_before(zone, local);
	const struct zone_step *step = &zone->steps[i];

	if (i > 0 && local - step->offset < step->at) /* an hour that was skipped */
		step--;
	return local - step->offset;
}

bool zone_shows_twice(const struct zone *zone, int64_t local, int64_t *begin)
{
	size_t next = step_before(zone, local) + 1;

	if (next == zone->n)
		return false;
	*begin = zone->steps[next].at + zone->steps[next].offset;
	return local >= *begin;
}

int64_t zone_to_utc_again(const struct zone *zone, int64_t local)
{
	int64_t begin;

	return zone_shows_twice(zone, local, &begin) ? local - zone->steps[step_before(zone, local) + 1].offset
	                                             : zone_to_utc(zone, local);
}

bool zone_is_put_back(const struct zone *zone, int64_t from, int64_t to)
{
	for (size_t i = 1; i < zone->n; i++)
		if (zone->steps[i].at >= from && zone->steps[i].at <= to && zone->steps[i].offset < zone->steps[i - 1].offset)
			return true;
	return false;
}
