/* check_joins.c - lines that belong together, wherever a chunk ends between them, are
 * counted as by who reads the log line by line. SPDX-License-Identifier: MIT */
#include "scan/reading.h"
#include "scan/worker.h"

#include "input/window.h"
#include "pattern/memory.h"
#include "suite.h"

#include <stdarg.h>

enum { REFERENCE = 1798675200 /* 2026-12-31 */, LINES_MAX = 400 };

static struct zone *zone;
static struct packs *packs;
static const struct matcher_options no_options;

static void set_up(void)
{
	const char *dirs[] = { SOURCE_PATTERNS_DIR, NULL };
	struct error err;

	zone = zone_new("UTC", &err);
	packs = packs_load(dirs, false, &err);
	ck_assert_ptr_nonnull(packs);
}

static void tear_down(void)
{
	packs_free(packs);
	zone_free(zone);
}

/* What a log comes to. */
struct sum {
	uint64_t events[N_KINDS][600]; /* by code */
	uint64_t lines, matched, known, foreign, unrecognised, mail;
};

static void ck_assert_same(const struct sum *a, const struct sum *b, struct slice log)
{
	ck_assert_msg(memcmp(a, b, sizeof *a) == 0,
	              "lines %lu %lu matched %lu %lu known %lu %lu foreign %lu %lu unrecognised %lu %lu mail %lu %lu, delivery 550 %lu %lu, "
	              "reject 550 %lu %lu, echo 550 %lu %lu of\n%.*s",
	              a->lines, b->lines, a->matched, b->matched, a->known, b->known, a->foreign, b->foreign, a->unrecognised,
	              b->unrecognised, a->mail, b->mail, a->events[KIND_DELIVERY][550], b->events[KIND_DELIVERY][550],
	              a->events[KIND_REJECT][550], b->events[KIND_REJECT][550], a->events[KIND_ECHO][550],
	              b->events[KIND_ECHO][550], log.n < 1500 ? (int)log.n : 1500, log.p);
}

static void add_tally(struct sum *sum, const struct tally *tally)
{
	const struct tally_row **rows;
	struct tally_hour *hours;
	size_t n = tally_rows(tally, TABLE_TRAFFIC, &rows);

	for (size_t i = 0; i < n; i++) {
		const struct group_sort *sort = tally_sort(tally, rows[i]->key.sort);

		sum->events[sort->kind][sort->code] += rows[i]->measures.count;
	}
	free(rows);
	n = tally_hours(tally, &hours);
	for (size_t i = 0; i < n; i++) {
		sum->lines += hours[i].lines->lines;
		sum->matched += hours[i].lines->matched;
		sum->known += hours[i].lines->known;
		sum->foreign += hours[i].lines->foreign;
		sum->unrecognised += hours[i].lines->unrecognised;
	}
	free(hours);
}

/* One worker's way through chunks, as scan.c has it. */
struct run {
	struct scan_options options;
	struct turns turns;
	struct worker worker;
	uint64_t offset;
	struct sum sum;
};

static void run_init(struct run *run)
{
	*run = (struct run){ .options = { .packs = packs, .matcher = &no_options, .zone = zone, .jobs = 1 } };
	turns_init(&run->turns);
	worker_init(&run->worker, &run->options, &run->turns);
	run->worker.tally = tally_new(TABLE_BIT(TRAFFIC));
	run->offset = CARRY_BEGIN;
}

static void run_chunk(struct run *run, struct slice bytes)
{
	struct job job = { .reference = REFERENCE, .offset = run->offset };
	struct window *window = window_buffer(bytes.n);

	memcpy(window->base, bytes.p, bytes.n);
	job.chunk = (struct chunk){ { window->base, bytes.n }, window };
	job.turn.job = &job;
	turns_add(&run->turns, NULL, &job.turn);
	worker_run(&run->worker, &job);
	worker_close(&run->worker);
	turns_begin(&run->turns);
	run->sum.mail += job.mail_lines;
	run->offset += bytes.n;
	job_release(&job);
}

