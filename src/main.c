/* main.c - the command table, nothing else. The first row is the default.
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

static const struct command commands[] = {
	{ "report", 'R', "[FILE]...", "Count the SMTP replies in mail logs and report them.", command_report },
	{ "ingest", 'I', "--db DB FILE...", "Count what is new in mail logs into a database, each line once.", command_ingest },
	{ "merge", 'M', "--db DB OTHER.db...", "Put what databases of several hosts hold into one, each host's counts once.", command_merge },
	{ "events", 'E', "[FILE]...", "One row per event, in log order.", command_events },
	{ "explain", 'X', "CODE...", "What reply codes and enhanced codes mean: 550, 5.7.1, 45x, x5z, 4yz.", command_explain },
	{ "patterns", 'P', "list|test|match [PACK]... ", "The pattern packs: list them, run their samples, "
	  "show how lines of standard input match.", command_patterns },
};

int main(int argc, char **argv)
{
	return command_main(commands, sizeof commands / sizeof *commands, argc, argv);
}
