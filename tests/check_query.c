/* check_query.c - questions to a store and their hand-counted answers.
 * SPDX-License-Identifier: MIT */
#include "store/query.h"

#include "base/buffer.h"
#include "counted.h"
#include "suite.h"

#include <inttypes.h>

static struct error err;

static struct store *counted_store(unsigned tables)
{
	struct store *store = store_live(&err);
	struct tally *tally = counted_tally(tables);

	ck_assert_msg(store != NULL, "%s", err.text);
	ck_assert_msg(store_commit(store, tally, &err) == 0, "%s", err.text);
	tally_free(tally);
	return store;
}

/* "value,value=count;" for each row. */
static const char *rows_text(const struct query *query, const struct query_result *result, struct buffer *out)
{
	for (size_t i = 0; i < result->n; i++) {
		for (size_t k = 0; k < query->n_by; k++) {
			const struct query_value *value = &result->rows[i].by[k];

			buffer_puts(out, k ? "," : "");
			if (column_value(query->by[k]) == VALUE_TEXT)
				buffer_add(out, value->text);
			else
				buffer_printf(out, "%" PRId64, value->number);
		}
		buffer_printf(out, "=%" PRIu64 ";", result->rows[i].count);
	}
	return buffer_string(out);
}

static void check_rows(struct store *store, const struct query *query, const char *expected)
{
	struct query_result result;
	struct buffer out = { 0 };

	ck_assert_msg(query_run(store, query, &result, &err) == 0, "%s", err.text);
	ck_assert_str_eq(rows_text(query, &result, &out), expected);
	buffer_release(&out);
	query_result_release(&result);
}

#define BY(...) .by = { __VA_ARGS__ }, .n_by = sizeof((enum column[]){ __VA_ARGS__ }) / sizeof(enum column)

