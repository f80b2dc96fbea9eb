/* check_taxonomy.c - the tables are whole, sorted and in both languages, and
 * everything a user may ask is explained. SPDX-License-Identifier: MIT */
#include "reply/rows.h"

#include "base/utf8.h"
#include "reply/reply.h"

#include "suite.h"

static const int codes[] = {
	211, 214, 220, 221, 235, 250, 251, 252, 253, 334, 354, 421, 422, 430, 432, 450, 451, 452, 453, 454, 455, 456, 458, 459,
	500, 501, 502, 503, 504, 521, 523, 524, 525, 530, 533, 534, 535, 538, 541, 550, 551, 552, 553, 554, 555, 556, 557, 571,
};

/* By subject: its details are 0 up to this. */
static const int last_detail[] = { 0, 10, 4, 6, 8, 6, 10, 30 };

static void assert_texts(const char *const text[N_LANGS], bool required)
{
	for (int lang = 0; lang < N_LANGS; lang++) {
		ck_assert(utf8_valid(slice_of(text[lang])));
		ck_assert(!required || *text[lang]);
	}
	ck_assert_msg(!*text[LANG_EN] == !*text[LANG_RU], "only in one language: %s%s", text[LANG_EN], text[LANG_RU]);
	ck_assert_msg(!required || strcmp(text[LANG_EN], text[LANG_RU]) != 0, "not translated: %s", text[LANG_EN]);
}

static void assert_row(const struct code_row *row)
{
	assert_texts(row->name, true);
	assert_texts(row->note, false);
	ck_assert_msg(utf8_width(slice_of(row->name[LANG_EN])) <= 56 && utf8_width(slice_of(row->name[LANG_RU])) <= 56,
	              "too long for a table: %s", row->name[LANG_RU]);
	ck_assert(*row->source);
}

START_TEST(codes_are_sorted_and_whole)
{
	int before = 0, n = 0;

	for (const struct code_row *row = code_rows; row->name[0]; row++, n++) {
		ck_assert_int_gt(row->code, before);
		before = row->code;
		assert_row(row);
		ck_assert_msg((row->advice != ADVICE_NONE) == (row->code >= 400), "%d: advice", row->code);
	}
	ck_assert_int_eq(n, sizeof codes / sizeof *codes);
	for (int i = 0; i < n; i++)
		ck_assert_msg(code_row(codes[i]) != NULL, "%d is missing", codes[i]);
}
END_TEST

START_TEST(enhanced_codes_are_sorted_and_whole)
{
	int before = -1;

	for (const struct code_row *row = detail_rows; row->name[0]; row++) {
		ck_assert_int_gt(row->subject * 1000 + row->detail, before);
		before = row->subject * 1000 + row->detail;
		assert_row(row);
	}
	for (int subject = 0; subject < 8; subject++) {
		ck_assert(subject_row(subject) != NULL);
		for (int detail = 0; detail <= last_detail[subject]; detail++)
			ck_assert_msg(detail_row(subject, detail) != NULL, "X.%d.%d is missing", subject, detail);
	}
}
END_TEST

START_TEST(digits_have_both_languages)
{
	for (int digit = 1; digit <= 5; digit++)
		assert_texts(first_row(digit)->name, true), assert_texts(first_row(digit)->about, true);
	for (int digit = 0; digit <= 9; digit++)
		assert_texts(second_row(digit)->name, true), assert_texts(second_row(digit)->about, true);
	for (int subject = 0; subject <= 7; subject++)
		assert_texts(subject_row(subject)->name, true), assert_texts(subject_row(subject)->about, true);
	for (int digit = 2; digit <= 5; digit++)
		if (digit != 3)
			assert_texts(rank_row(digit)->name, true), assert_texts(rank_row(digit)->about, true);
	for (enum advice advice = ADVICE_NONE + 1; advice < N_ADVICES; advice++)
		assert_texts((const char *[]){ advice_text(advice, LANG_EN), advice_text(advice, LANG_RU) }, true);
}
END_TEST

static const struct {
	int subject, detail;
	const char *basics;
} basics[] = {
	{ 0, 0, "any" }, { 1, 1, "451 550" }, { 1, 10, "556" }, { 2, 2, "552" }, { 3, 2, "453 521" }, { 4, 2, "421" },
	{ 5, 1, "430 500 501 503 530 550 554 555" }, { 5, 6, "500" }, { 6, 7, "550 553" },
	{ 7, 1, "451 454 502 503 533 550 551" }, { 7, 8, "535 554" }, { 7, 11, "524 538" }, { 7, 12, "422 432" }, { 7, 13, "525" },
	{ 7, 24, "451 550" }, { 7, 26, "500 550" }, { 7, 30, "550" },
};

START_TEST(enhanced_codes_name_their_basic_codes)
{
	ck_assert_str_eq(detail_row(basics[_i].subject, basics[_i].detail)->basics, basics[_i].basics);
}
END_TEST

