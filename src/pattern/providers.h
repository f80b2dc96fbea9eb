/* providers.h - the mailbox providers, by the names of their relays.
 *
 * A row names relays as they end: "example.net" is that host and all below it; a
 * label `*` is any one label. The longest that fits decides, a user's before ours.
 * The format is described in smtplog-stats-patterns(5). SPDX-License-Identifier: MIT */
#ifndef PATTERN_PROVIDERS_H
#define PATTERN_PROVIDERS_H

#include "base/map.h"
#include "pattern/pack.h"

struct provider {
	struct slice name;
	struct texts relays, samples, misses;
	const char *file; /* that it is from; one address for all of it */
};
/* How relays end, with those whose last two labels are the same. */
struct relay_end {
	struct slice end;
	const struct provider *provider;
	uint32_t next; /* in the order of rows; plus 1; 0: none */
};
struct providers {
	struct provider *provider;
	size_t n;
	struct relay_end *ends;
	size_t n_ends, capacity;
	struct map by_labels; /* the last two labels, to where their ends begin: uint32_t, plus 1 */
	struct arena arena;
};

void providers_init(struct providers *providers);

/* Adds a file's rows before those that are there. -1 and *err. */
int providers_read(struct providers *providers, const char *path, struct error *err);
void providers_release(struct providers *providers);
/* The name of a relay's provider, the file's; "" for none, whose p is not NULL either. */
struct slice provider_of(const struct providers *providers, struct slice relay);
/* A row's own samples: 0, or -1 and *err. */
int samples_of_provider(const struct providers *providers, const struct provider *provider, struct error *err);

#endif
