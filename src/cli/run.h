/* run.h - what every command that reads logs needs: zone, period, packs, inputs.
 * SPDX-License-Identifier: MIT */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "cli/select.h"
#include "cli/stop.h"
#include "input/zone.h"
#include "pattern/matcher.h"

struct run {
	struct zone *zone;  /* of times that carry none */
	struct zone *clock; /* of the dates of a period, if it is another; else NULL */
	int year; /* 0: from each input */
	int jobs; /* threads */
	struct packs *packs;
	struct matcher_options matcher;
	struct selection selection; /* of the operands */
	const char *const *paths;   /* of that, or standard input */
	size_t n_paths;
	struct stop *stop; /* asked for between epochs; NULL: signals end the program */
};

/* From settings. -1 and *err; run_close() in any case. */
int run_open(struct run *run, struct settings *settings, struct error *err);
void run_close(struct run *run);
/* Is this file, as stat() tells, one of the inputs, or one that is left out as a copy? */
struct stat;
bool run_reads(const struct run *run, const struct stat *file);

/* Our packs, the user's own directory, then --patterns; `whole` with all samples. */
struct packs *run_packs(const struct settings *settings, bool whole, struct error *err);

#endif
