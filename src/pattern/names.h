/* names.h - domains and peers that were seen before.
 *
 * Mail goes to the same domains by the same relays, as logs write them: what is made
 * of such a name - lower case, the address, the provider - is made once. A name that
 * is kept has a number: of events of one matcher, those with the same number have the
 * same name. SPDX-License-Identifier: MIT */
#ifndef PATTERN_NAMES_H
#define PATTERN_NAMES_H

#include "base/mem.h"
#include "base/prints.h"
#include "base/slice.h"

/* Kept; then all are forgotten. What is longer as logged is not kept. */
enum { NAMES_MAX = 16384, NAME_LOGGED_MAX = 256 };

struct name {
	struct slice text;           /* of a domain or relay */
	struct slice address, host;  /* of a peer: relay_ip, and that without its port */
	struct slice provider;       /* of a peer; the file's */
};

struct names {
	struct prints prints;
	struct name *kept;
	size_t n, capacity;
	struct arena texts;
	uint64_t forgotten;      /* how many were */
};

void names_release(struct names *names); /* all zero is an empty one */
/* Room for so many more: until they are kept, what is found stays. */
void names_reserve(struct names *names, size_t more);
/* The number, and the name; 0: not kept. */
uint64_t names_find(const struct names *names, const struct fingerprint *key, struct name *name);
/* Keeps a copy of all but the provider, and points *name to it. Returns the number. */
uint64_t names_keep(struct names *names, const struct fingerprint *key, struct name *name);

#endif
