/* summary.c - the facts of the first screen, and what deserves a look.
 *
 * Each function asks one question and sets its facts. A rule for LOOK is one
 * function that adds a notice, or none.
 * SPDX-License-Identifier: MIT */
#include "report/summary.h"

#include "report/disposed.h"

#include "input/prefix.h"
#include "reply/reply.h"

#define BIT(value) (1u << (value))

enum {
	ONE_RELAY_PERCENT = 95,   /* of what reached a host, from here on is "one relay" */
	MOSTLY_HOPS_PERCENT = 90,
	FREQUENT_COUNT = 5, FREQUENT_PERCENT = 5 /* "most frequent" is both */
};

static int ask(struct build *build, const struct query *query, struct query_result *result, struct error *err)
{
	*result = (struct query_result){ 0 };
	return query_run(build->store, query, result, err);
}

/* The total alone. */
static int ask_total(struct build *build, const struct query *query, struct query_row *total, struct error *err)
{
	struct query_result result;

	if (ask(build, query, &result, err))
		return -1;
	*total = result.total;
	query_result_release(&result);
	return 0;
}

static struct query headline(const struct build *build, enum kind kind, enum direction direction)
{
	struct query query = build_query(build);

	query.kinds = BIT(kind);
	query.directions = BIT(direction);
	return query;
}

static void set_fact(struct build *build, enum fact_id id, uint64_t number)
{
	build->report->summary.facts[id] = (struct fact){ .number = number };
}

static void set_share(struct build *build, enum fact_id id, uint64_t part, uint64_t whole)
{
	build->report->summary.facts[id] = (struct fact){ .number = part, .whole = whole, .none = whole == 0 };
}

/* --- deliveries ---------------------------------------------------------- */

/* Where the facts of deliveries out and local stand. */
struct delivery_facts {
	enum direction direction;
	enum fact_id delivered, success, late, failed, expired, deferrals, recipients, recipients_about, undecided;
};

static const struct delivery_facts delivery_facts[] = {
	{ DIRECTION_OUT, FACT_DELIVERED, FACT_SUCCESS, FACT_LATE, FACT_FAILED, FACT_EXPIRED,
	  FACT_DEFERRALS, FACT_RECIPIENTS, FACT_RECIPIENTS_ABOUT, FACT_UNDECIDED },
	{ DIRECTION_LOCAL, FACT_LOCAL_DELIVERED, FACT_LOCAL_SUCCESS, FACT_LOCAL_LATE, FACT_LOCAL_FAILED,
	  FACT_LOCAL_EXPIRED, FACT_LOCAL_DEFERRALS, FACT_LOCAL_RECIPIENTS, FACT_LOCAL_RECIPIENTS_ABOUT,
	  FACT_LOCAL_UNDECIDED }
};

static int count_expired(struct build *build, const struct delivery_facts *facts, struct error *err)
{
	struct query query = headline(build, KIND_DELIVERY, facts->direction);
	struct query_result result;
	uint64_t expired = 0;

	query.outcomes = BIT(OUTCOME_PERMANENT);
	query.n_by = 1;
	query.by[0] = COLUMN_ENHANCED;
	if (ask(build, &query, &result, err))
		return -1;
	for (size_t i = 0; i < result.n; i++) {
		int64_t enhanced = result.rows[i].by[0].number;

		if (enhanced == ENHANCED(4, 4, 7) || enhanced == ENHANCED(5, 4, 7))
			expired += result.rows[i].count;
	}
	query_result_release(&result);
	set_fact(build, facts->expired, expired);
	return 0;
}

/* In a database the distinct recipients are kept by nothing but direction and day. */
static int recipients_known(const struct build *build, bool *known, struct error *err)
{
	const struct filter *filter = build_query(build).filter;
	bool cuts = false;

	*known = true;
	if (!filter)
		return 0;
	for (int facet = 0; facet < N_FACETS; facet++)
		if (facet != FACET_DIRECTION && facet != FACET_KIND && build_filters(build, (enum facet)facet))
			*known = false;
	if (filter->since == TIME_NONE && filter->until == TIME_NONE)
		return 0;
	if (query_cuts_a_day(build->store, filter->since, filter->until, &cuts, err))
		return -1;
	*known = *known && !cuts;
	return 0;
}

