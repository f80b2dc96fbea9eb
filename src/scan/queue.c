/* queue.c - SPDX-License-Identifier: MIT */
#include "scan/queue.h"

void queue_init(struct queue *queue, size_t limit)
{
	*queue = (struct queue){ .limit = limit < QUEUE_MAX ? limit : QUEUE_MAX };
	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->filled, NULL);
	pthread_cond_init(&queue->drained, NULL);
}

void queue_release(struct queue *queue)
{
	pthread_mutex_destroy(&queue->lock);
	pthread_cond_destroy(&queue->filled);
	pthread_cond_destroy(&queue->drained);
}

void queue_put(struct queue *queue, struct job *job)
{
	pthread_mutex_lock(&queue->lock);
	while (queue->n == queue->limit)
		pthread_cond_wait(&queue->drained, &queue->lock);
	queue->jobs[(queue->first + queue->n++) % QUEUE_MAX] = job;
	pthread_cond_signal(&queue->filled);
	pthread_mutex_unlock(&queue->lock);
}

bool queue_take(struct queue *queue, struct job **job)
{
	bool got;

	pthread_mutex_lock(&queue->lock);
	while (queue->n == 0 && !queue->closed)
		pthread_cond_wait(&queue->filled, &queue->lock);
	got = queue->n > 0;
	if (got) {
		*job = queue->jobs[queue->first];
		queue->first = (queue->first + 1) % QUEUE_MAX;
		queue->n--;
		pthread_cond_signal(&queue->drained);
	}
	pthread_mutex_unlock(&queue->lock);
	return got;
}

void queue_close(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->closed = true;
	pthread_cond_broadcast(&queue->filled);
	pthread_mutex_unlock(&queue->lock);
}
