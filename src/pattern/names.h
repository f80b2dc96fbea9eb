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
	uint64_t number;             /* set when it is kept */
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
/* NULL: not kept. It stands there until another is kept; its texts stay. */
const struct name *names_find(const struct names *names, const struct fingerprint *key);
/* Keeps a copy of all but the provider. */
const struct name *names_keep(struct names *names, const struct fingerprint *key, const struct name *name);

#endif
