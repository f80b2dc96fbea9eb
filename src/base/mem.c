/* mem.c - allocation that dies instead of failing, and arenas.
 * SPDX-License-Identifier: MIT */
#include "base/mem.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { ARENA_BLOCK = 64 * 1024 };

struct arena_block {
	struct arena_block *next;
	size_t size;
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

void *arena_alloc(struct arena *arena, size_t n)
{
	struct arena_block *block = arena->block;
	size_t at = (arena->used + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);

	if (!block || at + n > block->size) {
		size_t size = n > ARENA_BLOCK ? n : ARENA_BLOCK;

		block = xmalloc(sizeof *block + size);
		block->size = size;
		block->next = arena->block;
		arena->block = block;
		arena->total += size;
		at = 0;
	}
	arena->used = at + n;
	return block->bytes + at;
}

struct slice arena_copy(struct arena *arena, struct slice s)
{
	char *p = arena_alloc(arena, s.n);

	if (s.n)
		memcpy(p, s.p, s.n);
	return (struct slice){ p, s.n };
}

char *arena_string(struct arena *arena, struct slice s)
{
	char *p = arena_alloc(arena, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

void arena_release(struct arena *arena)
{
	while (arena->block) {
		struct arena_block *next = arena->block->next;

		free(arena->block);
		arena->block = next;
	}
	*arena = (struct arena){ 0 };
}
