/* sample.h - the packs' own tests. SPDX-License-Identifier: MIT */
#ifndef PATTERN_SAMPLE_H
#define PATTERN_SAMPLE_H

#include "pattern/matcher.h"
#include "pattern/pack.h"

/* Run a pattern's samples among all packs: 0, or -1 and *err for the first that
 * does not give what it must. */
int samples_of_pattern(const struct packs *packs, const struct pattern *pattern, struct error *err);
/* A pack's own samples (fates). */
int samples_of_pack(const struct packs *packs, const struct pack *pack, struct error *err);
const char *fate_name(enum fate fate);
int fate_parse(struct slice name); /* -1: no such fate */

#endif