static const struct {
	int code;
	bool nonstandard;
} grammar[] = {
	{ 200, false }, { 250, false }, { 354, false }, { 459, false }, { 559, false }, { 571, true }, { 560, true }, { 599, true },
	{ 199, true }, { 600, true }, { 550, false }, { 490, true },
};

START_TEST(grammar_decides_what_is_nonstandard)
{
	ck_assert_int_eq(code_nonstandard(grammar[_i].code), grammar[_i].nonstandard);
}
END_TEST

START_TEST(names_are_never_missing)
{
	for (int lang = 0; lang < N_LANGS; lang++) {
		for (int i = -1; i < 12; i++)
			ck_assert(*class_name(i, (enum lang)lang) && *category_name(i, (enum lang)lang) &&
			          *enhanced_class_name(i, (enum lang)lang) && *enhanced_subject_name(i, (enum lang)lang));
		for (int code = 200; code < 600; code++) {
			struct buffer name = { 0 };

			code_name(code, (enum lang)lang, &name);
			ck_assert_uint_gt(name.n, 0);
			buffer_release(&name);
		}
	}
}
END_TEST

static const struct {
	uint32_t enhanced;
	int code;
	enum lang lang;
	const char *name;
} composed[] = {
	{ 0, 559, LANG_EN, "permanent negative, mail system" },
	{ 0, 599, LANG_EN, "permanent negative, outside the grammar" },
	{ 0, 448, LANG_RU, "временный отказ, не определено" },
	{ ENHANCED(5, 7, 99), 0, LANG_EN, "permanent failure, security or policy" },
	{ ENHANCED(4, 4, 316), 0, LANG_RU, "временная ошибка, сеть и маршрутизация" },
	{ ENHANCED(5, 9, 1), 0, LANG_EN, "permanent failure, unregistered subject" },
	{ ENHANCED(5, 1, 1), 0, LANG_EN, "Bad destination mailbox" },
};

START_TEST(unregistered_codes_get_a_name_from_their_digits)
{
	struct buffer name = { 0 };

	if (composed[_i].code)
		code_name(composed[_i].code, composed[_i].lang, &name);
	else
		enhanced_name(composed[_i].enhanced, composed[_i].lang, &name);
	ck_assert_str_eq(buffer_string(&name), composed[_i].name);
	buffer_release(&name);
}
END_TEST

/* What an explanation must begin with and hold. */
static const struct {
	const char *what;
	enum lang lang;
	const char *begin, *has[4];
} explained[] = {
	{ "550", LANG_EN, "550  Mailbox unavailable\n", { "RFC 5321", "What to do", "5yz ", "x5z " } },
	{ "550", LANG_RU, "550  Ящик недоступен\n", { "Что делать", "постоянный отказ", "почтовая система", "5.1.1 " } },
	{ "250", LANG_EN, "250  Action completed\n", { "2yz " } },
	{ "571", LANG_EN, "571  Blocked", { "not registered", "nonstandard", "What to do" } },
	{ "599", LANG_EN, "599  permanent negative", { "not registered", "nonstandard", "5yz ", "x9z " } },
	{ "557", LANG_EN, "557  ", { "draft" } },
	{ "524", LANG_EN, "524  Encryption", { "IANA" } },
	{ "45x", LANG_EN, "45z  transient negative, mail system\n", { "450  ", "456  ", "459  ", "4yz " } },
	{ "45*", LANG_EN, "45z  transient negative", { NULL } },
	{ "x5z", LANG_EN, "x5z  mail system\n", { "250  ", "354  ", "450  ", "556  " } },
	{ "4yz", LANG_RU, "4yz  временный отказ\n", { "421  ", "459  ", "Что делать" } },
	{ "4..", LANG_EN, "4yz  transient negative\n", { "421  " } },
	{ "5.1", LANG_EN, "5y1  permanent negative\n", { "501  ", "521  ", "571  " } },
	{ "1yz", LANG_EN, "1yz  positive preliminary\n", { NULL } },
	{ "5.7.1", LANG_EN, "5.7.1  Delivery not authorised\n", { "RFC 3463", "451 454 502 503 533 550 551", "X.7.z", "5.y.z" } },
	{ "x.7.1", LANG_EN, "X.7.1  Delivery not authorised\n", { "What to do", "X.7.z" } },
	{ "5.7.26", LANG_RU, "5.7.26  Не пройдено", { "RFC 7372", "500 550" } },
	{ "5.7.x", LANG_EN, "5.7.z  permanent failure, security or policy\n", { "5.7.30", "5.7.511" } },
	{ "5.x.x", LANG_EN, "5.y.z  permanent failure\n", { "5.0.z", "5.7.z" } },
	{ "X.4.*", LANG_EN, "X.4.z  network and routing\n", { "X.4.8" } },
	{ "5.9.9", LANG_EN, "5.9.9  permanent failure, unregistered subject\n", { "not registered", "5.y.z" } },
	{ "5.7.999", LANG_EN, "5.7.999  permanent failure, security or policy\n", { "not registered" } },
};

