/* check_json.c - the report as a JSON document. Its schema is checked elsewhere,
 * by a real validator. SPDX-License-Identifier: MIT */
#include "base/utf8.h"
#include "reported.h"
#include "suite.h"

#include <cJSON.h>

static char *json_of(const struct report_request *request, struct tally *tally, size_t *n)
{
	struct report_style style = { .lang = request->lang };
	struct report *report = reported_on(tally, request);
	char *text = rendered(report, &style, report_json, n);

	report_free(report);
	return text;
}

static char *json(enum lang lang, size_t *n)
{
	struct report_request request = reported_request(lang);

	return json_of(&request, reported_tally(), n);
}

/* What the document holds exactly so. */
static const char *const parts[] = {
	"{\n\t\"format\": \"smtplog-stats.report\",\n\t\"version\": 1,\n",
	"\"program\": { \"name\": \"smtplog-stats\", \"version\": \"1.0\" },\n\t\"language\": \"en\",\n",
	"\"since\": \"2026-11-21T00:00:00+01:00\",\n\t\t\"until\": \"2026-11-21T06:00:00+01:00\",\n",
	"\"files\": 1,\n\t\t\"lines\": 40,\n\t\t\"complete\": true,\n",
	"\"delivered\": 7,\n\t\t\t\"success_share\": 0.636364,\n\t\t\t\"late\": 1,\n\t\t\t\"failed\": 4,\n",
	"\"deferred_recipients\": 2,\n\t\t\t\"deferred_recipients_about\": null,\n",
	"{ \"what\": \"greeting\", \"count\": 3, \"share\": null, \"code\": 554, \"enhanced\": null, "
	"\"text\": \"example.net\", \"provider\": null }",
	"{ \"code\": 250, \"name\": \"Action completed\", \"count\": 7, \"share\": 0.538462, \"explicit\": 6, "
	"\"implied\": 1, \"nonstandard\": false }",
	"{ \"domain\": \"example.com\", \"count\": 9, \"share\": 0.642857, \"ok_share\": 0.777778, "
	"\"temporary_share\": 0.000000, \"permanent_share\": 0.222222, \"ok\": 7, \"temporary\": 0, "
	"\"permanent\": 2, \"late\": 1, \"delay_mean_ms\": 267444, \"delay_max_ms\": 2400000, "
	"\"refusal\": { \"code\": 550, \"enhanced\": \"5.1.1\", \"count\": 2 } }",
	"{ \"hour\": \"2026-11-21T02:00:00+01:00\", \"count\": 7,",
	"{ \"domain\": null, \"count\": 1,",
	"\"domain\": \"evil\\u001b[2J.example\"",
	"\"reason\": \"No\\nentry\"",
	"{ \"fate\": \"foreign\", \"count\": 3, \"share\": 0.075000 }",
	"{ \"file\": \"mail.log\", \"lines\": 40, \"bytes\": 4000, \"problem\": null }",
	"\"rest\": null,\n\t\t\t\"total\": 13,\n",
};

START_TEST(document_holds)
{
	size_t n;
	char *text = json(LANG_EN, &n);

	ck_assert_msg(strstr(text, parts[_i]) != NULL, "no %s in\n%.3000s", parts[_i], text);
	free(text);
}
END_TEST

START_TEST(document_parses)
{
	size_t n;
	char *text = json(_i ? LANG_RU : LANG_EN, &n);
	cJSON *document = cJSON_ParseWithLength(text, n);

	ck_assert_ptr_nonnull(document);
	ck_assert(utf8_valid((struct slice){ text, n }));
	cJSON_Delete(document);
	free(text);
}
END_TEST

/* A double holds integers up to 2^53 only. */
START_TEST(counts_are_exact)
{
	static const struct reported many = {
		0, KIND_DELIVERY, DIRECTION_OUT, STAGE_DATA_END, 250, BASIS_EXPLICIT, 0, BASIS_NONE,
		OUTCOME_OK, "example.org", "mx.example.org", "", -1, 9007199254740993
	};
	struct report_request request = reported_request(LANG_EN);
	struct tally *tally = tally_new((1u << N_TABLES) - 1);
	char *text;
	size_t n;

	reported_lines(tally);
	reported_event(tally, &many);
	text = json_of(&request, tally, &n);
	ck_assert_ptr_nonnull(strstr(text, "\"delivered\": 9007199254740993,"));
	ck_assert_ptr_nonnull(strstr(text, "{ \"code\": 250, \"name\": \"Action completed\", \"count\": 9007199254740993,"));
	free(text);
}
END_TEST

START_TEST(same_report_same_bytes)
{
	size_t n, again_n;
	char *text = json(LANG_EN, &n), *again = json(LANG_EN, &again_n);

	ck_assert(slice_eq((struct slice){ text, n }, (struct slice){ again, again_n }));
	free(text);
	free(again);
}
END_TEST

/* Only these follow the language. */
static bool is_translated(const char *key)
{
	return !strcmp(key, "language") || !strcmp(key, "title") || !strcmp(key, "label") || !strcmp(key, "name");
}

static void same_but_words(const cJSON *en, const cJSON *ru)
{
	ck_assert_int_eq(en->type, ru->type);
	if (en->string)
		ck_assert_str_eq(en->string, ru->string);
	if (cJSON_IsString(en) && !(en->string && is_translated(en->string)))
		ck_assert_str_eq(en->valuestring, ru->valuestring);
	for (en = en->child, ru = ru->child; en && ru; en = en->next, ru = ru->next)
		same_but_words(en, ru);
	ck_assert(!en && !ru);
}

START_TEST(keys_and_words_never_follow_the_language)
{
	size_t en_n, ru_n;
	char *en = json(LANG_EN, &en_n), *ru = json(LANG_RU, &ru_n);
	cJSON *en_document = cJSON_ParseWithLength(en, en_n), *ru_document = cJSON_ParseWithLength(ru, ru_n);

	same_but_words(en_document, ru_document);
	cJSON_Delete(en_document);
	cJSON_Delete(ru_document);
	free(en);
	free(ru);
}
END_TEST

START_TEST(crossing_has_no_summary)
{
	struct report_request request = reported_request(LANG_EN);
	char *text;
	size_t n;

	request.top = 1;
	request.n_by = 1;
	request.by[0] = COLUMN_DOMAIN;
	text = json_of(&request, reported_tally(), &n);
	ck_assert_ptr_null(strstr(text, "\"summary\""));
	ck_assert_ptr_nonnull(strstr(text, "\"key\": \"by_out\""));
	ck_assert_ptr_nonnull(strstr(text, "\"rest\": { \"rows\": 3, \"count\": 5 }"));
	free(text);
}
END_TEST

#define N(table) (int)(sizeof(table) / sizeof *(table))

Suite *make_suite(void)
{
	Suite *suite = suite_create("json");
	TCase *tcase = tcase_create("json");

	tcase_add_loop_test(tcase, document_holds, 0, N(parts));
	tcase_add_loop_test(tcase, document_parses, 0, N_LANGS);
	tcase_add_test(tcase, counts_are_exact);
	tcase_add_test(tcase, same_report_same_bytes);
	tcase_add_test(tcase, keys_and_words_never_follow_the_language);
	tcase_add_test(tcase, crossing_has_no_summary);
	suite_add_tcase(suite, tcase);
	return suite;
}
