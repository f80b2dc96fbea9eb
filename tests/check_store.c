/* check_store.c - making, refusing and filling databases, and the views.
 * SPDX-License-Identifier: MIT */
#include "store/store.h"

#include "base/mem.h"
#include "counted.h"
#include "store/sql.h"
#include "suite.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[32];
static struct error err;

static void enter_dir(void)
{
	strcpy(dir, "/tmp/check_store.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
}

static void leave_dir(void)
{
	static const char *const names[] = { "new.db", "new.db-wal", "new.db-shm", "old.db", "old.db-wal",
	                                     "old.db-shm", "link.db", ":memory:", ":memory:-wal", ":memory:-shm" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unlink(names[i]);
	rmdir("sub.db");
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}

static void commit(struct store *store, unsigned tables)
{
	struct tally *tally = counted_tally(tables);

	ck_assert_msg(store_commit(store, tally, &err) == 0, "%s", err.text);
	tally_free(tally);
}

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* The rows of a SELECT as "a|b;c|d;", an empty string for NULL. */
static const char *ask(struct store *store, const char *sql)
{
	static char answer[4096];
	sqlite3_stmt *statement = sql_prepare(store, sql, &err);
	size_t n = 0;

	ck_assert_msg(statement != NULL, "%s", err.text);
	answer[0] = '\0';
	while (sqlite3_step(statement) == SQLITE_ROW)
		for (int i = 0, columns = sqlite3_column_count(statement); i < columns; i++) {
			const char *text = (const char *)sqlite3_column_text(statement, i);

			n += (size_t)snprintf(answer + n, sizeof answer - n, "%s%s", text ? text : "",
			                      i == columns - 1 ? ";" : "|");
			ck_assert_uint_lt(n, sizeof answer);
		}
	sqlite3_finalize(statement);
	return answer;
}

static const struct {
	const char *sql, *rows;
} views[] = {
	{ "SELECT code, code_basis, sum(count) FROM by_code WHERE direction = 'out' GROUP BY code ORDER BY code",
	  "250|explicit|4;450|explicit|2;550|explicit|1;" },
	{ "SELECT day, sum(count) FROM by_code WHERE direction = 'out' GROUP BY day", "2026-11-20|4;2026-11-21|3;" },
	{ "SELECT class, sum(count) FROM by_class WHERE kind = 'delivery' GROUP BY class", "|4;2yz|4;4yz|2;5yz|1;" },
	{ "SELECT category, sum(count) FROM by_category GROUP BY category", "|4;x5z|12;" },
	{ "SELECT enhanced, enhanced_basis, count FROM by_enhanced WHERE direction = 'in'", "5.7.1|reply|5;" },
	{ "SELECT hour, zone, direction, kind, outcome, count FROM by_hour",
	  "|+00:00|local|delivery|ok|4;2026-11-20 23:00|+01:00|out|delivery|ok|3;"
	  "2026-11-20 23:00|+01:00|out|delivery|permanent|1;2026-11-21 00:00|+01:00|out|delivery|ok|1;"
	  "2026-11-21 00:00|+01:00|out|delivery|temporary|2;2026-11-21 01:00|+01:00|in|reject|permanent|5;" },
	{ "SELECT day, direction, outcome, count, delay, delay_max, late FROM by_day WHERE direction = 'out'",
	  "2026-11-20|out|ok|3|3000|1000|0;2026-11-20|out|permanent|1|2000|2000|0;"
	  "2026-11-21|out|ok|1|1800000|1800000|1;2026-11-21|out|temporary|2|0|0|0;" },
	{ "SELECT stage, outcome, code, count FROM by_stage WHERE kind = 'reject'", "rcpt|permanent|554|5;" },
	{ "SELECT host, service, mta, count FROM by_service WHERE kind = 'reject'", "mx1|postfix/smtpd|postfix|5;" },
	{ "SELECT day, domain, outcome, code, count FROM by_domain WHERE direction <> 'out'",
	  "|c.example|ok||4;2026-11-21|(not ours)|permanent|554|5;" },
	{ "SELECT relay, sum(count) FROM by_relay GROUP BY relay",
	  "|4;client.example.net|5;mx.a.example|4;mx.b.example|3;" },
	{ "SELECT direction, code, enhanced, reason, count FROM by_reason WHERE reason IS NOT NULL ORDER BY reason",
	  "out|450|4.2.0|greylisted|2;out|550|5.1.1|no such <user>|1;in|554|5.7.1|relaying denied|5;" },
	{ "SELECT direction, reason_class, provider, count FROM by_reason_class WHERE reason_class IS NOT NULL ORDER BY reason_class",
	  "out|greylisted|Beta|2;in|relay_denied||5;out|unknown_user||1;" },
	{ "SELECT provider, outcome, code, count FROM by_provider WHERE provider IS NOT NULL ORDER BY code",
	  "Beta|ok|250|1;Beta|temporary|450|2;" },
	{ "SELECT day, host, mta, reason, count FROM trouble", "2026-11-20|mx1|postfix|fatal: disk is full|2;" },
	{ "SELECT hour, zone, lines, trouble FROM line_accounting WHERE lines > 0", "2026-11-20 23:00|+01:00|2|2;" },
	{ "SELECT day, direction, hex(hashes) FROM deferred", "20778|1|00000000000011110000000000002222;" },
	{ "SELECT length(uuid), substr(uuid, 15, 1) FROM origin", "36|4;" },
	{ "PRAGMA user_version", "5;" },
};

START_TEST(views_in_words)
{
	struct store *store = store_extend("new.db", &err);

	ck_assert_msg(store != NULL, "%s", err.text);
	commit(store, SMALL_TABLES);
	ck_assert_str_eq(ask(store, views[_i].sql), views[_i].rows);
	store_close(store);
}
END_TEST

START_TEST(committing_again_adds)
{
	struct store *store = store_live(&err);

	commit(store, ALL_TABLES);
	commit(store, ALL_TABLES);
	ck_assert_str_eq(ask(store, "SELECT sum(count), sum(delay), max(delay_max) FROM traffic"),
	                 "36|3610000|1800000;");
	ck_assert_str_eq(ask(store, "SELECT sum(count), sum(delay), max(delay_max) FROM cube"),
	                 "36|3610000|1800000;");
	ck_assert_str_eq(ask(store, "SELECT sum(lines) FROM accounting"), "4;");
	ck_assert_str_eq(ask(store, "SELECT length(hashes) FROM deferred"), "16;");
	store_close(store);
}
END_TEST

/* In a file equal groups become one row: as many as after the first time. */
START_TEST(a_file_keeps_a_group_once)
{
	static const char *const sql = "SELECT (SELECT count(*) FROM traffic), (SELECT count(*) FROM peer),"
	                               " (SELECT sum(count) FROM peer), (SELECT sum(delay) FROM cube),"
	                               " (SELECT max(delay_max) FROM cube), (SELECT length(hashes) FROM deferred),"
	                               " (SELECT count(*) FROM sort), (SELECT count(*) FROM text)";
	struct store *store = store_extend("new.db", &err);

	ck_assert_msg(store != NULL, "%s", err.text);
	commit(store, ALL_TABLES);
	ck_assert_str_eq(ask(store, sql), "7|7|18|1805000|1800000|16|13|18;");
	commit(store, ALL_TABLES);
	ck_assert_str_eq(ask(store, sql), "7|7|36|3610000|1800000|16|13|18;");
	store_close(store);
}
END_TEST

static void count_at(struct tally *tally, int64_t time, const struct event *counted_event)
{
	struct event event = *counted_event;

	event.time = time;
	tally_event(tally, &event);
}

/* What a later commit brings is told from what is there by content, not by id. */
START_TEST(sorts_and_texts_are_entered_once)
{
	struct store *store = store_extend("new.db", &err);
	struct tally *tally = tally_new(ALL_TABLES);

	for (int i = N_COUNTED; i-- > 2;)
		count_at(tally, COUNTED_HOUR, &counted[i]);
	ck_assert_int_eq(store_commit(store, tally, &err), 0);
	tally_clear(tally);
	for (int i = 0; i < N_COUNTED - 1; i++)
		count_at(tally, COUNTED_HOUR + 86400, &counted[i]);
	ck_assert_int_eq(store_commit(store, tally, &err), 0);
	ck_assert_str_eq(ask(store, "SELECT count(*), count(DISTINCT value) FROM text"), "17|17;");
	ck_assert_str_eq(ask(store, "SELECT day, domain, outcome, sum(count) FROM by_domain GROUP BY 1, 2, 3"),
	                 "2026-11-20|(not ours)|permanent|5;2026-11-20|b.example|ok|1;"
	                 "2026-11-20|b.example|temporary|2;2026-11-20|c.example|ok|4;"
	                 "2026-11-21|(not ours)|permanent|5;2026-11-21|a.example|ok|3;"
	                 "2026-11-21|a.example|permanent|1;2026-11-21|b.example|ok|1;"
	                 "2026-11-21|b.example|temporary|2;");
	ck_assert_str_eq(ask(store, "SELECT count(*), count(DISTINCT kind || ' ' || direction || ' ' || code || ' ' ||"
	                            " enhanced || ' ' || stage || ' ' || service) FROM sort"), "12|12;");
	tally_free(tally);
	store_close(store);
}
END_TEST

/* Domains d0 to d(n - 1), each once, and two that are the same to a database. */
static void commit_domains(struct store *store, int step, int n)
{
	struct tally *tally = tally_new(SMALL_TABLES);
	char name[32];

	for (int i = 0; i < n; i++) {
		struct event event = counted[0];

		event.domain = (struct slice){ name, (size_t)snprintf(name, sizeof name, "d%d.example", i * step) };
		tally_event(tally, &event);
		event.domain = i % 2 ? SLICE("d\xff.example") : SLICE("d\xfe.example");
		tally_event(tally, &event);
	}
	ck_assert_msg(store_commit(store, tally, &err) == 0, "%s", err.text);
	tally_free(tally);
}

/* Few texts among many are found one by one, many by reading all, new ones entered: each
 * stands once, and is counted under its name. */
START_TEST(texts_are_found_in_any_number)
{
	static const int commits[][2] = { { 7, 100 }, { 1, 2 }, { 7, 3 }, { 3, 200 }, { 1000, 5 }, { 1, 700 }, { 2, 1 } };
	struct store *store = store_extend("new.db", &err);
	int events = 0;

	for (size_t i = 0; i < sizeof commits / sizeof *commits; i++) {
		struct buffer sql = { 0 };

		commit_domains(store, commits[i][0], commits[i][1]);
		events += commits[i][1];
		ck_assert_str_eq(ask(store, "SELECT count(*) - count(DISTINCT value) FROM text"), "0;");
		buffer_printf(&sql, "SELECT sum(count) - 3 * %d FROM by_domain WHERE domain = 'd?.example'", events);
		ck_assert_str_eq(ask(store, buffer_string(&sql)), "0;");
		sql.n = 0;
		buffer_printf(&sql, "SELECT sum(count) - 3 * %d FROM by_domain WHERE domain LIKE 'd%%.example' AND domain <> 'd?.example'",
		              events);
		ck_assert_str_eq(ask(store, buffer_string(&sql)), "0;");
		buffer_release(&sql);
	}
	ck_assert_str_eq(ask(store, "SELECT sum(count) FROM by_domain WHERE domain IN ('d0.example', 'd7.example', 'd3000.example')"),
	                 "33;");
	store_close(store);
}
END_TEST

/* Numbers first, then texts by their bytes: so rows of a fresh file arrive in the
 * order of their keys. */
START_TEST(ids_of_a_fresh_file_ascend)
{
	struct store *store = store_extend("new.db", &err);

	commit(store, ALL_TABLES);
	ck_assert_str_eq(ask(store, "SELECT count(*) FROM sort AS a, sort AS b WHERE a.id < b.id AND"
	                            " (a.enhanced, a.code, a.kind, a.service) > (b.enhanced, b.code, b.kind, b.service)"), "0;");
	ck_assert_str_eq(ask(store, "SELECT count(*) FROM text AS a, text AS b WHERE a.id < b.id AND a.value > b.value"), "0;");
	store_close(store);
}
END_TEST

START_TEST(tables_that_a_tally_lacks_stay_empty)
{
	struct store *store = store_live(&err);

	commit(store, SMALL_TABLES);
	ck_assert(store_has(store, TABLE_PEER));
	ck_assert(!store_has(store, TABLE_CUBE));
	commit(store, TABLE_BIT(CUBE));
	ck_assert(store_has(store, TABLE_CUBE));
	store_close(store);
}
END_TEST

static const struct {
	struct slice logged;
	const char *stored;
} texts[] = {
	{ { "\xff.example", 9 }, "?.example" },
	{ { "a\0b.example", 11 }, "a?b.example" },
	{ { "\xd0\xbf.example", 10 }, "\xd0\xbf.example" },
	{ { "cut\xd0", 4 }, "cut?" },
	{ { "it's \"quoted\"; --", 17 }, "it's \"quoted\"; --" },
};

START_TEST(texts_are_clean)
{
	struct store *store = store_extend("new.db", &err);
	struct tally *tally = tally_new(TABLE_BIT(DESTINATION));
	struct event event = counted[0];

	event.domain = texts[_i].logged;
	tally_event(tally, &event);
	event.domain = slice_of(texts[_i].stored);
	tally_event(tally, &event);
	ck_assert_int_eq(store_commit(store, tally, &err), 0);
	ck_assert_str_eq(ask(store, "SELECT count FROM by_domain"), "6;");
	ck_assert(slice_starts(slice_of(ask(store, "SELECT domain FROM by_domain")), slice_of(texts[_i].stored)));
	tally_free(tally);
	store_close(store);
}
END_TEST

START_TEST(a_file_and_its_readers)
{
	struct store *store;
	struct stat st;

	umask(0);
	store = store_extend("new.db", &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	commit(store, ALL_TABLES);
	store_close(store);
	ck_assert_int_eq(stat("new.db", &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0640);
	ck_assert_int_eq(stat("new.db-wal", &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0640);
	store = store_open("new.db", &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	ck_assert_str_eq(ask(store, "SELECT sum(count) FROM traffic"), "18;");
	store_close(store);
}
END_TEST

START_TEST(special_names_are_files)
{
	struct store *store = store_extend(":memory:", &err);

	ck_assert_msg(store != NULL, "%s", err.text);
	commit(store, SMALL_TABLES);
	store_close(store);
	store = store_open(":memory:", &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	ck_assert_str_eq(ask(store, "SELECT sum(count) FROM traffic"), "18;");
	store_close(store);
}
END_TEST

START_TEST(what_counted_nothing_is_removed)
{
	struct store *store = store_extend("new.db", &err);

	ck_assert_int_eq(access("new.db", F_OK), 0);
	store_close(store);
	ck_assert_int_ne(access("new.db", F_OK), 0);
	ck_assert_int_ne(access("new.db-wal", F_OK), 0);
}
END_TEST

START_TEST(a_full_disk_is_told_and_nothing_stays)
{
	struct store *store = store_extend("new.db", &err);
	struct tally *tally = counted_tally(ALL_TABLES);
	struct rlimit before, limit;

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){ 4096, before.rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	err.text[0] = '\0';
	ck_assert_int_eq(store_commit(store, tally, &err), -1);
	setrlimit(RLIMIT_FSIZE, &before);
	ck_assert_ptr_nonnull(strstr(err.text, "new.db: "));
	ck_assert_ptr_nonnull(strstr(err.text, "disk"));
	tally_free(tally);
	store_close(store);
	ck_assert_int_ne(access("new.db", F_OK), 0);
}
END_TEST

/* Leaves a new.db as a run does that is killed before it has committed. */
static void interrupt_run(void)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		store_extend("new.db", &err);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(access("new.db", F_OK), 0);
}

START_TEST(an_interrupted_run_is_begun_again)
{
	struct store *store;

	interrupt_run();
	ck_assert_ptr_null(store_open("new.db", &err));
	ck_assert_msg(strstr(err.text, "new.db: holds no counts") != NULL, "%s", err.text);
	store = store_extend("new.db", &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	commit(store, ALL_TABLES);
	store_close(store);
	store = store_open("new.db", &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	ck_assert_str_eq(ask(store, "SELECT sum(count) FROM traffic"), "18;");
	store_close(store);
}
END_TEST

START_TEST(two_runs_make_one_file)
{
	struct store *store = store_extend("new.db", &err), *other;

	ck_assert_ptr_null(store_open("new.db", &err));
	other = store_extend("new.db", &err);
	ck_assert_msg(other != NULL, "%s", err.text);
	ck_assert_str_eq(ask(other, "SELECT count(*) FROM origin"), "1;");
	commit(store, ALL_TABLES);
	store_close(store);
	store_close(other);
	store = store_open("new.db", &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	ck_assert_str_eq(ask(store, "SELECT sum(count) FROM traffic"), "18;");
	store_close(store);
}
END_TEST

START_TEST(a_reader_is_not_disturbed)
{
	struct store *store = store_extend("new.db", &err), *reader;

	commit(store, ALL_TABLES);
	reader = store_open("new.db", &err);
	ck_assert_str_eq(ask(reader, "SELECT sum(count) FROM traffic"), "18;");
	commit(store, ALL_TABLES);
	ck_assert_str_eq(ask(reader, "SELECT sum(count) FROM traffic"), "18;");
	ck_assert_str_eq(ask(store, "SELECT sum(count) FROM traffic"), "36;");
	store_close(reader);
	ck_assert_int_eq(store_hold(store, &err), 0);
	ck_assert_str_eq(ask(store, "SELECT sum(count) FROM traffic"), "36;");
	reader = store_extend("new.db", &err);
	commit(reader, ALL_TABLES);
	ck_assert_str_eq(ask(store, "SELECT sum(count) FROM traffic"), "36;");
	store_close(reader);
	store_close(store);
}
END_TEST

/* As nobody, for whom root's directories are not writable either. */
static void count_as_nobody(void)
{
	struct store *store;
	bool right;

	if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
		_exit(2);
	store = store_open("new.db", &err);
	right = store && strcmp(ask(store, "SELECT sum(count) FROM traffic"), "18;") == 0;
	_exit(right ? 0 : 1);
}

START_TEST(a_copy_of_the_file_alone_is_read_where_one_may_not_write)
{
	struct store *store = store_extend("new.db", &err);
	int status;
	pid_t child;

	commit(store, ALL_TABLES);
	store_close(store);
	unlink("new.db-wal");
	unlink("new.db-shm");
	chmod("new.db", 0444);
	chmod(".", 0555);
	child = fork();
	if (child == 0)
		count_as_nobody();
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	chmod(".", 0700);
	ck_assert_int_eq(status, 0);
}
END_TEST

static void make_empty(void) { fclose(fopen("old.db", "w")); }
static void make_text(void) { run_sql("old.db", "CREATE TABLE t (a); PRAGMA user_version = 1"); }
static void make_dir(void) { ck_assert_int_eq(mkdir("sub.db", 0700), 0); }
static void make_link(void) { ck_assert_int_eq(symlink("nowhere.db", "link.db"), 0); }
static void make_nothing(void) { }

static void make_planted_link(void)
{
	make_empty();
	ck_assert_int_eq(symlink("old.db", "link.db"), 0);
	ck_assert_int_eq(chmod(".", 01777), 0);
}

static void make_log(void)
{
	FILE *out = fopen("old.db", "w");

	for (int i = 0; i < 100; i++)
		fputs("Nov 21 10:00:00 mx1 postfix/smtp[1]: 3F2A: to=<u@a.example>, status=sent (250 ok)\n", out);
	fclose(out);
}

static void make_version(const char *sql)
{
	struct store *store = store_extend("old.db", &err);

	commit(store, SMALL_TABLES);
	store_close(store);
	run_sql("old.db", sql);
}

static void make_newer(void) { make_version("PRAGMA user_version = 6"); }
static void make_older(void) { make_version("PRAGMA user_version = 1"); }

static const struct {
	struct store *(*open)(const char *path, struct error *err);
	void (*make)(void);
	const char *path, *error;
} refusals[] = {
	{ store_extend, make_text, "old.db", "old.db: is not a smtplog-stats database" },
	{ store_extend, make_log, "old.db", "old.db: is not a smtplog-stats database" },
	{ store_extend, make_dir, "sub.db", "sub.db: is not a file" },
	{ store_extend, make_link, "link.db", "link.db: is a link to nothing" },
	{ store_extend, make_planted_link, "link.db", "link.db: is a link in a directory where everybody may put one" },
	{ store_extend, make_newer, "old.db", "old.db: was made by a newer smtplog-stats" },
	{ store_extend, make_older, "old.db", "old.db: was made by an older smtplog-stats" },
	{ store_extend, make_nothing, "none/new.db", "none/new.db: cannot be made: No such file or directory" },
	{ store_open, make_nothing, "old.db", "old.db: there is no such database" },
	{ store_open, make_empty, "old.db", "old.db: holds no counts" },
	{ store_open, make_text, "old.db", "old.db: is not a smtplog-stats database" },
	{ store_open, make_log, "old.db", "old.db: is not a smtplog-stats database" },
	{ store_open, make_dir, "sub.db", "sub.db: is not a file" },
	{ store_open, make_newer, "old.db", "old.db: was made by a newer smtplog-stats" },
	{ store_open, make_older, "old.db", "old.db: was made by an older smtplog-stats" },
};

START_TEST(refused)
{
	refusals[_i].make();
	ck_assert_ptr_null(refusals[_i].open(refusals[_i].path, &err));
	ck_assert_msg(slice_starts(slice_of(err.text), slice_of(refusals[_i].error)), "%s", err.text);
}
END_TEST

START_TEST(a_refused_file_is_untouched)
{
	struct stat before, after;

	make_log();
	ck_assert_int_eq(stat("old.db", &before), 0);
	ck_assert_ptr_null(store_extend("old.db", &err));
	ck_assert_ptr_null(store_open("old.db", &err));
	ck_assert_int_eq(stat("old.db", &after), 0);
	ck_assert_int_eq(before.st_size, after.st_size);
	ck_assert_int_eq(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
}
END_TEST

START_TEST(a_locked_file_says_so)
{
	struct store *store = store_extend("old.db", &err);
	sqlite3 *db;

	commit(store, SMALL_TABLES);
	store_close(store);
	run_sql("old.db", "PRAGMA journal_mode = DELETE");
	ck_assert_int_eq(sqlite3_open("old.db", &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
	ck_assert_ptr_null(store_open("old.db", &err));
	ck_assert_msg(strstr(err.text, "is locked; another program is using it") != NULL, "%s", err.text);
	sqlite3_close(db);
}
END_TEST

/* --- databases of earlier versions ---------------------------------------- */

/* tests/versions/N.sql tells what was counted. */
static char *read_version(int version)
{
	char *path = xasprintf("%s/../tests/versions/%d.sql", SOURCE_PATTERNS_DIR, version), *sql;
	FILE *file = fopen(path, "r");
	long size;

	ck_assert_msg(file != NULL, "%s", path);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	sql = xcalloc(1, (size_t)size + 1);
	ck_assert_uint_eq(fread(sql, 1, (size_t)size, file), (size_t)size);
	fclose(file);
	free(path);
	return sql;
}

/* The count of what went to a domain, asked with its relay. */
static uint64_t relays_of(struct store *store, const char *domain)
{
	struct filter filter;
	struct query query = { .n_by = 1, .by = { COLUMN_RELAY }, .filter = &filter };
	struct query_result result;
	uint64_t count;

	filter_init(&filter);
	ck_assert_int_eq(filter_add(&filter, FACET_DOMAIN, domain, &err), 0);
	ck_assert_msg(query_run(store, &query, &result, &err) == 0, "%s", err.text);
	count = result.total.count;
	query_result_release(&result);
	filter_release(&filter);
	return count;
}

START_TEST(an_earlier_version)
{
	static const char *const sums = "SELECT sum(count), sum(delay) FROM cube";
	static const char *const streams[] = { [3] = "", [4] = "718;" }; /* how far it was read */
	char *sql = read_version(_i);
	struct store *store;

	run_sql("old.db", sql);
	free(sql);
	store = store_open("old.db", &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	ck_assert_str_eq(ask(store, "SELECT sum(count) FROM by_code"), "3;");
	ck_assert_uint_eq(relays_of(store, "b.example"), 1); /* reads destinations, and the cube */
	store_close(store);
	store = store_extend("old.db", &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	ck_assert_str_eq(ask(store, "PRAGMA user_version"), "5;");
	ck_assert_str_eq(ask(store, "SELECT offset FROM stream"), streams[_i]);
	ck_assert_str_eq(ask(store, "SELECT sum(count) FROM by_domain WHERE domain = 'a.example'"), "2;");
	ck_assert_uint_eq(relays_of(store, "b.example"), 1);
	ck_assert_str_eq(ask(store, sums), "3|3700;");
	commit(store, ALL_TABLES);
	ck_assert_str_eq(ask(store, sums), "21|1808700;");
	store_close(store);
}
END_TEST

#define LOOP(tc, test, rows) tcase_add_loop_test(tc, test, 0, sizeof(rows) / sizeof *(rows))

Suite *make_suite(void)
{
	Suite *suite = suite_create("store");
	TCase *memory = tcase_create("memory"), *file = tcase_create("file");

	tcase_add_test(memory, committing_again_adds);
	tcase_add_test(memory, tables_that_a_tally_lacks_stay_empty);
	suite_add_tcase(suite, memory);
	tcase_add_checked_fixture(file, enter_dir, leave_dir);
	LOOP(file, views_in_words, views);
	LOOP(file, texts_are_clean, texts);
	tcase_add_test(file, a_file_and_its_readers);
	tcase_add_test(file, a_file_keeps_a_group_once);
	tcase_add_test(file, sorts_and_texts_are_entered_once);
	tcase_add_test(file, texts_are_found_in_any_number);
	tcase_add_test(file, ids_of_a_fresh_file_ascend);
	tcase_add_test(file, special_names_are_files);
	tcase_add_test(file, what_counted_nothing_is_removed);
	tcase_add_test(file, an_interrupted_run_is_begun_again);
	tcase_add_test(file, two_runs_make_one_file);
	tcase_add_test(file, a_reader_is_not_disturbed);
	tcase_add_test(file, a_copy_of_the_file_alone_is_read_where_one_may_not_write);
	tcase_add_test(file, a_full_disk_is_told_and_nothing_stays);
	LOOP(file, refused, refusals);
	tcase_add_loop_test(file, an_earlier_version, STORE_OLDEST, STORE_VERSION);
	tcase_add_test(file, a_refused_file_is_untouched);
	tcase_add_test(file, a_locked_file_says_so);
	suite_add_tcase(suite, file);
	return suite;
}
