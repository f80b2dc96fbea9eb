/* templates.h - templates that were made before (reason.h).
 *
 * A refusal comes again and again, in the same words but for the address that it
 * names in brackets. A text whose fingerprint, without such addresses, was met
 * before has the template of the earlier one. SPDX-License-Identifier: MIT */
#ifndef REPLY_TEMPLATES_H
#define REPLY_TEMPLATES_H

#include "base/hash.h"
#include "base/map.h"
#include "reply/reason.h"

enum { TEMPLATES_MAX = 8192 }; /* kept; then all are forgotten */

/* Templates of one `struct templates` have the same number if and only if they are
 * the same; 0 is none's. */
struct template {
	struct slice text;
	uint64_t number;
	bool met; /* in these words */
};

struct templates {
	struct map known;    /* struct fingerprint to the index in texts */
	struct map texts;    /* templates, each once */
	uint64_t forgotten;  /* how many were */
	struct buffer made;  /* the last one */
};

void templates_init(struct templates *templates);
void templates_release(struct templates *templates);
/* As reason_template(). The text is valid until the next call. */
struct template templates_of(struct templates *templates, struct slice text, const struct reason_names *names);

#endif
