/* stored.c - what was looked at when the input was opened comes first, so that
 * standard input needs no seek. SPDX-License-Identifier: MIT */
#include "input/stored.h"

#include <errno.h>
#include <unistd.h>

ssize_t stored_read(struct stored *stored, void *into, size_t n)
{
	size_t left = stored->front_n - stored->front_used;
	ssize_t got;

	if (left) {
		n = n < left ? n : left;
		memcpy(into, stored->front + stored->front_used, n);
		stored->front_used += n;
		stored->consumed += n;
		return (ssize_t)n;
	}
	do
		got = read(stored->fd, into, n);
	while (got < 0 && errno == EINTR);
	if (got > 0)
		stored->consumed += (uint64_t)got;
	else if (got < 0)
		stored->failure = errno;
	return got;
}