static const struct {
	struct query query;
	enum table table;
	const char *rows;
} queries[] = {
	{ { BY(COLUMN_CODE) }, TABLE_TRAFFIC, "554=5;0=4;250=4;450=2;550=1;" },
	{ { BY(COLUMN_CODE), .order = ORDER_KEY }, TABLE_TRAFFIC, "0=4;250=4;450=2;550=1;554=5;" },
	{ { BY(COLUMN_CLASS), .directions = 1u << DIRECTION_OUT }, TABLE_TRAFFIC, "2=4;4=2;5=1;" },
	{ { BY(COLUMN_CATEGORY), .order = ORDER_KEY }, TABLE_TRAFFIC, "-1=4;5=12;" },
	{ { BY(COLUMN_CODE_BASIS), .order = ORDER_KEY }, TABLE_TRAFFIC, "0=4;1=12;" },
	{ { BY(COLUMN_ENHANCED), .kinds = 1u << KIND_DELIVERY, .order = ORDER_KEY }, TABLE_TRAFFIC,
	  "0=5;2000000=3;4002000=2;5001001=1;" },
	{ { BY(COLUMN_DOMAIN) }, TABLE_DESTINATION, "(not ours)=5;a.example=4;c.example=4;b.example=3;" },
	{ { BY(COLUMN_DOMAIN), .order = ORDER_KEY }, TABLE_DESTINATION, "(not ours)=5;a.example=4;b.example=3;c.example=4;" },
	{ { BY(COLUMN_DOMAIN, COLUMN_CODE), .directions = 1u << DIRECTION_OUT, .order = ORDER_KEY }, TABLE_DESTINATION,
	  "a.example,250=3;a.example,550=1;b.example,250=1;b.example,450=2;" },
	{ { BY(COLUMN_RELAY) }, TABLE_PEER, "client.example.net=5;=4;mx.a.example=4;mx.b.example=3;" },
	{ { BY(COLUMN_REASON), .outcomes = 1u << OUTCOME_TEMPORARY | 1u << OUTCOME_PERMANENT }, TABLE_REASON,
	  "relaying denied=5;greylisted=2;no such <user>=1;" },
	{ { BY(COLUMN_REASON), .trouble = true }, TABLE_REASON, "fatal: disk is full=2;" },
	{ { BY(COLUMN_HOST, COLUMN_MTA) }, TABLE_TRAFFIC, "mx1,postfix=16;" },
	{ { BY(COLUMN_SERVICE) }, TABLE_TRAFFIC, "postfix/smtp=7;postfix/smtpd=5;postfix/local=4;" },
	{ { BY(COLUMN_KIND, COLUMN_DIRECTION), .order = ORDER_KEY }, TABLE_TRAFFIC, "1,1=7;1,3=4;2,2=5;" },
	{ { BY(COLUMN_OUTCOME), .order = ORDER_KEY }, TABLE_TRAFFIC, "1=8;2=2;3=6;" },
	{ { BY(COLUMN_STAGE), .stages = 1u << STAGE_RCPT }, TABLE_TRAFFIC, "6=8;" },
	{ { BY(COLUMN_HOUR), .order = ORDER_KEY }, TABLE_TRAFFIC, "0=4;1795215600=4;1795219200=3;1795222800=5;" },
	{ { BY(COLUMN_CLOCK), .kinds = 1u << KIND_REJECT }, TABLE_TRAFFIC, "1=5;" },
	{ { BY(COLUMN_ZONE), .kinds = 1u << KIND_REJECT }, TABLE_TRAFFIC, "3600=5;" },
	{ { BY(COLUMN_DAY), .order = ORDER_KEY }, TABLE_TRAFFIC, "0=4;20777=4;20778=8;" },
	{ { BY(COLUMN_DAY, COLUMN_DOMAIN), .order = ORDER_KEY }, TABLE_DESTINATION,
	  "0,c.example=4;20777,a.example=4;20778,(not ours)=5;20778,b.example=3;" },
	{ { BY(COLUMN_KIND), .code = CODE_SOME, .order = ORDER_KEY }, TABLE_TRAFFIC, "1=7;2=5;" },
	{ { BY(COLUMN_KIND), .code = CODE_WITHOUT }, TABLE_TRAFFIC, "1=4;" },
	{ { BY(COLUMN_DOMAIN, COLUMN_RELAY), .directions = 1u << DIRECTION_OUT }, TABLE_CUBE,
	  "a.example,mx.a.example=4;b.example,mx.b.example=3;" },
	{ { BY(COLUMN_HOUR, COLUMN_REASON), .outcomes = 1u << OUTCOME_TEMPORARY }, TABLE_CUBE, "1795219200,greylisted=2;" },
	{ { BY(COLUMN_CODE), .directions = 1u << DIRECTION_HOP }, TABLE_TRAFFIC, "" },
	{ { .n_by = 0 }, TABLE_TRAFFIC, "=16;" },
};

START_TEST(groups_in_order)
{
	struct store *store = counted_store(ALL_TABLES);

	ck_assert_int_eq(query_table(&queries[_i].query), queries[_i].table);
	check_rows(store, &queries[_i].query, queries[_i].rows);
	store_close(store);
}
END_TEST

START_TEST(measures_of_a_row)
{
	struct store *store = counted_store(SMALL_TABLES);
	struct query query = { BY(COLUMN_DIRECTION), .order = ORDER_KEY };
	struct query_result result;

	ck_assert_int_eq(query_run(store, &query, &result, &err), 0);
	ck_assert_uint_eq(result.n, 3);
	ck_assert_int_eq(result.rows[0].by[0].number, DIRECTION_OUT);
	ck_assert_uint_eq(result.rows[0].count, 7);
	ck_assert_uint_eq(result.rows[0].timed, 5);
	ck_assert_uint_eq(result.rows[0].late, 1);
	ck_assert_uint_eq(result.rows[0].delay, 3000 + 2000 + 1800000);
	ck_assert_uint_eq(result.rows[0].delay_max, 1800000);
	ck_assert_uint_eq(result.rows[0].outcome[OUTCOME_OK], 4);
	ck_assert_uint_eq(result.rows[0].outcome[OUTCOME_TEMPORARY], 2);
	ck_assert_uint_eq(result.rows[0].outcome[OUTCOME_PERMANENT], 1);
	ck_assert_uint_eq(result.rows[0].class[2], 4);
	ck_assert_uint_eq(result.rows[0].class[4], 2);
	ck_assert_uint_eq(result.rows[0].class[5], 1);
	ck_assert_uint_eq(result.total.count, 16);
	ck_assert_uint_eq(result.total.class[0], 4);
	ck_assert_uint_eq(result.total.class[5], 6);
	ck_assert_uint_eq(result.total.outcome[OUTCOME_OK], 8);
	query_result_release(&result);
	store_close(store);
}
END_TEST

