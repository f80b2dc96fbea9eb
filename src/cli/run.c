/* run.c - SPDX-License-Identifier: MIT */
#include "cli/run.h"

#include "base/mem.h"
#include "cli/clock.h"
#include "cli/period.h"
#include "pattern/pack.h"
#include "pattern/value.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Not yet installed: the program lies in the tree that it was built in. */
static bool in_build_tree(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path);

	return n > 0 ? slice_starts((struct slice){ path, (size_t)n }, SLICE(BUILD_DIR "/")) : !is_directory(PATTERNS_DIR);
}

/* $XDG_CONFIG_HOME/smtplog-stats/patterns, if it is there. */
static char *user_directory(void)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char *path = config && *config ? xasprintf("%s/smtplog-stats/patterns", config)
	           : home && *home ? xasprintf("%s/.config/smtplog-stats/patterns", home) : NULL;

	if (path && is_directory(path))
		return path;
	free(path);
	return NULL;
}

struct packs *run_packs(const struct settings *settings, bool whole, struct error *err)
{
	const char **dirs = xcalloc(settings->patterns.n + 3, sizeof *dirs);
	char *user = user_directory();
	struct packs *packs;
	size_t n = 0;

	dirs[n++] = in_build_tree() ? SOURCE_PATTERNS_DIR : PATTERNS_DIR;
	if (user)
		dirs[n++] = user;
	for (size_t i = 0; i < settings->patterns.n; i++)
		dirs[n++] = settings->patterns.text[i];
	packs = packs_load(dirs, whole, err);
	free(user);
	free(dirs);
	return packs;
}

/* Without FILE: standard input, unless somebody sits there. */
static int choose_paths(struct run *run, const struct settings *settings, struct error *err)
{
	static const char *const standard_input[] = { "-" };

	selection_make(&run->selection, settings);
	run->paths = run->selection.paths;
	run->n_paths = run->selection.n;
	if (run->n_paths || settings->db)
		return 0;
	if (isatty(STDIN_FILENO))
		return error_set(err, "name a log file: smtplog-stats /var/log/mail.log; where the host has none: "
		                 "journalctl -o short-iso SYSLOG_FACILITY=2 | smtplog-stats -");
	run->paths = standard_input;
	run->n_paths = 1;
	return 0;
}

static bool is_file(const char *path, const struct stat *file)
{
	struct stat st;

	return (strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &st) : stat(path, &st)) == 0 &&
	       S_ISREG(st.st_mode) && st.st_dev == file->st_dev && st.st_ino == file->st_ino;
}

bool run_reads(const struct run *run, const struct stat *file)
{
	for (size_t i = 0; i < run->n_paths; i++)
		if (is_file(run->paths[i], file))
			return true;
	for (size_t i = 0; i < run->selection.n_skipped; i++)
		if (run->selection.skipped[i].of && is_file(run->selection.skipped[i].path, file))
			return true;
	return false;
}

static int check_database(const struct run *run, const char *db, struct error *err)
{
	struct stat st;

	if (db && !*db)
		return error_set(err, "--db: an empty name; name a file");
	if (db && stat(db, &st) == 0 && run_reads(run, &st))
		return error_set(err, "%s: is one of the logs to be read; name another file with --db", db);
	return 0;
}

/* "192.0.2.0/24" must be a network, and is when its own address lies in it;
 * "private/lmtp" is a socket. */
static int check_relays(const char *option, const struct list *relays, struct error *err)
{
	for (size_t i = 0; i < relays->n; i++) {
		struct slice relay = slice_of(relays->text[i]), base;
		ptrdiff_t slash = slice_find_byte(relay, '/');

		base = (struct slice){ relay.p, slash < 0 ? 0 : (size_t)slash };
		if ((slice_find_byte(base, '.') >= 0 || slice_find_byte(base, ':') >= 0) && !ip_in_network(base, relay))
			return error_set(err, "--%s: \"%s\" is no network; write 192.0.2.0/24 or 2001:db8::/32",
			                 option, relays->text[i]);
	}
	return 0;
}

/* Each --mta names a pack. A database may hold servers whose pack is gone. */
static int check_packs(const struct run *run, const struct filter *filter, struct error *err)
{
	for (size_t i = 0; run->n_paths && i < filter->facet[FACET_MTA].n; i++) {
		const char *wanted = filter->facet[FACET_MTA].values[i];
		struct buffer known = { 0 };
		bool found = false;

		for (size_t k = 0; k < run->packs->n; k++) {
			struct slice name = run->packs->pack[k]->name;

			found |= slice_glob(name, slice_of(wanted));
			buffer_printf(&known, "%s%.*s", k ? ", " : "", SLICE_ARG(name));
		}
		if (!found)
			error_set(err, "--mta: there is no pack \"%s\"; there are %s", wanted, buffer_string(&known));
		buffer_release(&known);
		if (!found)
			return -1;
	}
	return 0;
}

/* --mta as packs that may read a line; a database takes every line. */
static void restrict_packs(struct run *run, struct settings *settings)
{
	size_t n = settings->filter.facet[FACET_MTA].n;
	const char **mtas;

	if (settings->db || n == 0)
		return;
	mtas = arena_alloc(&settings->texts, (n + 1) * sizeof *mtas);
	for (size_t i = 0; i < n; i++)
		mtas[i] = settings->filter.facet[FACET_MTA].values[i];
	mtas[n] = NULL;
	run->matcher.mtas = mtas;
}

/* More threads than that take memory, some 30 MB each, and hardly save anybody time. */
enum { JOBS_DEFAULT_MAX = 8 };

static int default_jobs(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;

	return n < JOBS_DEFAULT_MAX ? n : JOBS_DEFAULT_MAX;
}

int run_open(struct run *run, struct settings *settings, struct error *err)
{
	*run = (struct run){ 0 };
	if (choose_paths(run, settings, err) < 0 || check_database(run, settings->db, err) < 0 ||
	    check_relays("hop", &settings->hops, err) < 0 || check_relays("not-hop", &settings->not_hops, err) < 0)
		return -1;
	run->zone = zone_new(settings->timezone, err);
	if (!run->zone)
		return -1;
	if (period_is_asked(settings) && !settings->timezone && !settings->db)
		run->clock = clock_of_files(run);
	if (period_settle(settings, run->clock ? run->clock : run->zone, time(NULL), err) < 0)
		return -1;
	run->packs = run_packs(settings, false, err);
	if (!run->packs || check_packs(run, &settings->filter, err) < 0)
		return -1;
	run->year = settings->year > 0 ? (int)settings->year : 0;
	run->jobs = settings->jobs > 0 ? (int)settings->jobs : default_jobs();
	run->matcher.hops = settings->hops.text;
	run->matcher.not_hops = settings->not_hops.text;
	restrict_packs(run, settings);
	return 0;
}

void run_close(struct run *run)
{
	selection_release(&run->selection);
	packs_free(run->packs);
	zone_free(run->clock);
	zone_free(run->zone);
}
