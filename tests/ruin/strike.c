/* strike.c - run a command, and do something to it, or to the log that it reads, after a
 * given time:
 *
 *   strike kill MICROSECONDS COMMAND...       SIGKILL; 0: never
 *   strike within MICROSECONDS COMMAND...     the same, from when it begins to write a transaction
 *   strike hold MICROSECONDS COMMAND...       when it has begun to write a transaction: stopped,
 *                                             "stopped" is said, and it goes on so much later
 *   strike remove MICROSECONDS FILE COMMAND...
 *   strike cut MICROSECONDS LOG COPY NEXT COMMAND...  copies LOG to COPY and truncates
 *                                             it, after saying whether it is "mapped";
 *                                             if NEXT is a file, writes that into it
 *
 * Says on standard output what became of the command: "killed inside a transaction",
 * "killed outside", or "exit N". Where it was is told by the system: it is stopped, and
 * then asked for is who holds the lock of the one that may write (byte 120 of the -shm
 * file, which is part of SQLite's file format). SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MILLION = 1000000 };

static void nap(long microseconds)
{
	struct timespec time = { microseconds / MILLION, microseconds % MILLION * 1000 };

	while (nanosleep(&time, &time) != 0 && errno == EINTR)
		;
}

/* Lines are "1: POSIX  ADVISORY  WRITE 812 fe:00:1234 120 120". */
static bool is_inside(pid_t pid)
{
	FILE *locks = fopen("/proc/locks", "r");
	char line[256];
	bool inside = false;

	while (locks && fgets(line, sizeof line, locks)) {
		long holder;
		unsigned long long from, to;

		inside |= sscanf(line, "%*s POSIX ADVISORY WRITE %ld %*s %llu %llu", &holder, &from, &to) == 3 &&
		          holder == pid && from <= 120 && 120 <= to;
	}
	if (locks)
		fclose(locks);
	return inside;
}

static bool is_over(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

static void kill_it(pid_t pid)
{
	int status;
	bool inside;

	kill(pid, SIGSTOP);
	if (waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status)) {
		inside = is_inside(pid);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		if (WIFSIGNALED(status)) {
			printf("killed %s\n", inside ? "inside a transaction" : "outside");
			exit(EXIT_SUCCESS);
		}
	}
	printf("exit %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	exit(EXIT_SUCCESS);
}

static void copy(const char *from, const char *to)
{
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	char block[1 << 16];
	ssize_t n;

	while (in >= 0 && out >= 0 && (n = read(in, block, sizeof block)) > 0)
		if (write(out, block, (size_t)n) != n)
			break;
	close(in);
	close(out);
}

/* Has the process mapped it? */
static bool is_mapped(pid_t pid, const char *path)
{
	char name[64], line[4096];
	bool mapped = false;
	FILE *maps;

	snprintf(name, sizeof name, "/proc/%ld/maps", (long)pid);
	maps = fopen(name, "r");
	while (maps && fgets(line, sizeof line, maps)) {
		size_t n = strcspn(line, "\n"), length = strlen(path);

		mapped |= n > length && strncmp(line + n - length, path, length) == 0;
	}
	if (maps)
		fclose(maps);
	return mapped;
}

static void cut(pid_t pid, char **files)
{
	copy(files[0], files[1]);
	if (is_mapped(pid, files[0]))
		puts("mapped");
	if (truncate(files[0], 0) != 0)
		perror(files[0]);
	if (access(files[2], R_OK) == 0)
		copy(files[2], files[0]);
}

/* False: it was not inside any more. */
static bool hold(pid_t pid, long microseconds)
{
	siginfo_t info;
	bool inside;

	kill(pid, SIGSTOP);
	waitid(P_PID, (id_t)pid, &info, WEXITED | WSTOPPED | WNOWAIT);
	inside = info.si_code == CLD_STOPPED && is_inside(pid);
	if (inside) {
		puts("stopped");
		fflush(stdout);
		nap(microseconds);
	}
	kill(pid, SIGCONT);
	return inside;
}

static void wait_inside(pid_t pid)
{
	while (!is_over(pid) && !is_inside(pid))
		;
}

/* What can be done, after so many arguments more; `inside`: the time begins with a transaction. */
enum deed { KILL, WITHIN, HOLD, REMOVE, CUT, N_DEEDS };
static const struct {
	const char *name;
	int files;
	bool inside;
} deeds[N_DEEDS] = {
	[KILL] = { "kill", 0, false },
	[WITHIN] = { "within", 0, true },
	[HOLD] = { "hold", 0, true },
	[REMOVE] = { "remove", 1, false },
	[CUT] = { "cut", 3, false },
};

static void act(enum deed deed, pid_t pid, long microseconds, char **files)
{
	if (deeds[deed].inside)
		wait_inside(pid);
	if (deed != HOLD)
		nap(microseconds);
	switch (deed) {
	case KILL:
	case WITHIN:
		if (microseconds)
			kill_it(pid);
		break;
	case HOLD:
		while (!hold(pid, microseconds) && !is_over(pid))
			wait_inside(pid);
		break;
	case REMOVE: unlink(files[0]); break;
	case CUT: cut(pid, files); break;
	case N_DEEDS: break;
	}
}

int main(int argc, char **argv)
{
	enum deed deed = KILL;
	int status;
	pid_t pid;

	while (argc > 3 && deed < N_DEEDS && strcmp(argv[1], deeds[deed].name) != 0)
		deed++;
	if (argc <= 3 || deed == N_DEEDS || argc <= 3 + deeds[deed].files) {
		fprintf(stderr, "usage: strike DEED MICROSECONDS [FILE...] COMMAND...\n");
		return 99;
	}
	pid = fork();
	if (pid == 0) {
		execvp(argv[3 + deeds[deed].files], argv + 3 + deeds[deed].files);
		_exit(127);
	}
	act(deed, pid, atol(argv[2]), argv + 3);
	waitpid(pid, &status, 0);
	printf("exit %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return EXIT_SUCCESS;
}
