/* check_progress.c - the line that tells how far a scan is, and where it is shown.
 * SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include "suite.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PATH "check_progress.tmp"

static const struct {
	size_t log, n_logs;
	struct scan_progress now;
	int64_t milliseconds;
	size_t width;
	const char *line;
} lines[] = {
	{ 0, 0, { 0, 1, 500000000, 2000000000, 500000000, 3500000 }, 2000, 79,
	  "25 % of 2.0 GB, 0:06 left, 3.5 million lines, 250 MB/s" },
	{ 0, 0, { 3, 12, 45000000, 90000000, 400000000, 2750000 }, 4000, 79,
	  "50 % of 90 MB, 0:04 left, 3 of 12 files, 2.8 million lines, 100 MB/s" },
	{ 2, 3, { 0, 1, 1000000, 8000000000, 9000000, 63000 }, 1000, 79,
	  "0 % of 8.0 GB, 2:13:19 left, log 2 of 3, 0.1 million lines, 9 MB/s" },
	/* a pipe */
	{ 0, 0, { 0, 1, 1200000000, 0, 1200000000, 8000000 }, 3000, 79, "1.2 GB, 8.0 million lines, 400 MB/s" },
	/* nothing was read yet; all was read; a file that grew */
	{ 0, 0, { 0, 1, 0, 1000000, 0, 0 }, 0, 79, "0 % of 1 MB, 0.0 million lines" },
	{ 0, 0, { 1, 1, 1000000, 1000000, 1000000, 7000 }, 1000, 79, "100 % of 1 MB, 0.0 million lines, 1 MB/s" },
	{ 0, 0, { 0, 1, 1000001, 1000000, 1000001, 7000 }, 1000, 79, "100 % of 1 MB, 0.0 million lines, 1 MB/s" },
	/* what has no room is left out, the least first */
	{ 0, 0, { 3, 12, 45000000, 90000000, 400000000, 2750000 }, 4000, 67,
	  "50 % of 90 MB, 0:04 left, 3 of 12 files, 2.8 million lines" },
	{ 0, 0, { 3, 12, 45000000, 90000000, 400000000, 2750000 }, 4000, 39, "50 % of 90 MB, 0:04 left, 3 of 12 files" },
	{ 0, 0, { 3, 12, 45000000, 90000000, 400000000, 2750000 }, 4000, 38, "50 % of 90 MB, 0:04 left" },
	{ 0, 0, { 3, 12, 45000000, 90000000, 400000000, 2750000 }, 4000, 13, "50 % of 90 MB" },
	{ 0, 0, { 3, 12, 45000000, 90000000, 400000000, 2750000 }, 4000, 12, "" },
};

START_TEST(line)
{
	struct progress progress = { .log = lines[_i].log, .n_logs = lines[_i].n_logs };
	struct buffer out = { 0 };

	progress_line(&progress, &lines[_i].now, lines[_i].milliseconds, lines[_i].width, &out);
	ck_assert_str_eq(buffer_string(&out), lines[_i].line);
	buffer_release(&out);
}
END_TEST

/* All that comes. What stands on a terminal takes a moment. */
static void take(int from, char *seen, size_t room)
{
	struct pollfd pollfd = { .fd = from, .events = POLLIN };
	size_t n = 0;

	while (n < room - 1 && poll(&pollfd, 1, 200) > 0) {
		ssize_t got = read(from, seen + n, room - 1 - n);

		if (got <= 0)
			break;
		n += (size_t)got;
	}
	seen[n] = '\0';
}

/* What a scan of 25 MB shows on standard error before anything is read. */
static void show(bool quiet, bool soon, char *seen, size_t n, int from)
{
	const char *const paths[] = { PATH };
	struct scan_options options = { .paths = paths, .n_paths = 1, .jobs = 1 };
	struct scan *scan = scan_new(&options);
	struct progress progress;

	progress_init(&progress, quiet);
	progress_scan(&progress, scan);
	if (!soon)
		progress.due = 0;
	progress_look(&progress);
	progress_look(&progress); /* nothing: it is too soon for another line */
	progress_clear(&progress);
	progress_clear(&progress);
	take(from, seen, n);
	scan_free(scan);
}

/* A terminal that is standard error. */
static int open_terminal(unsigned short columns)
{
	const struct winsize size = { .ws_row = 24, .ws_col = columns };
	int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK), other;

	ck_assert_int_ge(terminal, 0);
	ck_assert_int_eq(grantpt(terminal), 0);
	ck_assert_int_eq(unlockpt(terminal), 0);
	other = open(ptsname(terminal), O_RDWR | O_NOCTTY);
	ck_assert_int_ge(other, 0);
	ck_assert_int_eq(ioctl(other, TIOCSWINSZ, &size), 0);
	ck_assert_int_eq(dup2(other, STDERR_FILENO), STDERR_FILENO);
	close(other);
	return terminal;
}

static const struct {
	const char *terminal; /* $TERM */
	unsigned short columns;
	bool quiet, soon;
	const char *seen;
} shown[] = {
	{ "xterm", 80, false, false, "\r0 % of 25 MB, 0.0 million lines\033[K\r\033[K" },
	{ "xterm", 20, false, false, "\r0 % of 25 MB\033[K\r\033[K" },
	{ "xterm", 0, false, false, "\r0 % of 25 MB, 0.0 million lines\033[K\r\033[K" },
	{ "xterm", 80, true, false, "" },
	{ "xterm", 80, false, true, "" },
	{ "dumb", 80, false, false, "" },
	{ "", 80, false, false, "" },
};

START_TEST(on_a_terminal)
{
	int before = dup(STDERR_FILENO), terminal = open_terminal(shown[_i].columns);
	char seen[200];

	fclose(fopen(PATH, "w"));
	ck_assert_int_eq(truncate(PATH, 25000000), 0);
	ck_assert_int_eq(setenv("TERM", shown[_i].terminal, 1), 0);
	show(shown[_i].quiet, shown[_i].soon, seen, sizeof seen, terminal);
	dup2(before, STDERR_FILENO);
	close(before);
	close(terminal);
	remove(PATH);
	ck_assert_str_eq(seen, shown[_i].seen);
}
END_TEST

START_TEST(nowhere_else)
{
	int before = dup(STDERR_FILENO), ends[2];
	char seen[200];

	ck_assert_int_eq(pipe2(ends, O_NONBLOCK), 0);
	ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	ck_assert_int_eq(setenv("TERM", "xterm", 1), 0);
	show(false, false, seen, sizeof seen, ends[0]);
	dup2(before, STDERR_FILENO);
	ck_assert_str_eq(seen, "");
}
END_TEST

#define N(rows) ((int)(sizeof(rows) / sizeof *(rows)))

/* Where /dev/pts is not mounted there are none. */
static bool has_terminals(void)
{
	int terminal = posix_openpt(O_RDWR | O_NOCTTY);

	if (terminal < 0)
		return false;
	close(terminal);
	return true;
}

Suite *make_suite(void)
{
	Suite *suite = suite_create("progress");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, line, 0, N(lines));
	if (has_terminals())
		tcase_add_loop_test(all, on_a_terminal, 0, N(shown));
	else
		puts("# no pseudo terminals here: what is shown on one is not tested");
	tcase_add_test(all, nowhere_else);
	suite_add_tcase(suite, all);
	return suite;
}
