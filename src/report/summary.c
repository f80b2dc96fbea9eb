/* summary.c - the facts of the first screen.
 *
 * Each function asks one question and sets its facts. What deserves a look is found in
 * look.c. SPDX-License-Identifier: MIT */
#include "report/summary.h"

#include "report/disposed.h"
#include "report/look.h"

#include "input/prefix.h"
#include "reply/reply.h"

#define BIT(value) (1u << (value))

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
	struct query query = build_headline(build, KIND_DELIVERY, facts->direction);
	struct query_result result;
	uint64_t expired = 0;

	query.outcomes = BIT(OUTCOME_PERMANENT);
	query.n_by = 1;
	query.by[0] = COLUMN_ENHANCED;
	if (query_run(build->store, &query, &result, err))
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
	struct query query = build_headline(build, KIND_DELIVERY, facts->direction);
	struct query_row total;
	uint64_t ok, failed;

	if (build_total(build, &query, &total, err))
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
	struct query accept = build_headline(build, KIND_ACCEPT, DIRECTION_IN);
	struct query auth = build_headline(build, KIND_REJECT, DIRECTION_IN), reject = auth;
	struct query_row accepted, refused, guessing;

	auth.stages = BIT(STAGE_AUTH);
	reject.stages = (BIT(N_STAGES) - 1) & ~BIT(STAGE_AUTH);
	if (build_total(build, &accept, &accepted, err) || build_total(build, &reject, &refused, err) ||
	    build_total(build, &auth, &guessing, err))
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
	if (query_run(build->store, &query, &result, err))
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
	return look_build(build, err);
}
