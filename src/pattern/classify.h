/* classify.h - the provider and the reason class of events. A class is found out once
 * for a template with its codes; who has a relay is known faster than what was found
 * out before. A thread has its own. SPDX-License-Identifier: MIT */
#ifndef PATTERN_CLASSIFY_H
#define PATTERN_CLASSIFY_H

#include "base/map.h"
#include "pattern/pack.h"

enum { CLASSIFIED_MAX = 8192 }; /* refusals kept; then they are forgotten */

struct classifier {
	const struct packs *packs;
	struct map refusals; /* struct refusal_key to enum reason_class */
	struct regex_match *match;
};

void classifier_init(struct classifier *classifier, const struct packs *packs);
void classifier_release(struct classifier *classifier);
/* Sets event->provider. */
void classify_relay(const struct classifier *classifier, struct event *event);
/* Sets event->reason_class, and event->provider if its p is NULL. */
void classify(struct classifier *classifier, struct event *event);

#endif
