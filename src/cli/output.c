/* output.c - a new file beside FILE, flushed to disk, renamed over it.
 *
 * Its name is known to a signal handler, so that an interrupted run takes it away.
 * SPDX-License-Identifier: MIT */
#include "cli/output.h"

#include "base/mem.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char *volatile temporary_file; /* what the handler removes, or NULL */

static void on_signal(int number)
{
	if (temporary_file)
		unlink(temporary_file);
	raise(number); /* the default action, once this returns */
}

/* Signals that nohup and the like ignore stay ignored. */
static void catch_signals(void)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGTERM };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND }, before;

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
			sigaction(numbers[i], &action, NULL);
}

static const char *advice(int number)
{
	switch (number) {
	case ENOSPC:
	case EDQUOT: return "make room and run it again, or write elsewhere";
	case ENOENT:
	case ENOTDIR: return "make its directory first";
	case EACCES:
	case EPERM:
	case EROFS: return "check the permissions of its directory, or write elsewhere";
	default: return "write elsewhere with --output";
	}
}

static int fail(const char *path, int number, struct error *err)
{
	return error_set(err, "%s: could not be written: %s; %s", path ? path : "standard output", strerror(number),
	                 advice(number));
}

bool output_is_standard(const char *path)
{
	return !path || strcmp(path, "-") == 0;
}

/* What must not be written over; `there`: the file exists. */
static int check_path(const char *path, const struct stat *st, bool there, const struct settings *settings,
                      const struct run *run, struct error *err)
{
	struct stat other;

	if (!*path)
		return error_set(err, "--output: an empty name; name a file, or - for standard output");
	if (!there && lstat(path, &other) == 0 && S_ISLNK(other.st_mode))
		return error_set(err, "%s: is a link to nothing; name the file itself", path);
	if (!there)
		return 0;
	if (S_ISDIR(st->st_mode))
		return error_set(err, "%s: is a directory; name a file in it", path);
	if (S_ISREG(st->st_mode) && run_reads(run, st))
		return error_set(err, "%s: is one of the logs to be read; name another file with --output", path);
	if (settings->db && stat(settings->db, &other) == 0 && other.st_dev == st->st_dev && other.st_ino == st->st_ino)
		return error_set(err, "%s: is the database; name another file with --output", path);
	return 0;
}

/* The mode and, where that is allowed, the owner of what it replaces. */
static void take_mode(int fd, const struct stat *before)
{
	mode_t mask;

	if (before) {
		(void)!fchown(fd, before->st_uid, before->st_gid);
		fchmod(fd, before->st_mode & 0777);
		return;
	}
	mask = umask(0);
	umask(mask);
	fchmod(fd, 0666 & ~mask);
}

static void forget_temporary(struct output *output)
{
	temporary_file = NULL;
	free(output->temporary);
	output->temporary = NULL;
}

static int open_temporary(struct output *output, const struct stat *before, struct error *err)
{
	int fd;

	output->temporary = xasprintf("%s.XXXXXX", output->path);
	temporary_file = output->temporary;
	catch_signals();
	fd = mkstemp(output->temporary);
	output->file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!output->file) {
		fail(output->path, errno, err);
		if (fd >= 0) {
			unlink(output->temporary);
			close(fd);
		}
		forget_temporary(output);
		return -1;
	}
	take_mode(fd, before);
	return 0;
}

int output_open(struct output *output, const struct settings *settings, const struct run *run, struct error *err)
{
	const char *path = settings->output;
	struct stat st;
	bool there;
	int rc = 0;

	*output = (struct output){ .file = stdout };
	if (output_is_standard(path))
		return 0;
	there = stat(path, &st) == 0;
	if (check_path(path, &st, there, settings, run, err) < 0)
		return -1;
	output->path = there ? realpath(path, NULL) : xstrdup(path);
	if (!output->path)
		return fail(path, errno, err);
	if (!there || S_ISREG(st.st_mode))
		rc = open_temporary(output, there ? &st : NULL, err);
	else if ((output->file = fopen(path, "w")) == NULL) /* /dev/null, a pipe: nothing to replace */
		rc = fail(path, errno, err);
	if (rc < 0)
		free(output->path);
	return rc;
}

/* 0, or the errno of the first step that failed. */
static int finish(struct output *output, bool keep)
{
	int number = output->number;

	errno = 0;
	if (!number && (fflush(output->file) != 0 || ferror(output->file)))
		number = errno ? errno : EIO;
	if (!number && keep && output->temporary && fsync(fileno(output->file)) != 0)
		number = errno;
	if (output->path && fclose(output->file) != 0 && !number)
		number = errno;
	if (!number && keep && output->temporary && rename(output->temporary, output->path) != 0)
		number = errno;
	return number;
}

int output_close(struct output *output, bool keep, struct error *err)
{
	int number = finish(output, keep);

	if (output->temporary && (number || !keep))
		unlink(output->temporary);
	if (number && keep)
		fail(output->path, number, err);
	forget_temporary(output);
	free(output->path);
	return number && keep ? -1 : 0;
}
