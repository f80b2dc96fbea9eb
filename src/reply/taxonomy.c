/* taxonomy.c - the tables, and the short names that reports show.
 * SPDX-License-Identifier: MIT */
#include "reply/rows.h"

#include "reply/reply.h"

static const char *const advices[N_ADVICES][N_LANGS] = {
	[ADVICE_NONE] = { "", "" },
#define ADVICE(id, en, ru) [ADVICE_##id] = { en, ru },
#include "reply/advice.def"
};

static const struct digit_row firsts[] = {
#define FIRST(digit, advice, en, ru, about_en, about_ru) { digit, ADVICE_##advice, { en, ru }, { about_en, about_ru } },
#include "reply/digit.def"
};
static const struct digit_row seconds[] = {
#define SECOND(digit, en, ru, about_en, about_ru) { digit, ADVICE_NONE, { en, ru }, { about_en, about_ru } },
#include "reply/digit.def"
};
static const struct digit_row ranks[] = {
#define RANK(digit, advice, en, ru, about_en, about_ru) { digit, ADVICE_##advice, { en, ru }, { about_en, about_ru } },
#include "reply/digit.def"
};
static const struct digit_row subjects[] = {
#define SUBJECT(number, en, ru, about_en, about_ru) { number, ADVICE_NONE, { en, ru }, { about_en, about_ru } },
#include "reply/digit.def"
};

const struct code_row code_rows[] = {
#define CODE(code, standing, source, advice, en, ru, note_en, note_ru) \
	{ code, 0, 0, STANDING_##standing, source, "", ADVICE_##advice, { en, ru }, { note_en, note_ru } },
#include "reply/code.def"
	{ 0 },
};
const struct code_row detail_rows[] = {
#define DETAIL(subject, detail, standing, source, basics, advice, en, ru, note_en, note_ru) \
	{ 0, subject, detail, STANDING_##standing, source, basics, ADVICE_##advice, { en, ru }, { note_en, note_ru } },
#include "reply/enhanced.def"
	{ 0 },
};

#define FIND(rows, number) find_digit(rows, sizeof(rows) / sizeof *(rows), number)

static const struct digit_row *find_digit(const struct digit_row *rows, size_t n, int digit)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].digit == digit)
			return &rows[i];
	return NULL;
}

const struct digit_row *first_row(int digit)
{
	return FIND(firsts, digit);
}

const struct digit_row *second_row(int digit)
{
	return FIND(seconds, digit);
}

const struct digit_row *rank_row(int digit)
{
	return FIND(ranks, digit);
}

const struct digit_row *subject_row(int subject)
{
	return FIND(subjects, subject);
}

const struct code_row *code_row(int code)
{
	for (const struct code_row *row = code_rows; row->name[0]; row++)
		if (row->code == code)
			return row;
	return NULL;
}

const struct code_row *detail_row(int subject, int detail)
{
	for (const struct code_row *row = detail_rows; row->name[0]; row++)
		if (row->subject == subject && row->detail == detail)
			return row;
	return NULL;
}

const char *advice_text(enum advice advice, enum lang lang)
{
	return advices[advice][lang];
}

int lang_parse(struct slice name)
{
	if (slice_eq_nocase(name, SLICE("en")))
		return LANG_EN;
	return slice_eq_nocase(name, SLICE("ru")) ? LANG_RU : -1;
}

static const char *name_or(const struct digit_row *row, enum lang lang, const char *en, const char *ru)
{
	if (row)
		return row->name[lang];
	return lang == LANG_RU ? ru : en;
}

const char *class_name(int first_digit, enum lang lang)
{
	return name_or(first_row(first_digit), lang, "outside the grammar", "вне грамматики");
}

const char *category_name(int second_digit, enum lang lang)
{
	return name_or(second_row(second_digit), lang, "outside the grammar", "вне грамматики");
}

const char *enhanced_class_name(int digit, enum lang lang)
{
	return name_or(rank_row(digit), lang, "no such class", "нет такого класса");
}

const char *enhanced_subject_name(int subject, enum lang lang)
{
	return name_or(subject_row(subject), lang, "unregistered subject", "незарегистрированный раздел");
}

void code_name(int code, enum lang lang, struct buffer *out)
{
	const struct code_row *row = code_row(code);

	if (row)
		buffer_puts(out, row->name[lang]);
	else
		buffer_printf(out, "%s, %s", class_name(code / 100, lang), category_name(code / 10 % 10, lang));
}

void enhanced_name(uint32_t enhanced, enum lang lang, struct buffer *out)
{
	const struct code_row *row = detail_row(ENHANCED_SUBJECT(enhanced), ENHANCED_DETAIL(enhanced));

	if (row)
		buffer_puts(out, row->name[lang]);
	else
		buffer_printf(out, "%s, %s", enhanced_class_name(ENHANCED_CLASS(enhanced), lang),
		              enhanced_subject_name(ENHANCED_SUBJECT(enhanced), lang));
}

bool code_nonstandard(int code)
{
	return code < 200 || code > 599 || code / 10 % 10 > 5;
}
