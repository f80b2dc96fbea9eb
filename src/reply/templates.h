/* templates.h - templates that were made before (reason.h).
 *
 * A refusal comes again and again, in the same words but for the address that it
 * names in brackets. A text whose fingerprint, without such addresses, was met
 * before has the template of the earlier one. SPDX-License-Identifier: MIT */
#ifndef REPLY_TEMPLATES_H
#define REPLY_TEMPLATES_H

#include "base/map.h"
#include "reply/reason.h"

enum { TEMPLATES_MAX = 8192 }; /* kept; then all are forgotten */

struct templates {
	struct map known;    /* struct fingerprint to struct slice */
	struct arena texts;
	struct buffer made;  /* the last one that may not be kept */
};

void templates_init(struct templates *templates);
void templates_release(struct templates *templates);
/* As reason_template(). Valid until the next call. */
struct slice templates_of(struct templates *templates, struct slice text, const struct reason_names *names);

#endif
