/* command.c - from argv to a command, --help and --version.
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include "base/buffer.h"
#include "pattern/regex.h"
#include "store/store.h"

#include <stdio.h>

int complain(const struct error *err)
{
	struct buffer text = { 0 };

	buffer_terminal(&text, slice_of(err->text));
	fprintf(stderr, "smtplog-stats: %s\n", buffer_string(&text));
	buffer_release(&text);
	return EXIT_WRONG;
}

static void print_help(const struct command *commands, size_t n, const struct command *command)
{
	struct buffer out = { 0 };

	buffer_printf(&out, "Usage: smtplog-stats %s%s[OPTION]... %s\n%s\n",
	              command == commands ? "" : command->name, command == commands ? "" : " ",
	              command->operands, command->about);
	for (size_t i = 1; command == commands && i < n; i++)
		buffer_printf(&out, "%s  smtplog-stats %-8s [OPTION]... %s\n", i == 1 ? "\nOther commands:\n" : "",
		              commands[i].name, commands[i].operands);
	settings_help(command->letter, &out);
	buffer_puts(&out, "\nExit status: 0 done; 1 done, but something could not be read; 2 wrong usage, or nothing "
	                  "could be done.\nThe manual: smtplog-stats(1); the pattern packs: smtplog-stats-patterns(5).\n");
	fwrite(out.text, 1, out.n, stdout);
	buffer_release(&out);
}

static void print_version(void)
{
	struct buffer out = { 0 };

	buffer_printf(&out, "smtplog-stats %s\nPCRE2 ", PACKAGE_VERSION);
	regex_version(&out);
	buffer_printf(&out, "\nSQLite %s\n", store_sqlite_version());
	fwrite(out.text, 1, out.n, stdout);
	buffer_release(&out);
}

int command_main(const struct command *commands, size_t n, int argc, char **argv)
{
	const struct command *command = &commands[0];
	struct settings settings;
	struct error err;
	int status;

	for (size_t i = 0; argc > 1 && i < n; i++)
		if (strcmp(argv[1], commands[i].name) == 0) {
			command = &commands[i];
			argv++, argc--;
			break;
		}
	if (settings_parse(&settings, command->letter, argc, argv, &err) < 0) {
		status = complain(&err);
	} else if (settings.help) {
		print_help(commands, n, command);
		status = EXIT_DONE;
	} else if (settings.version) {
		print_version();
		status = EXIT_DONE;
	} else {
		status = command->run(&settings);
	}
	settings_release(&settings);
	if ((fflush(stdout) != 0 || ferror(stdout)) && status != EXIT_WRONG) {
		error_set(&err, "standard output: could not be written to its end");
		status = complain(&err);
	}
	return status;
}
