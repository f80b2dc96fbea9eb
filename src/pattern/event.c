/* event.c - names of an event's fields and values, and their text.
 * SPDX-License-Identifier: MIT */
#include "pattern/event.h"

#include "input/prefix.h"
#include "reply/reply.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const field_names[N_FIELDS] = {
#define FIELD(id, name) name,
#include "pattern/event.def"
};
static const char *const kind_names[N_KINDS] = { "",
#define KIND(id, name, headline, en, ru) name,
#include "pattern/event.def"
};
static const char *const direction_names[N_DIRECTIONS] = { "",
#define DIRECTION(id, name, en, ru) name,
#include "pattern/event.def"
};
static const char *const stage_names[N_STAGES] = { "",
#define STAGE(id, name, en, ru) name,
#include "pattern/event.def"
};
static const char *const outcome_names[N_OUTCOMES] = { "none",
#define OUTCOME(id, name, en, ru) name,
#include "pattern/event.def"
};
static const char *const basis_names[N_BASES] = { "",
#define BASIS(id, name) name,
#include "pattern/event.def"
};
static const char *const reason_class_names[N_REASON_CLASSES] = { "",
#define REASON_CLASS(id, name, en, ru) name,
#include "pattern/event.def"
};
static const bool headline_kinds[N_KINDS] = { false,
#define KIND(id, name, headline, en, ru) headline,
#include "pattern/event.def"
};

/* From `first` on: a table's NONE has no name to be found by but "none". */
static int find_name(const char *const *names, int n, int first, struct slice name)
{
	for (int i = first; i < n; i++)
		if (slice_eq(name, slice_of(names[i])))
			return i;
	return first == 1 && slice_eq(name, SLICE("none")) ? 0 : -1;
}

const char *field_name(enum field field) { return field_names[field]; }
const char *kind_name(enum kind kind) { return kind_names[kind]; }
const char *direction_name(enum direction direction) { return direction_names[direction]; }
const char *stage_name(enum stage stage) { return stage_names[stage]; }
const char *outcome_name(enum outcome outcome) { return outcome_names[outcome]; }
const char *basis_name(enum basis basis) { return basis_names[basis]; }
const char *reason_class_name(enum reason_class reason_class) { return reason_class_names[reason_class]; }
bool kind_in_headline(enum kind kind) { return headline_kinds[kind]; }

int field_parse(struct slice name) { return find_name(field_names, N_FIELDS, 0, name); }
int kind_parse(struct slice name) { return find_name(kind_names, N_KINDS, 1, name); }
int direction_parse(struct slice name) { return find_name(direction_names, N_DIRECTIONS, 1, name); }
int stage_parse(struct slice name) { return find_name(stage_names, N_STAGES, 1, name); }
int outcome_parse(struct slice name) { return find_name(outcome_names, N_OUTCOMES, 0, name); }
int basis_parse(struct slice name) { return find_name(basis_names, N_BASES, 1, name); }
int reason_class_parse(struct slice name) { return find_name(reason_class_names, N_REASON_CLASSES, 1, name); }

static struct slice time_text(int64_t time, char text[EVENT_TEXT_MAX])
{
	int64_t days = time / 86400 - (time % 86400 < 0), rest = time - days * 86400;
	int year, month, day;

	if (time == TIME_NONE)
		return SLICE("");
	civil_from_days(days, &year, &month, &day);
	snprintf(text, EVENT_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day,
	         (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
	return slice_of(text);
}

/* Seconds as a decimal without trailing zeros. */
static struct slice delay_text(int64_t delay, char text[EVENT_TEXT_MAX])
{
	size_t n;

	if (delay < 0)
		return SLICE("");
	n = (size_t)snprintf(text, EVENT_TEXT_MAX, "%" PRId64 ".%03d", delay / 1000, (int)(delay % 1000));
	while (text[n - 1] == '0')
		n--;
	return (struct slice){ text, text[n - 1] == '.' ? n - 1 : n };
}

static struct slice number_text(uint64_t number, char text[EVENT_TEXT_MAX])
{
	snprintf(text, EVENT_TEXT_MAX, "%" PRIu64, number);
	return slice_of(text);
}

struct slice event_text(const struct event *event, enum field field, char text[EVENT_TEXT_MAX])
{
	switch (field) {
	case FIELD_TIME: return time_text(event->time, text);
	case FIELD_HOST: return event->host;
	case FIELD_SERVICE: return event->service;
	case FIELD_MTA: return event->mta;
	case FIELD_PATTERN: return event->pattern;
	case FIELD_KIND: return slice_of(kind_name(event->kind));
	case FIELD_DIRECTION: return slice_of(direction_name(event->direction));
	case FIELD_STAGE: return slice_of(stage_name(event->stage));
	case FIELD_CODE: return event->code ? number_text((uint64_t)event->code, text) : SLICE("");
	case FIELD_CODE_BASIS: return slice_of(basis_name(event->code_basis));
	case FIELD_ENHANCED: return slice_of(enhanced_text(event->enhanced, text));
	case FIELD_ENHANCED_BASIS: return slice_of(basis_name(event->enhanced_basis));
	case FIELD_OUTCOME: return slice_of(outcome_name(event->outcome));
	case FIELD_DOMAIN: return event->domain;
	case FIELD_RELAY: return event->relay;
	case FIELD_RELAY_IP: return event->relay_ip;
	case FIELD_ID: return event->id;
	case FIELD_DELAY: return delay_text(event->delay, text);
	case FIELD_COUNT: return number_text(event->count, text);
	case FIELD_REASON: return event->reason;
	case FIELD_PROVIDER: return event->provider;
	case FIELD_REASON_CLASS: return slice_of(reason_class_name(event->reason_class));
	case FIELD_FILE: case FIELD_LINE: case N_FIELDS: break;
	}
	return SLICE("");
}