static int count_recipients(struct build *build, const struct delivery_facts *facts, struct error *err)
{
	const struct filter *filter = build_query(build).filter;
	struct fact *facts_now = build->report->summary.facts;
	uint64_t recipients;
	bool known, exact;

	facts_now[facts->recipients] = facts_now[facts->recipients_about] = (struct fact){ .none = true };
	if (recipients_known(build, &known, err))
		return -1;
	if (!known || facts_now[facts->deferrals].number == 0)
		return 0;
	if (query_deferred(build->store, facts->direction, filter ? filter->since : TIME_NONE,
	                   filter ? filter->until : TIME_NONE, &recipients, &exact, err))
		return -1;
	set_fact(build, exact ? facts->recipients : facts->recipients_about, recipients);
	return 0;
}

static int count_deliveries(struct build *build, const struct delivery_facts *facts, struct error *err)
{
	struct query query = headline(build, KIND_DELIVERY, facts->direction);
	struct query_row total;
	uint64_t ok, failed;

	if (ask_total(build, &query, &total, err))
		return -1;
	ok = total.outcome[OUTCOME_OK];
	failed = total.outcome[OUTCOME_PERMANENT];
	set_fact(build, facts->delivered, ok);
	set_share(build, facts->success, ok, ok + failed);
	set_fact(build, facts->late, total.late);
	set_fact(build, facts->failed, failed);
	set_fact(build, facts->deferrals, total.outcome[OUTCOME_TEMPORARY]);
	set_fact(build, facts->undecided, total.outcome[OUTCOME_NONE]);
	if (count_expired(build, facts, err))
		return -1;
	return count_recipients(build, facts, err);
}

/* --- clients, and what is apart ------------------------------------------ */

static int count_clients(struct build *build, struct error *err)
{
	struct query accept = headline(build, KIND_ACCEPT, DIRECTION_IN);
	struct query auth = headline(build, KIND_REJECT, DIRECTION_IN), reject = auth;
	struct query_row accepted, refused, guessing;

	auth.stages = BIT(STAGE_AUTH);
	reject.stages = (BIT(N_STAGES) - 1) & ~BIT(STAGE_AUTH);
	if (ask_total(build, &accept, &accepted, err) || ask_total(build, &reject, &refused, err) ||
	    ask_total(build, &auth, &guessing, err))
		return -1;
	set_fact(build, FACT_ACCEPTED, accepted.count);
	set_fact(build, FACT_REFUSED, refused.count);
	set_fact(build, FACT_REFUSED_4YZ, refused.class[4]);
	set_fact(build, FACT_REFUSED_5YZ, refused.class[5]);
	set_fact(build, FACT_REFUSED_OTHER, refused.class[1] + refused.class[2] + refused.class[3]);
	set_fact(build, FACT_REFUSED_WITHOUT, refused.class[0]);
	set_fact(build, FACT_GUESSING, guessing.count);
	return 0;
}

static enum fact_id fact_of_kind(enum kind kind)
{
	switch (kind) {
	case KIND_ATTEMPT: return FACT_ATTEMPTS;
	case KIND_WAITING: return FACT_WAITING;
	case KIND_ECHO: return FACT_ECHOES;
	case KIND_PROBE: return FACT_PROBES;
	case KIND_WOULD_REJECT: return FACT_WOULD_REJECT;
	case KIND_DIALOGUE: return FACT_DIALOGUE;
	default: return N_FACTS;
	}
}

static int count_apart(struct build *build, struct error *err)
{
	struct query query = build_query(build);
	struct query_result result;

	query.n_by = 2;
	query.by[0] = COLUMN_KIND;
	query.by[1] = COLUMN_DIRECTION;
	if (ask(build, &query, &result, err))
		return -1;
	for (size_t i = 0; i < result.n; i++) {
		enum kind kind = (enum kind)result.rows[i].by[0].number;
		bool hop = kind_in_headline(kind) && result.rows[i].by[1].number == DIRECTION_HOP;
		enum fact_id id = hop ? FACT_HOPS : fact_of_kind(kind);

		if (id != N_FACTS)
			build->report->summary.facts[id].number += result.rows[i].count;
	}
	query_result_release(&result);
	return 0;
}

/* --- what deserves a look ------------------------------------------------ */

/* What many values count together as is nobody's fault. */
static bool is_other(struct slice text)
{
	return slice_eq(text, TALLY_OTHER);
}

