/* date.h - dates and times in free text. A place is a pointer into a closed text
 * (shape.h); a length of 0 says "none here". SPDX-License-Identifier: MIT */
#ifndef REPLY_DATE_H
#define REPLY_DATE_H

#include "reply/shape.h"

/* "10:00", "10:00:04.123"; its zone ("Z", "+01:00", " +0100", " UTC") with it. */
size_t time_length(const char *p);
/* "2026-11-20", "2026-11-20T10:00:04.1Z", "2026-11-20 10:00". */
size_t iso_length(const char *p);
/* "Fri, 20 Nov 2026 10:00:04 +0100", "Nov 20 10:00:04", "20-Nov-2026": a month, a
 * day, and what else of a date stands by them in any order. */
size_t date_length(const char *p);
/* Do three letters begin here, like "Fri" or "Nov"? */
bool begins_date(const char *p);

#endif
