/* explain.c - `smtplog-stats explain CODE...`. SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <stdio.h>

int command_explain(struct settings *settings)
{
	struct buffer out = { 0 };
	struct error err;
	int lang = settings_lang(settings, &err), status = EXIT_DONE;

	if (lang < 0)
		return complain(&err);
	if (settings->files.n == 0) {
		error_set(&err, "explain: name a code: smtplog-stats explain 550 5.7.1 45x");
		return complain(&err);
	}
	for (size_t i = 0; i < settings->files.n; i++) {
		size_t before = out.n; /* of what was explained */

		if (before)
			buffer_byte(&out, '\n');
		if (taxonomy_explain(slice_of(settings->files.text[i]), (enum lang)lang, &out, &err) < 0) {
			out.n = before;
			complain(&err);
			status = EXIT_INCOMPLETE;
		}
	}
	if (out.n == 0)
		status = EXIT_WRONG;
	else
		fwrite(out.text, 1, out.n, stdout);
	buffer_release(&out);
	return status;
}
