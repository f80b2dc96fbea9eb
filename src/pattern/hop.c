/* hop.c - SPDX-License-Identifier: MIT */
#include "pattern/hop.h"

#include "pattern/value.h"

static bool in_list(const char *const *list, struct slice relay, struct slice ip)
{
	for (; list && *list; list++) {
		struct slice wanted = slice_of(*list);

		if (slice_glob(relay, wanted) || slice_eq(ip, wanted) || ip_in_network(ip, wanted))
			return true;
	}
	return false;
}

/* "from MTA(" in a reply. Brackets are rare there, so they are looked for. */
static bool is_from_mta(struct slice reply)
{
	struct slice rest = reply;

	for (ptrdiff_t at; (at = slice_find_byte(rest, '(')) >= 0; rest = slice_from(rest, (size_t)at + 1))
		if (slice_ends((struct slice){ rest.p, (size_t)at }, SLICE("from MTA")))
			return true;
	return false;
}

bool is_hop(const struct event *event, struct slice reply, const struct matcher_options *options)
{
	struct slice ip = event->peer;

	if (event->outcome != OUTCOME_OK || (event->kind != KIND_DELIVERY && event->kind != KIND_ACCEPT))
		return false;
	if (in_list(options->not_hops, event->relay, ip))
		return false;
	if (in_list(options->hops, event->relay, ip))
		return true;
	if (event->direction != DIRECTION_IN && is_from_mta(reply))
		return true;
	if (event->direction == DIRECTION_LOCAL)
		return false;
	return slice_eq(ip, SLICE("127.0.0.1")) || slice_eq(ip, SLICE("::1")) ||
	       (ip.n == 0 && slice_eq(event->relay, SLICE("localhost")));
}