/* Does it say more than what a template left out? */
static bool has_words(struct slice reason)
{
	bool left_out = false;

	if (is_other(reason))
		return false;
	for (size_t i = 0; i < reason.n; i++) {
		char c = reason.p[i];

		left_out = c == '<' || (left_out && c != '>');
		if (!left_out && (((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (unsigned char)c >= 0x80))
			return true;
	}
	return false;
}

/* Of the rows, most frequent first, the first that is frequent and says why; the
 * code of a refusal is 4yz or 5yz, and only without such a row another one. */
static const struct query_row *frequent_refusal(const struct query_result *result)
{
	const struct query_row *other = NULL;

	for (size_t i = 0; i < result->n; i++) {
		const struct query_row *row = &result->rows[i];

		if (row->count < FREQUENT_COUNT || share_of(row->count, result->total.count, 1000) < FREQUENT_PERCENT * 10)
			break;
		if (!has_words(row->by[2].text))
			continue;
		if (row->by[0].number >= 400)
			return row;
		other = other ? other : row;
	}
	return other;
}

/* Whose refusals they are: the provider of most of them, or nobody's. */
static int find_provider(struct build *build, const struct query *refusals, const struct query_row *top,
                         struct slice *provider, struct error *err)
{
	struct query query = *refusals;
	struct query_result result;

	query.n_by = 4;
	query.by[0] = COLUMN_REASON;
	query.by[1] = COLUMN_CODE;
	query.by[2] = COLUMN_ENHANCED;
	query.by[3] = COLUMN_PROVIDER;
	query.top = 0;
	query.among = &top->by[2];
	query.n_among = 1;
	if (ask(build, &query, &result, err))
		return -1;
	*provider = SLICE("");
	for (size_t i = 0; i < result.n; i++) {
		const struct query_row *row = &result.rows[i];

		if (row->by[1].number == top->by[0].number && row->by[2].number == top->by[1].number &&
		    row->count > top->count / 2)
			*provider = arena_copy(&build->report->arena, row->by[3].text);
	}
	query_result_release(&result);
	return 0;
}

static int look_refusal(struct build *build, struct notices *look, struct error *err)
{
	struct query query = headline(build, KIND_DELIVERY, DIRECTION_OUT);
	const struct query_row *top;
	struct query_result result;
	struct slice provider;
	int failed = 0;

	query.outcomes = BIT(OUTCOME_TEMPORARY) | BIT(OUTCOME_PERMANENT);
	query.code = CODE_SOME;
	query.n_by = 3;
	query.by[0] = COLUMN_CODE;
	query.by[1] = COLUMN_ENHANCED;
	query.by[2] = COLUMN_REASON;
	query.top = 100 / FREQUENT_PERCENT + 1;
	if (ask(build, &query, &result, err))
		return -1;
	top = frequent_refusal(&result);
	if (top)
		failed = find_provider(build, &query, top, &provider, err);
	if (top && !failed)
		notice_add(look, &(struct notice){
			.id = NOTICE_TOP_REFUSAL, .count = top->count, .whole = result.total.count,
			.code = (int)top->by[0].number, .enhanced = (uint32_t)top->by[1].number,
			.text = arena_copy(&build->report->arena, top->by[2].text), .provider = provider });
	query_result_release(&result);
	return failed;
}

/* The most frequent refusal at the greeting, by who gave it: a 5yz, else any.
 * No count: none. */
static int find_greeting(struct build *build, enum column who, struct notice *notice, struct error *err)
{
	struct query query = headline(build, KIND_DELIVERY, DIRECTION_OUT);
	const struct query_row *top = NULL;
	struct query_result result;

	query.outcomes = BIT(OUTCOME_TEMPORARY);
	query.stages = BIT(STAGE_CONNECT);
	query.code = CODE_SOME;
	query.n_by = 2;
	query.by[0] = who;
	query.by[1] = COLUMN_CODE;
	if (ask(build, &query, &result, err))
		return -1;
	for (size_t i = 0; i < result.n && !top; i++)
		if (result.rows[i].by[1].number >= 500 && !is_other(result.rows[i].by[0].text))
			top = &result.rows[i];
	if (!top && result.n && !is_other(result.rows[0].by[0].text))
		top = &result.rows[0];
	*notice = (struct notice){ .id = NOTICE_GREETING };
	if (top) {
		notice->count = top->count;
		notice->code = (int)top->by[1].number;
		notice->text = arena_copy(&build->report->arena, top->by[0].text);
	}
	query_result_release(&result);
	return 0;
}

/* A refusal at the greeting speaks of our address, not of the message; a 5yz that
 * the server takes for temporary stays in the queue until it expires. A line that
 * names no recipient names the host. */
static int look_greeting(struct build *build, struct notices *look, struct error *err)
{
	struct notice notice;

	if (find_greeting(build, COLUMN_DOMAIN, &notice, err))
		return -1;
	if (notice.count && !notice.text.n && find_greeting(build, COLUMN_RELAY, &notice, err))
		return -1;
	if (notice.text.n)
		notice_add(look, &notice);
	return 0;
}

/* What has no name reached nobody. */
static int look_one_relay(struct build *build, struct notices *look, struct error *err)
{
	static const struct query_value no_name;
	struct query query = headline(build, KIND_DELIVERY, DIRECTION_OUT), nameless;
	const struct query_row *top = NULL;
	struct query_result result;
	struct query_row lost;
	uint64_t reached;

	query.n_by = 1;
	query.by[0] = COLUMN_RELAY;
	query.top = 3; /* no name, and (other), may stand before it */
	nameless = query;
	nameless.among = &no_name;
	nameless.n_among = 1;
	if (ask_total(build, &nameless, &lost, err) || ask(build, &query, &result, err))
		return -1;
	reached = result.total.count - lost.count;
	for (size_t i = 0; i < result.n && !top; i++)
		if (result.rows[i].by[0].text.n && !is_other(result.rows[i].by[0].text))
			top = &result.rows[i];
	if (top && share_of(top->count, reached, 100) >= ONE_RELAY_PERCENT)
		notice_add(look, &(struct notice){
			.id = NOTICE_ONE_RELAY, .count = top->count, .whole = reached,
			.text = arena_copy(&build->report->arena, top->by[0].text) });
	query_result_release(&result);
	return 0;
}

static bool is_fatal(struct slice text)
{
	return slice_starts(text, SLICE("fatal:")) || slice_starts(text, SLICE("panic:")) ||
	       slice_find(text, SLICE("SYSERR")) >= 0;
}

static int look_fatal(struct build *build, struct notices *look, struct error *err)
{
	struct query query = build_query(build);
	struct query_result result;
	uint64_t fatal = 0;

	if (build_is_filtered(build))
		return 0;
	query.trouble = true;
	query.n_by = 1;
	query.by[0] = COLUMN_REASON;
	if (ask(build, &query, &result, err))
		return -1;
	for (size_t i = 0; i < result.n; i++)
		if (is_fatal(result.rows[i].by[0].text))
			fatal += result.rows[i].count;
	query_result_release(&result);
	if (fatal)
		notice_add(look, &(struct notice){ .id = NOTICE_FATAL, .count = fatal });
	return 0;
}

static int look_hops(struct build *build, struct notices *look, struct error *err)
{
	struct query query = build_query(build);
	struct query_row all, hops;

	query.kinds = BIT(KIND_DELIVERY);
	if (ask_total(build, &query, &all, err))
		return -1;
	query.directions = BIT(DIRECTION_HOP);
	if (ask_total(build, &query, &hops, err))
		return -1;
	if (share_of(hops.count, all.count, 1000) > MOSTLY_HOPS_PERCENT * 10)
		notice_add(look, &(struct notice){ .id = NOTICE_MOSTLY_HOPS, .count = hops.count, .whole = all.count });
	return 0;
}

static int look_all(struct build *build, struct error *err)
{
	static int (*const rules[])(struct build *, struct notices *, struct error *) = {
		look_refusal, look_greeting, look_one_relay, look_fatal, look_hops
	};
	struct notices *look = &build->report->summary.look;

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (rules[i](build, look, err))
			return -1;
	if (build_is_filtered(build))
		return 0;
	if (build->lines.disagreements)
		notice_add(look, &(struct notice){ .id = NOTICE_DISAGREEMENTS, .count = build->lines.disagreements });
	if (build->lines.gaps)
		notice_add(look, &(struct notice){ .id = NOTICE_GAPS, .count = build->lines.gaps });
	return 0;
}

int summary_build(struct build *build, struct error *err)
{
	const struct accounting *lines = &build->lines;

	for (size_t i = 0; i < sizeof delivery_facts / sizeof *delivery_facts; i++)
		if (count_deliveries(build, &delivery_facts[i], err))
			return -1;
	if (count_clients(build, err) || disposed_facts(build, err) || count_apart(build, err))
		return -1;
	set_fact(build, FACT_UNRECOGNISED_LINES, lines->unrecognised);
	set_share(build, FACT_UNRECOGNISED_SHARE, lines->unrecognised, lines->lines - lines->foreign);
	if (build_is_filtered(build))
		build->report->summary.facts[FACT_UNRECOGNISED_LINES] =
			build->report->summary.facts[FACT_UNRECOGNISED_SHARE] = (struct fact){ .none = true };
	return look_all(build, err);
}
