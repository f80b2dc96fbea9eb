/* again.c - events that are met again and again.
 *
 * An event with a token differs from an earlier one in time, delay and count at
 * most, so what was found out for that one is kept. Tables by the hour are small and
 * added to at once; for the others, with their many destinations and relays, an event
 * is gathered where its token leads, and goes to the tables when it is settled: at
 * the end, at a change of the day, or when another token takes the place.
 * SPDX-License-Identifier: MIT */
#include "tally/dimension.h"
#include "tally/private.h"

#include <stdlib.h>

static void settle(struct tally *tally, struct shortcut *shortcut)
{
	if (shortcut->pending.count == 0)
		return;
	tally_add_to(&shortcut->sums, tally->tables & ~tally->hourly, &shortcut->pending);
	shortcut->pending = (struct measures){ .count = 0 };
}

void tally_settle(struct tally *tally)
{
	for (size_t i = 0; i < tally->shortcuts_end; i++)
		settle(tally, &tally->shortcuts[i]);
}

void tally_forget(struct tally *tally)
{
	if (tally->shortcuts_end)
		memset(tally->shortcuts, 0, tally->shortcuts_end * sizeof *tally->shortcuts);
	tally->shortcuts_end = 0;
}

void tally_release_shortcuts(struct tally *tally)
{
	large_free(tally->shortcuts_room, (SHORTCUTS + 1) * sizeof *tally->shortcuts);
	tally->shortcuts = tally->shortcuts_room = NULL;
	tally->shortcuts_end = 0;
}

/* On lines of the cache; zeroed by the system, page by page as they are used. */
static void make_shortcuts(struct tally *tally)
{
	size_t beyond;

	tally->shortcuts_room = large_alloc((SHORTCUTS + 1) * sizeof *tally->shortcuts);
	beyond = (uintptr_t)tally->shortcuts_room % _Alignof(struct shortcut);
	tally->shortcuts = (void *)((char *)tally->shortcuts_room + (beyond ? _Alignof(struct shortcut) - beyond : 0));
}

/* To the current hour. */
static void move(struct tally *tally, struct shortcut *shortcut)
{
	unsigned tables = tally->hourly;

	if (shortcut->day != tally->now_day) {
		settle(tally, shortcut);
		tables = tally->tables;
	}
	tally_find_sums(tally, tables, &shortcut->key, &shortcut->sums);
	shortcut->hour = tally->now_index;
	shortcut->day = tally->now_day;
}

void tally_keep(struct tally *tally, const struct event *event, const struct group_key *key,
                const struct measures *measures)
{
	size_t i = event->token % SHORTCUTS;
	struct shortcut *shortcut;

	if (!tally->shortcuts)
		make_shortcuts(tally);
	if (i >= tally->shortcuts_end)
		tally->shortcuts_end = i + 1;
	shortcut = &tally->shortcuts[i];
	settle(tally, shortcut);
	*shortcut = (struct shortcut){
		.token = event->token, .hour = tally->now_index, .day = tally->now_day, .key = *key,
		.is_delivered = tally_is_delivered(event), .disagrees = event->disagrees,
	};
	tally_find_sums(tally, tally->tables, key, &shortcut->sums);
	tally_add_to(&shortcut->sums, tally->tables, measures);
}

void tally_expect(const struct tally *tally, const struct again *again)
{
	if (!again->token) {
		tally_expect_known(tally, again);
	} else if (tally->shortcuts) {
		__builtin_prefetch(&tally->shortcuts[again->token % SHORTCUTS], 1);
		__builtin_prefetch((const char *)&tally->shortcuts[again->token % SHORTCUTS] + 64, 1);
	}
}

/* Without a delay nothing else changes. */
static inline void add_count(struct tally *tally, struct shortcut *shortcut, uint64_t count)
{
	shortcut->pending.count = sum_capped(shortcut->pending.count, count);
	for (unsigned left = tally->hourly; left; left &= left - 1) {
		struct measures *measures = shortcut->sums.in[__builtin_ctz(left)];

		measures->count = sum_capped(measures->count, count);
	}
}

static inline void add_delay(struct tally *tally, struct shortcut *shortcut, uint64_t count, int64_t delay)
{
	struct measures measures = tally_measures(count, delay, shortcut->is_delivered);

	measures_add(&shortcut->pending, &measures);
	tally_add_to(&shortcut->sums, tally->hourly, &measures);
}

bool tally_again(struct tally *tally, const struct again *again)
{
	struct shortcut *shortcut;

	if (!again->token)
		return tally_add_known(tally, again);
	shortcut = tally->shortcuts ? &tally->shortcuts[again->token % SHORTCUTS] : NULL;
	if (!shortcut || shortcut->token != again->token)
		return false;
	if (shortcut->hour != tally->now_index)
		move(tally, shortcut);
	if (again->delay < 0)
		add_count(tally, shortcut, again->count);
	else
		add_delay(tally, shortcut, again->count, again->delay);
	if (shortcut->disagrees)
		tally_add_disagreements(tally, again->count);
	return true;
}
