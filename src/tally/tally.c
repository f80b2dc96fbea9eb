/* tally.c - groups of equal events in hash tables.
 *
 * A group's key is the number of its time, that of its sort, and the ids of its open
 * texts; a table's key is the full key less the dimensions that the table lacks.
 * Strings stand once in a map of their own, an id is an index in it plus one.
 * Neighbouring lines are alike, so the last string of each dimension, the last sort
 * and the last hour are kept at hand and compared first.
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
	STRING_MAX = 512
};

#define BYTES_OF(object) ((struct slice){ (const char *)&(object), sizeof(object) })

static struct group_key table_mask(enum table table)
{
	struct group_key mask = { .time = UINT32_MAX, .sort = UINT32_MAX };

#define OPEN_TEXT(id, column, member, tables) mask.member = table_has(table, DIMENSION_##id) ? UINT32_MAX : 0;
#include "tally/dimension.def"
	return mask;
}

static void set_hourly(struct tally *tally)
{
	tally->hourly = 0;
	for (int t = 0; t < N_TABLES; t++)
		if ((tally->tables & 1u << t) && table_has((enum table)t, DIMENSION_HOUR))
			tally->hourly |= 1u << t;
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
	set_hourly(tally);
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
		groups_release(&tally->groups[t]);
	portions_release(&tally->times);
	portions_release(&tally->sorts);
	map_release(&tally->strings);
	map_release(&tally->hours);
	map_release(&tally->deferred);
	release_order(tally->order);
	free(tally->order);
	free(tally->groups);
	free(tally->arriving);
	free(tally->domains);
	free(tally->relays);
	free(tally->verdicts);
	tally_release_shortcuts(tally);
	free(tally);
}

static void forget_known(struct tally *tally)
{
	if (tally->domains) {
		memset(tally->domains, 0, NAMES_KNOWN * sizeof *tally->domains);
		memset(tally->relays, 0, NAMES_KNOWN * sizeof *tally->relays);
	}
	if (tally->verdicts)
		memset(tally->verdicts, 0, VERDICTS_KNOWN * sizeof *tally->verdicts);
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
	release_order(tally->order);
	memset(tally->last, 0, sizeof tally->last);
	memset(tally->reasons, 0, sizeof tally->reasons);
	forget_known(tally);
	memset(tally->arriving, 0, ARRIVING * sizeof *tally->arriving);
	tally_forget(tally);
	tally->any_hour = tally->any_sort = false;
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
	struct slice text = s.n > STRING_MAX ? whole_characters(s.p, STRING_MAX) : s;

	if (text.n == 0)
		return 0;
	if (!slice_eq(text, last->text)) {
		last->id = map_put(&tally->strings, text, NULL) + 1;
		last->text = map_key(&tally->strings, last->id - 1);
	}
	return last->id;
}

/* What many events share need not be read again to be known. */
static uint32_t reason_id(struct tally *tally, const struct event *event)
{
	struct known_reason *known = &tally->reasons[event->reason_number % REASONS];

	if (!event->reason_number)
		return string_id(tally, DIMENSION_REASON, event->reason);
	if (known->number != event->reason_number)
		*known = (struct known_reason){ event->reason_number,
		                                string_id(tally, DIMENSION_REASON, event->reason) };
	return known->id;
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

static uint32_t sort_number(struct tally *tally, const struct group_sort *sort)
{
	if (!tally->any_sort || memcmp(sort, &tally->last_sort, sizeof *sort) != 0) {
		tally->last_sort_number = portions_number(&tally->sorts, sort);
		memcpy(&tally->last_sort, sort, sizeof *sort);
		tally->any_sort = true;
	}
	return tally->last_sort_number;
}

static uint32_t event_sort(struct tally *tally, const struct event *event)
{
	struct group_sort sort;

	memset(&sort, 0, sizeof sort);
	sort.host = string_id(tally, DIMENSION_HOST, event->host);
	sort.service = string_id(tally, DIMENSION_SERVICE, event->service);
	sort.mta = string_id(tally, DIMENSION_MTA, event->mta);
	sort.provider = string_id(tally, DIMENSION_PROVIDER, event->provider);
	sort.enhanced = event->enhanced;
	sort.code = (uint16_t)event->code;
	sort.kind = (uint8_t)event->kind;
	sort.direction = (uint8_t)event->direction;
	sort.stage = (uint8_t)event->stage;
	sort.outcome = (uint8_t)event->outcome;
	sort.code_basis = (uint8_t)event->code_basis;
	sort.enhanced_basis = (uint8_t)event->enhanced_basis;
	sort.reason_class = (uint8_t)event->reason_class;
	return sort_number(tally, &sort);
}

/* What is known of a domain or relay by its number. `id` 0: nothing. */
static struct known_name *known_name(struct known_name **names, uint64_t number)
{
	struct known_name *known;

	if (!*names)
		*names = xcalloc(NAMES_KNOWN, sizeof **names);
	known = &(*names)[number % NAMES_KNOWN];
	if (known->turn != (uint32_t)(number / NAMES_KNOWN))
		*known = (struct known_name){ (uint32_t)(number / NAMES_KNOWN), 0 };
	return known;
}

static uint32_t name_id(struct tally *tally, struct known_name **names, uint64_t number, enum dimension dimension,
                        struct slice name)
{
	struct known_name *known;

	if (!number)
		return string_id(tally, dimension, name);
	known = known_name(names, number);
	if (!known->id && name.n)
		known->id = string_id(tally, dimension, name);
	return known->id;
}

static void set_verdict(struct tally *tally, const struct event *event, struct group_key *key)
{
	struct known_verdict *known = NULL;

	if (event->verdict) {
		if (!tally->verdicts)
			tally->verdicts = xcalloc(VERDICTS_KNOWN, sizeof *tally->verdicts);
		known = &tally->verdicts[event->verdict % VERDICTS_KNOWN];
	}
	if (!known || known->verdict != event->verdict) {
		key->sort = event_sort(tally, event);
		key->reason = reason_id(tally, event);
		if (known)
			*known = (struct known_verdict){ event->verdict, key->sort, key->reason };
	} else {
		key->sort = known->sort;
		key->reason = known->reason;
	}
}

static struct group_key event_key(struct tally *tally, const struct event *event)
{
	struct group_key key = { .time = 0 };

	set_verdict(tally, event, &key);
	key.domain = event->not_ours
	             ? string_id(tally, DIMENSION_DOMAIN, SLICE("(not ours)"))
	             : name_id(tally, &tally->domains, event->domain_number, DIMENSION_DOMAIN, event->domain);
	key.relay = name_id(tally, &tally->relays, event->relay_number, DIMENSION_RELAY, event->relay);
	return key;
}

struct distinct *tally_deferred_set(struct tally *tally, const struct deferred_key *key)
{
	return map_value(&tally->deferred, map_put(&tally->deferred, BYTES_OF(*key), NULL));
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
	struct group_key key;

	tally_find_hour(tally, event->time, event->zone);
	deferred = expect_deferred(tally, event);
	key = event_key(tally, event);
	if (event->token)
		tally_keep(tally, event, &key, &measures);
	else
		tally_add(tally, &key, &measures);
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
	sort.host = string_id(tally, DIMENSION_HOST, line->host);
	sort.mta = string_id(tally, DIMENSION_MTA, mta);
	key.sort = sort_number(tally, &sort);
	key.reason = string_id(tally, DIMENSION_REASON, text);
	tally_add(tally, &key, &measures);
}

struct slice tally_string(const struct tally *tally, uint32_t id)
{
	return id ? map_key(&tally->strings, id - 1) : SLICE("");
}

uint32_t tally_strings(const struct tally *tally)
{
	return tally->strings.count;
}
