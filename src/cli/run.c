/* run.c - SPDX-License-Identifier: MIT */
#include "cli/run.h"

#include "base/mem.h"
#include "cli/period.h"

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

struct packs *run_packs(const struct settings *settings, struct error *err)
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
	packs = packs_load(dirs, err);
	free(user);
	free(dirs);
	return packs;
}

/* Without FILE: standard input, unless somebody sits there. */
static int choose_paths(struct run *run, const struct settings *settings, struct error *err)
{
	static const char *const standard_input[] = { "-" };

	run->paths = settings->files.text;
	run->n_paths = settings->files.n;
	if (run->n_paths || settings->db)
		return 0;
	if (isatty(STDIN_FILENO))
		return error_set(err, "name a log file: smtplog-stats /var/log/mail.log; where the host has none: "
		                 "journalctl -o short-iso SYSLOG_FACILITY=2 | smtplog-stats -");
	run->paths = standard_input;
	run->n_paths = 1;
	return 0;
}

int run_open(struct run *run, struct settings *settings, struct error *err)
{
	*run = (struct run){ 0 };
	if (settings->year >= 0 && (settings->year < 1970 || settings->year > 2100))
		return error_set(err, "--year: %ld is not from 1970 to 2100", settings->year);
	if (choose_paths(run, settings, err) < 0)
		return -1;
	run->zone = zone_new(settings->timezone, err);
	if (!run->zone || period_settle(settings, run->zone, time(NULL), err) < 0)
		return -1;
	run->packs = run_packs(settings, err);
	if (!run->packs)
		return -1;
	run->year = settings->year > 0 ? (int)settings->year : 0;
	run->matcher.hops = settings->hops.text;
	run->matcher.not_hops = settings->not_hops.text;
	return 0;
}

void run_close(struct run *run)
{
	packs_free(run->packs);
	if (run->zone)
		zone_free(run->zone);
}