START_TEST(explains)
{
	struct buffer out = { 0 };
	struct error err;

	ck_assert_int_eq(taxonomy_explain(slice_of(explained[_i].what), explained[_i].lang, &out, &err), 0);
	ck_assert_msg(slice_starts(buffer_slice(&out), slice_of(explained[_i].begin)), "%s", buffer_string(&out));
	for (int k = 0; k < 4 && explained[_i].has[k]; k++)
		ck_assert_msg(strstr(buffer_string(&out), explained[_i].has[k]) != NULL, "no \"%s\" in:\n%s", explained[_i].has[k],
		              buffer_string(&out));
	buffer_release(&out);
}
END_TEST

/* A permanent failure is never answered with "the queue tries again". */
START_TEST(permanent_is_not_retried)
{
	struct buffer out = { 0 };
	struct error err;

	ck_assert_int_eq(taxonomy_explain(SLICE("5.4.1"), LANG_EN, &out, &err), 0);
	ck_assert(strstr(buffer_string(&out), "tries again") == NULL);
	buffer_release(&out);
}
END_TEST

/* All codes in both languages: whole lines that fit a terminal. */
START_TEST(explanations_fit_80_columns)
{
	for (int lang = 0; lang < N_LANGS; lang++) {
		struct buffer out = { 0 };
		struct slice rest, line;
		struct error err;
		char what[16];

		for (int code = 100; code < 600; code++) {
			snprintf(what, sizeof what, "%d", code);
			ck_assert_int_eq(taxonomy_explain(slice_of(what), (enum lang)lang, &out, &err), 0);
		}
		for (const struct code_row *row = detail_rows; row->name[0]; row++) {
			snprintf(what, sizeof what, "5.%d.%d", row->subject, row->detail);
			ck_assert_int_eq(taxonomy_explain(slice_of(what), (enum lang)lang, &out, &err), 0);
		}
		ck_assert(utf8_valid(buffer_slice(&out)) && out.text[out.n - 1] == '\n');
		for (rest = buffer_slice(&out); slice_split(&rest, '\n', &line); ) {
			ck_assert_msg(utf8_width(line) <= 80, "too wide: %.*s", SLICE_ARG(line));
			ck_assert_msg(!slice_ends(line, SLICE(" ")), "ends in a blank: %.*s", SLICE_ARG(line));
		}
		buffer_release(&out);
	}
}
END_TEST

static const char *const nonsense[] = {
	"", "hello", "99", "650", "099", "5500", "xyz", "...", "xx1", "5.7.1234", "3.1.1", "1.0.0", "x.x.x", "x.x.1", "5.x.1",
	"5.7.1.1", "5..1", "5.7.-1", "55a", "\033[31m", "550 ", "é50",
};

START_TEST(refuses_nonsense)
{
	struct buffer out = { 0 };

	for (int lang = 0; lang < N_LANGS; lang++) {
		struct error err = { "" };

		ck_assert_msg(taxonomy_explain(slice_of(nonsense[_i]), (enum lang)lang, &out, &err) == -1, "%s", nonsense[_i]);
		ck_assert(strstr(err.text, "5.7.1") != NULL && strstr(err.text, "45x") != NULL);
		ck_assert(utf8_valid(slice_of(err.text)) && !strchr(err.text, '\033'));
	}
	ck_assert_uint_eq(out.n, 0);
}
END_TEST

START_TEST(languages_have_names)
{
	ck_assert_int_eq(lang_parse(SLICE("en")), LANG_EN);
	ck_assert_int_eq(lang_parse(SLICE("RU")), LANG_RU);
	ck_assert_int_eq(lang_parse(SLICE("de")), -1);
	ck_assert_int_eq(lang_parse(SLICE("")), -1);
}
END_TEST

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

Suite *make_suite(void)
{
	Suite *suite = suite_create("taxonomy");
	TCase *tcase = tcase_create("taxonomy");

	tcase_add_test(tcase, codes_are_sorted_and_whole);
	tcase_add_test(tcase, enhanced_codes_are_sorted_and_whole);
	tcase_add_test(tcase, digits_have_both_languages);
	tcase_add_loop_test(tcase, enhanced_codes_name_their_basic_codes, 0, COUNT(basics));
	tcase_add_loop_test(tcase, grammar_decides_what_is_nonstandard, 0, COUNT(grammar));
	tcase_add_test(tcase, names_are_never_missing);
	tcase_add_loop_test(tcase, unregistered_codes_get_a_name_from_their_digits, 0, COUNT(composed));
	tcase_add_loop_test(tcase, explains, 0, COUNT(explained));
	tcase_add_test(tcase, permanent_is_not_retried);
	tcase_add_test(tcase, explanations_fit_80_columns);
	tcase_add_loop_test(tcase, refuses_nonsense, 0, COUNT(nonsense));
	tcase_add_test(tcase, languages_have_names);
	suite_add_tcase(suite, tcase);
	return suite;
}
