/* check_report.c - the report's model: the first screen, the sections, the words.
 * SPDX-License-Identifier: MIT */
#include "report/section.h"

#include "base/utf8.h"
#include "reported.h"
#include "suite.h"

/* --- the first screen ---------------------------------------------------- */

static const struct {
	enum fact_id id;
	uint64_t number;
	bool none;
} facts[] = {
	{ FACT_DELIVERED, 7, false }, { FACT_SUCCESS, 7, false }, { FACT_LATE, 1, false },
	{ FACT_FAILED, 4, false }, { FACT_EXPIRED, 1, false }, { FACT_DEFERRALS, 3, false },
	{ FACT_RECIPIENTS, 2, false }, { FACT_RECIPIENTS_ABOUT, 0, true }, { FACT_UNDECIDED, 0, false },
	{ FACT_LOCAL_DELIVERED, 4, false }, { FACT_LOCAL_FAILED, 0, false }, { FACT_LOCAL_RECIPIENTS, 0, true },
	{ FACT_DISPOSED_ALL, 1, false },
	{ FACT_ACCEPTED, 5, false }, { FACT_REFUSED, 4, false }, { FACT_REFUSED_4YZ, 1, false },
	{ FACT_REFUSED_5YZ, 2, false }, { FACT_REFUSED_OTHER, 1, false }, { FACT_REFUSED_WITHOUT, 0, false },
	{ FACT_GUESSING, 7, false },
	{ FACT_ATTEMPTS, 2, false }, { FACT_HOPS, 3, false }, { FACT_WAITING, 0, false },
	{ FACT_UNRECOGNISED_LINES, 1, false }, { FACT_UNRECOGNISED_SHARE, 1, false },
};

START_TEST(first_screen_holds)
{
	struct report *report = reported(LANG_EN);
	const struct fact *fact = &report->summary.facts[facts[_i].id];

	ck_assert_int_eq(fact->none, facts[_i].none);
	ck_assert_uint_eq(fact->number, facts[_i].number);
	report_free(report);
}
END_TEST

START_TEST(shares_have_their_wholes)
{
	struct report *report = reported(LANG_EN);

	ck_assert_uint_eq(report->summary.facts[FACT_SUCCESS].whole, 11);             /* ok and permanent */
	ck_assert_uint_eq(report->summary.facts[FACT_UNRECOGNISED_SHARE].whole, 37); /* without foreign ones */
	report_free(report);
}
END_TEST

static const struct {
	enum notice_id id;
	uint64_t count, whole;
	int code;
	const char *text;
} looks[] = {
	{ NOTICE_GREETING, 3, 0, 554, "example.net" },
	{ NOTICE_FATAL, 1, 0, 0, "" },
};

START_TEST(what_deserves_a_look)
{
	struct report *report = reported(LANG_EN);
	const struct notice *notice = &report->summary.look.items[_i];

	ck_assert_uint_eq(report->summary.look.n, sizeof looks / sizeof *looks);
	ck_assert_int_eq(notice->id, looks[_i].id);
	ck_assert_uint_eq(notice->count, looks[_i].count);
	ck_assert_uint_eq(notice->whole, looks[_i].whole);
	ck_assert_int_eq(notice->code, looks[_i].code);
	ck_assert(slice_eq(notice->text, slice_of(looks[_i].text)));
	report_free(report);
}
END_TEST

#define REFUSED_BY(code, domain, reason, count) \
	{ 2, KIND_DELIVERY, DIRECTION_OUT, STAGE_CONNECT, code, BASIS_EXPLICIT, 0, BASIS_NONE, \
	  OUTCOME_TEMPORARY, domain, "mx.busy.example", reason, 0, count }

