/* extract.c - SPDX-License-Identifier: MIT */
#include "pattern/extract.h"

#include "pattern/value.h"
#include "reply/reply.h"

#include <stdlib.h>

void scratch_reset(struct scratch *scratch, size_t more)
{
	scratch->n = 0;
	if (more <= scratch->capacity)
		return;
	scratch->capacity = more;
	scratch->bytes = xrealloc(scratch->bytes, more);
}

char *scratch_take(struct scratch *scratch, size_t n)
{
	char *p = scratch->bytes + scratch->n;

	if (n > scratch->capacity - scratch->n)
		abort(); /* scratch_reset() was asked for too little: our bug */
	scratch->n += n;
	return p;
}

/* Eight bytes at a time: bit 7 of each byte of `upper` says "A to Z" (the sums stay
 * within their bytes, for those are first cut to seven bits). */
static uint64_t lower_word(uint64_t word)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t seven = word & 0x7f * ones;
	uint64_t upper = (seven + (0x80 - 'A') * ones) & ~(seven + (0x7f - 'Z') * ones) & ~word & 0x80 * ones;

	return word | upper >> 2;
}

struct slice scratch_lower(struct scratch *scratch, struct slice s)
{
	char *p = scratch_take(scratch, s.n + sizeof(uint64_t));
	uint64_t word;
	size_t i = 0;

	for (; i + sizeof word <= s.n; i += sizeof word) {
		memcpy(&word, s.p + i, sizeof word);
		word = lower_word(word);
		memcpy(p + i, &word, sizeof word);
	}
	if (i < s.n) {
		word = 0;
		memcpy(&word, s.p + i, s.n - i);
		word = lower_word(word);
		memcpy(p + i, &word, sizeof word);
	}
	return (struct slice){ p, s.n };
}

static int translate(const struct words *words, struct slice logged)
{
	for (size_t i = 0; i < words->n; i++)
		if (words->word[i].logged.n == logged.n && slice_eq_nocase(words->word[i].logged, logged))
			return words->word[i].value;
	return -1;
}

/* A host name as logged: lower case, no final dot, "none" is nothing. */
static struct slice host_name(struct slice logged, struct scratch *scratch)
{
	if (logged.n && logged.p[logged.n - 1] == '.')
		logged.n--;
	if (slice_eq_nocase(logged, SLICE("none")))
		logged.n = 0;
	return scratch_lower(scratch, logged);
}

void extract_peer(const struct captured *captured, struct scratch *scratch, struct event *event)
{
	struct slice address = captured->slot[FIELD_RELAY_IP];

	if (address.n)
		event->relay_ip = peer_address(address, scratch_take(scratch, address.n + 2), &event->peer);
	event->relay = host_name(captured->slot[FIELD_RELAY], scratch);
	if (event->peer.n && (event->relay.n == 0 || slice_eq(event->relay, SLICE("unknown")))) {
		char *literal = scratch_take(scratch, event->peer.n + 2);

		literal[0] = '[';
		memcpy(literal + 1, event->peer.p, event->peer.n);
		literal[event->peer.n + 1] = ']';
		event->relay = (struct slice){ literal, event->peer.n + 2 };
	}
}

static void read_reply(const struct captured *captured, struct event *event, struct slice *reason)
{
	struct slice code = captured->slot[FIELD_CODE], enhanced = captured->slot[FIELD_ENHANCED];
	struct reply reply;
	uint64_t number;
	size_t used;

	if (captured->slot[SLOT_REPLY].p) {
		reply_parse_with(captured->slot[SLOT_REPLY], captured->slot[SLOT_DSN], &reply);
		event->code = reply.code;
		event->enhanced = reply.enhanced;
		*reason = reply.multiline ? captured->slot[SLOT_REPLY] : reply.all;
	}
	if (slice_to_u64(code, &number) && number >= 200 && number <= 599)
		event->code = (int)number;
	if (enhanced.n)
		event->enhanced = enhanced_parse(enhanced, &used);
	if (event->code)
		event->code_basis = BASIS_EXPLICIT;
	if (event->enhanced)
		event->enhanced_basis = BASIS_REPLY;
	if (captured->slot[FIELD_REASON].p)
		*reason = captured->slot[FIELD_REASON];
}

struct slice captured_id(const struct captured *captured)
{
	struct slice id = captured->slot[FIELD_ID];

	return slice_eq(id, SLICE("NOQUEUE")) ? SLICE("") : id;
}

