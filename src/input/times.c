/* times.c - SPDX-License-Identifier: MIT */
#include "input/times.h"

enum { DAY = 86400 };

void times_join(struct times *times, const struct times *behind)
{
	if (!behind->any)
		return;
	if (!times->any) {
		*times = *behind;
		return;
	}
	if (behind->first < times->last - DAY && times->steps_back++ == 0) {
		times->from = times->last;
		times->to = behind->first;
	}
	if (behind->steps_back && times->steps_back == 0) {
		times->from = behind->from;
		times->to = behind->to;
	}
	times->steps_back += behind->steps_back;
	times->last = behind->last;
	if (behind->latest > times->latest)
		times->latest = behind->latest;
}

void times_add(struct times *times, int64_t utc)
{
	times_join(times, &(struct times){ .any = true, .first = utc, .last = utc, .latest = utc });
}