/* Besides the 6 refusals of the day. */
static const struct {
	struct reported more[2];
	int code; /* of the most frequent refusal; 0: none is told */
	const char *greeting;
} frequent[] = {
	{ { REFUSED_BY(450, "", "try later", 4), REFUSED_BY(354, "", "go ahead", 1) }, 0, "example.net" },
	{ { REFUSED_BY(450, "", "try later", 5), REFUSED_BY(354, "", "go ahead", 6) }, 450, "example.net" },
	{ { REFUSED_BY(450, "", "<id>", 9), REFUSED_BY(354, "", "go ahead", 6) }, 354, "example.net" },
	{ { REFUSED_BY(451, "", "<id> [<ip>]", 9), REFUSED_BY(450, "", "", 8) }, 0, "example.net" },
	{ { REFUSED_BY(450, "", "try later", 5), REFUSED_BY(550, "bulk.example", "<id>", 200) }, 0, "bulk.example" },
	{ { REFUSED_BY(554, "", "Blocked", 5), REFUSED_BY(450, "", "try later", 4) }, 554, "mx.busy.example" },
};

START_TEST(frequent_is_not_a_few)
{
	struct report_request request = reported_request(LANG_EN);
	struct slice greeting = SLICE("");
	struct tally *tally = reported_tally();
	struct report *report;
	int code = 0;

	for (int i = 0; i < 2; i++)
		reported_event(tally, &frequent[_i].more[i]);
	report = reported_on(tally, &request);
	for (size_t i = 0; i < report->summary.look.n; i++) {
		const struct notice *notice = &report->summary.look.items[i];

		if (notice->id == NOTICE_TOP_REFUSAL)
			code = notice->code;
		if (notice->id == NOTICE_GREETING)
			greeting = notice->text;
	}
	ck_assert_int_eq(code, frequent[_i].code);
	ck_assert_msg(slice_eq(greeting, slice_of(frequent[_i].greeting)), "%.*s", SLICE_ARG(greeting));
	report_free(report);
}
END_TEST

/* Besides one that was held. */
static const struct {
	const char *reason;
	enum fact_id fact;
} disposals[] = {
	{ "hold", FACT_HELD }, { "quarantine", FACT_HELD }, { "discard", FACT_DISCARDED }, { "", FACT_DISCARDED },
	{ "blackhole", FACT_DISCARDED }, { "redirect", FACT_REDIRECTED }, { "eaten by <address>", FACT_DISPOSED_OTHER },
};

START_TEST(disposed_parts_add_up)
{
	struct reported row = { 3, KIND_DISPOSED, DIRECTION_LOCAL, STAGE_NONE, 0, BASIS_NONE, 0, BASIS_NONE,
		                OUTCOME_NONE, "", "", disposals[_i].reason, -1, 5 };
	struct report_request request = reported_request(LANG_EN);
	struct tally *tally = reported_tally();
	struct report *report;
	const struct fact *told;
	uint64_t sum = 0;

	reported_event(tally, &row);
	report = reported_on(tally, &request);
	told = report->summary.facts;
	ck_assert_uint_eq(told[disposals[_i].fact].number, disposals[_i].fact == FACT_HELD ? 6 : 5);
	for (int id = FACT_HELD; id <= FACT_DISPOSED_OTHER; id++)
		sum += told[id].number;
	ck_assert_uint_eq(sum, 6);
	ck_assert_uint_eq(told[FACT_DISPOSED_ALL].number, 6);
	report_free(report);
}
END_TEST

START_TEST(one_relay_is_told_twice)
{
	static const struct reported smarthost = {
		0, KIND_DELIVERY, DIRECTION_OUT, STAGE_DATA_END, 250, BASIS_EXPLICIT, 0, BASIS_NONE,
		OUTCOME_OK, "example.org", "smart.example", "", 0, 400
	};
	struct report_request request = reported_request(LANG_EN);
	struct tally *tally = reported_tally();
	struct report *report;
	bool told = false;

	reported_event(tally, &smarthost);
	report = reported_on(tally, &request);
	for (size_t i = 0; i < report->summary.look.n; i++)
		told |= report->summary.look.items[i].id == NOTICE_ONE_RELAY;
	ck_assert(told);
	for (size_t i = 0; i < report->n_sections; i++)
		ck_assert_uint_eq(report->sections[i].notices.n, !strcmp(report->sections[i].key, "out_destination"));
	report_free(report);
}
END_TEST

/* --- the heading --------------------------------------------------------- */

