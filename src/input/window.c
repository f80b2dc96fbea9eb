/* window.c - mapped windows that survive a file which shrinks.
 *
 * A log that is cut off by copytruncate while it is mapped gives SIGBUS on the
 * next look. The handler finds the window in a fixed table of slots, puts a page
 * of zeros over the place, marks the slot and returns: the reader goes on, and
 * whoever counts asks window_intact() before using what was counted. A fault
 * that is not ours goes to the handler that was there before.
 *
 * When no slot is free or the file system cannot map, the bytes are read.
 * SPDX-License-Identifier: MIT */
#include "input/window.h"

#include "base/mem.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

/* To copy so few bytes costs less than to map them, and holds up no other thread. */
enum { N_SLOTS = 256, READ_MAX = 256 << 10 };

struct window_slot {
	atomic_bool taken;
	atomic_bool lost;
	atomic_uintptr_t start, end; /* start is 0 while the slot is being changed */
};

/* A signal handler has no argument of ours, so these are the process's. */
static struct window_slot slots[N_SLOTS];
static struct sigaction handler_before;
static atomic_flag handler_set = ATOMIC_FLAG_INIT;

static uintptr_t page_size(void)
{
	return (uintptr_t)sysconf(_SC_PAGESIZE);
}

static struct window_slot *find_slot(uintptr_t address)
{
	for (size_t i = 0; i < N_SLOTS; i++) {
		uintptr_t start = atomic_load(&slots[i].start);

		if (start && start <= address && address < atomic_load(&slots[i].end) &&
		    start == atomic_load(&slots[i].start))
			return &slots[i];
	}
	return NULL;
}

static void on_sigbus(int signal_number, siginfo_t *info, void *context)
{
	uintptr_t address = (uintptr_t)info->si_addr;
	struct window_slot *slot = find_slot(address);
	int saved = errno;
	void *page = (void *)(address & ~(page_size() - 1));

	(void)signal_number;
	(void)context;
	if (!slot || mmap(page, page_size(), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
	                  -1, 0) == MAP_FAILED)
		sigaction(SIGBUS, &handler_before, NULL); /* the fault comes again, and goes there */
	else
		atomic_store(&slot->lost, true);
	errno = saved;
}

static void set_handler(void)
{
	struct sigaction action = { .sa_sigaction = on_sigbus, .sa_flags = SA_SIGINFO | SA_NODEFER };

	if (atomic_flag_test_and_set(&handler_set))
		return;
	sigemptyset(&action.sa_mask);
	sigaction(SIGBUS, &action, &handler_before);
}

static struct window_slot *take_slot(void)
{
	for (size_t i = 0; i < N_SLOTS; i++) {
		if (!atomic_exchange(&slots[i].taken, true)) {
			atomic_store(&slots[i].lost, false);
			return &slots[i];
		}
	}
	return NULL;
}

static void give_slot(struct window_slot *slot)
{
	atomic_store(&slot->start, 0);
	atomic_store(&slot->taken, false);
}

struct window *window_buffer(size_t size)
{
	struct window *window = xmalloc(sizeof *window);

	*window = (struct window){ .base = xmalloc(size), .size = size };
	return window;
}

/* Is this byte in memory? False, too, where that cannot be told. */
static bool is_cached(int fd, uint64_t offset)
{
#ifdef RWF_NOWAIT
	char byte;
	struct iovec one = { &byte, sizeof byte };

	return preadv2(fd, &one, 1, (off_t)offset, RWF_NOWAIT) == 1;
#else
	(void)fd;
	(void)offset;
	return false;
#endif
}

static struct window *map_window(int fd, uint64_t offset, size_t size)
{
	struct window_slot *slot = take_slot();
	struct window *window;
	char *base;

	if (!slot)
		return NULL;
	base = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, (off_t)offset);
	if (base == MAP_FAILED) {
		give_slot(slot);
		return NULL;
	}
	if (!is_cached(fd, offset + size - 1))
		madvise(base, size, MADV_WILLNEED); /* the disk may begin; MAP_POPULATE would wait for it */
	atomic_store(&slot->end, (uintptr_t)base + size);
	atomic_store(&slot->start, (uintptr_t)base);
	window = xmalloc(sizeof *window);
	*window = (struct window){ .base = base, .size = size, .slot = slot };
	return window;
}

static struct window *read_window(int fd, uint64_t offset, size_t size)
{
	struct window *window = window_buffer(size);
	size_t n = 0;

	while (n < size) {
		ssize_t got = pread(fd, window->base + n, size - n, (off_t)(offset + n));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			window_free(window);
			errno = got < 0 ? errno : ENODATA;
			return NULL;
		}
		n += (size_t)got;
	}
	return window;
}

struct window *window_file(int fd, uint64_t offset, size_t n, struct slice *bytes)
{
	size_t before = (size_t)(offset & (page_size() - 1)); /* maps begin at a page */
	struct window *window;

	set_handler();
	window = n < READ_MAX ? NULL : map_window(fd, offset - before, before + n);
	if (!window)
		window = read_window(fd, offset - before, before + n);
	if (window)
		*bytes = (struct slice){ window->base + before, n };
	return window;
}

bool window_intact(const struct window *window)
{
	return !window->slot || !atomic_load(&window->slot->lost);
}

void window_free(struct window *window)
{
	if (!window)
		return;
	if (window->slot) {
		give_slot(window->slot); /* first: another thread may get the same address */
		munmap(window->base, window->size);
	} else {
		free(window->base);
	}
	free(window);
}
