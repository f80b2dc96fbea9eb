/* explain.c - what a code means, for a person at a terminal.
 *
 * An explanation is a title (the code and its name) and fields below it, each a
 * label and a text that is wrapped with a hanging indent: the exact row first,
 * then what the digits alone say. SPDX-License-Identifier: MIT */
#include "reply/rows.h"

#include "base/utf8.h"
#include "reply/reply.h"

enum { WIDTH = 78, ANY = -1 };

enum label { LABEL_NOTE, LABEL_STANDING, LABEL_SOURCE, LABEL_BASICS, LABEL_ENHANCED, LABEL_ADVICE, LABEL_CODES,
             LABEL_SUBJECTS, N_LABELS };

static const char *const labels[N_LABELS][N_LANGS] = {
	[LABEL_NOTE] = { "Note", "Пояснение" },
	[LABEL_STANDING] = { "Standing", "Статус" },
	[LABEL_SOURCE] = { "Source", "Источник" },
	[LABEL_BASICS] = { "Basic codes", "Основные коды" },
	[LABEL_ENHANCED] = { "Enhanced", "Расширенные" },
	[LABEL_ADVICE] = { "What to do", "Что делать" },
	[LABEL_CODES] = { "Codes", "Коды" },
	[LABEL_SUBJECTS] = { "Subjects", "Разделы" },
};

static const char *const standings[N_STANDINGS][N_LANGS] = {
	[STANDING_RFC] = { "", "" },
	[STANDING_REGISTRY] = { "in IANA's registry", "есть в реестре IANA" },
	[STANDING_DRAFT] = { "from a draft, not registered", "из черновика, не зарегистрирован" },
	[STANDING_WILD] = { "in use, but not registered", "встречается, но не зарегистрирован" },
};

static const char *const unregistered[N_LANGS] = {
	"not registered: only its digits tell what it means",
	"не зарегистрирован: о смысле говорят только цифры",
};
static const char *const nonstandard[N_LANGS] = {
	"nonstandard: outside the grammar of RFC 5321 (first digit 2-5, second 0-5)",
	"нестандартный: вне грамматики RFC 5321 (первая цифра 2–5, вторая 0–5)",
};

struct page {
	struct buffer *out;
	enum lang lang;
	size_t indent, label_width;
};

static void spaces(struct buffer *out, size_t n)
{
	while (n--)
		buffer_byte(out, ' ');
}

/* Writes text from column `from` on, wrapped at WIDTH. */
static void wrap(struct buffer *out, struct slice text, size_t from)
{
	struct slice word;
	size_t column = from;

	while (slice_split(&text, ' ', &word)) {
		size_t width = utf8_width(word);

		if (column > from && column + 1 + width > WIDTH) {
			buffer_byte(out, '\n');
			spaces(out, from);
			column = from;
		} else if (column > from) {
			buffer_byte(out, ' ');
			column++;
		}
		buffer_add(out, word);
		column += width;
	}
	buffer_byte(out, '\n');
}

/* "  label   text"; a wide label starts the column, it never runs into it. */
static void field(const struct page *page, const char *label, const char *text)
{
	if (!*text)
		return;
	spaces(page->out, page->indent);
	buffer_puts(page->out, label);
	spaces(page->out, page->label_width - utf8_width(slice_of(label)));
	wrap(page->out, slice_of(text), page->indent + page->label_width);
}

static void labelled(const struct page *page, enum label label, const char *text)
{
	field(page, labels[label][page->lang], text);
}

static struct page page_new(struct buffer *out, enum lang lang, size_t title_width)
{
	struct page page = { out, lang, title_width + 2, 0 };

	for (int i = 0; i < N_LABELS; i++) {
		size_t width = utf8_width(slice_of(labels[i][lang])) + 2;

		if (width > page.label_width)
			page.label_width = width;
	}
	return page;
}

static void digit_field(const struct page *page, const char *label, const struct digit_row *row)
{
	struct buffer text = { 0 };

	if (!row)
		return;
	buffer_printf(&text, "%s: %s", row->name[page->lang], row->about[page->lang]);
	field(page, label, buffer_string(&text));
	buffer_release(&text);
}

static void first_digit(const struct page *page, int digit)
{
	digit_field(page, (char[]){ (char)('0' + digit), 'y', 'z', '\0' }, first_row(digit));
}

static void second_digit(const struct page *page, int digit)
{
	digit_field(page, (char[]){ 'x', (char)('0' + digit), 'z', '\0' }, second_row(digit));
}

static void standing(const struct page *page, const struct code_row *row, bool outside)
{
	struct buffer text = { 0 };
	const char *what = row ? standings[row->standing][page->lang] : unregistered[page->lang];

	buffer_puts(&text, what);
	if (outside)
		buffer_printf(&text, "%s%s", *what ? "; " : "", nonstandard[page->lang]);
	labelled(page, LABEL_STANDING, buffer_string(&text));
	buffer_release(&text);
	if (row && strcmp(row->source, "-") != 0)
		labelled(page, LABEL_SOURCE, row->source);
}

