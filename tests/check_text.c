/* check_text.c - the report on a terminal: what it says, how wide it is, and that
 * nothing out of a log gets through as a control. SPDX-License-Identifier: MIT */
#include "base/utf8.h"
#include "reported.h"
#include "report/page.h"
#include "suite.h"

static char *text_of(enum lang lang, bool colour, bool utf8, int width, size_t *n)
{
	struct report_style style = { .lang = lang, .colour = colour, .utf8 = utf8, .width = width };
	struct report *report = reported(lang);
	char *text = rendered(report, &style, report_text, n);

	report_free(report);
	return text;
}

/* Lines that the report holds exactly so, at 100 columns. */
static const struct {
	enum lang lang;
	const char *line;
} lines[] = {
	{ LANG_EN, "mx1, 21 Nov 2026 00:00–06:00 +01:00, 1 file, 40 lines, complete\n" },
	{ LANG_EN, "\nOUT           delivered 7 (63.6 %), late 1   failed 4 (expired 1)   "
	           "deferrals 3 of 2 recipients\n" },
	{ LANG_EN, "\nLOCAL         delivered 4 (100.0 %)\n" },
	{ LANG_EN, "\nDISPOSED      1 (held 1)\n" },
	{ LANG_EN, "\nIN            accepted 5   refused 4 (4yz 1 · 5yz 2 · other codes 1)   password guessing 7\n" },
	{ LANG_EN, "\nLOOK          example.net answers 554 at the greeting, still queued, 3\n" },
	{ LANG_EN, "\nAPART         attempts 2 · hops 3\n" },
	{ LANG_EN, "\nUNRECOGNISED  1 line (2.7 %)\n" },
	{ LANG_EN, "\n  By destination       count     %              ok %  defer %  fail %     mean     max  top refusal\n"
	           "  example.com              9  64.3  ██████████  77.8        ·    22.2  4.5 min  40 min  "
	           "550 5.1.1 ×2\n" },
	{ LANG_EN, "  evil\\x1b[2J.example " },
	{ LANG_EN, "  571  –      No\\nentry\n" },
	{ LANG_EN, "\n  2yz  positive completion      7  53.8  ██████████████████████████████\n" },
	{ LANG_EN, "\n  571  Blocked or not authorised                        1   7.7  █▉                   ·  nonstandard\n" },
	{ LANG_RU, "mx1, 21 ноября 2026 00:00–06:00 +01:00, 1 файл, 40 строк, полностью\n" },
	{ LANG_RU, "\nИСХОДЯЩИЕ      доставлено 7 (63,6 %), поздно 1   не доставлено 4 (истёк срок 1)\n"
	           "               отсрочек 3 у 2 получателей\n" },
	{ LANG_RU, "\nНЕ РАСПОЗНАНО  1 строка (2,7 %)\n" },
};

START_TEST(report_says)
{
	size_t n;
	char *text = text_of(lines[_i].lang, false, true, 100, &n);

	ck_assert_msg(strstr(text, lines[_i].line) != NULL, "no \"%s\" in\n%.3000s", lines[_i].line, text);
	free(text);
}
END_TEST

START_TEST(no_line_is_too_wide)
{
	int width = 60 + _i / 2 * 7;
	size_t n;
	char *text = text_of(_i % 2 ? LANG_RU : LANG_EN, false, true, width, &n);
	struct slice rest = { text, n }, line;

	while (slice_split(&rest, '\n', &line)) {
		ck_assert_msg(utf8_width(line) <= (size_t)width, "%d: %.*s", width, SLICE_ARG(line));
		ck_assert(!slice_ends(line, SLICE(" ")));
	}
	free(text);
}
END_TEST

