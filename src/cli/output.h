/* output.h - where a command writes: standard output, or --output FILE, which
 * appears whole or not at all. SPDX-License-Identifier: MIT */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>

struct output {
	FILE *file;
	const char *path; /* NULL: standard output */
	char *temporary;
};

int output_open(struct output *output, const char *path, struct error *err);
/* With keep, FILE is replaced; without, it stays as it was. -1 and *err when
 * something could not be written. */
int output_close(struct output *output, bool keep, struct error *err);

#endif
