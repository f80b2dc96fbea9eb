/* stop.c - SPDX-License-Identifier: MIT */
#include "cli/stop.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
}

int stop_open(struct stop *stop, struct error *err)
{
	sigset_t set;

	signals(&set);
	*stop = (struct stop){ .fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC) };
	if (stop->fd < 0)
		return error_set(err, "signals cannot be waited for: %s", strerror(errno));
	sigprocmask(SIG_BLOCK, &set, NULL);
	return 0;
}

bool stop_asked(struct stop *stop)
{
	struct signalfd_siginfo signal;
	sigset_t set;

	if (!stop->asked && read(stop->fd, &signal, sizeof signal) == (ssize_t)sizeof signal) {
		stop->asked = true;
		signals(&set);
		sigprocmask(SIG_UNBLOCK, &set, NULL);
	}
	return stop->asked;
}

void stop_close(struct stop *stop)
{
	sigset_t set;

	signals(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	close(stop->fd);
}
