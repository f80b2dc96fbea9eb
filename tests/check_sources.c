/* check_sources.c - a tally that is asked itself and a database that it was committed to
 * give the same answers to every question.
 * SPDX-License-Identifier: MIT */
#include "store/query.h"

#include "counted.h"
#include "reported.h"
#include "suite.h"

#include <inttypes.h>

static struct error err;

/* A tally, and both ways to ask it. */
struct sources {
	struct tally *tally;
	struct store *direct, *database;
};

static void sources_open(struct sources *sources, struct tally *tally)
{
	*sources = (struct sources){ tally, store_of(tally), store_live(&err) };
	ck_assert_msg(sources->database != NULL, "%s", err.text);
	ck_assert_msg(store_commit(sources->database, tally, &err) == 0, "%s", err.text);
}

static void sources_close(struct sources *sources)
{
	store_close(sources->direct);
	store_close(sources->database);
	tally_free(sources->tally);
}

/* --- tallies --------------------------------------------------------------- */

static const struct slice texts[] = {
	TEXT(""), TEXT("a.example"), TEXT("b.example"), TEXT("a"), TEXT("a.example.net"), TEXT("\xc3\xa4.example"),
	/* One and the same in a database, and elsewhere in the order than they are. */
	TEXT("z\xff.example"), TEXT("z\xfe.example"), TEXT("z?.example"), TEXT("nul\0.example"), TEXT("\x80"),
	TEXT("twelve bytes"), TEXT("sixteen bytes..."), TEXT("\xe2\x82"),
};
enum { N_TEXTS = sizeof texts / sizeof *texts };

static uint64_t next(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 33;
}

static struct slice some_text(uint64_t *state)
{
	return texts[next(state) % N_TEXTS];
}

/* From an autumn's night on, some without a time; counts up to the largest. */
static void count_some(struct tally *tally, uint64_t *state, uint64_t span)
{
	static const int codes[] = { 0, 220, 250, 354, 421, 450, 550, 554, 571 };
	static const uint64_t counts[] = { 1, 1, 1, 2, 1000, INT64_MAX / 2 };
	uint64_t hash = next(state) % 40 + 1;
	struct event event = {
		.time = next(state) % 9 ? (int64_t)(1792800000 + next(state) % span) : TIME_NONE,
		.zone = next(state) % 2 ? 7200 : -3600,
		.host = some_text(state), .service = some_text(state), .mta = texts[next(state) % 3],
		.kind = (enum kind)(1 + next(state) % (N_KINDS - 1)), .direction = (enum direction)(next(state) % N_DIRECTIONS),
		.stage = (enum stage)(next(state) % N_STAGES), .outcome = (enum outcome)(next(state) % N_OUTCOMES),
		.code = codes[next(state) % 9], .code_basis = BASIS_EXPLICIT, .enhanced = next(state) % 2 ? ENHANCED(5, 1, 1) : 0,
		.domain = some_text(state), .relay = some_text(state), .reason = some_text(state), .provider = texts[next(state) % 3],
		.reason_class = (enum reason_class)(next(state) % 3),
		.delay = (int64_t)(next(state) % 3) * 400000 - 1, .count = counts[next(state) % 6],
		.recipients = &hash, .n_recipients = 1,
	};
	struct line line = { .time = event.time, .zone = event.zone, .host = event.host };

	tally_accounting(tally, &line)->lines += next(state) % 5;
	tally_event(tally, &event);
}

static struct tally *random_events(int seed, int n, uint64_t span)
{
	struct tally *tally = tally_new(ALL_TABLES);
	uint64_t state = (uint64_t)seed;

	for (int i = 0; i < n; i++)
		count_some(tally, &state, span);
	return tally;
}

static struct tally *random_tally(int seed)
{
	return random_events(seed, 600, 3 * 86400);
}

static struct tally *tally_number(int i)
{
	switch (i) {
	case 0: return tally_new(ALL_TABLES);
	case 1: return counted_tally(ALL_TABLES);
	case 2: return counted_tally(SMALL_TABLES);
	case 3: return reported_tally();
	default: return random_tally(i);
	}
}
enum { N_TALLIES = 7 };

/* --- the same rows --------------------------------------------------------- */

