/* mem.h - memory that is there or the program is not, and arenas.
 *
 * Nobody checks these for NULL: without memory the program says so on stderr
 * and exits with status 2. SPDX-License-Identifier: MIT */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include "base/slice.h"

void *xmalloc(size_t n);
void *xcalloc(size_t count, size_t size); /* zeroed */
void *xrealloc(void *p, size_t n);
char *xstrdup(const char *text);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Zeroed memory that may be large: then in huge pages, where the system has them,
 * for what is looked up all over. */
void *large_alloc(size_t n);
void large_free(void *p, size_t n);
/* The same for a hash table, whose places are read before they are written. A page that was
 * only read is the system's page of zeros; to put a real one there, when it is written,
 * stops all other threads for a moment. So all are real from the start. */
void *table_alloc(size_t n);
void table_free(void *p, size_t n);

/* Make room for one more element in a growing array of *cap elements. */
#define GROW(array, count, cap) \
	((count) < (cap) ? (void)0 \
	 : (void)((cap) = (cap) ? 2 * (cap) : 16, (array) = xrealloc((array), (cap) * sizeof *(array))))

/* Many small things that are freed together; addresses stay. All zero is an
 * empty arena. */
struct arena {
	struct arena_block *block;
	size_t used, total; /* total: bytes taken from the system */
};

void *arena_alloc(struct arena *arena, size_t n); /* aligned for any type */
void *arena_bytes(struct arena *arena, size_t n); /* right behind the last, as are copies */
/* What stands behind the first `head` bytes is aligned for pointers and 64 bits. */
void *arena_behind(struct arena *arena, size_t head, size_t n);
struct slice arena_copy(struct arena *arena, struct slice s);
/* A terminated copy. */
char *arena_string(struct arena *arena, struct slice s);
void arena_release(struct arena *arena);

#endif
