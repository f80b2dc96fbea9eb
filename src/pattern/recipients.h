/* recipients.h - the recipients of a line, by domain: one share is one event.
 * SPDX-License-Identifier: MIT */
#ifndef PATTERN_RECIPIENTS_H
#define PATTERN_RECIPIENTS_H

#include "pattern/extract.h"

struct share {
	struct slice domain;
	uint64_t count;
};

struct recipients {
	struct share *shares;
	size_t n, capacity;
	uint64_t *hashes;  /* hash_fixed() of id and address, one a recipient, if asked for */
	size_t n_hashes, hashes_capacity;
};

enum { DOMAINS_PER_LINE = 256 }; /* beyond: counted with the last one */

/* At least one share: without recipients, or when the event has a domain already,
 * it is of event->domain. Local parts are added to names. */
void recipients_split(struct recipients *recipients, struct slice list, const struct event *event, bool hash,
                      struct scratch *scratch, struct reason_names *names);
void recipients_release(struct recipients *recipients);

#endif
