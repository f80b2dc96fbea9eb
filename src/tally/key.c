/* key.c - the key of an event's groups.
 *
 * Strings stand once in a map of their own, an id is an index in it plus one. What the
 * matcher has a number for is known by that; of the rest neighbouring lines are alike,
 * so the last string of each dimension and the last sort are kept at hand and compared
 * first. SPDX-License-Identifier: MIT */
#include "tally/private.h"

#include <stdlib.h>

/* No name is that long (RFC 1035 section 2.3.4: 255); the rest is cut off. */
enum { STRING_MAX = 512 };

void tally_forget_known(struct tally *tally)
{
	memset(tally->last, 0, sizeof tally->last);
	memset(tally->reasons, 0, sizeof tally->reasons);
	tally->any_sort = false;
	if (tally->places)
		memset(tally->places, 0, PLACES_KNOWN * sizeof *tally->places);
	if (tally->verdicts)
		memset(tally->verdicts, 0, VERDICTS_KNOWN * sizeof *tally->verdicts);
}

void tally_release_known(struct tally *tally)
{
	free(tally->places);
	free(tally->verdicts);
	tally->places = NULL;
	tally->verdicts = NULL;
}

/* The first n bytes, less the front of a character that is cut there. */
static struct slice whole_characters(const char *p, size_t n)
{
	while (n > STRING_MAX - 4 && ((unsigned char)p[n] & 0xc0) == 0x80)
		n--;
	return (struct slice){ p, n };
}

uint32_t tally_string_id(struct tally *tally, enum dimension dimension, struct slice s)
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
		return tally_string_id(tally, DIMENSION_REASON, tally_real_text(event->reason));
	if (known->number != event->reason_number)
		*known = (struct known_reason){ event->reason_number,
		                                tally_string_id(tally, DIMENSION_REASON, tally_real_text(event->reason)) };
	return known->id;
}

uint32_t tally_sort_number(struct tally *tally, const struct group_sort *sort)
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
	sort.host = tally_string_id(tally, DIMENSION_HOST, event->host);
	sort.service = tally_string_id(tally, DIMENSION_SERVICE, event->service);
	sort.mta = tally_string_id(tally, DIMENSION_MTA, event->mta);
	sort.provider = tally_string_id(tally, DIMENSION_PROVIDER, event->provider);
	sort.enhanced = event->enhanced;
	sort.code = (uint16_t)event->code;
	sort.kind = (uint8_t)event->kind;
	sort.direction = (uint8_t)event->direction;
	sort.stage = (uint8_t)event->stage;
	sort.outcome = (uint8_t)event->outcome;
	sort.code_basis = (uint8_t)event->code_basis;
	sort.enhanced_basis = (uint8_t)event->enhanced_basis;
	sort.reason_class = (uint8_t)event->reason_class;
	return tally_sort_number(tally, &sort);
}

static uint32_t domain_id(struct tally *tally, const struct event *event)
{
	return tally_string_id(tally, DIMENSION_DOMAIN, tally_real_text(event->domain));
}

static uint32_t relay_id(struct tally *tally, const struct event *event)
{
	return tally_string_id(tally, DIMENSION_RELAY, tally_real_text(event->relay));
}

static struct known_place *place_at(const struct tally *tally, uint64_t place)
{
	return &tally->places[place / 2 % PLACES_KNOWN];
}

void tally_expect_place(const struct tally *tally, uint64_t place)
{
	if (tally->places)
		__builtin_prefetch(place_at(tally, place));
}

const struct known_place *tally_find_place(const struct tally *tally, uint64_t place)
{
	return tally->places && place_at(tally, place)->place == place ? place_at(tally, place) : NULL;
}

static const struct known_place *known_place(struct tally *tally, const struct event *event)
{
	struct known_place *known;

	if (!tally->places)
		tally->places = xcalloc(PLACES_KNOWN, sizeof *tally->places);
	known = place_at(tally, event->place);
	if (known->place != event->place)
		*known = (struct known_place){ event->place, domain_id(tally, event), relay_id(tally, event) };
	return known;
}

/* A domain that is not ours is no string that is kept. */
void tally_set_names(struct tally *tally, const struct event *event, struct group_key *key)
{
	if (event->place && !event->not_ours) {
		const struct known_place *known = known_place(tally, event);

		key->domain = known->domain;
		key->relay = known->relay;
	} else {
		key->domain = event->not_ours ? tally_string_id(tally, DIMENSION_DOMAIN, TALLY_NOT_OURS) : domain_id(tally, event);
		key->relay = relay_id(tally, event);
	}
}

struct group_key tally_event_key(struct tally *tally, const struct event *event)
{
	struct group_key key = { .sort = event_sort(tally, event), .reason = reason_id(tally, event) };

	tally_set_names(tally, event, &key);
	return key;
}

struct known_verdict *tally_known_verdict(struct tally *tally, const struct event *event)
{
	struct known_verdict *known;

	if (!tally->verdicts)
		tally->verdicts = xcalloc(VERDICTS_KNOWN, sizeof *tally->verdicts);
	known = &tally->verdicts[event->verdict % VERDICTS_KNOWN];
	if (known->verdict != event->verdict)
		*known = (struct known_verdict){
			.verdict = event->verdict, .sort = event_sort(tally, event),
			.reason = reason_id(tally, event), .direction = event->direction, .hour = UINT32_MAX,
		};
	return known;
}

struct known_verdict *tally_find_verdict(const struct tally *tally, uint64_t verdict)
{
	struct known_verdict *known = tally->verdicts ? &tally->verdicts[verdict % VERDICTS_KNOWN] : NULL;

	return known && known->verdict == verdict ? known : NULL;
}
