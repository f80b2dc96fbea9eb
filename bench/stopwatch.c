/* stopwatch.c - run a command and print what it took: wall clock seconds, KiB of memory
 * (resident peak), seconds of processors. What the command waited for counts, too.
 *
 *   stopwatch [-o FILE] COMMAND [ARGUMENT]...
 *
 * The command's output goes to FILE, or is thrown away; some programs (grep) do less when
 * they see that. SPDX-License-Identifier: MIT */
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

static void run(char **command, int out)
{
	if (dup2(out, STDOUT_FILENO) < 0)
		_exit(127);
	execvp(command[0], command);
	perror(command[0]);
	_exit(127);
}

int main(int argc, char **argv)
{
	const char *path = "/dev/null";
	struct rusage usage;
	double begin;
	pid_t child;
	int status, option, out;

	while ((option = getopt(argc, argv, "+o:")) == 'o')
		path = optarg;
	if (option != -1 || optind == argc) {
		fputs("usage: stopwatch [-o FILE] COMMAND [ARGUMENT]...\n", stderr);
		return 2;
	}
	out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (out < 0) {
		perror(path);
		return EXIT_FAILURE;
	}
	begin = now();
	child = fork();
	if (child == 0)
		run(argv + optind, out);
	if (child < 0 || wait4(child, &status, 0, &usage) != child) {
		perror("stopwatch");
		return EXIT_FAILURE;
	}
	printf("%.6f %ld %.6f\n", now() - begin, usage.ru_maxrss, seconds(usage.ru_utime) + seconds(usage.ru_stime));
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}
