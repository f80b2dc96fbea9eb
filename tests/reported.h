/* reported.h - a small day of mail, and the report on it, for the tests of the
 * report and its renderers. What they expect is counted by hand from the rows
 * below. SPDX-License-Identifier: MIT */
#ifndef TESTS_REPORTED_H
#define TESTS_REPORTED_H

#include "input/prefix.h"
#include "reply/reply.h"
#include "report/model.h"

#include <check.h>

/* 2026-11-21T00:00:00+01:00 */
enum { REPORTED_DAY = 1795215600, REPORTED_ZONE = 3600 };

struct reported {
	int hour;
	enum kind kind;
	enum direction direction;
	enum stage stage;
	int code;
	enum basis code_basis;
	uint32_t enhanced;
	enum basis enhanced_basis;
	enum outcome outcome;
	const char *domain, *relay, *reason;
	int64_t delay;
	uint64_t count;
};

static const struct reported reported_rows[] = {
	{ 0, KIND_DELIVERY, DIRECTION_OUT, STAGE_DATA_END, 250, BASIS_EXPLICIT, ENHANCED(2, 0, 0), BASIS_REPLY,
	  OUTCOME_OK, "example.com", "mx.example.com", "", 1000, 6 },
	{ 2, KIND_DELIVERY, DIRECTION_OUT, STAGE_DATA_END, 250, BASIS_IMPLIED, ENHANCED(2, 0, 0), BASIS_DSN,
	  OUTCOME_OK, "example.com", "mx.example.com", "", 2400000, 1 },
	{ 2, KIND_DELIVERY, DIRECTION_OUT, STAGE_RCPT, 550, BASIS_EXPLICIT, ENHANCED(5, 1, 1), BASIS_REPLY,
	  OUTCOME_PERMANENT, "example.com", "mx.example.com", "User unknown", 500, 2 },
	{ 2, KIND_DELIVERY, DIRECTION_OUT, STAGE_CONNECT, 554, BASIS_EXPLICIT, ENHANCED(5, 7, 1), BASIS_REPLY,
	  OUTCOME_TEMPORARY, "example.net", "mx.example.net", "Blocked", 0, 3 },
	{ 2, KIND_DELIVERY, DIRECTION_OUT, STAGE_NONE, 0, BASIS_NONE, ENHANCED(4, 4, 7), BASIS_IMPLIED,
	  OUTCOME_PERMANENT, "", "", "expired", -1, 1 },
	{ 5, KIND_DELIVERY, DIRECTION_OUT, STAGE_DATA_END, 571, BASIS_EXPLICIT, 0, BASIS_NONE,
	  OUTCOME_PERMANENT, "evil\033[2J.example", "mx.\xe4\xbe\x8b\xe3\x81\x88.example", "No\nentry", 0, 1 },
	{ 0, KIND_DELIVERY, DIRECTION_LOCAL, STAGE_NONE, 0, BASIS_NONE, ENHANCED(2, 0, 0), BASIS_DSN,
	  OUTCOME_OK, "our.example", "", "", 10, 4 },
	{ 0, KIND_ACCEPT, DIRECTION_IN, STAGE_DATA_END, 250, BASIS_IMPLIED, 0, BASIS_NONE,
	  OUTCOME_OK, "", "client.example", "", -1, 5 },
	{ 1, KIND_REJECT, DIRECTION_IN, STAGE_RCPT, 554, BASIS_EXPLICIT, ENHANCED(5, 7, 1), BASIS_REPLY,
	  OUTCOME_PERMANENT, "(not ours)", "[192.0.2.7]", "Relay access denied", -1, 2 },
	{ 1, KIND_REJECT, DIRECTION_IN, STAGE_RCPT, 450, BASIS_EXPLICIT, ENHANCED(4, 2, 0), BASIS_REPLY,
	  OUTCOME_TEMPORARY, "our.example", "client.example", "Greylisted", -1, 1 },
	{ 3, KIND_REJECT, DIRECTION_IN, STAGE_AUTH, 535, BASIS_IMPLIED, ENHANCED(5, 7, 8), BASIS_IMPLIED,
	  OUTCOME_PERMANENT, "", "[192.0.2.7]", "authentication failed", -1, 7 },
	{ 3, KIND_REJECT, DIRECTION_IN, STAGE_VRFY, 252, BASIS_IMPLIED, 0, BASIS_NONE,
	  OUTCOME_NONE, "", "[192.0.2.7]", "vrfy", -1, 1 },
	{ 3, KIND_ATTEMPT, DIRECTION_OUT, STAGE_RCPT, 450, BASIS_EXPLICIT, ENHANCED(4, 7, 1), BASIS_REPLY,
	  OUTCOME_TEMPORARY, "example.net", "mx2.example.net", "later", -1, 2 },
	{ 3, KIND_DELIVERY, DIRECTION_HOP, STAGE_DATA_END, 250, BASIS_EXPLICIT, ENHANCED(2, 0, 0), BASIS_REPLY,
	  OUTCOME_OK, "our.example", "localhost", "", 5, 3 },
	{ 3, KIND_DISPOSED, DIRECTION_IN, STAGE_NONE, 0, BASIS_NONE, 0, BASIS_NONE,
	  OUTCOME_NONE, "our.example", "", "held", -1, 1 },
};

