/* period.c - 2026-11-20, 2026-11-20T10:00[:00][Z|+01:00], today, yesterday, now,
 * -24h, last-week. A date is its midnight; weeks begin on Monday (ISO 8601).
 * SPDX-License-Identifier: MIT */
#include "cli/period.h"

#include "input/prefix.h"

#include <stdio.h>

/* The first second of a local day. */
static int64_t midnight(const struct zone *zone, int64_t days)
{
	return zone_to_utc(zone, days * 86400);
}

static int64_t local_days(const struct zone *zone, int64_t instant)
{
	int64_t local = instant + zone_offset(zone, instant);

	return local / 86400 - (local % 86400 < 0);
}

/* A number of exactly `n` digits cut off the front of *s. */
static bool digits(struct slice *s, size_t n, int *out)
{
	uint64_t number;

	if (s->n < n || !slice_to_u64((struct slice){ s->p, n }, &number))
		return false;
	*out = (int)number;
	*s = slice_from(*s, n);
	return true;
}

static bool byte(struct slice *s, const char *any_of)
{
	if (!s->n || !strchr(any_of, *s->p))
		return false;
	*s = slice_from(*s, 1);
	return true;
}

static bool date(struct slice *s, int64_t *days)
{
	int year, month, day, back[3];

	if (!digits(s, 4, &year) || !byte(s, "-") || !digits(s, 2, &month) || !byte(s, "-") || !digits(s, 2, &day))
		return false;
	if (month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	*days = civil_days(year, month, day);
	civil_from_days(*days, &back[0], &back[1], &back[2]);
	return back[1] == month && back[2] == day; /* no 30 February */
}

/* Behind the 'T': the rest of an instant. */
static bool clock_time(struct slice s, const struct zone *zone, int64_t days, int64_t *out)
{
	int hour, minute, second = 0, zone_hour, zone_minute = 0;
	char sign;

	if (!digits(&s, 2, &hour) || !byte(&s, ":") || !digits(&s, 2, &minute) || hour > 24 || minute > 59)
		return false;
	if (byte(&s, ":") && (!digits(&s, 2, &second) || second > 60))
		return false;
	*out = days * 86400 + hour * 3600 + minute * 60 + second;
	if (s.n == 0) {
		*out = zone_to_utc(zone, *out);
		return true;
	}
	sign = *s.p;
	if (byte(&s, "Zz"))
		return s.n == 0;
	if (!byte(&s, "+-") || !digits(&s, 2, &zone_hour))
		return false;
	byte(&s, ":");
	if (s.n && !digits(&s, 2, &zone_minute))
		return false;
	*out -= (sign == '-' ? -1 : 1) * (zone_hour * 3600 + zone_minute * 60);
	return s.n == 0;
}

/* -24h, -7d, -90m: that long before now. */
static bool ago(struct slice s, int64_t now, int64_t *out)
{
	static const struct { char unit; int seconds; } units[] =
		{ { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 } };
	uint64_t number;

	if (s.n < 3 || s.n > 8 || s.p[0] != '-' || !slice_to_u64((struct slice){ s.p + 1, s.n - 2 }, &number))
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (s.p[s.n - 1] == units[i].unit) {
			*out = now - (int64_t)number * units[i].seconds;
			return true;
		}
	return false;
}

/* An instant, and for words that mean a span its end. */
static int span(const char *text, const struct zone *zone, int64_t now, int64_t *from, int64_t *to)
{
	struct slice s = slice_of(text);
	int64_t days = local_days(zone, now), n_days = 1;

	if (slice_eq(s, SLICE("now")) || ago(s, now, from)) {
		if (s.p[0] == 'n')
			*from = now;
		*to = TIME_NONE;
		return 0;
	}
	if (slice_eq(s, SLICE("yesterday"))) {
		days--;
	} else if (slice_eq(s, SLICE("last-week"))) {
		days -= (days + 3) % 7 + 7; /* 1970-01-01 was a Thursday */
		n_days = 7;
	} else if (!slice_eq(s, SLICE("today"))) {
		if (!date(&s, &days))
			return -1;
		if (s.n) {
			*to = TIME_NONE;
			return byte(&s, "T ") && clock_time(s, zone, days, from) ? 0 : -1;
		}
	}
	*from = midnight(zone, days);
	*to = midnight(zone, days + n_days);
	return 0;
}

static int no_date(const char *option, const char *text, struct error *err)
{
	return error_set(err, "--%s: \"%s\" is no date; write 2026-11-20, 2026-11-20T10:00, today, yesterday, "
	                 "-24h or last-week", option, text);
}

bool period_is_asked(const struct settings *settings)
{
	return settings->day || settings->since || settings->until;
}

int period_settle(struct settings *settings, const struct zone *zone, int64_t now, struct error *err)
{
	struct filter *filter = &settings->filter;
	int64_t end;

	if (settings->day && (settings->since || settings->until))
		return error_set(err, "--day stands alone; use --since and --until for other periods");
	if (settings->day) {
		if (span(settings->day, zone, now, &filter->since, &filter->until) < 0)
			return no_date("day", settings->day, err);
		if (filter->until == TIME_NONE)
			return error_set(err, "--day: \"%s\" is an instant, not a day; use --since", settings->day);
	}
	if (settings->since && span(settings->since, zone, now, &filter->since, &end) < 0)
		return no_date("since", settings->since, err);
	if (settings->until && span(settings->until, zone, now, &filter->until, &end) < 0)
		return no_date("until", settings->until, err);
	if (filter->since != TIME_NONE && filter->until != TIME_NONE && filter->since >= filter->until)
		return error_set(err, "the period ends before it begins; --until must be later than --since");
	return 0;
}
