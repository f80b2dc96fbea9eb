/* memory.c - two generations of entries: what is touched moves to the young one;
 * when that is full, the old one is forgotten and takes its place.
 * SPDX-License-Identifier: MIT */
#include "pattern/memory.h"

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

/* --- for another run ------------------------------------------------------ */

/* A number has four bytes, the lowest first; a text is its length and its bytes. The old
 * generation comes first: its number of entries, then each as its key, pairs of a slot's
 * name and its value, and an empty name. */

static void write_number(struct buffer *out, size_t number)
{
	for (int shift = 0; shift < 32; shift += 8)
		buffer_byte(out, (char)(number >> shift & 0xff));
}

static void write_text(struct buffer *out, struct slice text)
{
	write_number(out, text.n);
	buffer_add(out, text);
}

static void write_generation(const struct generation *generation, struct buffer *out)
{
	write_number(out, generation->entries.count);
	for (uint32_t i = 0; i < generation->entries.count; i++) {
		const struct slice *entry = map_value(&generation->entries, i);

		write_text(out, map_key(&generation->entries, i));
		for (int slot = 0; slot < N_SLOTS; slot++)
			if (entry[slot].p) {
				write_text(out, slot_name(slot));
				write_text(out, entry[slot]);
			}
		write_text(out, SLICE(""));
	}
}

void memory_write(const struct memory *memory, struct buffer *out)
{
	if (memory->generation[0].entries.count == 0 && memory->generation[1].entries.count == 0)
		return;
	write_generation(&memory->generation[!memory->young], out);
	write_generation(&memory->generation[memory->young], out);
}

static bool read_number(struct slice *from, uint32_t *number)
{
	*number = 0;
	if (from->n < 4)
		return false;
	for (int i = 3; i >= 0; i--)
		*number = *number << 8 | (unsigned char)from->p[i];
	*from = slice_from(*from, 4);
	return true;
}

static bool read_text(struct slice *from, struct slice *text)
{
	uint32_t n;

	if (!read_number(from, &n) || n > from->n)
		return false;
	*text = (struct slice){ from->p, n };
	*from = slice_from(*from, n);
	return true;
}

static bool read_entry(struct generation *generation, struct slice *from)
{
	struct slice key, name = { 0 }, value, *entry;

	if (!read_text(from, &key))
		return false;
	entry = map_enter(&generation->entries, key);
	while (read_text(from, &name) && name.n) {
		int slot = slot_parse(name);

		if (!read_text(from, &value))
			return false;
		if (slot >= 0)
			entry[slot] = arena_copy(&generation->texts, value);
	}
	return name.p && name.n == 0;
}

static bool read_generation(struct generation *generation, struct slice *from)
{
	uint32_t n;

	if (!read_number(from, &n) || n > ENTRIES_MAX)
		return false;
	while (n--)
		if (!read_entry(generation, from))
			return false;
	return true;
}

void memory_read(struct memory *memory, struct slice bytes)
{
	memory_forget(memory);
	memory->young = 1;
	if (bytes.n && (!read_generation(&memory->generation[0], &bytes) || !read_generation(&memory->generation[1], &bytes)))
		memory_forget(memory);
}
