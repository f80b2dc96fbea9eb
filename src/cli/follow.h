/* follow.h - --follow: go on as lines come, until told to end.
 * SPDX-License-Identifier: MIT */
#ifndef CLI_FOLLOW_H
#define CLI_FOLLOW_H

#include "cli/run.h"
#include "cli/stop.h"

struct watch;

struct follow {
	struct stop stop;
	struct watch *watch;
	int64_t last; /* when it was gone on the last time, in ms */
};

/* Refuses inputs that cannot be followed. From here on signals end the run where it may
 * end. -1 and *err. */
int follow_open(struct follow *follow, struct run *run, struct error *err);
/* Wait until there may be new lines, and FOLLOW_MS since the last time. False: told to end. */
bool follow_wait(struct follow *follow);
enum { FOLLOW_MS = 2000 };
void follow_close(struct follow *follow);

#endif
