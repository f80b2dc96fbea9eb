/* client.c - the names of people's machines are not for keeping; whose they are
 * is. Without the Public Suffix List, which would be one more thing to keep up to
 * date, the second level is judged by its length. SPDX-License-Identifier: MIT */
#include "tally/client.h"

/* Where the label that ends before `end` begins. */
static size_t label_start(struct slice host, size_t end)
{
	while (end > 0 && host.p[end - 1] != '.')
		end--;
	return end;
}

struct slice client_public_part(struct slice host)
{
	size_t top, second;

	if (host.n == 0 || host.p[0] == '[')
		return SLICE("");
	top = label_start(host, host.n);
	if (top == 0)
		return host;
	second = label_start(host, top - 1);
	if (host.n - top == 2 && top - 1 - second <= 3 && second > 0)
		second = label_start(host, second - 1);
	return slice_from(host, second);
}