#define ALWAYS { TIME_NONE, TIME_NONE }

static const struct {
	enum facet facet;
	const char *list;
	int64_t period[2];
	struct query query;
	const char *rows; /* NULL: no table holds it */
} filters[] = {
	{ FACET_CODE, "5yz", ALWAYS, { BY(COLUMN_CODE) }, "554=5;550=1;" },
	{ FACET_CODE, "250,45x", ALWAYS, { BY(COLUMN_CODE) }, "250=4;450=2;" },
	{ FACET_DOMAIN, "*.example", ALWAYS, { BY(COLUMN_DOMAIN) }, "a.example=4;c.example=4;b.example=3;" },
	{ FACET_DOMAIN, "b.example", ALWAYS, { BY(COLUMN_CODE) }, "450=2;250=1;" },
	{ FACET_RELAY, "mx.?.example", ALWAYS, { BY(COLUMN_RELAY) }, "mx.a.example=4;mx.b.example=3;" },
	{ FACET_MTA, "exim", ALWAYS, { BY(COLUMN_CODE) }, "" },
	{ FACET_HOST, "mx*", ALWAYS, { BY(COLUMN_KIND) }, "1=11;2=5;" },
	{ FACET_SERVICE, "*/smtpd", ALWAYS, { BY(COLUMN_KIND) }, "2=5;" },
	{ FACET_DIRECTION, "in,local", ALWAYS, { BY(COLUMN_DIRECTION) }, "2=5;3=4;" },
	{ FACET_KIND, "reject", ALWAYS, { BY(COLUMN_DOMAIN) }, "(not ours)=5;" },
	{ FACET_RELAY, "mx.a.example", ALWAYS, { BY(COLUMN_DOMAIN) }, NULL },
	/* Hours: the period's ends lie in them or at their ends. */
	{ N_FACETS, "", { COUNTED_HOUR, COUNTED_HOUR + 3600 }, { BY(COLUMN_CODE) }, "250=3;550=1;" },
	{ N_FACETS, "", { COUNTED_HOUR + 3600, TIME_NONE }, { BY(COLUMN_CODE) }, "554=5;450=2;250=1;" },
	{ N_FACETS, "", { TIME_NONE, COUNTED_HOUR + 7200 }, { BY(COLUMN_CODE) }, "250=4;450=2;550=1;" },
	{ N_FACETS, "", { COUNTED_HOUR + 7200, COUNTED_HOUR + 7201 }, { BY(COLUMN_CODE) }, "554=5;" },
	{ N_FACETS, "", { COUNTED_HOUR + 1800, COUNTED_HOUR + 3600 }, { BY(COLUMN_CODE) }, "250=3;550=1;" },
	{ N_FACETS, "", { COUNTED_HOUR + 10800, TIME_NONE }, { BY(COLUMN_CODE) }, "" },
	/* The log's midnight is at COUNTED_HOUR + 3600: tables by day can tell these. */
	{ N_FACETS, "", { COUNTED_HOUR - 82800, COUNTED_HOUR + 3600 }, { BY(COLUMN_DOMAIN) }, "a.example=4;" },
	{ N_FACETS, "", { COUNTED_HOUR + 3600, COUNTED_HOUR + 90000 }, { BY(COLUMN_DOMAIN) }, "(not ours)=5;b.example=3;" },
	{ N_FACETS, "", { COUNTED_HOUR + 3600, COUNTED_HOUR + 7200 }, { BY(COLUMN_DOMAIN) }, NULL },
	{ FACET_KIND, "delivery", { COUNTED_HOUR + 3600, TIME_NONE }, { BY(COLUMN_RELAY) }, "mx.b.example=3;" },
};

