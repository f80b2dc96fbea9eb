/* number.c - numbers, times and codes as people read them.
 * SPDX-License-Identifier: MIT */
#include "report/number.h"

#include "input/zone.h"
#include "reply/reply.h"
#include "report/model.h"
#include "report/words.h"

#include <inttypes.h>
#include <stdio.h>

#define NARROW_SPACE "\xe2\x80\xaf"
#define NO_BREAK_SPACE "\xc2\xa0"

static char decimal_mark(enum lang lang)
{
	return lang == LANG_RU ? ',' : '.';
}

/* Russian leaves four digits together. */
void number_count(struct buffer *out, uint64_t n, enum lang lang)
{
	char digits[24];
	int len = snprintf(digits, sizeof digits, "%" PRIu64, n);

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0 && (lang != LANG_RU || len > 4))
			buffer_puts(out, lang == LANG_RU ? NARROW_SPACE : ",");
		buffer_byte(out, digits[i]);
	}
}

static void add_decimal(struct buffer *out, uint64_t value, unsigned scale, int digits, enum lang lang)
{
	buffer_printf(out, "%" PRIu64 "%c%0*" PRIu64, value / scale, decimal_mark(lang), digits, value % scale);
}

void number_share(struct buffer *out, uint64_t part, uint64_t whole, enum lang lang)
{
	uint64_t permille = share_of(part, whole, 1000);

	if (permille == 0 && part) {
		buffer_byte(out, '<');
		permille = 1;
	} else if (permille == 1000 && part < whole) {
		permille = 999;
	}
	add_decimal(out, permille, 10, 1, lang);
}

void number_percent(struct buffer *out, uint64_t part, uint64_t whole, enum lang lang)
{
	uint64_t fine = share_of(part, whole, 10000);

	if (fine > 0 && fine < 100)
		add_decimal(out, fine, 100, 2, lang);
	else
		number_share(out, part, whole, lang);
	buffer_puts(out, NO_BREAK_SPACE "%");
}

/* Two digits, more only where there is no larger unit. */
void number_delay(struct buffer *out, uint64_t milliseconds, enum lang lang)
{
	static const struct {
		uint64_t milliseconds, next; /* next: how many make the next unit */
		enum label label;
	} units[] = {
		{ 1000, 60, LABEL_SECONDS }, { 60000, 60, LABEL_MINUTES }, { 3600000, 24, LABEL_HOURS },
		{ 86400000, UINT64_MAX, LABEL_DAYS },
	};

	if (milliseconds < 1000) {
		buffer_printf(out, "%" PRIu64 " %s", milliseconds, label(LABEL_MILLISECONDS, lang));
		return;
	}
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		uint64_t unit = units[i].milliseconds;
		uint64_t tenths = (milliseconds + unit / 20) / (unit / 10), whole = (milliseconds + unit / 2) / unit;

		if (tenths >= 100 && whole >= units[i].next)
			continue;
		if (tenths < 100)
			add_decimal(out, tenths, 10, 1, lang);
		else
			number_count(out, whole, lang);
		buffer_printf(out, " %s", label(units[i].label, lang));
		return;
	}
}

void number_reply(struct buffer *out, int code, uint32_t enhanced)
{
	char text[ENHANCED_TEXT_MAX];

	if (code)
		buffer_printf(out, "%d", code);
	if (code && enhanced)
		buffer_byte(out, ' ');
	buffer_puts(out, enhanced_text(enhanced, text));
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static const char *month_name(int month, enum lang lang)
{
	return label((enum label)(LABEL_MONTH_1 + month - 1), lang);
}

/* Returns the year. */
static int add_short_date(struct buffer *out, int64_t day, enum lang lang)
{
	int year, month, date;

	civil_from_days(day, &year, &month, &date);
	buffer_printf(out, "%d %s", date, month_name(month, lang));
	return year;
}

void number_date(struct buffer *out, int64_t day, enum lang lang)
{
	buffer_printf(out, " %d", add_short_date(out, day, lang));
}

/* 1970-01-01 was a Thursday. */
void number_day(struct buffer *out, int64_t day, enum lang lang)
{
	int64_t weekday = day + 3 - floor_div(day + 3, 7) * 7;

	buffer_printf(out, "%s ", label((enum label)(LABEL_WEEKDAY_1 + weekday), lang));
	number_date(out, day, lang);
}

void number_clock(struct buffer *out, int64_t second_of_day)
{
	buffer_printf(out, "%02d:%02d", (int)(second_of_day / 3600), (int)(second_of_day / 60 % 60));
}

void number_hour(struct buffer *out, int64_t local, enum lang lang)
{
	int64_t day = floor_div(local, 86400);

	add_short_date(out, day, lang);
	buffer_byte(out, ' ');
	number_clock(out, local - day * 86400);
}

void number_zone(struct buffer *out, int32_t zone)
{
	int minutes = (zone < 0 ? -zone : zone) / 60;

	buffer_printf(out, "%c%02d:%02d", zone < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

void number_iso_day(struct buffer *out, int64_t day)
{
	int year, month, date;

	civil_from_days(day, &year, &month, &date);
	buffer_printf(out, "%04d-%02d-%02d", year, month, date);
}

void number_iso_time(struct buffer *out, int64_t utc, int32_t zone)
{
	int64_t local = utc + zone, day = floor_div(local, 86400);
	int second = (int)(local - day * 86400);

	number_iso_day(out, day);
	buffer_printf(out, "T%02d:%02d:%02d", second / 3600, second / 60 % 60, second % 60);
	number_zone(out, zone);
}
