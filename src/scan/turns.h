/* turns.h - the lines of ordered packs are read in the order of their stream.
 *
 * Chunks are counted by many threads, which put such lines off to the chunk's end; then
 * they wait until all chunks before their own are counted, and have the stream's memory
 * for these lines. All other lines are not held up, nor are chunks without such lines.
 * The earliest chunk never waits, so all get their turn.
 * SPDX-License-Identifier: MIT */
#ifndef SCAN_TURNS_H
#define SCAN_TURNS_H

#include "pattern/memory.h"

#include <pthread.h>

/* A chunk's place in the order of an epoch's chunks. */
struct turn {
	struct turn *before; /* that was not counted when last looked; NULL: none */
	size_t input;        /* each input is a stream */
	bool counted;
};

struct turns {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	struct memory *memory;
	size_t input; /* that the memory is of */
};

void turns_init(struct turns *turns);
void turns_release(struct turns *turns);
/* Wait for the chunk's turn. */
struct memory *turns_take(struct turns *turns, struct turn *turn);
/* The chunk is counted, whether it took its turn or not. */
void turns_pass(struct turns *turns, struct turn *turn);

#endif
