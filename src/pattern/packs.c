/* packs.c - the packs of a run: ours, and a user's over them.
 * SPDX-License-Identifier: MIT */
#include "pattern/matcher.h"
#include "pattern/pack.h"
#include "pattern/sample.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

static bool is_pack_file(const char *name)
{
	return name[0] != '.' && slice_ends(slice_of(name), SLICE(".json"));
}

static void add_pack(struct packs *packs, struct pack *pack)
{
	for (size_t i = 0; i < packs->n; i++)
		if (slice_eq(packs->pack[i]->name, pack->name)) {
			pack_free(packs->pack[i]);
			packs->pack[i] = pack;
			return;
		}
	GROW(packs->pack, packs->n, packs->capacity);
	packs->pack[packs->n++] = pack;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The directory's pack files in the order of their names. */
static int list_files(const char *dir, char ***files, size_t *n, struct error *err)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	size_t capacity = 0;

	if (!d)
		return error_set(err, "%s: %s; name a directory of packs", dir, strerror(errno));
	while ((entry = readdir(d))) {
		if (!is_pack_file(entry->d_name))
			continue;
		GROW(*files, *n, capacity);
		(*files)[(*n)++] = xasprintf("%s/%s", dir, entry->d_name);
	}
	closedir(d);
	if (*n)
		qsort(*files, *n, sizeof **files, by_text);
	return 0;
}

static int load_dir(struct packs *packs, const char *dir, bool own, struct error *err)
{
	char **files = NULL;
	size_t n = 0;
	int rc = list_files(dir, &files, &n, err);

	for (size_t i = 0; i < n; i++) {
		struct pack *pack = rc == 0 ? pack_read(files[i], err) : NULL;

		if (pack) {
			pack->own = own;
			add_pack(packs, pack);
		} else {
			rc = -1;
		}
		free(files[i]);
	}
	free(files);
	return rc;
}

static int by_name(const void *a, const void *b)
{
	return slice_cmp((*(struct pack *const *)a)->name, (*(struct pack *const *)b)->name);
}

/* A pack of a user is tried on its own samples before it may count anything. */
static int check_user_pack(const struct packs *packs, const struct pack *pack, struct error *err)
{
	for (size_t i = 0; i < pack->n_patterns; i++)
		if (samples_of_pattern(packs, &pack->patterns[i], err) < 0) {
			error_prefix(err, "pattern \"%.*s\"", SLICE_ARG(pack->patterns[i].name));
			return error_prefix(err, "%s", pack->path);
		}
	if (samples_of_pack(packs, pack, err) < 0)
		return error_prefix(err, "%s", pack->path);
	return 0;
}

struct packs *packs_load(const char *const *dirs, struct error *err)
{
	struct packs *packs = xcalloc(1, sizeof *packs);
	int rc = 0;

	for (size_t i = 0; rc == 0 && dirs[i]; i++)
		rc = load_dir(packs, dirs[i], i == 0, err);
	if (rc == 0 && packs->n == 0)
		rc = error_set(err, "%s: holds no pack (*.json); check the installation or --patterns", dirs[0] ? dirs[0] : "(none)");
	if (rc == 0)
		qsort(packs->pack, packs->n, sizeof *packs->pack, by_name);
	for (size_t i = 0; rc == 0 && i < packs->n; i++)
		if (!packs->pack[i]->own)
			rc = check_user_pack(packs, packs->pack[i], err);
	if (rc < 0) {
		packs_free(packs);
		packs = NULL;
	}
	return packs;
}

void packs_free(struct packs *packs)
{
	if (!packs)
		return;
	for (size_t i = 0; i < packs->n; i++)
		pack_free(packs->pack[i]);
	free(packs->pack);
	free(packs);
}
