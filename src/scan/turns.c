/* turns.c - SPDX-License-Identifier: MIT */
#include "scan/turns.h"

void turns_init(struct turns *turns)
{
	*turns = (struct turns){ .memory = memory_new() };
	pthread_mutex_init(&turns->lock, NULL);
	pthread_cond_init(&turns->moved, NULL);
	turns_begin(turns);
}

void turns_release(struct turns *turns)
{
	pthread_cond_destroy(&turns->moved);
	pthread_mutex_destroy(&turns->lock);
	memory_free(turns->memory);
	if (turns->carries)
		carry_release(&turns->carry);
}

void turns_begin(struct turns *turns)
{
	turns->head.next = NULL;
	turns->closed = &turns->head;
}

void turns_add(struct turns *turns, struct turn *last, struct turn *turn)
{
	turn->before = last;
	(last ? last : &turns->head)->next = turn;
}

/* Leaves out what was counted, so that nothing is looked at twice. */
static bool is_first(struct turn *turn)
{
	while (turn->before && turn->before->counted)
		turn->before = turn->before->before;
	return turn->before == NULL;
}

void turns_take(struct turns *turns, struct turn *turn)
{
	pthread_mutex_lock(&turns->lock);
	while (!is_first(turn))
		pthread_cond_wait(&turns->moved, &turns->lock);
	pthread_mutex_unlock(&turns->lock);
}

void turns_pass(struct turns *turns, struct turn *turn)
{
	pthread_mutex_lock(&turns->lock);
	turn->counted = true;
	pthread_cond_broadcast(&turns->moved);
	pthread_mutex_unlock(&turns->lock);
}
