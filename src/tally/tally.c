/* tally.c - groups of equal events in hash tables.
 *
 * A group's key is the number of its time, that of its sort, and the ids of its open
 * texts (key.c); a table's key is the full key less the dimensions that the table lacks.
 * Neighbouring lines are alike, so the last hour is kept at hand and compared first.
 *
 * SPDX-License-Identifier: MIT */
#include "tally/tally.h"

#include "tally/dimension.h"
#include "tally/private.h"

#include <stdlib.h>

#define BYTES_OF(object) ((struct slice){ (const char *)&(object), sizeof(object) })

static struct group_key table_mask(enum table table)
{
	struct group_key mask = { .time = UINT32_MAX, .sort = UINT32_MAX };

#define OPEN_TEXT(id, column, member, tables) mask.member = table_has(table, DIMENSION_##id) ? UINT32_MAX : 0;
#include "tally/dimension.def"
	return mask;
}

static void sort_tables(struct tally *tally)
{
	for (int t = 0; t < N_TABLES; t++) {
		enum table table = (enum table)t;

		if (!(tally->tables & 1u << t))
			continue;
		if (table_has(table, DIMENSION_HOUR))
			tally->hourly |= 1u << t;
		if (!table_has(table, DIMENSION_DOMAIN) && !table_has(table, DIMENSION_RELAY))
			tally->nameless |= 1u << t;
	}
}

struct tally *tally_new(unsigned tables)
{
	struct tally *tally = xcalloc(1, sizeof *tally);

	tally->tables = tables;
	tally->order = xcalloc(1, sizeof *tally->order);
	tally->groups = xcalloc(N_TABLES, sizeof *tally->groups);
	tally->arriving = xcalloc(ARRIVING, sizeof *tally->arriving);
	for (int t = 0; t < N_TABLES; t++) {
		tally->mask[t] = table_mask((enum table)t);
		groups_init(&tally->groups[t]);
	}
	sort_tables(tally);
	portions_init_times(&tally->times, tables);
	portions_init_sorts(&tally->sorts, tables);
	map_init(&tally->strings, 0);
	map_init(&tally->hours, sizeof(struct accounting));
	map_init(&tally->deferred, sizeof(struct distinct));
	return tally;
}

struct tally *tally_like(const struct tally *tally)
{
	return tally_new(tally->tables);
}

static void release_deferred(struct tally *tally)
{
	for (uint32_t i = 0; i < tally->deferred.count; i++)
		distinct_release(map_value(&tally->deferred, i));
}

void tally_free(struct tally *tally)
{
	if (!tally)
		return;
	release_deferred(tally);
	for (int t = 0; t < N_TABLES; t++)
		groups_release(&tally->groups[t]);
	portions_release(&tally->times);
	portions_release(&tally->sorts);
	map_release(&tally->strings);
	map_release(&tally->hours);
	map_release(&tally->deferred);
	tally_forget_order(tally);
	free(tally->order);
	free(tally->groups);
	free(tally->arriving);
	tally_release_known(tally);
	tally_release_shortcuts(tally);
	free(tally);
}

void tally_close(struct tally *tally)
{
	tally_settle(tally);
	tally_arrive(tally);
	tally_release_shortcuts(tally);
	tally_release_known(tally);
	map_close(&tally->strings);
	for (int t = 0; t < N_TABLES; t++)
		groups_close(&tally->groups[t]);
}