START_TEST(heading_tells_host_period_and_lines)
{
	struct report *report = reported(LANG_EN);

	ck_assert_uint_eq(report->heading.n_hosts, 1);
	ck_assert(slice_eq(report->heading.hosts[0], SLICE("mx1")));
	ck_assert_int_eq(report->heading.since, REPORTED_DAY);
	ck_assert_int_eq(report->heading.until, REPORTED_DAY + 6 * 3600);
	ck_assert_int_eq(report->heading.since_zone, REPORTED_ZONE);
	ck_assert_uint_eq(report->heading.lines, 40);
	ck_assert_uint_eq(report->heading.incomplete.n, 0);
	ck_assert_uint_eq(report->heading.notes.n, 0);
	report_free(report);
}
END_TEST

static const struct {
	uint64_t lines, foreign, matched;
	enum notice_id note;
} empties[] = {
	{ 0, 0, 0, NOTICE_NO_LINES },
	{ 312, 312, 0, NOTICE_NO_MAIL_SERVER },
	{ 312, 300, 0, NOTICE_NO_REPLY },
	{ 312, 300, 12, NOTICE_NOTHING_LEFT },
};

START_TEST(zero_is_never_silent)
{
	struct report_request request = reported_request(LANG_EN);
	struct line line = { .time = REPORTED_DAY, .zone = REPORTED_ZONE };
	struct tally *tally = tally_new((1u << N_TABLES) - 1);
	struct accounting *lines = tally_accounting(tally, &line);
	struct report *report;

	lines->lines = empties[_i].lines;
	lines->foreign = empties[_i].foreign;
	lines->matched = empties[_i].matched;
	report = reported_on(tally, &request);
	ck_assert_uint_eq(report->heading.notes.n, 1);
	ck_assert_int_eq(report->heading.notes.items[0].id, empties[_i].note);
	report_free(report);
}
END_TEST

START_TEST(problem_makes_incomplete)
{
	static const struct report_input inputs[] = {
		{ "a.log", 40, 4000, NULL }, { "b.log.gz", 7, 700, "truncated" }, { "c.log", 0, 0, "missing" }
	};
	struct report_request request = reported_request(LANG_EN);
	struct report *report;

	request.inputs = inputs;
	request.n_inputs = 3;
	report = reported_on(reported_tally(), &request);
	ck_assert_uint_eq(report->heading.incomplete.n, 2);
	ck_assert_int_eq(report->heading.incomplete.items[0].id, NOTICE_UNREADABLE);
	ck_assert_uint_eq(report->heading.incomplete.items[0].count, 1);
	ck_assert_int_eq(report->heading.incomplete.items[1].id, NOTICE_UNREAD);
	ck_assert_uint_eq(report->heading.incomplete.items[1].count, 1);
	report_free(report);
}
END_TEST

/* The report of a database, with a filter. */
static struct report *stored(struct filter *filter)
{
	struct report_request request = reported_request(LANG_EN);

	request.filter = filter;
	request.filter_in_store = true;
	return reported_on(reported_tally(), &request);
}

static const struct {
	int since, until;       /* seconds of the day */
	int64_t first, behind;  /* hours that are shown */
	bool widened, recipients;
} periods[] = {
	{ 0, 86400, 0, 24, false, true },
	{ 7200, 10800, 2, 3, false, false },
	{ 2 * 3600 + 1200, 2 * 3600 + 2400, 2, 3, true, false },
	{ 2 * 3600 + 1, 86400, 2, 24, true, false },
};

START_TEST(database_counts_whole_hours)
{
	struct filter filter;
	struct report *report;

	filter_init(&filter);
	filter.since = REPORTED_DAY + periods[_i].since;
	filter.until = REPORTED_DAY + periods[_i].until;
	report = stored(&filter);
	ck_assert_int_eq(report->heading.since, REPORTED_DAY + periods[_i].first * 3600);
	ck_assert_int_eq(report->heading.until, REPORTED_DAY + periods[_i].behind * 3600);
	ck_assert_uint_eq(report->heading.notes.n, periods[_i].widened);
	ck_assert_int_eq(report->summary.facts[FACT_RECIPIENTS].none, !periods[_i].recipients);
	report_free(report);
}
END_TEST

