/* providers.h - the mailbox providers, by the names of their relays.
 *
 * A row names relays as they end: "example.net" is that host and all below it; a
 * label `*` is any one label. The longest that fits decides, a user's before ours.
 * The format is described in smtplog-stats-patterns(5). SPDX-License-Identifier: MIT */
#ifndef PATTERN_PROVIDERS_H
#define PATTERN_PROVIDERS_H

#include "pattern/pack.h"

struct provider {
	struct slice name;
	struct texts relays, samples, misses;
	const char *file; /* that it is from; one address for all of it */
};
struct providers {
	struct provider *provider;
	size_t n, capacity;
	struct arena arena;
};

/* Adds a file's rows before those that are there. -1 and *err. */
int providers_read(struct providers *providers, const char *path, struct error *err);
void providers_release(struct providers *providers);
/* The name of a relay's provider, the file's; "" for none. */
struct slice provider_of(const struct providers *providers, struct slice relay);
/* A row's own samples: 0, or -1 and *err. */
int samples_of_provider(const struct providers *providers, const struct provider *provider, struct error *err);

#endif
