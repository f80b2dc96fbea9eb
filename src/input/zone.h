/* zone.h - local clocks: a table of a time zone's offsets, made once, read by
 * every thread. SPDX-License-Identifier: MIT */
#ifndef INPUT_ZONE_H
#define INPUT_ZONE_H

#include "base/error.h"
#include "base/slice.h"

struct zone;

/* A zone by its tz database name ("Europe/Berlin"), "UTC", a fixed offset
 * ("+02:00", "-0530"), or NULL for the host's own. NULL and *err when there is
 * no such zone. Call before threads start (it sets TZ for a moment). */
struct zone *zone_new(const char *name, struct error *err);
/* From `at` on (UTC) the clock is `offset` seconds ahead; the first step stands for all time
 * before the second. At least one. */
struct zone_step {
	int64_t at;
	int32_t offset;
};
struct zone *zone_of_steps(const struct zone_step *steps, size_t n);
void zone_free(struct zone *zone);
/* Seconds east of UTC at an instant. */
int32_t zone_offset(const struct zone *zone, int64_t utc);
/* The instant at which the zone's clock showed `local` (seconds since 1970 as
 * if the clock were UTC). Of the two in autumn the first; in the hour that
 * spring skips, the instant an hour on. */
int64_t zone_to_utc(const struct zone *zone, int64_t local);
/* The same, but the second of the two. */
int64_t zone_to_utc_again(const struct zone *zone, int64_t local);
/* Does the clock show `local` twice, within an hour (as a rule) that begins at *begin? */
bool zone_shows_twice(const struct zone *zone, int64_t local, int64_t *begin);
/* Is the clock put back between two instants? */
bool zone_is_put_back(const struct zone *zone, int64_t from, int64_t to);

/* Days since 1970-01-01 of a civil date (proleptic Gregorian). */
int64_t civil_days(int year, int month, int day);
void civil_from_days(int64_t days, int *year, int *month, int *day);

#endif
