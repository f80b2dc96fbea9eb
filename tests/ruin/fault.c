/* fault.c - a library to be preloaded, that makes the FAULT_AT-th step of a program its
 * last one, or one that fails. Steps are the calls that change a file: write, pwrite,
 * fsync, fdatasync, ftruncate, rename, unlink, and a shared map.
 *
 *   FAULT=kill      SIGKILL before the step
 *   FAULT=torn      SIGKILL when a write is half done; before any other step
 *   FAULT=ENOSPC, EIO, EDQUOT, EROFS: this and all later writes fail so
 *   FAULT=cut:LOG   LOG is truncated before the step; reading it is a step then, too
 *
 * FAULT_NOTE: a file to which a line is added: "inside" or "outside" of a transaction,
 * and the step that was struck; or, in a run that had fewer steps, their number. Whoever
 * holds the lock of the one that may write is inside (byte 120 of a -shm file, or, before
 * there is one, the byte of the database that SQLite calls reserved).
 * SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { WAL_WRITE = 120, RESERVED = 0x40000001 };

static atomic_long steps;
static atomic_bool inside;

static const struct {
	const char *name;
	int number;
} failures[] = { { "ENOSPC", ENOSPC }, { "EIO", EIO }, { "EDQUOT", EDQUOT }, { "EROFS", EROFS } };

/* Into room of the caller's own: the program's malloc() may be what is struck. */
static void note(const char *step, long number)
{
	const char *path = getenv("FAULT_NOTE");
	char line[128];
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
	int n = step ? snprintf(line, sizeof line, "%s %ld %s\n", inside ? "inside" : "outside", number, step)
	             : snprintf(line, sizeof line, "steps %ld\n", number);

	if (fd < 0)
		return;
	syscall(SYS_write, fd, line, (size_t)n);
	close(fd);
}

/* 0, or the errno that the step is to fail with; *torn: it is to be done by half. */
static int strike(const char *step, bool writes, bool *torn)
{
	const char *at = getenv("FAULT_AT"), *fault = getenv("FAULT");
	long number, wanted = at ? atol(at) : 0;
	int saved = errno;

	if (!fault || wanted == 0)
		return 0;
	number = atomic_fetch_add(&steps, 1) + 1;
	if (number == wanted)
		note(step, number);
	if (number == wanted && strncmp(fault, "cut:", 4) == 0)
		(void)!truncate(fault + 4, 0);
	if (number == wanted && strcmp(fault, "torn") == 0 && writes)
		*torn = true;
	else if (number == wanted && (strcmp(fault, "kill") == 0 || strcmp(fault, "torn") == 0))
		kill(getpid(), SIGKILL);
	errno = saved;
	for (size_t i = 0; number >= wanted && writes && i < sizeof failures / sizeof *failures; i++)
		if (strcmp(fault, failures[i].name) == 0)
			return failures[i].number;
	return 0;
}

__attribute__((destructor)) static void at_end(void)
{
	const char *at = getenv("FAULT_AT");

	if (at && atomic_load(&steps) < atol(at))
		note(NULL, atomic_load(&steps));
}

/* Messages of the program are no steps. */
static ssize_t written(int fd, const void *bytes, size_t n, off_t offset, const char *step)
{
	bool torn = false;
	int failure = fd > STDERR_FILENO ? strike(step, true, &torn) : 0;
	ssize_t result;

	if (failure) {
		errno = failure;
		return -1;
	}
	n = torn ? n / 2 : n;
	result = offset < 0 ? syscall(SYS_write, fd, bytes, n) : syscall(SYS_pwrite64, fd, bytes, n, offset);
	if (torn)
		kill(getpid(), SIGKILL);
	return result;
}

ssize_t write(int fd, const void *bytes, size_t n)
{
	return written(fd, bytes, n, -1, "write");
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t offset)
{
	return written(fd, bytes, n, offset, "pwrite");
}

#ifdef __GLIBC__
ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t offset)
{
	return written(fd, bytes, n, offset, "pwrite");
}
#endif

#define STEP(name, writes, result, parameters, arguments) \
	result name parameters \
	{ \
		result (*real) parameters; \
		bool torn = false; \
		int failure = strike(#name, writes, &torn); \
\
		*(void **)&real = dlsym(RTLD_NEXT, #name); \
		if (torn) \
			kill(getpid(), SIGKILL); \
		errno = failure ? failure : errno; \
		return failure ? -1 : real arguments; \
	}

STEP(fsync, false, int, (int fd), (fd))
STEP(fdatasync, false, int, (int fd), (fd))
STEP(ftruncate, false, int, (int fd, off_t n), (fd, n))
#ifdef __GLIBC__
STEP(ftruncate64, false, int, (int fd, off64_t n), (fd, n))
#endif
STEP(rename, false, int, (const char *from, const char *to), (from, to))
STEP(unlink, false, int, (const char *path), (path))

static bool cuts(void)
{
	const char *fault = getenv("FAULT");

	return fault && strncmp(fault, "cut:", 4) == 0;
}

static void *mapped(void *at, size_t n, int protection, int flags, int fd, off_t offset)
{
	bool torn = false;
	void *map = (void *)syscall(SYS_mmap, at, n, protection, flags, fd, offset);

	if (fd >= 0 && ((flags & MAP_SHARED) || cuts()))
		strike("mmap", false, &torn); /* behind it, so that a log that is cut is mapped */
	return map;
}

void *mmap(void *at, size_t n, int protection, int flags, int fd, off_t offset)
{
	return mapped(at, n, protection, flags, fd, offset);
}

#ifdef __GLIBC__
void *mmap64(void *at, size_t n, int protection, int flags, int fd, off64_t offset)
{
	return mapped(at, n, protection, flags, fd, offset);
}
#endif

static ssize_t read_at(int fd, void *bytes, size_t n, off_t offset)
{
	bool torn = false;

	if (cuts())
		strike("pread", false, &torn);
	return syscall(SYS_pread64, fd, bytes, n, offset);
}

ssize_t pread(int fd, void *bytes, size_t n, off_t offset)
{
	return read_at(fd, bytes, n, offset);
}

#ifdef __GLIBC__
ssize_t pread64(int fd, void *bytes, size_t n, off64_t offset)
{
	return read_at(fd, bytes, n, offset);
}
#endif

static void mind_lock(int command, const struct flock *lock, int result)
{
	off_t byte;

	if ((command != F_SETLK && command != F_SETLKW) || result != 0)
		return;
	byte = lock->l_start >= RESERVED - 1 ? RESERVED : WAL_WRITE;
	if (lock->l_start > byte || (lock->l_len && lock->l_start + lock->l_len <= byte))
		return;
	if (lock->l_type == F_WRLCK || lock->l_type == F_UNLCK)
		inside = lock->l_type == F_WRLCK;
}

#define FCNTL(name) \
	int name(int fd, int command, ...) \
	{ \
		int (*real)(int, int, ...), result; \
		va_list list; \
		void *argument; \
\
		*(void **)&real = dlsym(RTLD_NEXT, #name); \
		va_start(list, command); \
		argument = va_arg(list, void *); \
		va_end(list); \
		result = real(fd, command, argument); \
		mind_lock(command, argument, result); \
		return result; \
	}

FCNTL(fcntl)
#ifdef __GLIBC__
FCNTL(fcntl64)
#endif