/* As if the run ended here, and another went on. */
static void run_again(struct run *run)
{
	struct buffer saved = { 0 }, again = { 0 };
	struct prefix prefix;

	prefix_init(&prefix, zone, REFERENCE);
	carry_save(&run->turns.carry, &prefix, &saved);
	carry_release(&run->turns.carry);
	ck_assert_int_eq(carry_load(&run->turns.carry, buffer_slice(&saved), run->offset), 0);
	ck_assert_uint_eq(run->turns.carry.end, run->offset);
	carry_save(&run->turns.carry, &prefix, &again);
	ck_assert(slice_eq(buffer_slice(&saved), buffer_slice(&again)));
	for (size_t n = 0; n < saved.n; n += 1 + saved.n / 50) {
		struct carry none;

		ck_assert_int_eq(carry_load(&none, (struct slice){ saved.text, n }, run->offset), -1);
		carry_release(&none);
	}
	saved.n = 0;
	memory_write(run->turns.memory, &saved);
	memory_read(run->turns.memory, buffer_slice(&saved));
	prefix_release(&prefix);
	buffer_release(&saved);
	buffer_release(&again);
}

static struct sum run_end(struct run *run)
{
	struct job *job = worker_finish(&run->worker);

	run->sum.mail += job->mail_lines;
	free(job);
	tally_settle(run->worker.tally);
	add_tally(&run->sum, run->worker.tally);
	tally_free(run->worker.tally);
	worker_release(&run->worker);
	turns_release(&run->turns);
	return run->sum;
}

/* The same log read in order, once. */
static void read_on(struct reading *reading, struct matcher *matcher, struct tally *tally, struct sum *sum)
{
	struct logical one;
	const struct event *event;

	while (reading_next(reading, &one)) {
		enum fate fate = matcher_line(matcher, &one.line);
		uint64_t echoes = 0, n = one.whole.lines;
		struct again again;

		if (fate == FATE_MATCHED && !matcher_again(matcher, &again) && matcher_twice(matcher))
			echoes = reading_echoes(reading, &one, matcher_id(matcher));
		while ((event = matcher_next(matcher))) {
			uint64_t count = event->count / one.line.repeats;

			sum->events[event->kind][event->code] += count * (one.line.repeats - echoes);
			sum->events[KIND_ECHO][event->code] += count * echoes;
		}
		sum->lines += n;
		sum->matched += fate == FATE_MATCHED ? n : 0;
		sum->known += fate == FATE_KNOWN ? n : 0;
		sum->foreign += fate == FATE_FOREIGN ? n : 0;
		sum->unrecognised += fate == FATE_UNRECOGNISED ? n : 0;
		sum->mail += fate != FATE_FOREIGN ? n : 0;
	}
	(void)tally;
}

static struct sum in_order(struct slice log)
{
	struct matcher *matcher = matcher_new(packs, &no_options);
	struct memory *memory = memory_new();
	struct reading reading;
	struct sum sum = { .lines = 0 };

	matcher_remember(matcher, memory);
	reading_init(&reading, zone, REFERENCE);
	reading_chunk(&reading, log);
	read_on(&reading, matcher, NULL, &sum);
	reading_leave(&reading);
	reading_end(&reading);
	read_on(&reading, matcher, NULL, &sum);
	reading_release(&reading);
	matcher_free(matcher);
	memory_free(memory);
	return sum;
}

#define AT "Nov 21 10:00:04 mx "
#define EXIM(pid) AT "exim[" #pid "]: "
#define NOW "2026-11-21 10:00:04 "
#define FAILED NOW "1vMD4x-00000003aQz-1Kfw ** a@d.example R=r T=remote_smtp H=mx1.d.example [192.0.2.25]: SMTP error from remote " \
	"mail server after RCPT TO:<a@d.example>: "
