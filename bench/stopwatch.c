/* stopwatch.c - run a command with its output thrown away and print what it took: wall
 * clock seconds, KiB of memory (resident peak), seconds of processors.
 *
 *   stopwatch COMMAND [ARGUMENT]...
 *
 * SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

static void run(char **command)
{
	int null = open("/dev/null", O_WRONLY);

	if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
		_exit(127);
	execvp(command[0], command);
	perror(command[0]);
	_exit(127);
}

int main(int argc, char **argv)
{
	struct rusage usage;
	double begin;
	pid_t child;
	int status;

	if (argc < 2) {
		fputs("usage: stopwatch COMMAND [ARGUMENT]...\n", stderr);
		return 2;
	}
	begin = now();
	child = fork();
	if (child == 0)
		run(argv + 1);
	if (child < 0 || wait4(child, &status, 0, &usage) != child) {
		perror("stopwatch");
		return EXIT_FAILURE;
	}
	printf("%.6f %ld %.6f\n", now() - begin, usage.ru_maxrss, seconds(usage.ru_utime) + seconds(usage.ru_stime));
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}