void tally_clear(struct tally *tally)
{
	release_deferred(tally);
	for (int t = 0; t < N_TABLES; t++)
		groups_clear(&tally->groups[t]);
	portions_clear(&tally->times);
	portions_clear(&tally->sorts);
	map_clear(&tally->strings);
	map_clear(&tally->hours);
	map_clear(&tally->deferred);
	tally->last_set = NULL;
	tally_forget_order(tally);
	tally_forget_known(tally);
	memset(tally->arriving, 0, ARRIVING * sizeof *tally->arriving);
	tally_forget(tally);
	tally->any_hour = false;
	tally->folded = (struct folded){ .early = false };
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* What groups are told of the current hour: 0 where there is no time. */
static const uint32_t *times_now(struct tally *tally)
{
	struct group_time time = { .hour = tally->now.hour, .zone = (int32_t)tally->now.zone, .day = tally->now_day };

	if (tally->now.hour == TIME_NONE)
		memset(&time, 0, sizeof time);
	return portions_in_tables(&tally->times, portions_number(&tally->times, &time));
}

/* Makes the hour of `time` the current one. */
static void set_hour(struct tally *tally, int64_t time, int32_t zone)
{
	struct hour_key key = { TIME_NONE, 0 };

	if (time != TIME_NONE)
		key = (struct hour_key){ floor_div(time + zone, 3600) * 3600 - zone, zone };
	tally->now = key;
	tally->now_day = time == TIME_NONE ? 0 : (int32_t)floor_div(time + zone, 86400);
	tally->now_index = map_put(&tally->hours, BYTES_OF(key), NULL);
	tally->now_times = times_now(tally);
	tally->any_hour = true;
}

void tally_find_hour(struct tally *tally, int64_t time, int32_t zone)
{
	bool same = time == TIME_NONE ? tally->now.hour == TIME_NONE
	            : tally->now.zone == zone && (uint64_t)time - (uint64_t)tally->now.hour < 3600;

	if (!same || !tally->any_hour)
		set_hour(tally, time, zone);
}

struct accounting *tally_accounting(struct tally *tally, const struct line *line)
{
	tally_find_hour(tally, line->time, line->zone);
	return map_value(&tally->hours, tally->now_index);
}

/* The tables without names are added to where the verdict leads. */
static void add_by_verdict(struct tally *tally, struct known_verdict *known, const struct group_key *key,
                           const struct measures *measures)
{
	if (known->hour != tally->now_index) {
		tally_find_sums(tally, tally->nameless, key, &known->sums);
		known->hour = tally->now_index;
	}
	tally_add_to(&known->sums, tally->nameless, measures);
	tally_add(tally, tally->tables & ~tally->nameless, key, measures);
}

static void add_verdict(struct tally *tally, const struct event *event, const struct measures *measures)
{
	struct known_verdict *known = tally_known_verdict(tally, event);
	struct group_key key = { .sort = known->sort, .reason = known->reason };

	tally_set_names(tally, event, &key);
	add_by_verdict(tally, known, &key, measures);
}

static void add_event(struct tally *tally, const struct event *event, const struct measures *measures)
{
	struct group_key key;

	if (event->verdict) {
		add_verdict(tally, event, measures);
		return;
	}
	key = tally_event_key(tally, event);
	if (event->token)
		tally_keep(tally, event, &key, measures);
	else
		tally_add(tally, tally->tables, &key, measures);
}

struct distinct *tally_deferred_set(struct tally *tally, const struct deferred_key *key)
{
	if (!tally->last_set || key->day != tally->last_deferred.day || key->direction != tally->last_deferred.direction) {
		tally->last_set = map_enter(&tally->deferred, BYTES_OF(*key));
		tally->last_deferred = *key;
	}
	return tally->last_set;
}

/* The set that the event's recipients go to; NULL: none. */
static struct distinct *expect_deferred(struct tally *tally, const struct event *event)
{
	struct deferred_key key = { tally->now_day, event->direction };
	struct distinct *set;

	if (event->kind != KIND_DELIVERY || event->outcome != OUTCOME_TEMPORARY || !event->n_recipients)
		return NULL;
	set = tally_deferred_set(tally, &key);
	distinct_expect(set, event->recipients[0]);
	return set;
}

void tally_expect_known(const struct tally *tally, const struct again *again)
{
	tally_expect_place(tally, again->place);
	if (again->deferred && tally->last_set)
		distinct_expect(tally->last_set, again->recipient);
}

bool tally_add_known(struct tally *tally, const struct again *again)
{
	struct known_verdict *verdict = tally_find_verdict(tally, again->verdict);
	const struct known_place *place = tally_find_place(tally, again->place);
	struct measures measures = tally_measures(again->count, again->delay, false);
	struct group_key key;

	if (!verdict || !place)
		return false;
	key = (struct group_key){
		.sort = verdict->sort, .reason = verdict->reason, .domain = place->domain, .relay = place->relay,
	};
	add_by_verdict(tally, verdict, &key, &measures);
	if (again->deferred)
		distinct_add(tally_deferred_set(tally, &(struct deferred_key){ tally->now_day, verdict->direction }), again->recipient);
	return true;
}

void tally_add_disagreements(struct tally *tally, uint64_t count)
{
	struct accounting *lines = map_value(&tally->hours, tally->now_index);

	lines->disagreements += count;
}

bool tally_is_delivered(const struct event *event)
{
	return event->kind == KIND_DELIVERY && event->outcome == OUTCOME_OK;
}

void tally_event(struct tally *tally, const struct event *event)
{
	struct measures measures = tally_measures(event->count, event->delay, tally_is_delivered(event));
	struct distinct *deferred;

	tally_find_hour(tally, event->time, event->zone);
	deferred = expect_deferred(tally, event);
	add_event(tally, event, &measures);
	if (event->disagrees)
		tally_add_disagreements(tally, event->count);
	if (deferred)
		for (size_t i = 0; i < event->n_recipients; i++)
			distinct_add(deferred, event->recipients[i]);
}

void tally_trouble(struct tally *tally, const struct line *line, struct slice mta, struct slice text)
{
	struct measures measures = { .count = line->repeats };
	struct group_key key = { .time = 0 };
	struct group_sort sort;

	tally_find_hour(tally, line->time, line->zone);
	memset(&sort, 0, sizeof sort);
	sort.host = tally_string_id(tally, DIMENSION_HOST, line->host);
	sort.mta = tally_string_id(tally, DIMENSION_MTA, mta);
	key.sort = tally_sort_number(tally, &sort);
	key.reason = tally_string_id(tally, DIMENSION_REASON, tally_real_text(text));
	tally_add(tally, tally->tables, &key, &measures);
}

struct slice tally_string(const struct tally *tally, uint32_t id)
{
	return id ? map_key(&tally->strings, id - 1) : SLICE("");
}

uint32_t tally_strings(const struct tally *tally)
{
	return tally->strings.count;
}