#define REFUSED NOW "H=(c) [192.0.2.7] F=<a@b.example> rejected RCPT <x@example.org>: 550 no\n"
#define HELD NOW "1vMD4x-00000003aQz-1Kfz H=(c) [192.0.2.7] F=<a@b.example> rejected after DATA: 550 no"
/* Of an ordered pack; the third is an echo, if the host has written the first two before. */
#define UNKNOWN NOW "SMTP syntax error in \"FOO\" H=(c) [192.0.2.7] unrecognized command"
#define SYNTAX NOW "SMTP syntax error in \"HELO\" H=(c) [192.0.2.7] no"
#define DROPPED NOW "SMTP call from (c) [192.0.2.7] dropped: too many unrecognized commands (last was \"FOO\")"

static const struct {
	const char *log;
	unsigned deliveries, rejects, echoes; /* with 500 or 550 */
	unsigned matched, known, unrecognised;
} logs[] = {
	/* pieces */
	{ EXIM(7) "[1/2] " FAILED "550-no\n" EXIM(7) "[2/2] t yet\\n550 no\n", 1, 0, 0, 2, 0, 0 },
	{ EXIM(7) "[1/2] " FAILED "5\n" EXIM(8) NOW "Start queue run: pid=8\n" EXIM(7) "[2/2] 50 no\n", 1, 0, 0, 2, 1, 0 },
	{ EXIM(7) "[1/2] " FAILED "5\n" EXIM(8) "[1/2] " FAILED "5\n" EXIM(7) "[2/2] 50 no\n" EXIM(8) "[2/2] 50 no\n", 2, 0, 0, 4, 0, 0 },
	{ AT "exim: [1/3] " FAILED "5\n" AT "exim: [2/3] 5\n" AT "exim: [3/3] 0 no\n", 1, 0, 0, 3, 0, 0 },
	{ "<22>1 2026-11-21T10:00:04Z mx exim 7 - - [1/2] " FAILED "5\n<22>1 2026-11-21T10:00:04Z mx exim 7 - - [2/2] 50 no\n", 1, 0, 0, 2, 0, 0 },
	{ "{\"MESSAGE\":\"[1/2] " FAILED "5\",\"_PID\":\"7\",\"SYSLOG_IDENTIFIER\":\"exim\",\"_HOSTNAME\":\"mx\"}\n"
	  "{\"MESSAGE\":\"[2/2] 50 no\",\"_PID\":\"7\",\"SYSLOG_IDENTIFIER\":\"exim\",\"_HOSTNAME\":\"mx\"}\n", 1, 0, 0, 2, 0, 0 },
	/* never complete, or in another order: as far as they go, and a later piece is no line */
	{ EXIM(7) "[1/2] " FAILED "550 no\n", 1, 0, 0, 1, 0, 0 },
	{ EXIM(7) "[1/3] " FAILED "550 n\n" EXIM(7) "[3/3] o\n", 1, 0, 0, 1, 1, 0 },
	{ EXIM(7) "[1/2] " FAILED "550 no\n" EXIM(7) "[1/2] " FAILED "550 no\n", 2, 0, 0, 2, 0, 0 },
	{ EXIM(7) "[1/2] " FAILED "550 no\n" EXIM(7) "[2/3] o\n", 1, 0, 0, 1, 1, 0 },
	{ EXIM(7) "[2/2] " FAILED "550 no\n", 0, 0, 0, 0, 1, 0 },
	{ EXIM(7) "[1/999999] " FAILED "550 no\n" EXIM(7) "[2/999999] t\n", 1, 0, 0, 2, 0, 0 },
	{ EXIM(7) "[1/2] " FAILED "550 no\n" AT "exim4[7]: [2/2] x\n" "Nov 21 10:00:04 mx2 exim[7]: [2/2] x\n", 1, 0, 0, 1, 2, 0 },
	/* a newline: what follows is a header */
	{ EXIM(7) "[1\\3] " HELD "\n" EXIM(7) "[2\\3] F From: x\n" EXIM(7) "[3/3] T To: y\n", 0, 1, 0, 3, 0, 0 },
	{ EXIM(7) "[1/3] " FAILED "5\n" EXIM(7) "[2\\3] 50 no\n" EXIM(7) "[3/3] 551 no\n", 1, 0, 0, 3, 0, 0 },
	/* engines */
	{ "2026-11-21T10:00:04Z stdout P " FAILED "5\n2026-11-21T10:00:04Z stderr F oops\n2026-11-21T10:00:04Z stdout P 5\n"
	  "2026-11-21T10:00:04Z stdout F 0 no\n", 1, 0, 0, 3, 0, 0 },
	{ "{\"log\":\"" FAILED "5\",\"stream\":\"stdout\",\"time\":\"2026-11-21T10:00:04Z\"}\n"
	  "{\"log\":\"50 no\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-21T10:00:04Z\"}\n", 1, 0, 0, 2, 0, 0 },
	{ "2026-11-21T10:00:04Z stdout P " FAILED "550 no\n", 1, 0, 0, 1, 0, 0 },
	/* said twice */
	{ EXIM(7) REFUSED EXIM(7) REFUSED, 0, 1, 1, 2, 0, 0 },
	{ EXIM(7) REFUSED EXIM(7) REFUSED EXIM(7) REFUSED EXIM(7) REFUSED EXIM(7) REFUSED, 0, 3, 2, 5, 0, 0 },
	{ EXIM(7) REFUSED EXIM(8) REFUSED EXIM(7) REFUSED EXIM(8) REFUSED, 0, 2, 2, 4, 0, 0 },
	{ EXIM(7) REFUSED EXIM(7) NOW "Start queue run: pid=7\n" EXIM(7) REFUSED, 0, 2, 0, 2, 1, 0 },
	{ EXIM(7) REFUSED AT "last message repeated 4 times\n", 0, 3, 2, 2, 0, 0 },
	{ EXIM(7) REFUSED EXIM(7) "message repeated 3 times: [ " NOW "H=(c) [192.0.2.7] F=<a@b.example> rejected RCPT <x@example.org>: 550 no]\n",
	  0, 2, 2, 2, 0, 0 },
	{ EXIM(7) REFUSED "Nov 21 10:00:06 mx exim[7]: 2026-11-21 10:00:06 H=(c) [192.0.2.7] F=<a@b.example> rejected RCPT <x@example.org>: 550 no\n",
	  0, 2, 0, 2, 0, 0 },
	{ "<22>" EXIM(7) REFUSED "<21>" EXIM(7) REFUSED, 0, 1, 1, 2, 0, 0 },
	{ "<21>" EXIM(7) REFUSED "<21>" EXIM(7) REFUSED, 0, 2, 0, 2, 0, 0 },
	{ AT "exim: " REFUSED AT "exim: " REFUSED, 0, 2, 0, 2, 0, 0 },
	{ REFUSED REFUSED, 0, 2, 0, 2, 0, 0 },
	{ HELD "\n" HELD "\n", 0, 1, 1, 2, 0, 0 },
	{ EXIM(7) HELD "\n" EXIM(7) "[1\\2] " HELD "\n" EXIM(7) "[2/2] F From: x\n", 0, 1, 1, 3, 0, 0 },
	{ EXIM(7) "[1/2] " HELD "\n" EXIM(7) "[2/2] way\n" EXIM(7) "[1/2] " HELD "\n" EXIM(7) "[2/2] way\n", 0, 1, 1, 4, 0, 0 },
	/* what earlier lines have told */
	{ EXIM(7) DROPPED "\n" EXIM(7) DROPPED "\n", 0, 1, 1, 2, 0, 0 },
	{ EXIM(7) UNKNOWN "\n" EXIM(7) DROPPED "\n" EXIM(7) DROPPED "\n", 0, 1, 2, 3, 0, 0 },
	{ EXIM(7) DROPPED "\n" EXIM(7) DROPPED "\n" EXIM(7) UNKNOWN "\n" EXIM(7) DROPPED "\n" AT "last message repeated 2 times\n", 0, 2, 4, 5, 0, 0 },
	{ EXIM(7) "[1/2] " NOW "SMTP syntax\n" EXIM(7) "[2/2]  error in \"FOO\" H=(c) [192.0.2.7] unrecognized command\n" EXIM(7) DROPPED "\n", 0, 1, 1, 3, 0, 0 },
	{ EXIM(7) UNKNOWN "\n" EXIM(7) "[1/2] " NOW "SMTP call from (c)\n" EXIM(7) "[2/2]  [192.0.2.7] dropped: too many unrecognized commands (x)\n", 0, 1, 1, 3, 0, 0 },
	{ "2026-11-21T10:00:04Z stdout F " UNKNOWN "\n2026-11-21T10:00:04Z stdout F " DROPPED "\n"
	  "2026-11-21T10:00:04Z stdout P " FAILED "550 n\n2026-11-21T10:00:04Z stdout F o\n", 1, 1, 1, 4, 0, 0 },
};