/* Begin and end of a period as seconds of the day at +00:00, and their zones. */
static const struct {
	int since, since_zone, until, until_zone;
	const char *told;
} headings[] = {
	{ 0, 3600, 6 * 3600, 3600, "21 Nov 2026 00:00–06:00 +01:00," },
	{ 0, 3600, 86400, 3600, "21 Nov 2026 00:00–24:00 +01:00," },
	{ 0, 3600, 86400 + 3600, 0, "21 Nov 2026 00:00 +01:00 – 21 Nov 2026 24:00 +00:00," },
	{ 0, 3600, 90000 + 3600, 0, "21 Nov 2026 00:00 +01:00 – 22 Nov 2026 01:00 +00:00," },
	{ 36000, 19800, 37800, -10800, "21 Nov 2026 14:30–15:00 +05:30," },
	{ 72000, 19800, 79200, -10800, "22 Nov 2026 00:30–02:30 +05:30," },
};

START_TEST(period_ends_after_it_begins)
{
	struct report_style style = { .lang = LANG_EN, .utf8 = true, .width = 100 };
	struct report *report = reported(LANG_EN);
	char *text;
	size_t n;

	report->heading.since = REPORTED_DAY + headings[_i].since;
	report->heading.since_zone = headings[_i].since_zone;
	report->heading.until = REPORTED_DAY + headings[_i].until;
	report->heading.until_zone = headings[_i].until_zone;
	text = rendered(report, &style, report_text, &n);
	ck_assert_msg(strstr(text, headings[_i].told) != NULL, "%.120s", text);
	free(text);
	report_free(report);
}
END_TEST

static const struct {
	int hour; /* of one more delivery; that of the report's last is 5 */
	const char *part;
} quiet[] = {
	{ 7, "\n  21 Nov 05:00      1" },
	{ 7, "\n  21 Nov 06:00      ·     ·" },
	{ 9, "\n  … 3 hours without mail\n  21 Nov 09:00      1" },
	{ 80, "\n  Sun 22 Nov 2026      ·" },
	{ 100, "\n  … 3 days without mail\n  Wed 25 Nov 2026      1" },
};

START_TEST(quiet_times_are_folded)
{
	struct reported later = { quiet[_i].hour, KIND_DELIVERY, DIRECTION_OUT, STAGE_NONE, 250, BASIS_EXPLICIT, 0,
		                  BASIS_NONE, OUTCOME_OK, "example.org", "mx.example.org", "", 0, 1 };
	struct report_style style = { .lang = LANG_EN, .utf8 = true, .width = 100 };
	struct report_request request = reported_request(LANG_EN);
	struct tally *tally = reported_tally();
	struct line line = { .time = REPORTED_DAY + quiet[_i].hour * 3600, .zone = REPORTED_ZONE };
	struct report *report;
	char *text;
	size_t n;

	reported_event(tally, &later);
	tally_accounting(tally, &line)->lines++;
	report = reported_on(tally, &request);
	text = rendered(report, &style, report_text, &n);
	ck_assert_msg(strstr(text, quiet[_i].part) != NULL, "%s", strstr(text, "  By "));
	free(text);
	report_free(report);
}
END_TEST

START_TEST(no_control_reaches_a_terminal)
{
	size_t n;
	char *text = text_of(LANG_EN, false, true, 100, &n);

	for (size_t i = 0; i < n; i++)
		ck_assert((unsigned char)text[i] >= 0x20 || text[i] == '\n');
	free(text);
}
END_TEST

/* Without its own controls a coloured report is the plain one. */
START_TEST(colour_changes_no_text)
{
	size_t n, coloured_n, kept = 0;
	char *text = text_of(LANG_EN, false, true, 100, &n), *coloured = text_of(LANG_EN, true, true, 100, &coloured_n);

	ck_assert(coloured_n > n);
	for (size_t i = 0; i < coloured_n; i++) {
		if (coloured[i] == '\033')
			i += strcspn(coloured + i, "m");
		else
			coloured[kept++] = coloured[i];
	}
	ck_assert(slice_eq((struct slice){ text, n }, (struct slice){ coloured, kept }));
	free(text);
	free(coloured);
}
END_TEST

