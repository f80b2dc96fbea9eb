/* command.h - the commands: one file each, one row each in the table of main.c.
 * SPDX-License-Identifier: MIT */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "cli/settings.h"

/* Exit statuses. */
enum { EXIT_DONE = 0, EXIT_INCOMPLETE = 1, EXIT_WRONG = 2 };

struct command {
	const char *name;
	char letter;         /* in option.def */
	const char *operands; /* for the usage line */
	const char *about;
	/* What the command does with its parsed settings; returns an exit status. */
	int (*run)(struct settings *settings);
};

int command_report(struct settings *settings);
int command_ingest(struct settings *settings);
int command_merge(struct settings *settings);
int command_events(struct settings *settings);
int command_explain(struct settings *settings);
int command_patterns(struct settings *settings);

/* Find the command, parse its options, run it. */
int command_main(const struct command *commands, size_t n, int argc, char **argv);

/* "smtplog-stats: TEXT" on standard error; returns EXIT_WRONG. */
int complain(const struct error *err);

#endif