static const struct {
	enum facet facet;
	const char *asked, *told;
	uint64_t notes;
} asked[] = {
	{ FACET_CODE, "4yz,5,x5z,45.,550", "4yz,5yz,x5z,45z,550", 0 },
	{ FACET_ENHANCED, "5.7.1,*.1.x,X.*.Z", "5.7.1,x.1.z,x.y.z", 0 },
	{ FACET_RELAY, "*", "*", 1 },
	{ FACET_DOMAIN, "*", "*", 1 },
};

START_TEST(filter_is_told_and_lines_are_left_out)
{
	struct filter filter;
	struct report *report;

	filter_init(&filter);
	ck_assert_int_eq(filter_add(&filter, asked[_i].facet, asked[_i].asked, &(struct error){ "" }), 0);
	report = stored(&filter);
	ck_assert(slice_eq(report->heading.only[asked[_i].facet], slice_of(asked[_i].told)));
	ck_assert_uint_eq(report->heading.notes.n, asked[_i].notes);
	ck_assert(report->summary.facts[FACT_UNRECOGNISED_LINES].none);
	for (size_t i = 0; i < report->n_sections; i++) {
		ck_assert_str_ne(report->sections[i].key, "accounting");
		ck_assert_str_ne(report->sections[i].key, "trouble");
	}
	report_free(report);
	filter_release(&filter);
}
END_TEST

/* --- sections ------------------------------------------------------------ */

static const struct section *find_section(const struct report *report, const char *key)
{
	for (size_t i = 0; i < report->n_sections; i++)
		if (!strcmp(report->sections[i].key, key))
			return &report->sections[i];
	return NULL;
}

static const struct cell *find_cell(const struct section *section, size_t row, const char *key)
{
	ck_assert_uint_lt(row, section->n_rows);
	for (size_t i = 0; i < section->n_columns; i++)
		if (!strcmp(section->columns[i].key, key))
			return &section->cells[row * section->n_columns + i];
	ck_abort_msg("%s has no column %s", section->key, key);
	return NULL;
}

static const struct {
	const char *section;
	size_t row;
	const char *column;
	uint64_t number;
} numbers[] = {
	{ "out_class", 0, "class", 2 }, { "out_class", 0, "count", 7 },
	{ "out_class", 1, "class", 5 }, { "out_class", 1, "count", 6 }, /* without the expired one */
	{ "out_category", 0, "category", 5 }, { "out_category", 0, "count", 12 },
	{ "out_category", 1, "category", 7 },
	{ "out_code", 0, "code", 250 }, { "out_code", 0, "explicit", 6 }, { "out_code", 0, "implied", 1 },
	{ "out_code", 1, "code", 554 }, { "out_code", 2, "code", 550 }, { "out_code", 3, "code", 571 },
	{ "out_code", 2, "nonstandard", 0 }, { "out_code", 3, "nonstandard", 1 },
	{ "out_enhanced", 0, "enhanced", ENHANCED(2, 0, 0) }, { "out_enhanced", 0, "from_reply", 6 },
	{ "out_enhanced", 0, "from_dsn", 1 }, { "out_enhanced", 0, "implied", 0 },
	{ "out_destination", 0, "count", 9 }, { "out_destination", 0, "ok", 7 },
	{ "out_destination", 0, "permanent", 2 }, { "out_destination", 0, "late", 1 },
	{ "out_destination", 0, "refusal", 2 }, { "out_destination", 0, "delay_max_ms", 2400000 },
	{ "out_destination", 0, "delay_mean_ms", 267444 }, /* (6 x 1000 + 2400000 + 2 x 500) / 9 */
	{ "out_relay", 1, "count", 3 },
	{ "out_hour", 0, "count", 6 }, { "out_hour", 1, "count", 0 }, { "out_hour", 2, "count", 7 },
	{ "out_hour", 2, "hour", REPORTED_DAY + 7200 }, { "out_hour", 5, "count", 1 },
	{ "out_reason", 0, "count", 3 }, { "out_reason", 0, "code", 554 },
	{ "out_reason", 1, "enhanced", ENHANCED(5, 1, 1) },
	{ "out_silent", 0, "count", 1 }, { "out_silent", 0, "enhanced", ENHANCED(4, 4, 7) },
	{ "local_silent", 0, "count", 4 },
	{ "in_class", 0, "class", 5 }, { "in_class", 0, "count", 2 }, /* without AUTH */
	{ "in_accepted", 0, "code", 250 }, { "in_accepted", 0, "count", 5 }, { "in_accepted", 0, "implied", 5 },
	{ "in_stage", 0, "count", 3 }, { "in_stage", 1, "count", 1 },
	{ "in_domain", 0, "count", 2 }, { "in_relay", 0, "ok", 5 }, { "in_relay", 0, "temporary", 1 },
	{ "in_auth_reason", 0, "code", 535 }, { "in_auth_relay", 0, "count", 7 },
	{ "disposed", 0, "count", 1 }, { "trouble", 0, "count", 1 },
	{ "apart", 0, "count", 3 }, { "apart", 1, "count", 2 },
	{ "accounting", 0, "count", 30 }, { "accounting", 1, "count", 5 }, { "accounting", 2, "count", 1 },
	{ "accounting", 3, "count", 3 }, { "accounting", 4, "count", 1 }, { "accounting", 5, "count", 40 },
	{ "inputs", 0, "lines", 40 }, { "inputs", 0, "bytes", 4000 },
};

