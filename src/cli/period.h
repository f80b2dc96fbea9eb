/* period.h - dates and instants as people give them.
 * SPDX-License-Identifier: MIT */
#ifndef CLI_PERIOD_H
#define CLI_PERIOD_H

#include "cli/settings.h"
#include "input/zone.h"

bool period_is_asked(const struct settings *settings);
/* Put --since, --until and --day into the settings' filter, on the zone's clock,
 * seen from `now`. -1 and *err for what is no date. */
int period_settle(struct settings *settings, const struct zone *zone, int64_t now, struct error *err);

#endif
