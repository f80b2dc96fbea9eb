/* memory.c - two generations of entries: what is touched moves to the young one;
 * when that is full, the old one is forgotten and takes its place.
 * SPDX-License-Identifier: MIT */
#include "pattern/memory.h"

#include "base/buffer.h"
#include "base/map.h"

#include <stdlib.h>

enum { ENTRIES_MAX = 16384, TEXT_BYTES_MAX = 8 << 20 };

struct generation {
	struct map entries; /* pack, host, key → N_SLOTS slices */
	struct arena texts;
};

struct memory {
	struct generation generation[2];
	int young;
	struct buffer key;
};

struct memory *memory_new(void)
{
	struct memory *memory = xcalloc(1, sizeof *memory);

	for (int i = 0; i < 2; i++)
		map_init(&memory->generation[i].entries, N_SLOTS * sizeof(struct slice));
	return memory;
}

static void generation_forget(struct generation *generation)
{
	map_clear(&generation->entries);
	arena_release(&generation->texts);
}

void memory_free(struct memory *memory)
{
	if (!memory)
		return;
	for (int i = 0; i < 2; i++) {
		map_release(&memory->generation[i].entries);
		arena_release(&memory->generation[i].texts);
	}
	buffer_release(&memory->key);
	free(memory);
}

void memory_forget(struct memory *memory)
{
	generation_forget(&memory->generation[0]);
	generation_forget(&memory->generation[1]);
}

static void make_key(struct memory *memory, const struct pack *pack, struct slice host, struct slice key)
{
	memory->key.n = 0;
	buffer_add(&memory->key, pack->name);
	buffer_byte(&memory->key, '\0');
	buffer_add(&memory->key, host);
	buffer_byte(&memory->key, '\0');
	buffer_add(&memory->key, key);
}

struct slice *memory_entry(struct memory *memory, const struct pack *pack, struct slice host, struct slice key)
{
	struct generation *young = &memory->generation[memory->young], *old = &memory->generation[!memory->young];
	struct slice *entry;
	int64_t before;
	bool is_new;

	if (young->entries.count >= ENTRIES_MAX || young->texts.total >= TEXT_BYTES_MAX) {
		generation_forget(old);
		memory->young = !memory->young;
		young = old;
		old = &memory->generation[!memory->young];
	}
	make_key(memory, pack, host, key);
	entry = map_value(&young->entries, map_put(&young->entries, buffer_slice(&memory->key), &is_new));
	before = is_new ? map_find(&old->entries, buffer_slice(&memory->key)) : -1;
	if (before >= 0) {
		const struct slice *kept = map_value(&old->entries, (uint32_t)before);

		for (int i = 0; i < N_SLOTS; i++)
			memory_set(memory, &entry[i], kept[i]);
	}
	return entry;
}

void memory_set(struct memory *memory, struct slice *value, struct slice text)
{
	if (value->p && text.p && slice_eq(*value, text))
		return;
	if (text.p && text.n <= MEMORY_VALUE_MAX)
		*value = arena_copy(&memory->generation[memory->young].texts, text);
	else
		*value = (struct slice){ NULL, 0 };
}
