/* hop.h - is an accepted event a hand-over between this host's own programs?
 *
 * Accepted, and: the reply says "from MTA(" (a content filter that speaks for the
 * next queue), or SMTP to or from exactly 127.0.0.1, ::1 or localhost, or a relay
 * that the user names. LMTP (direction local) is a hop only by the reply.
 * SPDX-License-Identifier: MIT */
#ifndef PATTERN_HOP_H
#define PATTERN_HOP_H

#include "pattern/event.h"
#include "pattern/matcher.h"

bool is_hop(const struct event *event, struct slice reply, const struct matcher_options *options);

#endif
