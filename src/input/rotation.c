/* rotation.c - SPDX-License-Identifier: MIT */
#include "input/rotation.h"

#include "base/mem.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

int age_compare(const struct age *a, const struct age *b)
{
	size_t x = strlen(a->digits), y = strlen(b->digits);
	int order;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	order = x != y ? (x < y ? -1 : 1) : strcmp(a->digits, b->digits);
	return a->kind == AGE_NUMBER ? -order : order;
}

struct slice rotation_unpacked(struct slice name)
{
	static const struct slice endings[] = {
		SLICE_INIT(".gz"), SLICE_INIT(".bz2"), SLICE_INIT(".xz"), SLICE_INIT(".zst"), SLICE_INIT(".lz4"),
	};

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (name.n > endings[i].n && slice_ends(name, endings[i]))
			name.n -= endings[i].n;
	return name;
}

static bool is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static bool is_dash(char c)
{
	return c == '-' || c == '_' || c == '.';
}

/* The digits of s without dashes, as far as they fit. */
static void take_digits(struct age *age, struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n + 1 < sizeof age->digits; i++)
		if (is_digit(s.p[i]))
			age->digits[n++] = s.p[i];
	age->digits[n] = '\0';
}

/* ".1", or "-20261120", ".2026-11-20", "-20261120-13", "-1795212000": at the end of name,
 * which is cut before it. A date begins with its year, so that an address is none. */
static bool cut_age(struct slice *name, struct age *age)
{
	size_t at = name->n, run = 0;
	struct slice all;
	bool number;

	while (at > 0 && (is_digit(name->p[at - 1]) || (is_dash(name->p[at - 1]) && run && at > 1 && is_digit(name->p[at - 2]))))
		run = is_digit(name->p[--at]) ? run + 1 : 0;
	all = slice_from(*name, at);
	number = run == all.n && run < 4;
	if (at < 2 || !is_dash(name->p[at - 1]) || run == 0 || (number ? name->p[at - 1] != '.' : all.n < 6 || run < 4))
		return false;
	take_digits(age, all);
	age->kind = number ? AGE_NUMBER : AGE_DATE;
	name->n = at - 1;
	return true;
}

char *rotation_log(const char *path, struct age *age)
{
	const char *slash = strrchr(path, '/');
	struct slice folder = { path, slash ? (size_t)(slash + 1 - path) : 0 };
	struct slice whole = slice_of(path + folder.n), name = rotation_unpacked(whole), end = { "", 0 };
	static const struct slice log = SLICE_INIT(".log");

	*age = (struct age){ .kind = AGE_CURRENT };
	if (!cut_age(&name, age) && slice_ends(name, log)) {
		name.n -= log.n;
		if (cut_age(&name, age))
			end = log;
	}
	if (age->kind == AGE_CURRENT)
		return xstrdup(path);
	return xasprintf("%.*s%.*s%.*s", SLICE_ARG(folder), SLICE_ARG(name), SLICE_ARG(end));
}

static int compare_parts(const void *a, const void *b)
{
	const struct part *x = a, *y = b;
	int order = age_compare(&x->age, &y->age);

	return order ? order : strcmp(x->path, y->path);
}

static void add_if_part(struct parts *parts, const char *log, struct slice folder, const char *name)
{
	char *path = xasprintf("%.*s%s", SLICE_ARG(folder), name), *whole;
	struct stat st;
	struct age age;

	whole = rotation_log(path, &age);
	if (strcmp(whole, log) == 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
		GROW(parts->list, parts->n, parts->capacity);
		parts->list[parts->n++] = (struct part){ path, age };
	} else {
		free(path);
	}
	free(whole);
}

void parts_find(struct parts *parts, const char *log)
{
	const char *slash = strrchr(log, '/');
	struct slice folder = { log, slash ? (size_t)(slash + 1 - log) : 0 };
	char *path = folder.n ? xasprintf("%.*s", SLICE_ARG(folder)) : xstrdup(".");
	DIR *directory = opendir(path);
	struct dirent *entry;

	*parts = (struct parts){ 0 };
	while (directory && (entry = readdir(directory)) != NULL)
		add_if_part(parts, log, folder, entry->d_name);
	if (directory)
		closedir(directory);
	if (parts->n)
		qsort(parts->list, parts->n, sizeof *parts->list, compare_parts);
	free(path);
}

void parts_release(struct parts *parts)
{
	for (size_t i = 0; i < parts->n; i++)
		free(parts->list[i].path);
	free(parts->list);
	*parts = (struct parts){ 0 };
}