static void check_row(const struct query *query, const struct query_row *a, const struct query_row *b)
{
	for (size_t i = 0; i < query->n_by; i++) {
		if (column_value(query->by[i]) == VALUE_TEXT)
			ck_assert(slice_eq(a->by[i].text, b->by[i].text));
		else
			ck_assert_int_eq(a->by[i].number, b->by[i].number);
	}
#define MEASURE(member, column, merge) ck_assert_uint_eq(a->member, b->member);
#include "tally/dimension.def"
	ck_assert_mem_eq(a->outcome, b->outcome, sizeof a->outcome);
	ck_assert_mem_eq(a->class, b->class, sizeof a->class);
}

/* Which are released. */
static void check_results(const struct query *query, struct query_result *a, struct query_result *b)
{
	ck_assert_uint_eq(a->n, b->n);
	ck_assert_uint_eq(a->n_rest, b->n_rest);
	ck_assert_uint_eq(a->rest, b->rest);
	check_row(&(struct query){ .n_by = 0 }, &a->total, &b->total);
	for (size_t i = 0; i < a->n; i++)
		check_row(query, &a->rows[i], &b->rows[i]);
	query_result_release(a);
	query_result_release(b);
}

static void check_query(const struct sources *sources, const struct query *query)
{
	struct query_result a, b;
	int known = query_run(sources->direct, query, &a, &err);

	ck_assert_int_eq(query_run(sources->database, query, &b, &err), known);
	if (known == 0)
		check_results(query, &a, &b);
}

/* In several ways: what is asked before leaves traces in what is kept. */
static void check_columns(const struct sources *sources, struct query query)
{
	check_query(sources, &query);
	query.order = ORDER_KEY;
	query.top = 3;
	check_query(sources, &query);
	query.order = ORDER_COUNT;
	query.directions = 1u << DIRECTION_OUT | 1u << DIRECTION_IN;
	check_query(sources, &query);
	query.code = CODE_SOME;
	query.outcomes = 1u << OUTCOME_PERMANENT;
	check_query(sources, &query);
	query = (struct query){ .n_by = query.n_by, .by = { query.by[0], query.by[1] }, .trouble = true };
	check_query(sources, &query);
}

START_TEST(any_two_columns)
{
	struct sources sources;

	sources_open(&sources, tally_number(_i));
	check_columns(&sources, (struct query){ .n_by = 0 });
	for (int a = 0; a < N_COLUMNS; a++) {
		check_columns(&sources, (struct query){ .by = { (enum column)a }, .n_by = 1 });
		for (int b = 0; b < N_COLUMNS; b++)
			check_columns(&sources, (struct query){ .by = { (enum column)a, (enum column)b }, .n_by = 2 });
	}
	sources_close(&sources);
}
END_TEST

static const struct {
	int n, more;
	uint64_t span;
} parts[] = {
	{ 3000, 3000, 3600 }, { 6000, 700, 3600 }, { 300, 5000, 1800 }, { 2000, 2000, 3 * 86400 }, { 9000, 150, 60 },
};

/* A database that was added to bit by bit: what it has is raised, a row at a time or all of
 * an hour at once, and the rest inserted. */
START_TEST(several_commits)
{
	struct tally *first = random_events(_i, parts[_i].n, parts[_i].span), *second;
	struct sources sources;

	sources_open(&sources, first);
	second = random_events(_i + 100, parts[_i].more, parts[_i].span);
	ck_assert_msg(store_commit(sources.database, second, &err) == 0, "%s", err.text);
	ck_assert_msg(store_commit(sources.database, second, &err) == 0, "%s", err.text);
	tally_merge(first, second);
	tally_merge(first, second);
	tally_free(second);
	for (int a = 0; a < N_COLUMNS; a++)
		check_query(&sources, &(struct query){ .by = { (enum column)a }, .n_by = 1 });
	check_query(&sources, &(struct query){ .by = { COLUMN_DOMAIN, COLUMN_RELAY, COLUMN_REASON, COLUMN_HOUR, COLUMN_CODE,
	                                               COLUMN_KIND }, .n_by = 6 });
	check_query(&sources, &(struct query){ .by = { COLUMN_DAY, COLUMN_DOMAIN, COLUMN_OUTCOME, COLUMN_HOST }, .n_by = 4 });
	check_query(&sources, &(struct query){ .by = { COLUMN_DAY, COLUMN_REASON, COLUMN_STAGE, COLUMN_MTA }, .n_by = 4 });
	check_query(&sources, &(struct query){ .by = { COLUMN_DAY, COLUMN_RELAY, COLUMN_DIRECTION }, .n_by = 3 });
	sources_close(&sources);
}
END_TEST

