/* blocklist.h - which hosts in a refusal's text are DNS blocklists.
 * SPDX-License-Identifier: MIT */
#ifndef REPLY_BLOCKLIST_H
#define REPLY_BLOCKLIST_H

#include "base/slice.h"

/* Do these two words say that a blocklist's name comes next? "blocked using",
 * "listed in", "found on". */
bool announces_blocklist(struct slice first, struct slice second);
/* Is this host a blocklist? By its operator, or by a label. */
bool is_blocklist(struct slice host);

#endif
