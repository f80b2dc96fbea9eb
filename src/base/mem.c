/* mem.c - allocation that dies instead of failing, and arenas.
 * SPDX-License-Identifier: MIT */
#include "base/mem.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20, ARENA_BLOCK = 64 << 10, ARENA_BLOCK_MAX = HUGE_PAGE, MAPPED_TABLE = 64 << 10 };

/* What takes half of a huge page is given a whole one: to find the small pages of that much
 * takes as long as to fetch what stands there. */
enum { LARGE = HUGE_PAGE / 2, SMALL_PAGE = 4096 };

struct arena_block {
	struct arena_block *next;
	size_t size; /* this header too */
	alignas(max_align_t) char bytes[];
};

static _Noreturn void out_of_memory(size_t n)
{
	fprintf(stderr, "smtplog-stats: out of memory (%zu bytes were asked for); "
	                "lower --jobs or raise the memory limit\n", n);
	exit(2);
}

void *xmalloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		out_of_memory(n);
	return p;
}

void *xcalloc(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (!p)
		out_of_memory(count * size);
	return p;
}

void *xrealloc(void *p, size_t n)
{
	p = realloc(p, n ? n : 1);
	if (!p)
		out_of_memory(n);
	return p;
}

char *xstrdup(const char *text)
{
	size_t n = strlen(text) + 1;

	return memcpy(xmalloc(n), text, n);
}

char *xasprintf(const char *format, ...)
{
	va_list args, again;
	char *text;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = xmalloc((size_t)n + 1);
	vsnprintf(text, (size_t)n + 1, format, again);
	va_end(again);
	return text;
}

static size_t whole_huge_pages(size_t n)
{
	return (n + HUGE_PAGE - 1) & ~(size_t)(HUGE_PAGE - 1);
}

/* At a border of huge pages: one more is taken, and what stands over given back. */
void *large_alloc(size_t n)
{
	size_t whole = whole_huge_pages(n), before;
	char *p;

	if (n < LARGE)
		return xcalloc(1, n);
	p = mmap(NULL, whole + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		out_of_memory(n);
	before = (size_t)(-(uintptr_t)p % HUGE_PAGE);
	if (before)
		munmap(p, before);
	munmap(p + before + whole, HUGE_PAGE - before);
#ifdef MADV_HUGEPAGE
	madvise(p + before, whole, MADV_HUGEPAGE);
#endif
	return p + before;
}

void large_free(void *p, size_t n)
{
	if (n < LARGE)
		free(p);
	else if (p)
		munmap(p, whole_huge_pages(n));
}

#ifndef MAP_POPULATE
#define MAP_POPULATE 0 /* then they become real one by one */
#endif

/* Page by page: while the system makes many real at once it lets no other thread map any. */
static void make_real(volatile char *p, size_t n)
{
	for (size_t at = 0; at < n; at += SMALL_PAGE)
		p[at] = 0;
}

void *table_alloc(size_t n)
{
	void *p;

	if (n < MAPPED_TABLE)
		return memset(xmalloc(n), 0, n);
	if (n < LARGE) {
		p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
		if (p == MAP_FAILED)
			out_of_memory(n);
		return p;
	}
	p = large_alloc(n);
	make_real(p, n);
	return p;
}

void table_free(void *p, size_t n)
{
	if (n < MAPPED_TABLE)
		free(p);
	else if (n < LARGE)
		munmap(p, n);
	else
		large_free(p, n);
}

/* Blocks grow with the arena; none would leave much of a huge page empty. */
static struct arena_block *new_block(const struct arena *arena, size_t n)
{
	size_t size = ARENA_BLOCK;
	struct arena_block *block;

	while (size < LARGE && size < arena->total / 4)
		size *= 2;
	if (size >= LARGE)
		size = ARENA_BLOCK_MAX;
	if (size < n + sizeof *block)
		size = n + sizeof *block;
	block = size < LARGE ? xmalloc(size) : large_alloc(size);
	block->size = size;
	block->next = arena->block;
	return block;
}

/* The first place from `used` on that is so aligned `head` bytes further. */
static inline size_t place_for(size_t used, size_t head, size_t alignment)
{
	return ((used + head + alignment - 1) & ~(alignment - 1)) - head;
}

static inline void *alloc_at(struct arena *arena, size_t head, size_t n, size_t alignment)
{
	struct arena_block *block = arena->block;
	size_t at = place_for(arena->used, head, alignment);

	if (!block || at + n > block->size - sizeof *block) {
		block = new_block(arena, n + alignment);
		arena->block = block;
		arena->total += block->size;
		at = place_for(0, head, alignment);
	}
	arena->used = at + n;
	return block->bytes + at;
}

void *arena_alloc(struct arena *arena, size_t n)
{
	return alloc_at(arena, 0, n, alignof(max_align_t));
}

void *arena_bytes(struct arena *arena, size_t n)
{
	return alloc_at(arena, 0, n, 1);
}

void *arena_behind(struct arena *arena, size_t head, size_t n)
{
	return alloc_at(arena, head, n, alignof(uint64_t));
}

struct slice arena_copy(struct arena *arena, struct slice s)
{
	char *p = arena_bytes(arena, s.n);

	if (s.n)
		memcpy(p, s.p, s.n);
	return (struct slice){ p, s.n };
}

char *arena_string(struct arena *arena, struct slice s)
{
	char *p = arena_bytes(arena, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

void arena_release(struct arena *arena)
{
	while (arena->block) {
		struct arena_block *next = arena->block->next;

		large_free(arena->block, arena->block->size);
		arena->block = next;
	}
	*arena = (struct arena){ 0 };
}
