/* oddtime.h - times that only some logs begin with: journalctl's further forms, and
 * months in other languages than English. SPDX-License-Identifier: MIT */
#ifndef INPUT_ODDTIME_H
#define INPUT_ODDTIME_H

#include "input/timestamp.h"

/* Like timestamp_read(), and tried where that reads nothing. out->utc is TIME_NONE where
 * the time is none of a calendar ("[   12.345678] "). */
size_t oddtime_read(struct clock *clock, struct slice s, struct timestamp *out);

#endif
