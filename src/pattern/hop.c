/* hop.c - SPDX-License-Identifier: MIT */
#include "pattern/hop.h"

#include "pattern/value.h"
#include "reply/reply.h"

static bool in_list(const char *const *list, struct slice relay, struct slice ip)
{
	for (; list && *list; list++) {
		struct slice wanted = slice_of(*list);

		if (slice_glob(relay, wanted) || slice_eq(ip, wanted) || ip_in_network(ip, wanted))
			return true;
	}
	return false;
}

/* What a content filter says: "250 2.0.0 from MTA(…", "250 2.0.0 Ok, id=1234-05, from
 * MTA(…". Further on in a reply it is anybody's text. */
static bool is_from_mta(struct slice logged)
{
	struct slice text;
	struct reply reply;
	ptrdiff_t comma;

	if (slice_find_byte(logged, '(') < 0) /* nearly always */
		return false;
	reply_parse(logged, &reply);
	text = reply.last;
	if (slice_starts(text, SLICE("Ok, id=")) && (comma = slice_find(slice_from(text, 7), SLICE(", "))) >= 0)
		text = slice_from(text, 7 + (size_t)comma + 2);
	return slice_starts(text, SLICE("from MTA("));
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
