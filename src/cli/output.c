/* output.c - a new file beside FILE, flushed to disk, renamed over it.
 * SPDX-License-Identifier: MIT */
#include "cli/output.h"

#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int output_open(struct output *output, const char *path, struct error *err)
{
	struct stat st;
	int fd;

	*output = (struct output){ .file = stdout, .path = path };
	if (!path)
		return 0;
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) { /* /dev/null, a pipe: nothing to replace */
		output->file = fopen(path, "w");
		return output->file ? 0 : error_set(err, "%s: %s", path, strerror(errno));
	}
	output->temporary = xasprintf("%s.XXXXXX", path);
	fd = mkstemp(output->temporary);
	if (fd < 0) {
		error_set(err, "%s: cannot be written: %s; check the directory", path, strerror(errno));
		free(output->temporary);
		output->temporary = NULL;
		return -1;
	}
	fchmod(fd, 0644);
	output->file = fdopen(fd, "w");
	return 0;
}

int output_close(struct output *output, bool keep, struct error *err)
{
	bool failed = fflush(output->file) != 0 || ferror(output->file);
	int rc = 0;

	if (output->temporary && keep && !failed)
		failed = fsync(fileno(output->file)) != 0;
	if (output->path && fclose(output->file) != 0)
		failed = true;
	if (output->temporary && keep && !failed)
		failed = rename(output->temporary, output->path) != 0;
	if (failed)
		rc = error_set(err, "%s: %s; nothing was replaced, make room or write elsewhere",
		               output->path ? output->path : "standard output", strerror(errno));
	if (output->temporary && (failed || !keep))
		unlink(output->temporary);
	free(output->temporary);
	return rc;
}