int64_t captured_delay(const struct captured *captured)
{
	return captured->slot[FIELD_DELAY].p ? delay_parse(captured->slot[FIELD_DELAY]) : -1;
}

static bool begins_reply_line(const char *p, const char *end)
{
	for (int i = 0; i < 3; i++)
		if (end - p <= i || p[i] < '0' || p[i] > '9')
			return false;
	return true;
}

static struct slice with_blanks(struct slice text, const struct pack *pack, struct scratch *scratch)
{
	const char *end = text.p + text.n;
	char *copy = scratch_take(scratch, text.n);

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		bool blank = c == pack->blank || (c == pack->newline && begins_reply_line(text.p + i + 1, end));

		copy[i] = blank ? ' ' : c;
	}
	return (struct slice){ copy, text.n };
}

void captured_blanks(struct captured *captured, const struct pack *pack, struct scratch *scratch)
{
	if (captured->slot[SLOT_REPLY].p)
		captured->slot[SLOT_REPLY] = with_blanks(captured->slot[SLOT_REPLY], pack, scratch);
	if (captured->slot[FIELD_REASON].p)
		captured->slot[FIELD_REASON] = with_blanks(captured->slot[FIELD_REASON], pack, scratch);
}

void extract_who(const struct pattern *pattern, const struct line *line, const struct captured *captured,
                 struct scratch *scratch, struct event *event)
{
	*event = (struct event){
		.time = line->time, .zone = line->zone, .host = line->host, .service = line->service,
		.mta = pattern->pack->name, .pattern = pattern->name,
		.id = captured_id(captured), .delay = captured_delay(captured), .count = 1,
	};
	if (captured->slot[FIELD_DOMAIN].p)
		event->domain = host_name(captured->slot[FIELD_DOMAIN], scratch);
}

static void read_captures(const struct pattern *pattern, const struct captured *captured,
                          struct event *event, struct slice *reason)
{
	const struct slice *slot = captured->slot;
	uint64_t number;

	read_reply(captured, event, reason);
	if (slot[SLOT_STATUS].p) {
		int outcome = translate(&pattern->pack->status, slot[SLOT_STATUS]);

		event->outcome = outcome > 0 ? outcome : OUTCOME_NONE;
	}
	if (slot[FIELD_STAGE].p) {
		int stage = translate(&pattern->pack->stage, slot[FIELD_STAGE]);

		event->stage = stage >= 0 ? stage : STAGE_OTHER;
	}
	if (slice_to_u64(slot[FIELD_COUNT], &number) && number > 0 && number < 1000000)
		event->count = number;
}

enum how { FILL, REPLACE };

/* A code or enhanced code out of a reply stays, whoever sets one; only "none"
 * takes it away. */
static void assign_number(int *value, enum basis *basis, int64_t number, enum how how)
{
	if (number == 0) {
		*value = 0;
		*basis = BASIS_NONE;
	} else if (*value == 0 || (how == REPLACE && *basis == BASIS_IMPLIED)) {
		*value = (int)number;
		*basis = BASIS_IMPLIED;
	}
}

/* The same for an enumeration and a text, which a rule may replace. */
#define ASSIGN(target, is_open, value, how) \
	do { if ((how) == REPLACE || (is_open)) (target) = (value); } while (0)

static void assign(struct event *event, struct slice *reason, const struct assignments *set, enum how how)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct assignment *a = &set->set[i];
		int enhanced = (int)event->enhanced;

		switch (a->slot) {
		case FIELD_KIND: ASSIGN(event->kind, !event->kind, (enum kind)a->number, how); break;
		case FIELD_DIRECTION: ASSIGN(event->direction, !event->direction, (enum direction)a->number, how); break;
		case FIELD_STAGE: ASSIGN(event->stage, !event->stage, (enum stage)a->number, how); break;
		case FIELD_OUTCOME: ASSIGN(event->outcome, !event->outcome, (enum outcome)a->number, how); break;
		case FIELD_DOMAIN: ASSIGN(event->domain, !event->domain.n, a->text, how); break;
		case FIELD_RELAY:
			ASSIGN(event->relay, !event->relay.n, a->text, how);
			event->place = 0;
			event->provider = (struct slice){ NULL, 0 };
			break;
		case FIELD_REASON: ASSIGN(*reason, !reason->n, a->text, how); break;
		case FIELD_CODE: assign_number(&event->code, &event->code_basis, a->number, how); break;
		case FIELD_ENHANCED:
			assign_number(&enhanced, &event->enhanced_basis, a->number, how);
			event->enhanced = (uint32_t)enhanced;
			break;
		case SLOT_NOT_OURS: event->not_ours = a->number; break;
		case SLOT_TWICE: event->twice = a->number; break;
		}
	}
}