/* The first rows of many are the first of all. */
START_TEST(the_first_rows)
{
	struct query query = { .by = { COLUMN_DOMAIN, COLUMN_CODE, COLUMN_STAGE }, .n_by = 3, .order = (enum order)(_i % 2) };
	struct query_result all, some;
	struct sources sources;

	sources_open(&sources, random_tally(3));
	ck_assert_int_eq(query_run(sources.direct, &query, &all, &err), 0);
	for (query.top = 1; query.top < all.n + 2; query.top += query.top / 3 + 1) {
		uint64_t rest = 0;

		ck_assert_int_eq(query_run(sources.direct, &query, &some, &err), 0);
		ck_assert_uint_eq(some.n, query.top < all.n ? query.top : all.n);
		ck_assert_uint_eq(some.n + some.n_rest, all.n);
		check_row(&(struct query){ .n_by = 0 }, &some.total, &all.total);
		for (size_t i = 0; i < some.n; i++)
			check_row(&query, &some.rows[i], &all.rows[i]);
		for (size_t i = some.n; i < all.n; i++)
			rest += all.rows[i].count;
		ck_assert_uint_eq(some.rest, rest);
		query_result_release(&some);
	}
	query_result_release(&all);
	sources_close(&sources);
}
END_TEST

START_TEST(among_values)
{
	static const enum column columns[] = { COLUMN_RELAY, COLUMN_CODE, COLUMN_HOST };
	struct query first = { .by = { columns[_i] }, .n_by = 1 }, query = { .by = { columns[_i], COLUMN_KIND }, .n_by = 2 };
	struct query_result results[2], a, b;
	struct sources sources;

	sources_open(&sources, random_tally(1));
	ck_assert_int_eq(query_run(sources.direct, &first, &results[0], &err), 0);
	ck_assert_int_eq(query_run(sources.database, &first, &results[1], &err), 0);
	for (query.n_among = 0; query.n_among <= 3; query.n_among++) {
		struct query_value among[2][3];

		for (size_t i = 0; i < 3; i++) {
			among[0][i] = results[0].rows[i].by[0];
			among[1][i] = results[1].rows[i].by[0];
		}
		query.among = among[0];
		ck_assert_int_eq(query_run(sources.direct, &query, &a, &err), 0);
		query.among = among[1];
		ck_assert_int_eq(query_run(sources.database, &query, &b, &err), 0);
		check_results(&query, &a, &b);
	}
	query_result_release(&results[0]);
	query_result_release(&results[1]);
	sources_close(&sources);
}
END_TEST

/* --- lines, hours, recipients ---------------------------------------------- */

static void check_lines(const struct sources *sources, int64_t since, int64_t until)
{
	struct accounting lines[2];
	struct query_clock *clocks[2];
	struct query_span spans[2] = { { 0 }, { 0 } };
	size_t n[2];
	bool any[2];

	for (int i = 0; i < 2; i++) {
		struct store *store = i ? sources->database : sources->direct;

		ck_assert_int_eq(query_accounting(store, since, until, &lines[i], &err), 0);
		ck_assert_int_eq(query_clocks(store, since, until, &clocks[i], &n[i], &err), 0);
		ck_assert_int_eq(query_span(store, since, until, &spans[i], &any[i], &err), 0);
	}
	ck_assert_mem_eq(&lines[0], &lines[1], sizeof lines[0]);
	ck_assert_int_eq(any[0], any[1]);
	ck_assert_mem_eq(&spans[0], &spans[1], sizeof spans[0]);
	ck_assert_uint_eq(n[0], n[1]);
	for (size_t i = 0; i < n[0]; i++) {
		ck_assert_int_eq(clocks[0][i].hour, clocks[1][i].hour);
		ck_assert_int_eq(clocks[0][i].zone, clocks[1][i].zone);
		ck_assert_uint_eq(clocks[0][i].lines, clocks[1][i].lines);
	}
	free(clocks[0]);
	free(clocks[1]);
}

