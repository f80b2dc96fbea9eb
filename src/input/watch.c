/* watch.c - inotify, and a look at the files now and then.
 *
 * Directories are watched and not files, so that a log is found again whatever took its
 * place. What another host writes into a network file system is told to nobody, and a
 * host may be out of watches: so files are looked at, too, seldom while the kernel tells
 * of them, else every second. SPDX-License-Identifier: MIT */
#include "input/watch.h"

#include "base/mem.h"
#include "input/rotation.h"

#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 1000, LOOK_SELDOM_MS = 15000, CALM_MS = 250 };

/* What tells that a file is not what it was. */
struct look {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec changed;
};

struct log {
	const char *path;
	char *name, *real; /* of the log that it is or is a part of, without directory; behind links */
	struct look look;
};

struct watch {
	int fd;     /* -1: nobody tells */
	bool armed; /* all directories are told of */
	int64_t look_due;
	struct log *logs;
	size_t n;
};

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static char *log_name(const char *path)
{
	struct age age;
	char *log = rotation_log(path, &age), *name = xstrdup(base_of(log));

	free(log);
	return name;
}

static struct look look_at(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return (struct look){ 0 };
	return (struct look){ st.st_dev, st.st_ino, st.st_size, st.st_mtim };
}

static bool same(const struct look *a, const struct look *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

static int64_t now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Looks at all, so that the next time tells what is new since. */
static bool any_changed(struct watch *watch)
{
	bool changed = false;

	watch->look_due = now_ms() + (watch->armed ? LOOK_SELDOM_MS : LOOK_MS);
	for (size_t i = 0; i < watch->n; i++) {
		struct look now = look_at(watch->logs[i].path);

		changed |= !same(&now, &watch->logs[i].look);
		watch->logs[i].look = now;
	}
	return changed;
}

static bool watch_directory(struct watch *watch, const char *path)
{
	char *directory = path == base_of(path) ? xstrdup(".")
	                                        : xasprintf("%.*s", (int)(base_of(path) - path), path);
	int told = inotify_add_watch(watch->fd, directory, IN_MODIFY | IN_CREATE | IN_MOVE | IN_DELETE);

	free(directory);
	return told >= 0;
}

static bool arm_log(struct watch *watch, struct log *log)
{
	char *real = realpath(log->path, NULL);
	bool armed = watch_directory(watch, log->path) && (!real || watch_directory(watch, real));

	free(log->real);
	log->real = log_name(real ? real : log->path);
	free(real);
	return armed;
}

/* To watch what is watched already is no change. */
static void arm(struct watch *watch)
{
	watch->armed = watch->fd >= 0;
	for (size_t i = 0; watch->armed && i < watch->n; i++)
		watch->armed = arm_log(watch, &watch->logs[i]);
}

struct watch *watch_new(const char *const *paths, size_t n)
{
	struct watch *watch = xcalloc(1, sizeof *watch);

	watch->n = n;
	watch->logs = xcalloc(n, sizeof *watch->logs);
	for (size_t i = 0; i < n; i++)
		watch->logs[i] = (struct log){ .path = paths[i], .name = log_name(paths[i]) };
	watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	arm(watch);
	any_changed(watch);
	return watch;
}

void watch_free(struct watch *watch)
{
	if (watch->fd >= 0)
		close(watch->fd);
	for (size_t i = 0; i < watch->n; i++) {
		free(watch->logs[i].name);
		free(watch->logs[i].real);
	}
	free(watch->logs);
	free(watch);
}

static bool is_about_log(const struct watch *watch, const char *name)
{
	char *log = log_name(name);
	bool is = false;

	for (size_t i = 0; i < watch->n; i++)
		is |= strcmp(watch->logs[i].name, log) == 0 || strcmp(watch->logs[i].real, log) == 0;
	free(log);
	return is;
}

/* All that was told, so that it is not told again. */
static bool any_told(struct watch *watch)
{
	_Alignas(struct inotify_event) char room[4096];
	bool told = false;
	ssize_t n;

	while (watch->fd >= 0 && (n = read(watch->fd, room, sizeof room)) > 0)
		for (char *at = room; at < room + n;) {
			const struct inotify_event *event = (const struct inotify_event *)(const void *)at;

			told = told || (event->mask & (IN_Q_OVERFLOW | IN_IGNORED)) ||
			       (event->len && is_about_log(watch, event->name));
			at += sizeof *event + event->len;
		}
	return told;
}

/* At most until the next look, or the end of the wait. */
static int pause_ms(const struct watch *watch, int64_t until)
{
	int64_t due = until < 0 || watch->look_due < until ? watch->look_due : until, left = due - now_ms();

	return left < 0 ? 0 : (int)left;
}

/* Other files of the directory are written; that need not wake anybody each time. */
static void calm_down(int fd)
{
	poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, CALM_MS);
}

bool watch_wait(struct watch *watch, int fd, int milliseconds)
{
	int64_t until = milliseconds < 0 ? -1 : now_ms() + milliseconds;

	for (;;) {
		struct pollfd polled[2] = { { .fd = watch->fd, .events = POLLIN }, { .fd = fd, .events = POLLIN } };

		poll(polled, 2, pause_ms(watch, until));
		if (any_told(watch) || (now_ms() >= watch->look_due && any_changed(watch))) {
			arm(watch);
			any_changed(watch);
			return true;
		}
		if (polled[1].revents || (until >= 0 && now_ms() >= until))
			return false;
		if (polled[0].revents)
			calm_down(fd);
	}
}
