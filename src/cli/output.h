/* output.h - where a command writes: standard output, or --output FILE, which
 * appears whole or not at all. SPDX-License-Identifier: MIT */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "cli/run.h"

#include <stdio.h>

struct output {
	FILE *file;
	int number;      /* errno of a write that failed, for who writes to note; 0 */
	char *path;      /* what is replaced, links followed; NULL: standard output */
	char *temporary; /* NULL: path is written as it is (a device, a pipe) */
};

/* Does --output PATH, or none, mean standard output? */
bool output_is_standard(const char *path);
/* Refuses a FILE that is read, and the database. */
int output_open(struct output *output, const struct settings *settings, const struct run *run, struct error *err);
/* With keep, FILE is replaced, its mode kept; without, it stays as it was. -1 and
 * *err when something that is to be kept could not be written. */
int output_close(struct output *output, bool keep, struct error *err);

#endif