static void set_filter(struct filter *filter, int i)
{
	filter_init(filter);
	if (filters[i].facet != N_FACETS)
		ck_assert_msg(filter_add(filter, filters[i].facet, filters[i].list, &err) == 0, "%s", err.text);
	filter->since = filters[i].period[0];
	filter->until = filters[i].period[1];
}

START_TEST(filtered_groups)
{
	struct store *store = counted_store(SMALL_TABLES);
	struct query query = filters[_i].query;
	struct query_result result;
	struct filter filter;

	set_filter(&filter, _i);
	query.filter = &filter;
	if (filters[_i].rows) {
		check_rows(store, &query, filters[_i].rows);
	} else {
		ck_assert_int_eq(query_run(store, &query, &result, &err), -1);
		ck_assert_ptr_nonnull(strstr(err.text, "the database does not hold these together"));
	}
	filter_release(&filter);
	store_close(store);
}
END_TEST

/* The cube gives what the small tables give, and what they cannot. */
START_TEST(filtered_groups_with_the_cube)
{
	struct store *store = counted_store(ALL_TABLES);
	struct query query = filters[_i].query;
	struct query_result result;
	struct filter filter;

	set_filter(&filter, _i);
	query.filter = &filter;
	if (filters[_i].rows)
		check_rows(store, &query, filters[_i].rows);
	else if (filters[_i].facet == FACET_RELAY)
		check_rows(store, &query, "a.example=4;");
	else
		check_rows(store, &query, "b.example=3;");
	ck_assert_int_eq(query_run(store, &query, &result, &err), 0);
	query_result_release(&result);
	filter_release(&filter);
	store_close(store);
}
END_TEST

START_TEST(among_the_values_of_a_result)
{
	struct store *store = counted_store(SMALL_TABLES);
	struct query domains = { BY(COLUMN_DOMAIN) }, codes = { BY(COLUMN_DOMAIN, COLUMN_CODE), .order = ORDER_KEY };
	struct query_value among[2];
	struct query_result result;

	ck_assert_int_eq(query_run(store, &domains, &result, &err), 0);
	among[0] = result.rows[3].by[0]; /* b.example */
	among[1] = result.rows[0].by[0]; /* (not ours) */
	codes.among = among;
	codes.n_among = 2;
	check_rows(store, &codes, "(not ours),554=5;b.example,250=1;b.example,450=2;");
	codes.n_among = 0;
	check_rows(store, &codes, "");
	query_result_release(&result);
	store_close(store);
}
END_TEST

/* What was read for one question is not taken for another filter's, nor for the
 * store's state after a commit. */
START_TEST(questions_in_a_row)
{
	static const int mixed[] = { 12, 0, 18, 19, 3, 11, 4, 9 }; /* rows of filters[] */
	struct store *store = counted_store(SMALL_TABLES);
	struct tally *tally = counted_tally(SMALL_TABLES);
	struct query all = { BY(COLUMN_DOMAIN) }, some = { BY(COLUMN_DOMAIN, COLUMN_MTA, COLUMN_STAGE), .stages = 1u << STAGE_RCPT };

	for (size_t i = 0; i < sizeof mixed / sizeof *mixed; i++) {
		struct query query = filters[mixed[i]].query;
		struct filter filter;

		if (!filters[mixed[i]].rows)
			continue;
		set_filter(&filter, mixed[i]);
		query.filter = &filter;
		check_rows(store, &query, filters[mixed[i]].rows);
		filter_release(&filter);
		check_rows(store, &all, "(not ours)=5;a.example=4;c.example=4;b.example=3;");
		check_rows(store, &some, "(not ours),postfix,6=5;b.example,postfix,6=2;a.example,postfix,6=1;");
	}
	ck_assert_int_eq(store_commit(store, tally, &err), 0);
	check_rows(store, &all, "(not ours)=10;a.example=8;c.example=8;b.example=6;");
	tally_free(tally);
	store_close(store);
}
END_TEST

