/* window.h - the memory under a chunk: a mapped piece of a file, or a buffer.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_WINDOW_H
#define INPUT_WINDOW_H

#include "base/slice.h"

struct window_slot;

struct window {
	char *base;
	size_t size;
	struct window_slot *slot; /* where the fault handler finds a mapped one; NULL: a buffer */
};

/* `size` bytes of memory, not initialised. */
struct window *window_buffer(size_t size);
/* n bytes of a file from `offset` on, which *bytes is set to; NULL and errno when
 * they cannot be had. They are mapped where that can be done, and those that the
 * file loses later read as zeros and make the window not intact. */
struct window *window_file(int fd, uint64_t offset, size_t n, struct slice *bytes);
bool window_intact(const struct window *window);
/* Any thread may do this. */
void window_free(struct window *window);

#endif
