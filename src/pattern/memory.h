/* memory.h - what lines of ordered packs leave for later lines of their stream.
 *
 * Values stand under a key that a pack captured, apart for each pack and host. What
 * is kept is bounded: what was not touched for a long time is forgotten first, after
 * as many other entries or bytes, whatever the order of the keys.
 * SPDX-License-Identifier: MIT */
#ifndef PATTERN_MEMORY_H
#define PATTERN_MEMORY_H

#include "base/buffer.h"
#include "pattern/pack.h"

struct memory;

enum { MEMORY_VALUE_MAX = 512 }; /* a longer value is not kept */

struct memory *memory_new(void);
void memory_free(struct memory *memory);
/* Another stream begins. */
void memory_forget(struct memory *memory);

/* What is kept under the key, by slot; p is NULL for nothing. Valid, with all texts,
 * until the next call. */
struct slice *memory_entry(struct memory *memory, const struct pack *pack, struct slice host, struct slice key);
/* Keep a copy of the value in an entry. */
void memory_set(struct memory *memory, struct slice *value, struct slice text);

/* All that is kept, as bytes for another run; nothing for nothing. */
void memory_write(const struct memory *memory, struct buffer *out);
/* Takes that up again; what cannot be understood is forgotten. */
void memory_read(struct memory *memory, struct slice bytes);

#endif
