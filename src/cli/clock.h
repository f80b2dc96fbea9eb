/* clock.h - whose day is a day: the zone in which dates of a period are read.
 *
 * A log from a host in another zone says so in its lines; "yesterday" is then the day of
 * that host. SPDX-License-Identifier: MIT */
#ifndef CLI_CLOCK_H
#define CLI_CLOCK_H

#include "cli/run.h"
#include "store/query.h"

/* The zone that lines carry, where all agree, and on another than run->zone; else NULL. The
 * caller frees it. Of files the first and the last lines are looked at; standard input
 * is not. */
struct zone *clock_of_files(const struct run *run);
/* The same of what a database holds; *clock. -1 and *err. */
int clock_of_store(struct store *store, const struct run *run, struct zone **clock, struct error *err);

#endif