START_TEST(sections_count)
{
	struct report *report = reported(LANG_EN);
	const struct section *section = find_section(report, numbers[_i].section);

	ck_assert_msg(section != NULL, "no section %s", numbers[_i].section);
	ck_assert_uint_eq(find_cell(section, numbers[_i].row, numbers[_i].column)->number, numbers[_i].number);
	report_free(report);
}
END_TEST

static const struct {
	const char *section;
	size_t row;
	const char *column, *text;
} texts[] = {
	{ "out_destination", 0, "domain", "example.com" }, { "out_reason", 0, "reason", "Blocked" },
	{ "out_silent", 0, "outcome", "permanent" }, { "out_silent", 0, "reason", "expired" },
	{ "in_stage", 0, "stage", "rcpt" }, { "in_stage", 1, "stage", "vrfy" },
	{ "in_domain", 0, "domain", "(not ours)" }, { "in_relay", 0, "relay", "client.example" },
	{ "in_auth_relay", 0, "relay", "[192.0.2.7]" }, { "disposed", 0, "action", "held" },
	{ "trouble", 0, "reason", "fatal: no space left" },
	{ "apart", 0, "kind", "delivery" }, { "apart", 0, "direction", "hop" }, { "apart", 1, "kind", "attempt" },
	{ "accounting", 3, "fate", "foreign" }, { "inputs", 0, "file", "mail.log" },
};

START_TEST(sections_name)
{
	struct report *report = reported(LANG_RU); /* words do not follow the language */
	const struct section *section = find_section(report, texts[_i].section);
	struct slice text;

	ck_assert_msg(section != NULL, "no section %s", texts[_i].section);
	text = find_cell(section, texts[_i].row, texts[_i].column)->text;
	ck_assert_msg(slice_eq(text, slice_of(texts[_i].text)), "%.*s", SLICE_ARG(text));
	report_free(report);
}
END_TEST

START_TEST(no_section_is_empty)
{
	struct report *report = reported(LANG_EN);

	for (size_t i = 0; i < report->n_sections; i++)
		ck_assert_uint_gt(report->sections[i].n_rows, 0);
	ck_assert_ptr_null(find_section(report, "local_class")); /* no code there */
	ck_assert_ptr_null(find_section(report, "out_day"));     /* hours, up to 48 of them */
	report_free(report);
}
END_TEST

START_TEST(days_beyond_48_hours)
{
	static const struct reported later = {
		72, KIND_DELIVERY, DIRECTION_OUT, STAGE_DATA_END, 250, BASIS_EXPLICIT, 0, BASIS_NONE,
		OUTCOME_OK, "example.org", "mx.example.org", "", 0, 1
	};
	struct report_request request = reported_request(LANG_EN);
	struct tally *tally = reported_tally();
	struct report *report;

	reported_event(tally, &later);
	report = reported_on(tally, &request);
	ck_assert_ptr_null(find_section(report, "out_hour"));
	ck_assert_uint_eq(find_section(report, "out_day")->n_rows, 4);
	ck_assert_uint_eq(find_cell(find_section(report, "out_day"), 1, "count")->number, 0);
	ck_assert_uint_eq(find_section(report, "out_clock")->n_rows, 24);
	ck_assert_uint_eq(find_cell(find_section(report, "out_clock"), 0, "count")->number, 7);
	report_free(report);
}
END_TEST

