/* suite.h - the main() of every Check program: TAP on standard output, exit
 * status 1 when a test failed.
 *
 * A test program includes this once and defines make_suite(). Each test runs in
 * a process of its own unless CK_FORK=no. Sanitizers and valgrind are slow, so
 * the time limit only catches what hangs. SPDX-License-Identifier: MIT */
#ifndef TESTS_SUITE_H
#define TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

Suite *make_suite(void);

int main(void)
{
	int failed;
	SRunner *runner;

	if (getenv("CK_DEFAULT_TIMEOUT") == NULL)
		setenv("CK_DEFAULT_TIMEOUT", "120", 1);
	runner = srunner_create(make_suite());
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