START_TEST(lines_and_hours)
{
	struct sources sources;

	sources_open(&sources, tally_number(_i));
	check_lines(&sources, TIME_NONE, TIME_NONE);
	check_lines(&sources, 1792886400, TIME_NONE);
	check_lines(&sources, TIME_NONE, 1792886400 + 1800);
	check_lines(&sources, 1792886400 - 7200, 1792886400 + 1);
	check_lines(&sources, 1, 2);
	sources_close(&sources);
}
END_TEST

START_TEST(deferred_recipients)
{
	struct sources sources;

	sources_open(&sources, tally_number(_i));
	for (int direction = 0; direction < N_DIRECTIONS; direction++) {
		uint64_t n[2];
		bool exact[2];

		ck_assert_int_eq(query_deferred(sources.direct, direction, TIME_NONE, TIME_NONE, &n[0], &exact[0], &err), 0);
		ck_assert_int_eq(query_deferred(sources.database, direction, TIME_NONE, TIME_NONE, &n[1], &exact[1], &err), 0);
		ck_assert_uint_eq(n[0], n[1]);
		ck_assert_int_eq(exact[0], exact[1]);
	}
	sources_close(&sources);
}
END_TEST

START_TEST(deferred_recipients_about)
{
	struct tally *tally = tally_new(SMALL_TABLES);
	struct event event = counted[2];
	struct sources sources;
	uint64_t hash, n[2];
	bool exact[2];

	event.recipients = &hash;
	event.n_recipients = 1;
	for (hash = 1; hash < UINT64_MAX - (UINT64_MAX >> 18); hash += UINT64_MAX >> 18)
		tally_event(tally, &event);
	sources_open(&sources, tally);
	ck_assert_int_eq(query_deferred(sources.direct, DIRECTION_OUT, TIME_NONE, TIME_NONE, &n[0], &exact[0], &err), 0);
	ck_assert_int_eq(query_deferred(sources.database, DIRECTION_OUT, TIME_NONE, TIME_NONE, &n[1], &exact[1], &err), 0);
	ck_assert(!exact[0] && !exact[1]);
	ck_assert_uint_eq(n[0], n[1]);
	sources_close(&sources);
}
END_TEST

/* --- reports --------------------------------------------------------------- */

static char *report_of(struct store *store, const struct report_request *request, size_t *n)
{
	struct report *report = report_build(store, request, &err);
	struct report_style style = { .lang = request->lang };
	char *text;

	ck_assert_msg(report != NULL, "%s", err.text);
	text = rendered(report, &style, report_json, n);
	report_free(report);
	return text;
}

START_TEST(reports)
{
	static const size_t tops[] = { 0, 1, 10 };
	struct report_request request = reported_request(LANG_EN);
	struct sources sources;

	sources_open(&sources, tally_number(_i));
	for (size_t i = 0; i < sizeof tops / sizeof *tops; i++) {
		size_t n[2];
		char *text[2];

		request.top = tops[i];
		text[0] = report_of(sources.direct, &request, &n[0]);
		text[1] = report_of(sources.database, &request, &n[1]);
		ck_assert_str_eq(text[0], text[1]);
		free(text[0]);
		free(text[1]);
	}
	sources_close(&sources);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("sources");
	TCase *tc = tcase_create("sources");

	tcase_add_loop_test(tc, any_two_columns, 0, N_TALLIES);
	tcase_add_loop_test(tc, several_commits, 0, sizeof parts / sizeof *parts);
	tcase_add_loop_test(tc, the_first_rows, 0, 2);
	tcase_add_loop_test(tc, among_values, 0, 3);
	tcase_add_loop_test(tc, lines_and_hours, 0, N_TALLIES);
	tcase_add_loop_test(tc, deferred_recipients, 0, N_TALLIES);
	tcase_add_test(tc, deferred_recipients_about);
	tcase_add_loop_test(tc, reports, 0, N_TALLIES);
	suite_add_tcase(suite, tc);
	return suite;
}
