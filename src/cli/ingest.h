/* ingest.h - take what is new in logs into a database, each line once.
 * SPDX-License-Identifier: MIT */
#ifndef CLI_INGEST_H
#define CLI_INGEST_H

#include "cli/run.h"
#include "scan/scan.h"
#include "store/store.h"

/* What became of the files: those of the run, and what was found beside them. */
struct ingested {
	struct scan_input *inputs;
	size_t n, capacity;
};
void ingested_release(struct ingested *ingested);

/* -1 and *err when the database could not be written to; what was committed before
 * stays. What is wrong with a file stands in its input. */
int ingest(struct store *store, const struct run *run, const struct settings *settings, struct ingested *ingested,
           struct error *err);

#endif