/* 40 lines: 30 matched, 5 known, 1 trouble, 3 foreign, 1 unrecognised. */
static inline void reported_lines(struct tally *tally)
{
	struct line line = { .host = SLICE("mx1"), .time = REPORTED_DAY, .zone = REPORTED_ZONE, .repeats = 1 };
	struct accounting *lines = tally_accounting(tally, &line);

	lines->lines = 40;
	lines->matched = 30;
	lines->known = 5;
	lines->trouble = 1;
	lines->foreign = 3;
	lines->unrecognised = 1;
	tally_trouble(tally, &line, SLICE("postfix"), SLICE("fatal: no space left"));
}

static inline void reported_event(struct tally *tally, const struct reported *row)
{
	static const uint64_t recipients[] = { 11, 22, 11 }; /* two different ones */
	struct event event = {
		.time = REPORTED_DAY + row->hour * 3600 + 59, .zone = REPORTED_ZONE, .host = SLICE("mx1"),
		.service = SLICE("postfix/smtp"), .mta = SLICE("postfix"), .pattern = SLICE("p"),
		.kind = row->kind, .direction = row->direction, .stage = row->stage, .code = row->code,
		.code_basis = row->code_basis, .enhanced = row->enhanced, .enhanced_basis = row->enhanced_basis,
		.outcome = row->outcome, .domain = slice_of(row->domain),
		.not_ours = strcmp(row->domain, "(not ours)") == 0, .relay = slice_of(row->relay),
		.reason = slice_of(row->reason), .delay = row->delay, .count = row->count,
		.recipients = recipients, .n_recipients = row->outcome == OUTCOME_TEMPORARY ? 3 : 0,
	};

	tally_event(tally, &event);
}

static const struct report_input reported_input = { "mail.log", 40, 4000, NULL };

static inline struct report_request reported_request(enum lang lang)
{
	return (struct report_request){ .lang = lang, .inputs = &reported_input, .n_inputs = 1, .version = "1.0" };
}

/* All tables, so that every crossing can be asked. */
static inline struct tally *reported_tally(void)
{
	struct tally *tally = tally_new((1u << N_TABLES) - 1);

	reported_lines(tally);
	for (size_t i = 0; i < sizeof reported_rows / sizeof *reported_rows; i++)
		reported_event(tally, &reported_rows[i]);
	return tally;
}

/* What filters are put to is a database. */
static inline struct store *reported_store(const struct tally *tally, const struct report_request *request)
{
	struct error err = { "" };
	struct store *store = request->filter_in_store ? store_live(&err) : store_of(tally);

	ck_assert_msg(store != NULL, "%s", err.text);
	ck_assert_msg(!request->filter_in_store || store_commit(store, tally, &err) == 0, "%s", err.text);
	return store;
}

/* The report on a tally, which is freed. */
static inline struct report *reported_on(struct tally *tally, const struct report_request *request)
{
	struct error err = { "" };
	struct store *store = reported_store(tally, request);
	struct report *report = report_build(store, request, &err);

	ck_assert_msg(report != NULL, "%s", err.text);
	store_close(store);
	tally_free(tally);
	return report;
}

static inline struct report *reported(enum lang lang)
{
	struct report_request request = reported_request(lang);

	return reported_on(reported_tally(), &request);
}

typedef int reported_renderer(const struct report *, const struct report_style *, FILE *);

/* What a renderer writes; to be freed. */
static inline char *rendered(const struct report *report, const struct report_style *style,
                             reported_renderer *render, size_t *n)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, n);

	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(render(report, style, out), 0);
	fclose(out);
	return text;
}

#endif
