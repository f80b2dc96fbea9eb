/* settings.h - the command line, parsed: what the user asked for.
 * SPDX-License-Identifier: MIT */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "base/error.h"
#include "base/mem.h"
#include "pattern/filter.h"
#include "reply/taxonomy.h"

/* A NULL-terminated list of texts. */
struct list {
	const char **text;
	size_t n, capacity;
};

enum { JOBS_MAX = 256 };

struct settings {
	const char *db, *format, *output, *since, *until, *day, *by, *timezone, *lang, *colour;
	struct list hops, not_hops, patterns, fates;
	long top, year, jobs; /* -1: not given */
	long keep, keep_days; /* -1: not given; 0: all */
	long max_values;      /* the same */
	bool all_files, keep_clients, unrecognised, raw, follow, quiet, help, version;
	struct filter filter; /* its period is still open: see period.h */
	struct list files;    /* the operands */
	struct arena texts;   /* parts of lists */
};

/* Parse argv of a command, known by its letter in option.def ('R', ...). -1 and
 * *err for an option that does not exist, lacks its argument or has a wrong one. */
int settings_parse(struct settings *settings, char command, int argc, char **argv, struct error *err);
void settings_release(struct settings *settings);
/* The options of a command, for --help. */
void settings_help(char command, struct buffer *out);

/* How many values of each open text are to be kept. */
uint32_t settings_max_values(const struct settings *settings);

/* The language asked for, else the locale's. -1 and *err: there is no such one. */
int settings_lang(const struct settings *settings, struct error *err);

#endif
