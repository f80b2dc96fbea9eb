/* tally.c - groups of equal events in hash maps.
 *
 * Each table is a map from the bytes of a `struct group` to its measures; a
 * table's key is the full key with the dimensions masked away that the table
 * lacks. Strings stand once in a map of their own, an id is an index in it plus
 * one. Neighbouring lines are alike, so the last string of each dimension and
 * the last hour are kept at hand and compared first.
 *
 * SPDX-License-Identifier: MIT */
#include "tally/tally.h"

#include "tally/dimension.h"
#include "tally/private.h"

#include <stdlib.h>

enum {
	/* RFC 5321 section 4.5.4.1: a retry should come 30 minutes later or more. */
	LATE_MS = 30 * 60 * 1000,
	/* No name is that long (RFC 1035 section 2.3.4: 255); the rest is cut off. */
	STRING_MAX = 512,
	GROUP_WORDS = sizeof(struct group) / sizeof(uint64_t)
};

_Static_assert(sizeof(struct group) % sizeof(uint64_t) == 0, "masked by words");

#define BYTES_OF(object) ((struct slice){ (const char *)&(object), sizeof(object) })

static struct group table_mask(enum table table)
{
	struct group mask;

	memset(&mask, 0, sizeof mask);
#define DIMENSION(id, column, type, member, tables) \
	if (table_has(table, DIMENSION_##id)) \
		memset(&mask.member, 0xff, sizeof mask.member);
#include "tally/dimension.def"
	return mask;
}

static void set_hourly(struct tally *tally)
{
	tally->hourly = 0;
	for (int t = 0; t < N_TABLES; t++)
		if ((tally->tables & 1u << t) && tally->mask[t].hour)
			tally->hourly |= 1u << t;
}

struct tally *tally_new(unsigned tables)
{
	struct tally *tally = xcalloc(1, sizeof *tally);

	tally->tables = tables;
	tally->order = xcalloc(1, sizeof *tally->order);
	for (int t = 0; t < N_TABLES; t++) {
		tally->mask[t] = table_mask((enum table)t);
		map_init(&tally->groups[t], sizeof(struct measures));
	}
	set_hourly(tally);
	map_init(&tally->strings, 0);
	map_init(&tally->hours, sizeof(struct accounting));
	map_init(&tally->deferred, sizeof(struct distinct));
	return tally;
}

struct tally *tally_like(const struct tally *tally)
{
	return tally_new(tally->tables);
}

static void release_order(struct string_order *order)
{
	free(order->ids);
	free(order->ranks);
	*order = (struct string_order){ 0 };
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
		map_release(&tally->groups[t]);
	map_release(&tally->strings);
	map_release(&tally->hours);
	map_release(&tally->deferred);
	release_order(tally->order);
	free(tally->order);
	tally_release_shortcuts(tally);
	free(tally);
}

void tally_clear(struct tally *tally)
{
	release_deferred(tally);
	for (int t = 0; t < N_TABLES; t++)
		map_clear(&tally->groups[t]);
	map_clear(&tally->strings);
	map_clear(&tally->hours);
	map_clear(&tally->deferred);
	release_order(tally->order);
	memset(tally->last, 0, sizeof tally->last);
	tally_forget(tally);
	tally->any_hour = false;
}

/* The first n bytes, less the front of a character that is cut there. */
static struct slice whole_characters(const char *p, size_t n)
{
	while (n > STRING_MAX - 4 && ((unsigned char)p[n] & 0xc0) == 0x80)
		n--;
	return (struct slice){ p, n };
}

static uint32_t string_id(struct tally *tally, enum dimension dimension, struct slice s)
{
	struct last_string *last = &tally->last[dimension];

	if (s.n == 0)
		return 0;
	if (s.n > STRING_MAX)
		s = whole_characters(s.p, STRING_MAX);
	if (!slice_eq(s, last->text)) {
		last->id = map_put(&tally->strings, s, NULL) + 1;
		last->text = map_key(&tally->strings, last->id - 1);
	}
	return last->id;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
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

/* The current hour in a key; 0 where there is no time. */
void tally_set_group_hour(const struct tally *tally, struct group *group)
{
	bool any = tally->now.hour != TIME_NONE;

	group->hour = any ? tally->now.hour : 0;
	group->zone = any ? (int32_t)tally->now.zone : 0;
	group->day = any ? tally->now_day : 0;
}

static struct group group_now(const struct tally *tally)
{
	struct group group;

	memset(&group, 0, sizeof group);
	tally_set_group_hour(tally, &group);
	return group;
}

struct measures *tally_sum(struct tally *tally, enum table table, const struct group *group)
{
	uint64_t key[GROUP_WORDS], mask[GROUP_WORDS];

	memcpy(key, group, sizeof key);
	memcpy(mask, &tally->mask[table], sizeof mask);
	for (int i = 0; i < GROUP_WORDS; i++)
		key[i] &= mask[i];
	return map_enter(&tally->groups[table], BYTES_OF(key));
}

static void add_to_tables(struct tally *tally, const struct group *group, const struct measures *measures)
{
	for (unsigned left = tally->tables; left; left &= left - 1)
		measures_add(tally_sum(tally, (enum table)__builtin_ctz(left), group), measures);
}

struct measures tally_measures(uint64_t count, int64_t delay, bool is_delivered)
{
	struct measures measures = { .count = count };

	if (delay < 0)
		return measures;
	measures.timed = count;
	measures.delay_max = (uint64_t)delay;
	if (__builtin_mul_overflow((uint64_t)delay, count, &measures.delay))
		measures.delay = INT64_MAX;
	if (is_delivered && delay >= LATE_MS)
		measures.late = count;
	return measures;
}

static struct group event_group(struct tally *tally, const struct event *event)
{
	struct group group = group_now(tally);

	group.host = string_id(tally, DIMENSION_HOST, event->host);
	group.service = string_id(tally, DIMENSION_SERVICE, event->service);
	group.mta = string_id(tally, DIMENSION_MTA, event->mta);
	group.domain = string_id(tally, DIMENSION_DOMAIN, event->not_ours ? SLICE("(not ours)") : event->domain);
	group.relay = string_id(tally, DIMENSION_RELAY, event->relay);
	group.reason = string_id(tally, DIMENSION_REASON, event->reason);
	group.provider = string_id(tally, DIMENSION_PROVIDER, event->provider);
	group.enhanced = event->enhanced;
	group.code = (uint16_t)event->code;
	group.kind = (uint8_t)event->kind;
	group.direction = (uint8_t)event->direction;
	group.stage = (uint8_t)event->stage;
	group.outcome = (uint8_t)event->outcome;
	group.code_basis = (uint8_t)event->code_basis;
	group.enhanced_basis = (uint8_t)event->enhanced_basis;
	group.reason_class = (uint8_t)event->reason_class;
	return group;
}

static struct distinct *deferred_set(struct tally *tally, const struct deferred_key *key)
{
	return map_value(&tally->deferred, map_put(&tally->deferred, BYTES_OF(*key), NULL));
}

static void add_deferred(struct tally *tally, int32_t day, const struct event *event)
{
	struct deferred_key key = { day, event->direction };
	struct distinct *set = deferred_set(tally, &key);

	for (size_t i = 0; i < event->n_recipients; i++)
		distinct_add(set, event->recipients[i]);
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
	struct group group;

	tally_find_hour(tally, event->time, event->zone);
	group = event_group(tally, event);
	add_to_tables(tally, &group, &measures);
	if (event->disagrees)
		tally_add_disagreements(tally, event->count);
	if (event->kind == KIND_DELIVERY && event->outcome == OUTCOME_TEMPORARY && event->n_recipients)
		add_deferred(tally, group.day, event);
	if (event->token)
		tally_keep(tally, event, &group);
}

void tally_trouble(struct tally *tally, const struct line *line, struct slice mta, struct slice text)
{
	struct measures measures = { .count = line->repeats };
	struct group group;

	tally_find_hour(tally, line->time, line->zone);
	group = group_now(tally);
	group.host = string_id(tally, DIMENSION_HOST, line->host);
	group.mta = string_id(tally, DIMENSION_MTA, mta);
	group.reason = string_id(tally, DIMENSION_REASON, text);
	add_to_tables(tally, &group, &measures);
}

/* The id in `into` of from's string, looked up once. */
static uint32_t translate(struct tally *into, const struct tally *from, uint32_t *ids, uint32_t id)
{
	if (id && !ids[id])
		ids[id] = map_put(&into->strings, tally_string(from, id), NULL) + 1;
	return ids[id];
}

static void merge_groups(struct tally *into, enum table table, const struct tally *from, uint32_t *ids)
{
	const struct map *groups = &from->groups[from->tables & 1u << table ? table : TABLE_CUBE];

	for (uint32_t i = 0; i < groups->count; i++) {
		struct group group;

		memcpy(&group, map_key(groups, i).p, sizeof group);
#define TEXT_DIMENSION(id, column, member, tables) \
		if (into->mask[table].member) \
			group.member = translate(into, from, ids, group.member);
#include "tally/dimension.def"
		measures_add(tally_sum(into, table, &group), map_value(groups, i));
	}
}

static void merge_hours(struct tally *into, const struct tally *from)
{
	for (uint32_t i = 0; i < from->hours.count; i++) {
		const struct accounting *lines = map_value(&from->hours, i);
		uint32_t index = map_put(&into->hours, map_key(&from->hours, i), NULL);
		struct accounting *sum = map_value(&into->hours, index);

#define COUNTER(member) sum->member += lines->member;
#include "tally/counter.def"
	}
}

static void merge_deferred(struct tally *into, const struct tally *from)
{
	for (uint32_t i = 0; i < from->deferred.count; i++) {
		struct deferred_key key;

		memcpy(&key, map_key(&from->deferred, i).p, sizeof key);
		distinct_merge(deferred_set(into, &key), map_value(&from->deferred, i));
	}
}

/* A table that `from` lacks is made from its cube. The current hour of `into`
 * stays: entries of a map never change their place. */
void tally_merge(struct tally *into, const struct tally *from)
{
	uint32_t *ids = xcalloc((size_t)from->strings.count + 1, sizeof *ids);

	for (int t = 0; t < N_TABLES; t++)
		if (into->tables & 1u << t)
			merge_groups(into, (enum table)t, from, ids);
	merge_hours(into, from);
	merge_deferred(into, from);
	free(ids);
}

struct slice tally_string(const struct tally *tally, uint32_t id)
{
	return id ? map_key(&tally->strings, id - 1) : SLICE("");
}

uint32_t tally_strings(const struct tally *tally)
{
	return tally->strings.count;
}