START_TEST(top_leaves_a_rest)
{
	struct report_request request = reported_request(LANG_EN);
	const struct section *section;
	struct report *report;

	request.top = 1;
	report = reported_on(reported_tally(), &request);
	section = find_section(report, "out_code");
	ck_assert_uint_eq(section->n_rows, 1);
	ck_assert_uint_eq(section->rest_rows, 3);
	ck_assert_uint_eq(section->rest, 6);
	ck_assert_uint_eq(section->total, 13);
	ck_assert_uint_eq(find_section(report, "out_hour")->n_rows, 6); /* time is whole */
	report_free(report);
}
END_TEST

START_TEST(crossing_never_sums_directions)
{
	struct report_request request = reported_request(LANG_EN);
	struct report *report;

	request.n_by = 2;
	request.by[0] = COLUMN_CODE;
	request.by[1] = COLUMN_DOMAIN;
	report = reported_on(reported_tally(), &request);
	ck_assert(!report->screen);
	ck_assert_uint_eq(report->n_sections, 3);
	ck_assert_str_eq(report->sections[0].key, "by_out");
	ck_assert_uint_eq(report->sections[0].total, 14);
	ck_assert_str_eq(report->sections[1].key, "by_local");
	ck_assert_str_eq(report->sections[2].key, "by_in");
	ck_assert_uint_eq(report->sections[2].total, 16);
	report_free(report);
}
END_TEST

START_TEST(crossing_with_direction_is_one_table)
{
	struct report_request request = reported_request(LANG_EN);
	struct report *report;

	request.n_by = 1;
	request.by[0] = COLUMN_DIRECTION;
	report = reported_on(reported_tally(), &request);
	ck_assert_uint_eq(report->n_sections, 1);
	ck_assert_str_eq(report->sections[0].key, "by");
	ck_assert_uint_eq(report->sections[0].n_rows, 4);
	report_free(report);
}
END_TEST

/* --- words --------------------------------------------------------------- */

/* Every text of the report's tables, by pairs. */
static const struct words all_words[] = {
#define LABEL(id, en, ru) { { en, ru } },
#include "report/label.def"
#define NOTICE(id, key, en, ru) { { en, ru } },
#include "report/notice.def"
#define LINE(id, key, en, ru) { { en, ru } },
#define FACT(line, id, key, kind, place, en, ru) { { en, ru } },
#include "report/summary.def"
#define FIGURE(id, key, kind, drop, en, ru) { { en, ru } },
#include "report/figure.def"
};

static size_t forms(const char *text)
{
	size_t n = 1;

	for (; *text; text++)
		n += *text == '|';
	return n;
}

/* The values that one form names, as a set. */
static unsigned values_of(struct slice form)
{
	unsigned values = 0;

	for (size_t i = 0; i + 1 < form.n; i++)
		if (form.p[i] == '%' && form.p[i + 1] >= 'a')
			values |= 1u << (form.p[i + 1] - 'a');
	return values;
}

START_TEST(words_agree_in_both_languages)
{
	const char *en = all_words[_i].in[LANG_EN], *ru = all_words[_i].in[LANG_RU];
	struct slice rest = slice_of(ru), form;

	ck_assert(*en && *ru && utf8_valid(slice_of(en)) && utf8_valid(slice_of(ru)));
	ck_assert_msg(forms(en) == 1 || forms(en) == 2, "%s", en);
	ck_assert_msg(forms(ru) == 1 || forms(ru) == 3, "%s", ru);
	while (slice_split(&rest, '|', &form))
		ck_assert_msg(values_of(form) == values_of(plural(en, LANG_EN, 1)), "%s", ru);
}
END_TEST

