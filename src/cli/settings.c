/* settings.c - getopt_long() over the rows of option.def and filter.def.
 * SPDX-License-Identifier: MIT */
#include "cli/settings.h"

#include "tally/fold.h"

#include <getopt.h>
#include <stddef.h>
#include <stdlib.h>

enum type { TYPE_FLAG, TYPE_TEXT, TYPE_LIST, TYPE_RANGE, TYPE_DAYS, TYPE_FACET };

struct row {
	const char *name;
	char letter;
	const char *argument;
	struct { enum type type; long low, high; } value;
	size_t member;     /* its offset; of a facet its number */
	const char *commands, *help;
};

#define TYPE_NUMBER(lowest, highest) TYPE_RANGE, .low = lowest, .high = highest

static const struct row rows[] = {
#define OPTION(name, letter, argument, kind, member, commands, help) \
	{ name, letter, argument, { .type = TYPE_##kind }, offsetof(struct settings, member), commands, help },
#include "cli/option.def"
#define FACET(id, name, argument, help) { name, 0, argument, { .type = TYPE_FACET }, FACET_##id, "RE", help },
#include "pattern/filter.def"
};
enum { N_ROWS = sizeof rows / sizeof *rows, LONG_ONLY = 1000 };

static void list_add(struct list *list, const char *text)
{
	GROW(list->text, list->n + 1, list->capacity);
	list->text[list->n++] = text;
	list->text[list->n] = NULL;
}

static int set_number(const struct row *row, long *member, const char *text, struct error *err)
{
	const long low = row->value.low, high = row->value.high;
	uint64_t number;

	if (!slice_to_u64(slice_of(text), &number) || number < (uint64_t)low || number > (uint64_t)high)
		return error_set(err, "--%s: \"%s\" is no number from %ld to %ld", row->name, text, low, high);
	*member = (long)number;
	return 0;
}

/* "35d", "35" or "all". */
static int set_days(const struct row *row, long *member, const char *text, struct error *err)
{
	enum { DAYS_MAX = 100000 };
	struct slice word = slice_of(text);
	uint64_t days;

	if (slice_eq(word, SLICE("all"))) {
		*member = 0;
		return 0;
	}
	if (word.n > 1 && word.p[word.n - 1] == 'd')
		word.n--;
	if (!slice_to_u64(word, &days) || days < 1 || days > DAYS_MAX)
		return error_set(err, "--%s: \"%s\" is no number of days; write 35d, or all", row->name, text);
	*member = (long)days;
	return 0;
}

static int take_option(struct settings *settings, const struct row *row, const char *text, struct error *err)
{
	char *member = (char *)settings + row->member;
	struct slice rest, part;

	switch (row->value.type) {
	case TYPE_FLAG:
		*(bool *)(void *)member = true;
		return 0;
	case TYPE_TEXT:
		*(const char **)(void *)member = text;
		return 0;
	case TYPE_RANGE:
		return set_number(row, (long *)(void *)member, text, err);
	case TYPE_DAYS:
		return set_days(row, (long *)(void *)member, text, err);
	case TYPE_FACET:
		return filter_add(&settings->filter, (enum facet)row->member, text, err);
	case TYPE_LIST:
		for (rest = slice_of(text); slice_split(&rest, ',', &part); )
			list_add((struct list *)(void *)member, arena_string(&settings->texts, slice_trim(part)));
		return 0;
	}
	return 0;
}

static size_t fill_getopt(char command, struct option options[N_ROWS + 1], char letters[3 * N_ROWS])
{
	size_t n = 0, l = 0;

	letters[l++] = ':';
	for (size_t i = 0; i < N_ROWS; i++) {
		if (!strchr(rows[i].commands, command))
			continue;
		options[n++] = (struct option){ rows[i].name, rows[i].argument ? required_argument : no_argument,
		                                NULL, LONG_ONLY + (int)i };
		if (!rows[i].letter)
			continue;
		letters[l++] = rows[i].letter;
		if (rows[i].argument)
			letters[l++] = ':';
	}
	letters[l] = '\0';
	options[n] = (struct option){ 0 };
	return n;
}

static const struct row *row_of(int value)
{
	if (value >= LONG_ONLY)
		return &rows[value - LONG_ONLY];
	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].letter == value)
			return &rows[i];
	return NULL;
}

