/* counted.h - a small log as events, for the tests of tally, store and query.
 *
 * On the log's clock (+01:00) it is 2026-11-20 from 23:00, then 2026-11-21. What
 * is in it, by recipients:
 *   out    a.example   250 x 3 (1 s), 550 x 1 (2 s); b.example 450 x 2, 250 x 1 (30 min)
 *   in     554 x 5 to a domain that is not ours
 *   local  c.example x 4, without a code and without a time
 * and one line of trouble, twice. SPDX-License-Identifier: MIT */
#ifndef TESTS_COUNTED_H
#define TESTS_COUNTED_H

#include "reply/reply.h"
#include "tally/tally.h"

enum { COUNTED_HOUR = 1795212000 }; /* 2026-11-20T22:00:00Z */
enum { COUNTED_DAY = 20777 };       /* 2026-11-20 */

static const uint64_t counted_recipients[] = { 0x1111, 0x2222 };

/* As SLICE(), but a constant. */
#define TEXT(literal) { literal, sizeof(literal) - 1 }
#define FROM_MX1 .zone = 3600, .host = TEXT("mx1"), .mta = TEXT("postfix")
#define COUNTED_OUT .service = TEXT("postfix/smtp"), .kind = KIND_DELIVERY, .direction = DIRECTION_OUT, \
	.code_basis = BASIS_EXPLICIT, .enhanced_basis = BASIS_REPLY

static const struct event counted[] = {
	{ FROM_MX1, COUNTED_OUT, .time = COUNTED_HOUR + 10, .stage = STAGE_DATA_END, .code = 250, .enhanced = ENHANCED(2, 0, 0),
	  .outcome = OUTCOME_OK, .domain = TEXT("a.example"), .relay = TEXT("mx.a.example"), .delay = 1000, .count = 3 },
	{ FROM_MX1, COUNTED_OUT, .time = COUNTED_HOUR + 20, .stage = STAGE_RCPT, .code = 550, .enhanced = ENHANCED(5, 1, 1),
	  .outcome = OUTCOME_PERMANENT, .domain = TEXT("a.example"), .relay = TEXT("mx.a.example"), .delay = 2000,
	  .reason = TEXT("no such <user>"), .reason_class = REASON_CLASS_UNKNOWN_USER, .count = 1 },
	{ FROM_MX1, COUNTED_OUT, .time = COUNTED_HOUR + 3605, .stage = STAGE_RCPT, .code = 450, .enhanced = ENHANCED(4, 2, 0),
	  .outcome = OUTCOME_TEMPORARY, .domain = TEXT("b.example"), .relay = TEXT("mx.b.example"), .count = 2,
	  .reason = TEXT("greylisted"), .reason_class = REASON_CLASS_GREYLISTED, .provider = TEXT("Beta"),
	  .recipients = counted_recipients, .n_recipients = 2, .delay = -1 },
	{ FROM_MX1, COUNTED_OUT, .time = COUNTED_HOUR + 3609, .stage = STAGE_DATA_END, .code = 250,
	  .outcome = OUTCOME_OK, .domain = TEXT("b.example"), .relay = TEXT("mx.b.example"), .delay = 30 * 60 * 1000, .count = 1,
	  .provider = TEXT("Beta") },
	{ FROM_MX1, .time = COUNTED_HOUR + 7200, .service = TEXT("postfix/smtpd"), .kind = KIND_REJECT, .direction = DIRECTION_IN,
	  .stage = STAGE_RCPT, .code = 554, .code_basis = BASIS_EXPLICIT, .enhanced = ENHANCED(5, 7, 1),
	  .enhanced_basis = BASIS_REPLY, .outcome = OUTCOME_PERMANENT, .domain = TEXT("elsewhere.example"),
	  .not_ours = true, .relay = TEXT("client.example.net"), .count = 5, .reason = TEXT("relaying denied"),
	  .reason_class = REASON_CLASS_RELAY_DENIED, .delay = -1 },
	{ FROM_MX1, .time = TIME_NONE, .service = TEXT("postfix/local"), .kind = KIND_DELIVERY, .direction = DIRECTION_LOCAL,
	  .outcome = OUTCOME_OK, .domain = TEXT("c.example"), .count = 4, .delay = -1 },
};
enum { N_COUNTED = sizeof counted / sizeof *counted };

static inline void count_trouble(struct tally *tally)
{
	struct line line = { .host = SLICE("mx1"), .time = COUNTED_HOUR + 5, .zone = 3600, .repeats = 2 };
	struct accounting *lines = tally_accounting(tally, &line);

	lines->lines += 2;
	lines->trouble += 2;
	tally_trouble(tally, &line, SLICE("postfix"), SLICE("fatal: disk is full"));
}

static inline void count_all(struct tally *tally)
{
	for (int i = 0; i < N_COUNTED; i++)
		tally_event(tally, &counted[i]);
	count_trouble(tally);
}

/* A run's tally of it, through a worker's. */
static inline struct tally *counted_tally(unsigned tables)
{
	struct tally *worker = tally_new(TABLE_BIT(CUBE)), *run = tally_new(tables);

	count_all(worker);
	tally_merge(run, worker);
	tally_free(worker);
	return run;
}

enum { SMALL_TABLES = TABLE_BIT(TRAFFIC) | TABLE_BIT(DESTINATION) | TABLE_BIT(PEER) | TABLE_BIT(REASON),
       ALL_TABLES = SMALL_TABLES | TABLE_BIT(CUBE) };

#endif
