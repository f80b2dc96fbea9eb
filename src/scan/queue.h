/* queue.h - chunks from the reading thread to the workers, a bounded number at a
 * time. SPDX-License-Identifier: MIT */
#ifndef SCAN_QUEUE_H
#define SCAN_QUEUE_H

#include "scan/worker.h"

#include <pthread.h>

enum { QUEUE_MAX = 64 };

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t filled, drained;
	struct job *jobs[QUEUE_MAX];
	size_t first, n, limit; /* at most `limit` wait */
	bool closed;
};

void queue_init(struct queue *queue, size_t limit);
void queue_release(struct queue *queue);
/* Waits while the queue is full. */
void queue_put(struct queue *queue, struct job *job);
/* Waits for a job; false when the queue is closed and empty. */
bool queue_take(struct queue *queue, struct job **job);
void queue_close(struct queue *queue);

#endif
