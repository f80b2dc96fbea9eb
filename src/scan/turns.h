/* turns.h - what a stream's lines leave for later ones goes from chunk to chunk in order.
 *
 * Chunks are counted by many threads, which put lines that hang on earlier chunks off to
 * the chunk's end: those of ordered packs, and those that wait for what was open before
 * (carry.h). Then they wait until all chunks before their own are counted, and have what
 * the stream has left. All other lines are not held up, nor are chunks without such
 * lines. The earliest chunk never waits, so all get their turn.
 * SPDX-License-Identifier: MIT */
#ifndef SCAN_TURNS_H
#define SCAN_TURNS_H

#include "pattern/memory.h"
#include "scan/carry.h"

#include <pthread.h>

struct job;

/* A chunk's place in the order of an epoch's chunks. */
struct turn {
	struct turn *before; /* that was not counted when last looked; NULL: none */
	struct turn *next;
	struct job *job;
	bool counted;
};

struct turns {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	/* For whose turn it is: */
	struct turn head;      /* stands before an epoch's first */
	struct turn *closed;   /* the last one that has passed on what it left */
	struct memory *memory; /* of ordered packs */
	struct carry carry;    /* up to there … */
	bool carries;          /* … if there was a chunk */
	int64_t reference;
	struct slice carried;  /* before there was one: as bytes */
};

void turns_init(struct turns *turns);
void turns_release(struct turns *turns);
/* An epoch begins; its chunks, one behind the other. */
void turns_begin(struct turns *turns);
void turns_add(struct turns *turns, struct turn *last, struct turn *turn);
/* Wait for the chunk's turn. */
void turns_take(struct turns *turns, struct turn *turn);
/* The chunk is counted, whether it took its turn or not. */
void turns_pass(struct turns *turns, struct turn *turn);

#endif
