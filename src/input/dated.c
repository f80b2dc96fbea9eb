/* dated.c - SPDX-License-Identifier: MIT */
#include "input/dated.h"

#include "input/rotation.h"
#include "input/zone.h"

#include <stdlib.h>

enum { DAY = 86400, MUCH_EARLIER = 300 * DAY, YEAR_FIRST = 1980, YEAR_LAST = 2100 };

static int number(const char *digits, size_t n)
{
	int value = 0;

	for (size_t i = 0; i < n; i++)
		value = value * 10 + (digits[i] - '0');
	return value;
}

/* The end of the day, or of the month, in "20261120", "2026112013", "202611"; or the
 * second in "1795212000". INT64_MAX: none of these. */
static int64_t end_of(const char *digits)
{
	size_t n = strlen(digits);
	int year = n >= 6 ? number(digits, 4) : 0, month = n >= 6 ? number(digits + 4, 2) : 0;
	int day = n >= 8 ? number(digits + 6, 2) : 0;
	uint64_t second;

	if (year >= YEAR_FIRST && year <= YEAR_LAST && month >= 1 && month <= 12) {
		if (n >= 8)
			return day >= 1 && day <= 31 ? (civil_days(year, month, day) + 1) * DAY : INT64_MAX;
		if (n == 6)
			return civil_days(month == 12 ? year + 1 : year, month % 12 + 1, 1) * DAY;
	}
	if (n == 10 && slice_to_u64(slice_of(digits), &second))
		return (int64_t)second;
	return INT64_MAX;
}

/* RFC 1952: 1f 8b, method, flags, four bytes of mtime, the lowest first; 0: none. */
static int64_t packed_at(struct slice front)
{
	const unsigned char *p = (const unsigned char *)front.p;
	uint32_t mtime;

	if (front.n < 8 || p[0] != 0x1f || p[1] != 0x8b)
		return INT64_MAX;
	mtime = (uint32_t)p[4] | (uint32_t)p[5] << 8 | (uint32_t)p[6] << 16 | (uint32_t)p[7] << 24;
	return mtime ? (int64_t)mtime : INT64_MAX;
}

int64_t dated_until(const char *path, struct slice front, int64_t mtime)
{
	struct age age;
	int64_t until = packed_at(front), named;

	free(rotation_log(path, &age));
	named = age.kind == AGE_DATE ? end_of(age.digits) : INT64_MAX;
	until = named < until ? named : until;
	return until < mtime - MUCH_EARLIER ? until : mtime;
}
