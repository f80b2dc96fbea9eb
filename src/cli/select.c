/* select.c - SPDX-License-Identifier: MIT */
#include "cli/select.h"

#include "input/family.h"
#include "input/input.h"
#include "input/rotation.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	const char *name;
	const char *text[N_LANGS];
} skips[] = {
#define SKIP(id, name, en, ru) { name, { en, ru } },
	SKIPS(SKIP)
#undef SKIP
};

const char *skip_name(enum skip skip)
{
	return skips[skip].name;
}

const char *skip_text(enum skip skip, enum lang lang)
{
	return skips[skip].text[lang];
}

/* A file that is to be read, as far as is known. */
struct candidate {
	char *path;
	char *log;    /* that it is a part of, in its true folder */
	struct age age;
	dev_t device;
	ino_t inode;  /* 0: not known, or no regular file */
	bool found, link;
};
struct candidates {
	struct candidate *list;
	size_t n, capacity;
};

/* Without what a compressor adds, in its folder under its true name: so ./mail.log.gz and
 * mail.err stand beside each other. */
static char *true_name(char *log)
{
	char *slash = strrchr(log, '/'), *folder, *real, *path;

	log[rotation_unpacked(slice_of(log)).n] = '\0';
	folder = slash ? xasprintf("%.*s/", (int)(slash - log), log) : xstrdup(".");
	real = realpath(folder, NULL);
	free(folder);
	if (!real)
		return log;
	path = xasprintf("%s/%s", real, slash ? slash + 1 : log);
	free(real);
	free(log);
	return path;
}

static void add_candidate(struct candidates *all, char *path, const struct stat *st, bool found)
{
	struct candidate *candidate;
	struct stat own;

	GROW(all->list, all->n, all->capacity);
	candidate = &all->list[all->n++];
	*candidate = (struct candidate){ .path = path, .found = found };
	candidate->log = true_name(rotation_log(path, &candidate->age));
	if (st && S_ISREG(st->st_mode)) {
		candidate->device = st->st_dev;
		candidate->inode = st->st_ino;
		candidate->link = lstat(path, &own) == 0 && S_ISLNK(own.st_mode);
	}
}

static void release_candidate(struct candidate *candidate)
{
	free(candidate->path);
	free(candidate->log);
}

static void add_skipped(struct selection *selection, const char *path, enum skip why, const char *of)
{
	GROW(selection->skipped, selection->n_skipped, selection->skipped_capacity);
	selection->skipped[selection->n_skipped++] =
		(struct skipped){ xstrdup(path), why, of ? xstrdup(of) : NULL };
}

/* --- directories --------------------------------------------------------- */

static bool is_file(const char *path, const char *ending, const struct stat *file)
{
	char *whole = xasprintf("%s%s", path, ending);
	struct stat st;
	bool is = stat(whole, &st) == 0 && st.st_dev == file->st_dev && st.st_ino == file->st_ino;

	free(whole);
	return is;
}

/* What is written here, no user thinks of as a log. */
static bool is_our_own(const struct settings *settings, const struct stat *file)
{
	static const char *const endings[] = { "", "-wal", "-shm", "-journal" };

	for (size_t i = 0; settings->db && i < sizeof endings / sizeof *endings; i++)
		if (is_file(settings->db, endings[i], file))
			return true;
	return settings->output && is_file(settings->output, "", file);
}

/* One that may not be read is a log that is missing, not one that is none. */
static bool is_no_log(const char *path)
{
	struct error err;
	struct input *input;

	if (access(path, R_OK) != 0)
		return false;
	input = input_open(path, &err);
	if (input)
		input_close(input);
	return !input;
}

/* -1: it is a log; else why it is none. */
static int why_not(const struct settings *settings, const char *path, const struct stat *st)
{
	struct age age;
	char *log;
	bool other;

	if (S_ISDIR(st->st_mode))
		return SKIP_DIRECTORY;
	if (!S_ISREG(st->st_mode))
		return SKIP_NO_LOG;
	log = rotation_log(path, &age);
	log[rotation_unpacked(slice_of(log)).n] = '\0';
	other = !settings->all_files && (family_is_other(path) || family_is_other(log));
	free(log);
	return other ? SKIP_OTHER : is_no_log(path) ? SKIP_NO_LOG : -1;
}

static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int order = strcmp(x->log, y->log);

	if (order == 0)
		order = age_compare(&x->age, &y->age);
	return order ? order : strcmp(x->path, y->path);
}

static int compare_skipped(const void *a, const void *b)
{
	return strcmp(((const struct skipped *)a)->path, ((const struct skipped *)b)->path);
}

/* Hidden files are nobody's business, nor is what is gone by now. */
static void add_directory(struct selection *selection, struct candidates *all, const struct settings *settings,
                          const char *path, DIR *directory)
{
	size_t first = all->n, first_skipped = selection->n_skipped, n = strlen(path);
	struct dirent *entry;

	while ((entry = readdir(directory)) != NULL) {
		struct stat st;
		char *file;
		int why;

		if (entry->d_name[0] == '.')
			continue;
		file = xasprintf("%s%s%s", path, n && path[n - 1] == '/' ? "" : "/", entry->d_name);
		if (stat(file, &st) != 0 || is_our_own(settings, &st)) {
			free(file);
			continue;
		}
		why = why_not(settings, file, &st);
		if (why >= 0) {
			add_skipped(selection, file, (enum skip)why, NULL);
			free(file);
		} else {
			add_candidate(all, file, &st, true);
		}
	}
	if (all->n > first)
		qsort(all->list + first, all->n - first, sizeof *all->list, compare_candidates);
	if (selection->n_skipped > first_skipped)
		qsort(selection->skipped + first_skipped, selection->n_skipped - first_skipped,
		      sizeof *selection->skipped, compare_skipped);
}