/* `option` is what getopt_long() recognised, or 0. */
static int refuse(char command, int rc, int option, const char *word, struct error *err)
{
	if (rc == '?' && option >= LONG_ONLY)
		return error_set(err, "--%s takes no argument; try --help", row_of(option)->name);
	if (rc == ':')
		return error_set(err, "%s needs an argument; try --help", word);
	for (size_t i = 0; i < N_ROWS; i++)
		if (!strncmp(word, "--", 2) && !strcmp(word + 2, rows[i].name) && !strchr(rows[i].commands, command))
			return error_set(err, "%s is no option of this command; try --help", word);
	return error_set(err, "there is no option %s, or it is ambiguous; try --help", word);
}

int settings_parse(struct settings *settings, char command, int argc, char **argv, struct error *err)
{
	struct option options[N_ROWS + 1];
	char letters[3 * N_ROWS];
	int rc;

	*settings = (struct settings){ .top = -1, .year = -1, .jobs = -1, .keep = -1, .keep_days = -1, .max_values = -1 };
	filter_init(&settings->filter);
	fill_getopt(command, options, letters);
	opterr = 0;
	optind = 1;
	while ((rc = getopt_long(argc, argv, letters, options, NULL)) != -1) {
		char short_word[3] = { '-', (char)optopt, '\0' };
		bool is_short = (rc == '?' || rc == ':') && optopt > 0 && optopt < LONG_ONLY;

		if (rc == '?' || rc == ':')
			return refuse(command, rc, optopt, is_short ? short_word : argv[optind - 1], err);
		if (take_option(settings, row_of(rc), optarg, err) < 0)
			return -1;
	}
	for (; optind < argc; optind++)
		list_add(&settings->files, argv[optind]);
	return 0;
}

void settings_release(struct settings *settings)
{
	filter_release(&settings->filter);
	free(settings->hops.text);
	free(settings->not_hops.text);
	free(settings->patterns.text);
	free(settings->fates.text);
	free(settings->files.text);
	arena_release(&settings->texts);
}

void settings_help(char command, struct buffer *out)
{
	buffer_puts(out, "\nOptions:\n");
	for (size_t i = 0; i < N_ROWS; i++) {
		char left[40];

		if (!strchr(rows[i].commands, command))
			continue;
		snprintf(left, sizeof left, "--%s%s%s", rows[i].name, rows[i].argument ? " " : "",
		         rows[i].argument ? rows[i].argument : "");
		if (rows[i].letter)
			buffer_printf(out, "  -%c, %-20s %s\n", rows[i].letter, left, rows[i].help);
		else
			buffer_printf(out, "      %-20s %s\n", left, rows[i].help);
	}
}

uint32_t settings_max_values(const struct settings *settings)
{
	if (settings->max_values < 0)
		return MAX_VALUES;
	return settings->max_values ? (uint32_t)settings->max_values : VALUES_UNBOUNDED;
}

int settings_lang(const struct settings *settings, struct error *err)
{
	static const char *const variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	int lang;

	if (settings->lang) {
		lang = lang_parse(slice_of(settings->lang));
		return lang >= 0 ? lang : error_set(err, "--lang: \"%s\" is not known; en and ru are", settings->lang);
	}
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		const char *value = getenv(variables[i]);

		if (!value || !*value)
			continue;
		lang = lang_parse((struct slice){ value, strcspn(value, "_.@") });
		return lang >= 0 ? lang : LANG_EN;
	}
	return LANG_EN;
}
