/* turns.h - the lines of ordered packs are read in the order of their stream.
 *
 * Chunks are counted by many threads. The one that meets such a line waits until all
 * chunks before its own are counted, and then has the stream's memory until its chunk
 * is: a stream of such lines is read by one thread at a time, any other is not held
 * up. The earliest chunk never waits, so all get their turn.
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
/* Wait for the chunk's turn; there is nothing to wait for once it has passed. */
struct memory *turns_take(struct turns *turns, struct turn *turn);
/* The chunk is counted, whether it took its turn or not. */
void turns_pass(struct turns *turns, struct turn *turn);

#endif