static bool value_fits(const struct condition *condition, struct slice value, struct slice wanted)
{
	if (condition->plain)
		return value.n == wanted.n && slice_eq_nocase(value, wanted);
	if (condition->slot == FIELD_RELAY_IP && slice_find_byte(wanted, '/') >= 0)
		return ip_in_network(value, wanted);
	return slice_glob(value, wanted);
}

static bool any_fits(const struct condition *condition, struct slice value)
{
	for (size_t i = 0; i < condition->values.n; i++)
		if (value_fits(condition, value, condition->values.text[i]))
			return true;
	return false;
}

bool captured_holds(const struct captured *captured, const struct conditions *conditions)
{
	for (size_t i = 0; i < conditions->n; i++)
		if (!any_fits(&conditions->all[i], captured->slot[conditions->all[i].slot]))
			return false;
	return true;
}

bool condition_holds(const struct condition *condition, const struct captured *captured, const struct event *event)
{
	char room[EVENT_TEXT_MAX];

	return any_fits(condition, condition->slot > SLOT_LAST_FIELD ? captured->slot[condition->slot]
	                           : condition->slot == FIELD_RELAY_IP ? event->peer
	                           : event_text(event, (enum field)condition->slot, room));
}

static void apply_rules(const struct pattern *pattern, const struct captured *captured,
                        struct event *event, struct slice *reason)
{
	for (size_t i = 0; i < pattern->n_rules; i++) {
		const struct rule *rule = &pattern->rules[i];
		size_t held = 0;

		while (held < rule->when.n && condition_holds(&rule->when.all[held], captured, event))
			held++;
		if (held == rule->when.n) {
			assign(event, reason, &rule->set, REPLACE);
			return;
		}
	}
}

static enum outcome outcome_of_class(int digit)
{
	return digit == 2 ? OUTCOME_OK : digit == 4 ? OUTCOME_TEMPORARY : digit == 5 ? OUTCOME_PERMANENT : OUTCOME_NONE;
}

/* The log's own dsn= where the reply has no enhanced code; what contradicts what. */
static void settle_enhanced(const struct captured *captured, struct event *event)
{
	size_t used;
	uint32_t dsn = enhanced_parse(captured->slot[SLOT_DSN], &used);

	if (!dsn)
		return;
	if (!event->enhanced || event->enhanced_basis == BASIS_IMPLIED) {
		event->enhanced = dsn;
		event->enhanced_basis = BASIS_DSN;
	} else if (dsn != event->enhanced) {
		event->disagrees = true;
	}
}

static void settle_outcome(struct event *event)
{
	int by_code = event->code / 100, by_enhanced = ENHANCED_CLASS(event->enhanced);

	if (event->outcome == OUTCOME_NONE && event->kind != KIND_WAITING)
		event->outcome = outcome_of_class(by_code ? by_code : by_enhanced);
	if (by_code && by_enhanced && by_code != by_enhanced)
		event->disagrees = true;
	if (event->code_basis == BASIS_EXPLICIT && event->outcome && outcome_of_class(by_code) &&
	    outcome_of_class(by_code) != event->outcome)
		event->disagrees = true;
}

bool extract_what(const struct pattern *pattern, const struct captured *captured, struct event *event,
                  struct slice *reason)
{
	const char *logged;

	*reason = SLICE("");
	read_captures(pattern, captured, event, reason);
	logged = reason->p;
	assign(event, reason, &pattern->set, FILL);
	apply_rules(pattern, captured, event, reason);
	settle_enhanced(captured, event);
	settle_outcome(event);
	return reason->p == logged;
}

void extract_names(const struct captured *captured, struct reason_names *names)
{
	static const int lists[] = { SLOT_SENDER, SLOT_USER };

	if (!(captured->set & ((uint64_t)1 << SLOT_SENDER | (uint64_t)1 << SLOT_USER)))
		return;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		struct slice rest = captured->slot[lists[i]];
		struct address address;

		while (address_next(&rest, &address))
			reason_name(names, address.local);
	}
}
