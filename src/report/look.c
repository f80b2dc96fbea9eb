/* look.c - what deserves a look.
 *
 * A rule is one function that adds a notice, or none. SPDX-License-Identifier: MIT */
#include "report/look.h"

#define BIT(value) (1u << (value))

enum {
	ONE_RELAY_PERCENT = 95,   /* of what reached a host, from here on is "one relay" */
	MOSTLY_HOPS_PERCENT = 90,
	FREQUENT_COUNT = 5, FREQUENT_PERCENT = 5 /* "most frequent" is both */
};

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
	if (query_run(build->store, &query, &result, err))
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
	struct query query = build_headline(build, KIND_DELIVERY, DIRECTION_OUT);
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
	if (query_run(build->store, &query, &result, err))
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
	struct query query = build_headline(build, KIND_DELIVERY, DIRECTION_OUT);
	const struct query_row *top = NULL;
	struct query_result result;

	query.outcomes = BIT(OUTCOME_TEMPORARY);
	query.stages = BIT(STAGE_CONNECT);
	query.code = CODE_SOME;
	query.n_by = 2;
	query.by[0] = who;
	query.by[1] = COLUMN_CODE;
	if (query_run(build->store, &query, &result, err))
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
	struct query query = build_headline(build, KIND_DELIVERY, DIRECTION_OUT), nameless;
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
	if (build_total(build, &nameless, &lost, err) || query_run(build->store, &query, &result, err))
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
	if (query_run(build->store, &query, &result, err))
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
	if (build_total(build, &query, &all, err))
		return -1;
	query.directions = BIT(DIRECTION_HOP);
	if (build_total(build, &query, &hops, err))
		return -1;
	if (share_of(hops.count, all.count, 1000) > MOSTLY_HOPS_PERCENT * 10)
		notice_add(look, &(struct notice){ .id = NOTICE_MOSTLY_HOPS, .count = hops.count, .whole = all.count });
	return 0;
}

int look_build(struct build *build, struct error *err)
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