START_TEST(ascii_terminal_gets_ascii)
{
	size_t n;
	char *text = text_of(LANG_EN, false, false, 100, &n);
	const char *relay = strstr(text, "mx.\xe4\xbe\x8b"); /* a log's own name stays */

	ck_assert_ptr_nonnull(relay);
	ck_assert_ptr_nonnull(strstr(text, "##########"));
	for (const char *p = text; p < relay; p++)
		ck_assert_msg((unsigned char)*p < 0x80, "%.20s", p);
	free(text);
}
END_TEST

START_TEST(same_report_same_bytes)
{
	size_t n, again_n;
	char *text = text_of(LANG_RU, true, true, 93, &n), *again = text_of(LANG_RU, true, true, 93, &again_n);

	ck_assert(slice_eq((struct slice){ text, n }, (struct slice){ again, again_n }));
	free(text);
	free(again);
}
END_TEST

START_TEST(full_disk_is_an_error)
{
	struct report_style style = { .lang = LANG_EN, .width = 80 };
	struct report *report = reported(LANG_EN);
	FILE *full = fopen("/dev/full", "w");

	if (full) {
		ck_assert_int_eq(report_text(report, &style, full), -1);
		ck_assert_int_eq(report_json(report, &style, full), -1);
		fclose(full);
	}
	report_free(report);
}
END_TEST

static const struct {
	const char *text;
	size_t columns;
	bool middle;
	const char *cut;
} cuts[] = {
	{ "mx.example.org", 14, true, "mx.example.org" },
	{ "mx.example.org", 9, true, "mx.e….org" },
	{ "mx.example.org", 9, false, "mx.examp…" },
	{ "例え.example", 7, true, "例…ple" }, /* half a wide sign stays blank */
	{ "例え例え", 5, true, "例…え" },
	{ "例え例え", 4, false, "例…" },
	{ "mail", 1, true, "…" },
	{ "mail", 0, true, "" },
};

START_TEST(names_are_cut)
{
	struct buffer out = { 0 };

	page_shorten(&out, slice_of(cuts[_i].text), cuts[_i].columns, cuts[_i].middle);
	ck_assert_str_eq(buffer_string(&out), cuts[_i].cut);
	buffer_release(&out);
}
END_TEST

static const struct {
	bool utf8;
	uint64_t part, whole;
	const char *bar;
} bars[] = {
	{ true, 8, 8, "████" }, { true, 4, 8, "██" }, { true, 5, 8, "██▌" }, { true, 1, 1000, "▏" },
	{ true, 0, 8, "" }, { true, 0, 0, "" }, { false, 8, 8, "####" }, { false, 1, 1000, "#" }, { false, 5, 8, "###" },
};

START_TEST(bars_are_drawn)
{
	struct report_style style = { .utf8 = bars[_i].utf8, .width = 80 };
	struct buffer out = { 0 };
	struct page page;

	page_init(&page, &style);
	page_bar(&page, &out, bars[_i].part, bars[_i].whole, 4);
	ck_assert_str_eq(buffer_string(&out), bars[_i].bar);
	buffer_release(&out);
}
END_TEST

#define N(table) (int)(sizeof(table) / sizeof *(table))

Suite *make_suite(void)
{
	Suite *suite = suite_create("text");
	TCase *tcase = tcase_create("text");

	tcase_add_loop_test(tcase, report_says, 0, N(lines));
	tcase_add_loop_test(tcase, no_line_is_too_wide, 0, 2 * 21);
	tcase_add_loop_test(tcase, period_ends_after_it_begins, 0, N(headings));
	tcase_add_loop_test(tcase, quiet_times_are_folded, 0, N(quiet));
	tcase_add_test(tcase, no_control_reaches_a_terminal);
	tcase_add_test(tcase, colour_changes_no_text);
	tcase_add_test(tcase, ascii_terminal_gets_ascii);
	tcase_add_test(tcase, same_report_same_bytes);
	tcase_add_test(tcase, full_disk_is_an_error);
	tcase_add_loop_test(tcase, names_are_cut, 0, N(cuts));
	tcase_add_loop_test(tcase, bars_are_drawn, 0, N(bars));
	suite_add_tcase(suite, tcase);
	return suite;
}