/* A directory without logs stays what was named, so that opening it tells. */
static void add_operand(struct selection *selection, struct candidates *all, const struct settings *settings,
                        const char *path)
{
	size_t before = all->n;
	struct stat st;
	bool is_file = strcmp(path, "-") != 0 && stat(path, &st) == 0;
	DIR *directory = is_file && S_ISDIR(st.st_mode) ? opendir(path) : NULL;

	if (directory) {
		add_directory(selection, all, settings, path, directory);
		closedir(directory);
	}
	if (all->n == before)
		add_candidate(all, xstrdup(path), is_file ? &st : NULL, false);
}

/* --- what would count twice ---------------------------------------------- */

/* The same file under a better name: one that is no link, or else comes earlier. */
static const struct candidate *same_file(const struct candidates *all, size_t i)
{
	const struct candidate *own = &all->list[i], *best = own;

	for (size_t k = 0; own->inode && k < all->n; k++) {
		const struct candidate *other = &all->list[k];

		if (other->inode == own->inode && other->device == own->device &&
		    (other->link < best->link || (other->link == best->link && other < best)))
			best = other;
	}
	return best == own ? NULL : best;
}

static bool same_front(const char *a, const char *b)
{
	struct error err;
	struct input *x = input_open(a, &err), *y = input_open(b, &err);
	bool same = x && y && input_front(x).n && slice_eq(input_front(x), input_front(y));

	if (x)
		input_close(x);
	if (y)
		input_close(y);
	return same;
}

/* mail.log.1 beside mail.log.1.gz, which is in the making, or was unpacked. */
static const struct candidate *unpacked(const struct candidates *all, size_t i)
{
	const struct candidate *own = &all->list[i];

	if (rotation_unpacked(slice_of(own->path)).n == strlen(own->path))
		return NULL;
	for (size_t k = 0; k < all->n; k++) {
		const struct candidate *other = &all->list[k];

		if (other->inode && strcmp(other->log, own->log) == 0 && age_compare(&other->age, &own->age) == 0 &&
		    rotation_unpacked(slice_of(other->path)).n == strlen(other->path) && same_front(own->path, other->path))
			return other;
	}
	return NULL;
}

/* The youngest part of a log that is there. */
static const struct candidate *of_log(const struct candidates *all, const char *log)
{
	const struct candidate *best = NULL;

	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].inode && strcmp(all->list[i].log, log) == 0 &&
		    (!best || age_compare(&all->list[i].age, &best->age) > 0))
			best = &all->list[i];
	return best;
}

static const struct candidate *whole_of(const struct candidates *all, const char *log)
{
	const struct candidate *whole = NULL;
	char *wanted;

	for (size_t i = 0; !whole && (wanted = family_whole(log, i)) != NULL; i++) {
		whole = of_log(all, wanted);
		free(wanted);
	}
	return whole;
}

static bool leave_out(struct selection *selection, const struct candidates *all, size_t i)
{
	const struct candidate *own = &all->list[i], *other = same_file(all, i);
	enum skip why = SKIP_SAME;

	if (!other) {
		other = whole_of(all, own->log);
		other = other ? other : unpacked(all, i);
		why = SKIP_COPY;
	}
	if (other)
		add_skipped(selection, own->path, why, other->path);
	return other != NULL;
}

void selection_make(struct selection *selection, const struct settings *settings)
{
	struct candidates all = { 0 };

	*selection = (struct selection){ 0 };
	for (size_t i = 0; i < settings->files.n; i++)
		add_operand(selection, &all, settings, settings->files.text[i]);
	selection->paths = xcalloc(all.n + 1, sizeof *selection->paths);
	selection->found = xcalloc(all.n + 1, sizeof *selection->found);
	for (size_t i = 0; i < all.n; i++) {
		if (!settings->all_files && leave_out(selection, &all, i))
			continue;
		selection->found[selection->n] = all.list[i].found;
		selection->paths[selection->n++] = xstrdup(all.list[i].path);
	}
	for (size_t i = 0; i < all.n; i++)
		release_candidate(&all.list[i]);
	free(all.list);
}

void selection_release(struct selection *selection)
{
	for (size_t i = 0; i < selection->n; i++)
		free((char *)(uintptr_t)selection->paths[i]);
	for (size_t i = 0; i < selection->n_skipped; i++) {
		free(selection->skipped[i].path);
		free(selection->skipped[i].of);
	}
	free(selection->paths);
	free(selection->found);
	free(selection->skipped);
	*selection = (struct selection){ 0 };
}

bool selection_found(const struct selection *selection, const char *path)
{
	for (size_t i = 0; i < selection->n; i++)
		if (strcmp(selection->paths[i], path) == 0)
			return selection->found[i];
	return false;
}

void selection_tell(const struct selection *selection, struct buffer *out)
{
	size_t others = 0;

	for (size_t i = 0; i < selection->n_skipped; i++) {
		const struct skipped *skipped = &selection->skipped[i];

		others += !skipped->of;
		if (skipped->of)
			buffer_printf(out, "%s%s (%s as %s)", out->n ? ", " : "not read: ", skipped->path,
			              skip_text(skipped->why, LANG_EN), skipped->of);
	}
	if (out->n)
		buffer_puts(out, "; --all-files reads all");
	else if (others)
		buffer_printf(out, "files of directories that are no mail logs, and were not read: %zu", others);
}