START_TEST(section_rows_are_whole)
{
	const struct section_row *row = &section_rows[_i];

	ck_assert(*row->title.in[LANG_EN] && *row->title.in[LANG_RU]);
	ck_assert_uint_gt(row->n_by, 0);
	for (int i = _i + 1; i < (int)n_section_rows; i++)
		ck_assert_str_ne(row->key, section_rows[i].key);
}
END_TEST

static const struct {
	enum lang lang;
	uint64_t count;
	const char *form;
} plurals[] = {
	{ LANG_EN, 0, "b" }, { LANG_EN, 1, "a" }, { LANG_EN, 2, "b" }, { LANG_EN, 101, "b" },
	{ LANG_RU, 0, "c" }, { LANG_RU, 1, "a" }, { LANG_RU, 2, "b" }, { LANG_RU, 5, "c" },
	{ LANG_RU, 11, "c" }, { LANG_RU, 12, "c" }, { LANG_RU, 14, "c" }, { LANG_RU, 21, "a" },
	{ LANG_RU, 22, "b" }, { LANG_RU, 111, "c" }, { LANG_RU, 121, "a" },
};

START_TEST(plural_forms)
{
	struct slice form = plural("a|b|c", plurals[_i].lang, plurals[_i].count);

	ck_assert(slice_eq(form, slice_of(plurals[_i].form)));
}
END_TEST

static const struct {
	uint64_t part, whole, scale, share;
} shares[] = {
	{ 0, 0, 1000, 0 }, { 1, 3, 1000, 333 }, { 2, 3, 1000, 667 }, { 1, 2, 1, 1 }, { 5, 5, 1000000, 1000000 },
	{ UINT64_MAX, UINT64_MAX, 1000000, 1000000 }, { UINT64_MAX / 2, UINT64_MAX, 1000, 500 },
	{ 2407000, 9, 1, 267444 },
};

START_TEST(shares_are_exact)
{
	ck_assert_uint_eq(share_of(shares[_i].part, shares[_i].whole, shares[_i].scale), shares[_i].share);
}
END_TEST

#define N(table) (int)(sizeof(table) / sizeof *(table))

Suite *make_suite(void)
{
	Suite *suite = suite_create("report");
	TCase *screen = tcase_create("screen"), *sections = tcase_create("sections"), *words = tcase_create("words");

	tcase_add_loop_test(screen, first_screen_holds, 0, N(facts));
	tcase_add_test(screen, shares_have_their_wholes);
	tcase_add_loop_test(screen, what_deserves_a_look, 0, N(looks));
	tcase_add_loop_test(screen, frequent_is_not_a_few, 0, N(frequent));
	tcase_add_loop_test(screen, disposed_parts_add_up, 0, N(disposals));
	tcase_add_test(screen, one_relay_is_told_twice);
	tcase_add_test(screen, heading_tells_host_period_and_lines);
	tcase_add_loop_test(screen, zero_is_never_silent, 0, N(empties));
	tcase_add_test(screen, problem_makes_incomplete);
	tcase_add_loop_test(screen, database_counts_whole_hours, 0, N(periods));
	tcase_add_loop_test(screen, filter_is_told_and_lines_are_left_out, 0, N(asked));
	suite_add_tcase(suite, screen);
	tcase_add_loop_test(sections, sections_count, 0, N(numbers));
	tcase_add_loop_test(sections, sections_name, 0, N(texts));
	tcase_add_test(sections, no_section_is_empty);
	tcase_add_test(sections, days_beyond_48_hours);
	tcase_add_test(sections, top_leaves_a_rest);
	tcase_add_test(sections, crossing_never_sums_directions);
	tcase_add_test(sections, crossing_with_direction_is_one_table);
	suite_add_tcase(suite, sections);
	tcase_add_loop_test(words, words_agree_in_both_languages, 0, N(all_words));
	tcase_add_loop_test(words, section_rows_are_whole, 0, (int)n_section_rows);
	tcase_add_loop_test(words, plural_forms, 0, N(plurals));
	tcase_add_loop_test(words, shares_are_exact, 0, N(shares));
	suite_add_tcase(suite, words);
	return suite;
}
