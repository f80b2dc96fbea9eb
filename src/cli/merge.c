/* merge.c - `smtplog-stats merge`: databases of several hosts in one.
 * SPDX-License-Identifier: MIT */
#include "store/merge.h"

#include "cli/command.h"
#include "store/keep.h"

#include <time.h>

int command_merge(struct settings *settings)
{
	struct keep keep = { .cube = KEEP_ALL, .rest = KEEP_ALL, .now = time(NULL) };
	struct store *store = NULL;
	struct error err;
	int status = EXIT_WRONG;

	if (!settings->db || !*settings->db)
		error_set(&err, "merge: name the database: smtplog-stats merge --db ALL A.db B.db");
	else if (settings->files.n == 0)
		error_set(&err, "merge: name the databases to be merged: smtplog-stats merge --db %s A.db B.db", settings->db);
	else if ((store = store_extend(settings->db, &err)) != NULL &&
	         store_merge(store, settings->files.text, settings->files.n, &err) == 0 &&
	         store_keep(store, &keep, &err) == 0)
		status = EXIT_DONE;
	if (status != EXIT_DONE)
		complain(&err);
	store_close(store);
	return status;
}