START_TEST(nothing_counted)
{
	struct store *store = store_live(&err);
	struct tally *tally = tally_new(SMALL_TABLES);
	struct query query = { BY(COLUMN_DOMAIN, COLUMN_RELAY) };
	struct query_span span;
	struct accounting sum;
	uint64_t recipients;
	bool any, exact;

	ck_assert_int_eq(store_commit(store, tally, &err), 0);
	check_rows(store, &query, "");
	ck_assert_int_eq(query_span(store, TIME_NONE, TIME_NONE, &span, &any, &err), 0);
	ck_assert(!any);
	ck_assert_int_eq(query_accounting(store, TIME_NONE, TIME_NONE, &sum, &err), 0);
	ck_assert_uint_eq(sum.lines, 0);
	ck_assert_int_eq(query_deferred(store, DIRECTION_OUT, TIME_NONE, TIME_NONE, &recipients, &exact, &err), 0);
	ck_assert_uint_eq(recipients, 0);
	ck_assert(exact);
	tally_free(tally);
	store_close(store);
}
END_TEST

START_TEST(span_of_the_hours)
{
	struct store *store = counted_store(SMALL_TABLES);
	struct query_span span;
	bool any;

	ck_assert_int_eq(query_span(store, TIME_NONE, TIME_NONE, &span, &any, &err), 0);
	ck_assert(any);
	ck_assert_int_eq(span.first, COUNTED_HOUR);
	ck_assert_int_eq(span.last, COUNTED_HOUR + 7200);
	ck_assert_int_eq(span.first_zone, 3600);
	ck_assert_int_eq(span.last_zone, 3600);
	store_close(store);
}
END_TEST

static const struct {
	int64_t since, until;
	uint64_t lines;
} line_periods[] = {
	{ TIME_NONE, TIME_NONE, 7 },
	{ COUNTED_HOUR, TIME_NONE, 7 },
	{ COUNTED_HOUR + 3600, TIME_NONE, 5 },
	{ TIME_NONE, COUNTED_HOUR + 3600, 3 },
	{ COUNTED_HOUR + 86400, TIME_NONE, 1 },
};

/* Two lines in the first hour (trouble), four in the second, one without a time. */
START_TEST(lines_of_a_period)
{
	struct tally *tally = counted_tally(SMALL_TABLES);
	struct line second = { .time = COUNTED_HOUR + 4000, .zone = 3600 }, none = { .time = TIME_NONE };
	struct store *store = store_live(&err);
	struct accounting sum;

	tally_accounting(tally, &second)->lines += 4;
	tally_accounting(tally, &none)->lines++;
	ck_assert_int_eq(store_commit(store, tally, &err), 0);
	ck_assert_int_eq(query_accounting(store, line_periods[_i].since, line_periods[_i].until, &sum, &err), 0);
	ck_assert_uint_eq(sum.lines, line_periods[_i].lines);
	tally_free(tally);
	store_close(store);
}
END_TEST

static const struct {
	uint64_t recipients;
	int commits;
	bool exact;
} deferrals[] = {
	{ 2, 1, true }, { 1000, 1, true }, { 1000, 2, true }, { DISTINCT_MAX - 1, 1, true },
	{ 4 * DISTINCT_MAX, 1, false }, { 4 * DISTINCT_MAX, 2, false },
};

