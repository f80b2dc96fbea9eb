/* number.h - numbers, times and codes as people read them.
 *
 * The language decides, never the locale: the same report gives the same bytes
 * everywhere. Everything is appended to a buffer. SPDX-License-Identifier: MIT */
#ifndef REPORT_NUMBER_H
#define REPORT_NUMBER_H

#include "base/buffer.h"
#include "reply/taxonomy.h"

/* 412,310; in Russian with narrow no-break spaces. */
void number_count(struct buffer *out, uint64_t n, enum lang lang);
/* "98.6", one decimal, per cent. What is there is never 0.0 ("<0.1"), what is not
 * all is never 100.0. */
void number_share(struct buffer *out, uint64_t part, uint64_t whole, enum lang lang);
/* The same with a sign, and two decimals below 1 %: "0.02 %". */
void number_percent(struct buffer *out, uint64_t part, uint64_t whole, enum lang lang);
/* "120 ms", "1.2 s", "45 s", "2.5 min", "30 min", "2 h 5 min", "1 d 3 h". */
void number_delay(struct buffer *out, uint64_t milliseconds, enum lang lang);
/* "550", "550 5.1.1" or "5.1.1". */
void number_reply(struct buffer *out, int code, uint32_t enhanced);

/* Of local seconds or days since 1970: "21 Nov 2026", "Sat 21 Nov 2026", "21 Nov
 * 14:00", "14:00", and "+01:00". */
void number_date(struct buffer *out, int64_t day, enum lang lang);
void number_day(struct buffer *out, int64_t day, enum lang lang);
void number_hour(struct buffer *out, int64_t local, enum lang lang);
void number_clock(struct buffer *out, int64_t second_of_day);
void number_zone(struct buffer *out, int32_t zone);

/* ISO 8601: "2026-11-21", "2026-11-21T14:00:00+01:00". */
void number_iso_day(struct buffer *out, int64_t day);
void number_iso_time(struct buffer *out, int64_t utc, int32_t zone);

#endif
