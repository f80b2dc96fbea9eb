/* check_scan.c - inputs driven through workers: counts, what is said of inputs, and
 * that the number of threads changes nothing. SPDX-License-Identifier: MIT */
#include "scan/scan.h"

#include "suite.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

/* As many lines as fill several chunks; one in four is a delivery. */
enum { LINES = 400000, PACKED_LINES = 5000, DAYS = 2000 };

static char directory[] = "/tmp/check_scan.XXXXXX";
static char long_log[64], short_log[64], cut_log[64], foreign_log[64], empty_log[64], missing_log[64], packed_log[64], mixed_log[64];

static FILE *create(char path[64], const char *name)
{
	FILE *file;

	snprintf(path, 64, "%s/%s", directory, name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	return file;
}

static void write_packed(void)
{
	gzFile file;

	fclose(create(packed_log, "packed"));
	file = gzopen(packed_log, "w");
	ck_assert_ptr_nonnull(file);
	for (int i = 0; i < PACKED_LINES; i++)
		gzprintf(file, "Nov 21 10:00:00 mx postfix/qmgr[1]: 3F1C2A%04X: removed\n", i);
	gzclose(file);
}

static void write_logs(void)
{
	FILE *file;

	ck_assert_ptr_nonnull(mkdtemp(directory));
	file = create(long_log, "long");
	for (int i = 0; i < LINES; i++)
		if (i % 4)
			fprintf(file, "Nov 21 10:%02d:00 mx postfix/qmgr[1]: 3F1C2A%04X: removed\n", i / 8000 % 60, i % 65536);
		else
			fprintf(file, "Nov 21 10:%02d:00 mx postfix/smtp[1]: 3F1C2A%04X: to=<u@d%d.example>, relay=mx.example[192.0.2.1]:25, "
			        "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)\n", i / 8000 % 60, i % 65536, i % 7);
	fclose(file);
	file = create(short_log, "short");
	fputs("Nov 21 10:00:00 mx postfix/qmgr[1]: 3F1C2A0001: removed\nNov 21 10:00:00 mx sshd[1]: hello\nno prefix", file);
	fclose(file);
	file = create(cut_log, "cut");
	fputs("Nov 21 10:00:00 mx postfix/qmgr[1]: ", file);
	for (int i = 0; i < 3 * LINE_MAX_BYTES / 8; i++) /* far less than a window */
		fputs("status=s", file);
	fputs("\nNov 21 10:00:00 mx postfix/qmgr[1]: 3F1C2A0001: removed\n", file);
	fclose(file);
	file = create(foreign_log, "foreign");
	fputs("a poem\nof two lines\n", file);
	fclose(file);
	fclose(create(empty_log, "empty"));
	file = create(mixed_log, "mixed"); /* no two deliveries alike */
	for (int i = 0; i < DAYS; i++)
		fprintf(file, "Nov %d 10:00:00 mx postfix/smtp[1]: 3F1C2A%04X: to=<u@d%d.example>, relay=mx.example[192.0.2.1]:25, "
		        "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)\n", i % 2 ? 24 : 20, i, i);
	fclose(file);
	write_packed();
	snprintf(missing_log, sizeof missing_log, "%s/missing", directory);
}

static void remove_logs(void)
{
	const char *const all[] = { long_log, short_log, cut_log, foreign_log, empty_log, packed_log, mixed_log };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		unlink(all[i]);
	rmdir(directory);
}

/* One run, and what a test wants to know of it. */
enum { N_INPUTS = 300 };
struct result {
	struct accounting lines;
	uint64_t deliveries, groups, epochs;
	struct scan_input inputs[N_INPUTS];
	char problems[4][256];
	struct scan_progress progress; /* at the end */
};

static void add_up(const struct tally *tally, struct result *result)
{
	struct tally_hour *hours;
	const struct tally_row **rows;
	size_t n = tally_hours(tally, &hours);

	for (size_t i = 0; i < n; i++) {
#define COUNTER(member) result->lines.member += hours[i].lines->member;
#include "tally/counter.def"
	}
	free(hours);
	n = tally_rows(tally, TABLE_DESTINATION, &rows);
	result->groups = n;
	for (size_t i = 0; i < n; i++)
		result->deliveries += tally_sort(tally, rows[i]->key.sort)->kind == KIND_DELIVERY ? rows[i]->measures.count : 0;
	free(rows);
}

static struct result run_until(const char *const *paths, size_t n_paths, int jobs, int64_t until)
{
	const char *dirs[] = { SOURCE_PATTERNS_DIR, NULL };
	struct error err;
	struct packs *packs = packs_load(dirs, true, &err);
	struct zone *zone = zone_new("UTC", &err);
	struct matcher_options matcher = { 0 };
	struct scan_options options = { .packs = packs, .matcher = &matcher, .paths = paths, .n_paths = n_paths,
	                                .zone = zone, .year = 2026, .jobs = jobs, .clients_whole = true };
	struct tally *tally = tally_new(TABLE_BIT(TRAFFIC) | TABLE_BIT(DESTINATION));
	struct scan *scan = scan_new(&options);
	struct result result = { .groups = 0 };

	ck_assert_ptr_nonnull(packs);
	scan_until(scan, until);
	while (scan_epoch(scan, tally))
		result.epochs++;
	add_up(tally, &result);
	for (size_t i = 0; i < n_paths; i++) {
		result.inputs[i] = scan_inputs(scan)[i];
		if (i < 4 && result.inputs[i].problem)
			snprintf(result.problems[i], sizeof result.problems[i], "%s", result.inputs[i].problem);
	}
	result.progress = scan_progress(scan);
	scan_free(scan);
	tally_free(tally);
	zone_free(zone);
	packs_free(packs);
	return result;
}

static struct result run(const char *const *paths, size_t n_paths, int jobs)
{
	return run_until(paths, n_paths, jobs, 0);
}

static void assert_long_and_short(struct result result)
{
	ck_assert_uint_eq(result.lines.lines, LINES + 3);
	ck_assert_uint_eq(result.lines.matched, LINES / 4);
	ck_assert_uint_eq(result.lines.known, LINES / 4 * 3 + 1);
	ck_assert_uint_eq(result.lines.foreign, 2);
	ck_assert_uint_eq(result.lines.unrecognised, 0);
	ck_assert_uint_eq(result.deliveries, LINES / 4);
	ck_assert_uint_eq(result.groups, 7); /* domains, on one day */
	ck_assert_uint_eq(result.inputs[0].lines, LINES);
	ck_assert_uint_eq(result.inputs[1].lines, 3);
	ck_assert_uint_eq(result.inputs[1].mail_lines, 1);
}

START_TEST(any_number_of_threads_counts_the_same)
{
	const char *paths[] = { long_log, short_log };
	struct result result = run(paths, 2, _i);

	ck_assert_uint_eq(result.epochs, 1);
	assert_long_and_short(result);
}
END_TEST

/* As when each chunk comes too late. */
START_TEST(any_end_of_epochs_counts_the_same)
{
	const char *paths[] = { long_log, short_log };
	struct result result = run_until(paths, 2, _i, 1);

	ck_assert_uint_gt(result.epochs, 2);
	assert_long_and_short(result);
}
END_TEST

/* More large logs than an epoch has room for, each with its share. */
START_TEST(large_logs_take_turns)
{
	enum { N = 17 };
	const char *paths[N];
	struct result result;

	for (size_t i = 0; i < N; i++)
		paths[i] = long_log;
	result = run(paths, N, 3);
	ck_assert_uint_ge(result.epochs, 3);
	ck_assert_uint_eq(result.lines.lines, N * (uint64_t)LINES);
	ck_assert_uint_eq(result.deliveries, N * (uint64_t)LINES / 4);
	for (size_t i = 0; i < N; i++)
		ck_assert_uint_eq(result.inputs[i].lines, LINES);
	ck_assert_uint_eq(result.progress.bytes, result.progress.size);
}
END_TEST

/* Packed and plain ones, in parts of which none is large; the calling thread is one of three. */
START_TEST(small_logs_are_counted_side_by_side)
{
	const char *paths[N_INPUTS];
	struct result result;

	for (size_t i = 0; i < N_INPUTS; i++)
		paths[i] = i % 3 == 0 ? packed_log : i % 3 == 1 ? short_log : foreign_log;
	result = run(paths, N_INPUTS, 3);
	ck_assert_uint_eq(result.epochs, 1);
	ck_assert_uint_eq(result.lines.lines, N_INPUTS / 3 * (PACKED_LINES + 3 + 2));
	ck_assert_uint_eq(result.lines.known, N_INPUTS / 3 * (PACKED_LINES + 1));
	for (size_t i = 0; i < N_INPUTS; i++) {
		ck_assert_uint_eq(result.inputs[i].lines, i % 3 == 0 ? PACKED_LINES : i % 3 == 1 ? 3 : 2);
		ck_assert_str_eq(result.inputs[i].name, paths[i]);
	}
	ck_assert_uint_eq(result.progress.files, N_INPUTS);
	ck_assert_uint_eq(result.progress.n_files, N_INPUTS);
	ck_assert_uint_eq(result.progress.done, result.progress.size);
	ck_assert_uint_eq(result.progress.lines, result.lines.lines);
}
END_TEST

static void copy_into(const char *from, const char *to)
{
	static char block[1 << 16];
	FILE *in = fopen(from, "r"), *out = fopen(to, "w");
	size_t n;

	while ((n = fread(block, 1, sizeof block, in)) > 0)
		fwrite(block, 1, n, out);
	fclose(in);
	fclose(out);
}

/* Who writes them fills the second when the first was read to its end. */
START_TEST(pipes_are_read_one_after_the_other)
{
	enum { N = 20 }; /* so many that each, were it a file, had a small share */
	char first[80], second[80];
	const char *paths[N] = { first, second };
	struct result result;
	pid_t writer;

	for (size_t i = 2; i < N; i++)
		paths[i] = short_log;

	snprintf(first, sizeof first, "%s/first%d", directory, _i);
	snprintf(second, sizeof second, "%s/second%d", directory, _i);
	ck_assert_int_eq(mkfifo(first, 0600), 0);
	ck_assert_int_eq(mkfifo(second, 0600), 0);
	writer = fork();
	if (writer == 0) {
		copy_into(long_log, first);
		copy_into(long_log, second);
		_exit(0);
	}
	result = run(paths, N, _i);
	waitpid(writer, NULL, 0);
	ck_assert_uint_eq(result.lines.lines, 2 * LINES + (N - 2) * 3);
	ck_assert_uint_eq(result.inputs[1].lines, LINES);
	ck_assert_uint_eq(result.progress.size, 0);
	unlink(first);
	unlink(second);
}
END_TEST

START_TEST(an_overlong_line_is_one_unrecognised_line)
{
	const char *paths[] = { cut_log };
	struct result result = run(paths, 1, 1);

	ck_assert_uint_eq(result.lines.lines, 2);
	ck_assert_uint_eq(result.lines.unrecognised, 1);
	ck_assert_uint_eq(result.lines.known, 1);
	ck_assert_uint_eq(result.inputs[0].cut_lines, 1);
	ck_assert_ptr_null(result.inputs[0].problem);
}
END_TEST

START_TEST(each_input_is_answered_for)
{
	const char *paths[] = { missing_log, foreign_log, empty_log, short_log };
	struct result result = run(paths, 4, 2);

	ck_assert_uint_eq(result.inputs[0].lines, 0);
	ck_assert_msg(strstr(result.problems[0], missing_log) == result.problems[0], "%s", result.problems[0]);
	ck_assert_uint_eq(result.inputs[1].lines, 2);
	ck_assert_uint_eq(result.inputs[1].mail_lines, 0);
	ck_assert_uint_eq(result.inputs[2].lines, 0);
	ck_assert_ptr_null(result.inputs[2].problem);
	ck_assert_uint_eq(result.inputs[3].lines, 3);
	ck_assert_uint_eq(result.lines.lines, 5);
}
END_TEST

/* However often a line is looked at. */
START_TEST(steps_back_in_time_are_counted_once)
{
	const char *paths[] = { mixed_log };
	struct result result = run(paths, 1, 1);

	ck_assert_uint_eq(result.deliveries, DAYS);
	ck_assert_uint_eq(result.inputs[0].times.steps_back, DAYS / 2 - 1);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("scan");
	TCase *all = tcase_create("all");

	tcase_add_unchecked_fixture(all, write_logs, remove_logs);
	tcase_add_loop_test(all, any_number_of_threads_counts_the_same, 1, 9);
	tcase_add_loop_test(all, any_end_of_epochs_counts_the_same, 1, 3);
	tcase_add_test(all, large_logs_take_turns);
	tcase_add_test(all, small_logs_are_counted_side_by_side);
	tcase_add_loop_test(all, pipes_are_read_one_after_the_other, 1, 4);
	tcase_add_test(all, an_overlong_line_is_one_unrecognised_line);
	tcase_add_test(all, each_input_is_answered_for);
	tcase_add_test(all, steps_back_in_time_are_counted_once);
	suite_add_tcase(suite, all);
	return suite;
}