/* Hashes spread evenly over 2^64, each day's half of them: a multiple of a step. */
START_TEST(deferred_recipients)
{
	uint64_t n = deferrals[_i].recipients, step = UINT64_MAX / n, recipients;
	struct tally *tally = tally_new(SMALL_TABLES);
	struct store *store = store_live(&err);
	struct event event = counted[2];
	bool exact;

	event.n_recipients = 1;
	for (uint64_t i = 0; i < n; i++) {
		uint64_t hash = (i + 1) * step;

		event.recipients = &hash;
		tally_event(tally, &event);
	}
	for (int i = 0; i < deferrals[_i].commits; i++)
		ck_assert_int_eq(store_commit(store, tally, &err), 0);
	ck_assert_int_eq(query_deferred(store, DIRECTION_OUT, TIME_NONE, TIME_NONE, &recipients, &exact, &err), 0);
	ck_assert_int_eq(exact, deferrals[_i].exact);
	if (exact)
		ck_assert_uint_eq(recipients, n);
	else
		ck_assert_uint_le(recipients > n ? recipients - n : n - recipients, n / 1000);
	ck_assert_int_eq(query_deferred(store, DIRECTION_LOCAL, TIME_NONE, TIME_NONE, &recipients, &exact, &err), 0);
	ck_assert_uint_eq(recipients, 0);
	ck_assert_int_eq(query_deferred(store, DIRECTION_OUT, COUNTED_HOUR - 86400, COUNTED_HOUR + 3600, &recipients, &exact, &err), 0);
	ck_assert_uint_eq(recipients, 0);
	tally_free(tally);
	store_close(store);
}
END_TEST

START_TEST(columns_by_name)
{
	for (int c = 0; c < N_COLUMNS; c++) {
		ck_assert_int_eq(column_parse(slice_of(column_name((enum column)c))), c);
		ck_assert_uint_gt(strlen(column_label((enum column)c, 0)), 0);
		ck_assert_uint_gt(strlen(column_label((enum column)c, 1)), 0);
	}
	ck_assert_int_eq(column_parse(SLICE("codes")), -1);
	ck_assert_int_eq(column_parse(SLICE("")), -1);
#define FACET(id, name, argument, help) ck_assert_int_ge(column_parse(SLICE(name)), 0);
#include "pattern/filter.def"
}
END_TEST

#define LOOP(tc, test, rows) tcase_add_loop_test(tc, test, 0, sizeof(rows) / sizeof *(rows))

static const struct {
	struct query_clock clocks[4];
	size_t n;
	bool agree;
} clock_rows[] = {
	{ { { 0 } }, 0, true },
	{ { { 3600, 7200, 1 }, { 7200, 7200, 1 } }, 2, true },
	{ { { 1792886400, 7200, 1 }, { 1792890000, 3600, 1 }, { 1806199200, 7200, 1 } }, 3, true },
	{ { { 1792886400, 7200, 1 }, { 1792890000, 3600, 1 }, { 1792893600, 7200, 1 } }, 3, false },
	{ { { 3600, 0, 1 }, { 7200, 7200, 1 } }, 2, false },
	{ { { 3600, 0, 1 }, { 3600, 3600, 1 }, { 7200, 0, 1 }, { 7200, 3600, 1 } }, 4, false },
};

START_TEST(clocks_of_one_zone)
{
	ck_assert_int_eq(clocks_agree(clock_rows[_i].clocks, clock_rows[_i].n), clock_rows[_i].agree);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("query");
	TCase *tc = tcase_create("query");

	LOOP(tc, groups_in_order, queries);
	tcase_add_test(tc, measures_of_a_row);
	LOOP(tc, filtered_groups, filters);
	LOOP(tc, filtered_groups_with_the_cube, filters);
	tcase_add_test(tc, among_the_values_of_a_result);
	tcase_add_test(tc, questions_in_a_row);
	tcase_add_test(tc, nothing_counted);
	tcase_add_test(tc, span_of_the_hours);
	LOOP(tc, lines_of_a_period, line_periods);
	LOOP(tc, deferred_recipients, deferrals);
	tcase_add_test(tc, columns_by_name);
	LOOP(tc, clocks_of_one_zone, clock_rows);
	suite_add_tcase(suite, tc);
	return suite;
}
