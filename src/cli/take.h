/* take.h - one log into a database, from where its checkpoint stands.
 * SPDX-License-Identifier: MIT */
#ifndef CLI_TAKE_H
#define CLI_TAKE_H

#include "cli/chain.h"
#include "cli/progress.h"
#include "cli/run.h"
#include "store/checkpoint.h"
#include "store/door.h"

/* What all logs of a run are taken with. */
struct ingest {
	struct store *store;
	const struct run *run;
	const struct settings *settings;
	struct checkpoints known;
	struct door *door;  /* NULL: all names come in */
	struct buffer open; /* what the part before left for its follower */
	struct progress progress;
	struct error *err; /* what is wrong with the database */
};

enum taken {
	TAKEN,
	TAKE_AGAIN, /* it is another one by now, or was cut, or another run was faster */
	TAKE_FAILED /* *ingest->err; what was committed before stays */
};

/* What is wrong with the log stands in told->problem. */
enum taken take(struct ingest *ingest, const struct member *member, struct scan_input *told);

#endif