static void advice(const struct page *page, enum advice advice)
{
	labelled(page, LABEL_ADVICE, advice_text(advice, page->lang));
}

/* Under `label`, one line for each item: its number and its name. */
struct list {
	const struct page *page;
	enum label label;
	int number_width;
	bool begun;
};

static void list_item(struct list *list, const char *number, const char *name)
{
	struct page item = *list->page;

	if (!list->begun) {
		struct slice label = slice_of(labels[list->label][item.lang]);

		spaces(item.out, item.indent);
		buffer_add(item.out, label);
		spaces(item.out, item.label_width - utf8_width(label));
	} else {
		spaces(item.out, item.indent + item.label_width);
	}
	list->begun = true;
	buffer_printf(item.out, "%-*s  ", list->number_width, number);
	wrap(item.out, slice_of(name), item.indent + item.label_width + (size_t)list->number_width + 2);
}

/* The enhanced codes that the registry names beside a basic code. */
static void enhanced_of(const struct page *page, int code)
{
	struct list list = { page, LABEL_ENHANCED, 6, false };
	char digits[4], number[16];

	snprintf(digits, sizeof digits, "%d", code);
	for (const struct code_row *row = detail_rows; row->name[0]; row++) {
		if (!strstr(row->basics, digits))
			continue;
		snprintf(number, sizeof number, "%d.%d.%d", code / 100, row->subject, row->detail);
		list_item(&list, number, row->name[page->lang]);
	}
}

static void explain_code(int code, enum lang lang, struct buffer *out)
{
	const struct page page = page_new(out, lang, 3);
	const struct code_row *row = code_row(code);

	buffer_printf(out, "%d  ", code);
	code_name(code, lang, out);
	buffer_byte(out, '\n');
	if (row)
		labelled(&page, LABEL_NOTE, row->note[lang]);
	standing(&page, row, code_nonstandard(code));
	advice(&page, row ? row->advice : first_row(code / 100)->advice);
	enhanced_of(&page, code);
	first_digit(&page, code / 100);
	second_digit(&page, code / 10 % 10);
}

/* Digits or ANY; the third alone fits. */
static void explain_pattern(const int digits[3], struct slice what, enum lang lang, struct buffer *out)
{
	const struct page page = page_new(out, lang, 3);
	struct list list = { &page, LABEL_CODES, 3, false };
	char number[16];

	for (int i = 0; i < 3; i++)
		buffer_byte(out, digits[i] == ANY ? "xyz"[i] : what.p[i]);
	buffer_puts(out, "  ");
	if (digits[0] != ANY)
		buffer_puts(out, class_name(digits[0], lang));
	if (digits[0] != ANY && digits[1] != ANY)
		buffer_puts(out, ", ");
	if (digits[1] != ANY)
		buffer_puts(out, category_name(digits[1], lang));
	buffer_byte(out, '\n');
	if (digits[0] != ANY)
		first_digit(&page, digits[0]);
	if (digits[1] != ANY)
		second_digit(&page, digits[1]);
	if (digits[0] != ANY)
		advice(&page, first_row(digits[0])->advice);
	for (const struct code_row *row = code_rows; row->name[0]; row++) {
		if ((digits[0] != ANY && digits[0] != row->code / 100) ||
		    (digits[1] != ANY && digits[1] != row->code / 10 % 10) ||
		    (digits[2] != ANY && digits[2] != row->code % 10))
			continue;
		snprintf(number, sizeof number, "%d", row->code);
		list_item(&list, number, row->name[lang]);
	}
}

/* X, Y and Z, or ANY. "5.7.1" as it will be shown. */
static void enhanced_number(const int part[3], char text[16])
{
	char *p = text;

	for (int i = 0; i < 3; i++) {
		if (part[i] == ANY)
			p += sprintf(p, "%c", "Xyz"[i]);
		else
			p += sprintf(p, "%d", part[i]);
		if (i < 2)
			*p++ = '.';
	}
	*p = '\0';
}

static void enhanced_lists(const struct page *page, const int part[3])
{
	struct list list = { page, part[1] == ANY ? LABEL_SUBJECTS : LABEL_CODES, part[1] == ANY ? 5 : 6, false };
	char number[16];

	if (part[1] == ANY) {
		for (int subject = 0; subject_row(subject); subject++) {
			enhanced_number((int[]){ part[0], subject, ANY }, number);
			list_item(&list, number, enhanced_subject_name(subject, page->lang));
		}
	} else if (part[2] == ANY) {
		for (const struct code_row *row = detail_rows; row->name[0]; row++) {
			if (row->subject != part[1])
				continue;
			enhanced_number((int[]){ part[0], row->subject, row->detail }, number);
			list_item(&list, number, row->name[page->lang]);
		}
	}
}

