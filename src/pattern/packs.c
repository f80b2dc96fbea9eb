/* packs.c - the packs of a run: ours, and a user's over them.
 * SPDX-License-Identifier: MIT */
#include "pattern/matcher.h"
#include "pattern/pack.h"
#include "pattern/providers.h"
#include "pattern/reasons.h"
#include "pattern/sample.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* What stands beside the packs. */
static const char reasons_file[] = "reasons.json", providers_file[] = "providers.json";

static bool is_pack_file(const char *name)
{
	return name[0] != '.' && slice_ends(slice_of(name), SLICE(".json")) &&
	       strcmp(name, reasons_file) != 0 && strcmp(name, providers_file) != 0;
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

static bool is_there(const char *dir, const char *name, char **path)
{
	*path = xasprintf("%s/%s", dir, name);
	if (access(*path, F_OK) == 0)
		return true;
	free(*path);
	*path = NULL;
	return false;
}

/* A user's rules are tried on their own samples before they may decide anything. */
static int load_reasons(struct reasons *reasons, const char *dir, bool own, struct error *err)
{
	size_t before = reasons->n;
	char *path;
	int rc = 0;

	if (is_there(dir, reasons_file, &path))
		rc = reasons_read(reasons, path, err);
	for (size_t i = 0; rc == 0 && !own && i < reasons->n - before; i++) {
		rc = samples_of_reason(reasons, &reasons->rule[i], err);
		if (rc < 0)
			error_prefix(err, "%s: rule %zu", path, reasons->rule[i].number);
	}
	free(path);
	return rc;
}

static int load_providers(struct providers *providers, const char *dir, bool own, struct error *err)
{
	size_t before = providers->n;
	char *path;
	int rc = 0;

	if (is_there(dir, providers_file, &path))
		rc = providers_read(providers, path, err);
	for (size_t i = 0; rc == 0 && !own && i < providers->n - before; i++) {
		rc = samples_of_provider(providers, &providers->provider[i], err);
		if (rc < 0)
			error_prefix(err, "%s: provider \"%.*s\"", path, SLICE_ARG(providers->provider[i].name));
	}
	free(path);
	return rc;
}

static int load_dir(struct packs *packs, const char *dir, bool own, bool tried, struct error *err)
{
	char **files = NULL;
	size_t n = 0;
	int rc = list_files(dir, &files, &n, err);

	for (size_t i = 0; i < n; i++) {
		struct pack *pack = rc == 0 ? pack_read(files[i], tried, err) : NULL;

		if (pack) {
			pack->own = own;
			add_pack(packs, pack);
		} else {
			rc = -1;
		}
		free(files[i]);
	}
	free(files);
	if (rc == 0 && (load_reasons(packs->reasons, dir, own, err) < 0 ||
	                load_providers(packs->providers, dir, own, err) < 0))
		rc = -1;
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

struct packs *packs_load(const char *const *dirs, bool whole, struct error *err)
{
	struct packs *packs = xcalloc(1, sizeof *packs);
	int rc = 0;

	packs->reasons = xcalloc(1, sizeof *packs->reasons);
	packs->providers = xcalloc(1, sizeof *packs->providers);
	reasons_init(packs->reasons);
	providers_init(packs->providers);
	for (size_t i = 0; rc == 0 && dirs[i]; i++)
		rc = load_dir(packs, dirs[i], i == 0, i == 0 && !whole, err);
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
	reasons_release(packs->reasons);
	free(packs->reasons);
	providers_release(packs->providers);
	free(packs->providers);
	free(packs);
}