static uint64_t refused(const struct sum *sum, enum kind kind)
{
	return sum->events[kind][500] + sum->events[kind][550];
}

START_TEST(what_belongs_together)
{
	struct sum sum = in_order(slice_of(logs[_i].log));

	ck_assert_uint_eq(sum.events[KIND_DELIVERY][550], logs[_i].deliveries);
	ck_assert_uint_eq(refused(&sum, KIND_REJECT), logs[_i].rejects);
	ck_assert_uint_eq(refused(&sum, KIND_ECHO), logs[_i].echoes);
	ck_assert_uint_eq(sum.matched, logs[_i].matched);
	ck_assert_uint_eq(sum.known, logs[_i].known);
	ck_assert_uint_eq(sum.unrecognised, logs[_i].unrecognised);
}
END_TEST

/* Where the next chunk begins: at a line. */
static size_t next_line(struct slice log, size_t at)
{
	ptrdiff_t newline = slice_find_byte(slice_from(log, at), '\n');

	return newline < 0 ? log.n : at + (size_t)newline + 1;
}

START_TEST(borders_anywhere)
{
	struct slice log = slice_of(logs[_i].log);
	struct sum want = in_order(log), got;
	struct run run;

	for (size_t border = 0; border <= log.n; border = border < log.n ? next_line(log, border) : log.n + 1) {
		run_init(&run);
		if (border)
			run_chunk(&run, (struct slice){ log.p, border });
		run_again(&run);
		if (border < log.n)
			run_chunk(&run, slice_from(log, border));
		got = run_end(&run);
		ck_assert_same(&want, &got, log);
	}
	run_init(&run);
	for (size_t at = 0; at < log.n; at = next_line(log, at)) {
		run_chunk(&run, (struct slice){ log.p + at, next_line(log, at) - at });
		run_again(&run);
	}
	got = run_end(&run);
	ck_assert_same(&want, &got, log);
}
END_TEST