static void enhanced_title(const int part[3], const struct code_row *row, enum lang lang, struct buffer *out)
{
	if (row) {
		buffer_puts(out, row->name[lang]);
	} else {
		if (part[0] != ANY)
			buffer_puts(out, enhanced_class_name(part[0], lang));
		if (part[0] != ANY && part[1] != ANY)
			buffer_puts(out, ", ");
		if (part[1] != ANY)
			buffer_puts(out, enhanced_subject_name(part[1], lang));
	}
	buffer_byte(out, '\n');
}

/* A success needs no advice; elsewhere the exact row's, unless the class says
 * otherwise: a permanent failure is not tried again. */
static enum advice enhanced_advice(const int part[3], const struct code_row *row)
{
	if (part[0] == 2)
		return ADVICE_NONE;
	if (row && row->advice != ADVICE_NONE && !(part[0] == 5 && row->advice == ADVICE_RETRY))
		return row->advice;
	return part[0] == ANY ? ADVICE_NONE : rank_row(part[0])->advice;
}

static void explain_enhanced(const int part[3], enum lang lang, struct buffer *out)
{
	const struct code_row *row = part[1] == ANY || part[2] == ANY ? NULL : detail_row(part[1], part[2]);
	struct page page;
	char number[16], label[16];

	enhanced_number(part, number);
	page = page_new(out, lang, strlen(number));
	buffer_printf(out, "%s  ", number);
	enhanced_title(part, row, lang, out);
	if (row)
		labelled(&page, LABEL_NOTE, row->note[lang]);
	if (row || (part[1] != ANY && part[2] != ANY))
		standing(&page, row, false);
	advice(&page, enhanced_advice(part, row));
	if (row)
		labelled(&page, LABEL_BASICS, row->basics);
	if (part[1] != ANY) {
		enhanced_number((int[]){ ANY, part[1], ANY }, label);
		digit_field(&page, label, subject_row(part[1]));
	}
	if (part[0] != ANY) {
		enhanced_number((int[]){ part[0], ANY, ANY }, label);
		digit_field(&page, label, rank_row(part[0]));
	}
	enhanced_lists(&page, part);
}

static bool is_any(char c)
{
	return c && strchr("xyzXYZ.*", c);
}

/* Three characters, each a digit or one that stands for any. */
static bool parse_code(struct slice what, int digits[3])
{
	if (what.n != 3)
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (is_any(what.p[i]))
			digits[i] = ANY;
		else if (what.p[i] >= '0' && what.p[i] <= '9')
			digits[i] = what.p[i] - '0';
		else
			return false;
	}
	if (digits[0] == ANY)
		return digits[1] != ANY;
	return digits[0] >= 1 && digits[0] <= 5;
}

/* X.Y.Z, each a number or one letter for any; X and Y not both any, and no
 * detail without its subject. */
static bool parse_enhanced(struct slice what, int part[3])
{
	struct slice text;
	uint64_t value;
	int n = 0;

	while (slice_split(&what, '.', &text)) {
		if (n == 3)
			return false;
		if (text.n == 1 && is_any(*text.p))
			part[n++] = ANY;
		else if (text.n <= 3 && slice_to_u64(text, &value))
			part[n++] = (int)value;
		else
			return false;
	}
	if (n != 3 || (part[0] == ANY && part[1] == ANY) || (part[1] == ANY && part[2] != ANY))
		return false;
	return part[0] == ANY || rank_row(part[0]);
}

static int refuse(struct slice what, enum lang lang, struct error *err)
{
	static const char *const texts[N_LANGS] = {
		"\"%s\": not a reply code; give a code (550), a code with x y z . or * for any digit (45x, x5z, 4yz), "
		"or an enhanced code (5.7.1, X.7.1, 5.7.x, 5.x.x); the first digit is 1-5, of an enhanced code 2, 4 or 5",
		"«%s»: это не код ответа; укажите код (550), код, где x y z . или * означают любую цифру (45x, x5z, 4yz), "
		"или расширенный код (5.7.1, X.7.1, 5.7.x, 5.x.x); первая цифра — от 1 до 5, у расширенного — 2, 4 или 5",
	};
	struct buffer safe = { 0 };

	buffer_terminal(&safe, what.n > 60 ? utf8_fit(what, 60) : what);
	error_set(err, texts[lang], buffer_string(&safe));
	buffer_release(&safe);
	return -1;
}

int taxonomy_explain(struct slice what, enum lang lang, struct buffer *out, struct error *err)
{
	int part[3];

	if (parse_code(what, part)) {
		if (part[0] != ANY && part[1] != ANY && part[2] != ANY)
			explain_code(part[0] * 100 + part[1] * 10 + part[2], lang, out);
		else
			explain_pattern(part, what, lang, out);
		return 0;
	}
	if (parse_enhanced(what, part)) {
		explain_enhanced(part, lang, out);
		return 0;
	}
	return refuse(what, lang, err);
}
