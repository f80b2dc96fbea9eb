/* stored.c - what was looked at when the input was opened comes first, so that
 * standard input needs no seek. SPDX-License-Identifier: MIT */
#include "input/stored.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

static int milliseconds_left(const struct stored *stored)
{
	struct timespec now;
	int64_t left;

	clock_gettime(CLOCK_MONOTONIC, &now);
	left = stored->until - ((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
	return left < 0 ? 0 : left < INT_MAX ? (int)left : INT_MAX;
}

/* Is there something to read, if only its end, or does that come in time? */
static bool is_in_time(const struct stored *stored)
{
	struct pollfd pollfd = { .fd = stored->fd, .events = POLLIN };
	int got;

	do
		got = poll(&pollfd, 1, milliseconds_left(stored));
	while (got < 0 && errno == EINTR);
	return got != 0;
}

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
	stored->late = stored->until && !is_in_time(stored);
	if (stored->late)
		return -1;
	do
		got = read(stored->fd, into, n);
	while (got < 0 && errno == EINTR);
	if (got > 0)
		stored->consumed += (uint64_t)got;
	else if (got < 0)
		stored->failure = errno;
	return got;
}