static uint32_t seed;

static uint32_t random_below(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static void add_pieces(struct buffer *log)
{
	unsigned of = 2 + random_below(3), pid = random_below(3), n = random_below(5) ? 1 : 1 + random_below(of);

	for (; n <= of && random_below(6); n++) {
		buffer_printf(log, EXIM(%u) "[%u%c%u] %s\n", pid, n, random_below(5) ? '/' : '\\', of, n == 1 ? FAILED "550 n" : "o");
		if (random_below(6) == 0)
			return;
	}
}

static void add_any(struct buffer *log)
{
	uint32_t n, pid = random_below(2);

	switch (random_below(15)) {
	case 0: case 1: case 2: add_pieces(log); break;
	case 3: case 4: case 5: buffer_printf(log, EXIM(%u) REFUSED, pid); break;
	case 6: buffer_printf(log, EXIM(%u) REFUSED EXIM(9) REFUSED, pid); break;
	case 7: buffer_printf(log, EXIM(%u) NOW "Start queue run: pid=1\n", random_below(3)); break;
	case 8: buffer_printf(log, AT "last message repeated %u times\n", 1 + random_below(4)); break;
	case 9: buffer_printf(log, "2026-11-21T10:00:04Z stdout %c " FAILED "550 n\n", random_below(2) ? 'P' : 'F'); break;
	case 10: buffer_printf(log, EXIM(%u) "[%u/2] " HELD "\n", pid, 1 + random_below(2)); break;
	case 11: buffer_printf(log, EXIM(%u) DROPPED "\n", pid); break;
	case 12: buffer_printf(log, random_below(50) ? EXIM(%u) DROPPED "\n" EXIM(9) DROPPED "\n" : EXIM(%u) UNKNOWN "\n", pid); break;
	case 13: buffer_printf(log, "2026-11-21T10:00:04Z stdout F %s\n", random_below(50) ? DROPPED : SYNTAX); break;
	default:
		buffer_puts(log, AT "other[1]: ");
		n = random_below(9);
		for (n <<= random_below(12); n; n--)
			buffer_byte(log, 'x');
		buffer_byte(log, '\n');
	}
}

START_TEST(any_log_with_any_borders)
{
	struct buffer log = { 0 };
	struct sum want, got;
	struct run run;
	size_t at = 0, end;

	seed = (uint32_t)_i;
	for (uint32_t n = random_below(LINES_MAX); n; n--)
		add_any(&log);
	want = in_order(buffer_slice(&log));
	run_init(&run);
	while (at < log.n) {
		end = random_below((uint32_t)log.n);
		end = at + (end >> random_below(12));
		end = next_line(buffer_slice(&log), end < log.n ? end : log.n - 1);
		run_chunk(&run, (struct slice){ log.text + at, end - at });
		if (random_below(4) == 0)
			run_again(&run);
		at = end;
	}
	got = run_end(&run);
	ck_assert_same(&want, &got, buffer_slice(&log));
	buffer_release(&log);
}
END_TEST

/* Pieces that never end, of as many processes as there is room for. */
START_TEST(a_flood_takes_no_memory)
{
	struct buffer log = { 0 };
	struct joins joins;
	struct prefix prefix;
	struct joined joined;
	uint64_t offset = 0, held = 0, most = 0;

	joins_init(&joins, _i != 0, 0);
	prefix_init(&prefix, zone, REFERENCE);
	for (unsigned i = 0; i < 200000; i++) {
		struct line line;

		log.n = 0;
		buffer_printf(&log, AT "exim[%u]: [%u/999999] x", i % 7 ? i : i % 5, 1 + i % 3);
		prefix_parse(&prefix, buffer_slice(&log), &line);
		joins_take(&joins, &prefix, &line, (struct place){ offset, i + 1 }, &joined);
		offset += log.n + 1;
		while (joins_given_up(&joins, offset, &joined))
			held++;
		most = joins.n_pieces > most ? joins.n_pieces : most;
	}
	ck_assert_uint_le(most, JOIN_REACH / sizeof(AT "exim[1]: [1/999999] x") + 1);
	ck_assert_uint_gt(held, 10000);
	prefix_release(&prefix);
	joins_release(&joins);
	buffer_release(&log);
}
END_TEST

Suite *make_suite(void)
{
	Suite *suite = suite_create("joins");
	TCase *tc = tcase_create("all");

	tcase_add_unchecked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, what_belongs_together, 0, sizeof logs / sizeof *logs);
	tcase_add_loop_test(tc, borders_anywhere, 0, sizeof logs / sizeof *logs);
	tcase_add_loop_test(tc, any_log_with_any_borders, 0, 200);
	tcase_add_loop_test(tc, a_flood_takes_no_memory, 0, 2);
	suite_add_tcase(suite, tc);
	return suite;
}
