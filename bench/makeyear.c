/* makeyear.c - a database as a large server's nightly runs make it, without the logs.
 *
 * makeyear [-d DAYS] [-e EVENTS] [-k DAYS] DB: each day's events go to a tally and from
 * there into the database as those of a run, and what a run does with days that are over
 * is done. 100,000 destinations as often as Zipf's law has it (1/x), three relays each,
 * 15 % failures in 200 reasons; the last day is 2026-11-20. Equal arguments give equal
 * counts. SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "reply/reply.h"
#include "store/keep.h"
#include "store/sql.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DESTINATIONS = 100000, RELAYS = 3, REASONS = 200, LAST_DAY = 20777, DAY = 86400 };

static uint64_t state = 1;

/* splitmix64 */
static uint64_t random_bits(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static double random_part(void)
{
	return (double)(random_bits() >> 11) * 0x1p-53;
}

static uint32_t below(uint32_t n)
{
	return (uint32_t)(random_part() * n);
}

/* Evenly on a logarithmic scale. */
static int64_t between(double low, double high)
{
	return (int64_t)(low * exp(random_part() * log(high / low)));
}

/* How often the first i + 1 destinations are met. */
static double shares[DESTINATIONS];

static void make_shares(void)
{
	double sum = 0;

	for (int i = 0; i < DESTINATIONS; i++)
		shares[i] = sum += 1.0 / (i + 1);
}

static uint32_t destination(void)
{
	double wanted = random_part() * shares[DESTINATIONS - 1];
	uint32_t low = 0, high = DESTINATIONS - 1;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (shares[middle] < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct names {
	char text[40];
	struct slice slice;
};

static struct slice name(struct names *names, const char *format, uint32_t a, uint32_t b)
{
	names->slice = (struct slice){ names->text, (size_t)snprintf(names->text, sizeof names->text, format, a, b) };
	return names->slice;
}

static const struct {
	int code;
	uint32_t enhanced;
	enum reason_class class;
} refusals[] = {
	{ 550, ENHANCED(5, 1, 1), REASON_CLASS_UNKNOWN_USER }, { 450, ENHANCED(4, 2, 0), REASON_CLASS_GREYLISTED },
	{ 554, ENHANCED(5, 7, 1), REASON_CLASS_NONE }, { 421, ENHANCED(4, 7, 0), REASON_CLASS_NONE },
	{ 550, ENHANCED(5, 7, 1), REASON_CLASS_NONE }, { 451, ENHANCED(4, 3, 0), REASON_CLASS_NONE },
	{ 552, ENHANCED(5, 2, 2), REASON_CLASS_NONE }, { 452, ENHANCED(4, 2, 2), REASON_CLASS_NONE },
	{ 550, ENHANCED(5, 2, 1), REASON_CLASS_NONE }, { 450, ENHANCED(4, 1, 1), REASON_CLASS_NONE },
	{ 553, ENHANCED(5, 1, 3), REASON_CLASS_NONE }, { 451, ENHANCED(4, 7, 1), REASON_CLASS_NONE },
	{ 550, ENHANCED(5, 4, 1), REASON_CLASS_NONE }, { 421, ENHANCED(4, 4, 2), REASON_CLASS_NONE },
	{ 554, ENHANCED(5, 6, 0), REASON_CLASS_NONE }, { 450, ENHANCED(4, 4, 3), REASON_CLASS_NONE },
};

static void refuse(struct event *event, struct names *text)
{
	uint32_t reason = (uint32_t)(random_part() * random_part() * REASONS), kind = reason % 16;

	event->code = refusals[kind].code;
	event->enhanced = refusals[kind].enhanced;
	event->reason_class = refusals[kind].class;
	event->reason = name(text, "refused for the %uth of %u reasons", reason, REASONS);
	event->reason_number = reason + 1;
	event->stage = kind % 3 ? STAGE_RCPT : STAGE_DATA_END;
	if (event->code < 500) {
		event->outcome = OUTCOME_TEMPORARY;
		event->delay = between(1000, 4e8);
	} else {
		event->outcome = OUTCOME_PERMANENT;
		event->delay = between(100, 10000);
	}
}

static void count_event(struct tally *tally, int64_t day)
{
	struct names domain, relay, provider, reason;
	uint32_t to = destination();
	uint64_t recipient = random_bits();
	struct event event = {
		.time = day * DAY + below(DAY), .host = SLICE("mx1"), .service = SLICE("postfix/smtp"), .mta = SLICE("postfix"),
		.kind = KIND_DELIVERY, .direction = DIRECTION_OUT, .stage = STAGE_DATA_END, .code = 250,
		.code_basis = BASIS_EXPLICIT, .enhanced = ENHANCED(2, 0, 0), .enhanced_basis = BASIS_REPLY,
		.outcome = OUTCOME_OK, .delay = between(100, 60000), .count = 1,
	};
	struct line line = { .host = event.host, .time = event.time, .repeats = 1 };
	struct accounting *lines = tally_accounting(tally, &line);

	lines->lines += 4;
	lines->matched++;
	lines->known += 3;
	event.domain = name(&domain, "d%05u.example", to, 0);
	event.relay = name(&relay, "mx%2$u.d%1$05u.example", to, below(RELAYS) + 1);
	if (to < 20)
		event.provider = name(&provider, "Provider %u", to, 0);
	if (random_part() < 0.15)
		refuse(&event, &reason);
	if (event.outcome == OUTCOME_TEMPORARY) {
		event.recipients = &recipient;
		event.n_recipients = 1;
	}
	tally_event(tally, &event);
}

static int make_day(struct store *store, int64_t day, long events, int64_t cube, struct error *err)
{
	unsigned tables = (1u << N_TABLES) - 1;
	struct tally *tally;
	struct keep keep = { .cube = cube, .rest = KEEP_REST, .now = (day + 1) * DAY - 1 };
	int result;

	if (day < LAST_DAY - cube) /* would be taken away by the end */
		tables &= ~TABLE_BIT(CUBE);
	tally = tally_new(tables);
	for (long i = 0; i < events; i++)
		count_event(tally, day);
	result = store_lock(store, err);
	if (result == 0)
		result = commit_counts(store, tally, 1, err);
	tally_free(tally);
	result = sql_end(store, result, err);
	return result == 0 ? store_keep(store, &keep, err) : -1;
}

int main(int argc, char **argv)
{
	long days = 365, events = 1000000, cube = KEEP_CUBE;
	struct store *store;
	struct error err;
	int option;

	while ((option = getopt(argc, argv, "d:e:k:")) != -1)
		switch (option) {
		case 'd': days = atol(optarg); break;
		case 'e': events = atol(optarg); break;
		case 'k': cube = atol(optarg); break;
		default: return 2;
		}
	if (optind + 1 != argc)
		return fprintf(stderr, "usage: makeyear [-d DAYS] [-e EVENTS] [-k DAYS] DB\n"), 2;
	make_shares();
	store = store_extend(argv[optind], &err);
	if (!store || sql_exec(store, "PRAGMA synchronous = OFF; PRAGMA cache_size = -200000", &err) != 0)
		return fprintf(stderr, "makeyear: %s\n", err.text), 2;
	for (int64_t day = LAST_DAY - days + 1; day <= LAST_DAY; day++)
		if (make_day(store, day, events, cube, &err) != 0)
			return fprintf(stderr, "makeyear: %s\n", err.text), 2;
	store->committed = true;
	store_close(store);
	return 0;
}
