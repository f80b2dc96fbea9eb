/* follow.c - SPDX-License-Identifier: MIT */
#include "cli/follow.h"

#include "input/watch.h"

#include <poll.h>
#include <string.h>
#include <time.h>

static int64_t now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int follow_open(struct follow *follow, struct run *run, struct error *err)
{
	*follow = (struct follow){ .last = now_ms() };
	if (run->n_paths == 0)
		return error_set(err, "--follow: name the logs that are to be followed");
	for (size_t i = 0; i < run->n_paths; i++)
		if (strcmp(run->paths[i], "-") == 0)
			return error_set(err, "--follow: standard input cannot be followed; name the logs themselves");
	if (stop_open(&follow->stop, err) != 0)
		return -1;
	follow->watch = watch_new(run->paths, run->n_paths);
	run->stop = &follow->stop;
	return 0;
}

/* Logs grow by lines, databases by commits. */
static void let_gather(struct follow *follow)
{
	int64_t left = follow->last + FOLLOW_MS - now_ms();

	if (left > 0)
		poll(&(struct pollfd){ .fd = follow->stop.fd, .events = POLLIN }, 1, (int)left);
}

bool follow_wait(struct follow *follow)
{
	while (!stop_asked(&follow->stop))
		if (watch_wait(follow->watch, follow->stop.fd, -1)) {
			let_gather(follow);
			follow->last = now_ms();
			return !stop_asked(&follow->stop);
		}
	return false;
}

void follow_close(struct follow *follow)
{
	if (!follow->watch)
		return;
	watch_free(follow->watch);
	stop_close(&follow->stop);
}
