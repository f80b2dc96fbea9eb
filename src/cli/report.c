/* report.c - the default command: scan, count, report.
 * SPDX-License-Identifier: MIT */
#include "report/report.h"

#include "cli/clock.h"
#include "cli/command.h"
#include "cli/follow.h"
#include "cli/ingest.h"
#include "cli/judge.h"
#include "cli/live.h"
#include "cli/output.h"
#include "cli/period.h"
#include "cli/progress.h"
#include "cli/run.h"
#include "scan/scan.h"
#include "tally/fold.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { TOP_DEFAULT = 10 };

struct renderer {
	const char *name;
	int (*render)(const struct report *report, const struct report_style *style, FILE *out);
};

static const struct renderer renderers[] = {
	{ "text", report_text },
	{ "json", report_json },
};

/* What is needed from the first option to the last byte. */
struct work {
	struct settings *settings;
	const struct renderer *renderer;
	struct run run;
	struct report_request request;
	struct report_style style;
	struct store *store;
	struct tally *tally;
	struct scan *scan;
	struct ingested ingested;
	struct report_input *inputs;
	struct report_skipped *skipped;
	struct output output;
};

static const struct renderer *choose_renderer(const char *name, struct error *err)
{
	for (size_t i = 0; i < sizeof renderers / sizeof *renderers; i++)
		if (!name || strcmp(name, renderers[i].name) == 0)
			return &renderers[i];
	error_set(err, "--format: \"%s\" is not known here; text and json are", name);
	return NULL;
}

static bool has_column(const struct report_request *request, int column)
{
	for (size_t i = 0; i < request->n_by; i++)
		if ((int)request->by[i] == column)
			return true;
	return false;
}

static int choose_columns(const char *by, struct report_request *request, struct error *err)
{
	struct slice rest = slice_of(by ? by : ""), part;

	while (by && slice_split(&rest, ',', &part)) {
		struct buffer known = { 0 };
		int column = column_parse(slice_trim(part));

		if (column >= 0 && has_column(request, column))
			return error_set(err, "--by: \"%s\" stands there twice", column_name((enum column)column));
		if (column >= 0 && request->n_by < QUERY_BY_MAX) {
			request->by[request->n_by++] = (enum column)column;
			continue;
		}
		if (column >= 0)
			return error_set(err, "--by: at most %d dimensions", QUERY_BY_MAX);
		for (int i = 0; i < N_COLUMNS; i++)
			buffer_printf(&known, " %s", column_name((enum column)i));
		error_set(err, "--by: there is no \"%.*s\"; there are:%s", SLICE_ARG(part), buffer_string(&known));
		buffer_release(&known);
		return -1;
	}
	return 0;
}

/* auto: a terminal, and no NO_COLOR that says otherwise. */
static int choose_colour(const struct settings *settings, bool *colour, struct error *err)
{
	const char *when = settings->colour ? settings->colour : "auto", *no_color = getenv("NO_COLOR");

	if (strcmp(when, "always") == 0)
		*colour = true;
	else if (strcmp(when, "never") == 0)
		*colour = false;
	else if (strcmp(when, "auto") == 0)
		*colour = output_is_standard(settings->output) && isatty(STDOUT_FILENO) && !(no_color && *no_color);
	else
		return error_set(err, "--color: \"%s\" is none of auto, always, never", when);
	return 0;
}

static int terminal_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t width;

	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	return columns && slice_to_u64(slice_of(columns), &width) && width >= 40 && width < 1000 ? (int)width : 80;
}

static bool locale_is_utf8(void)
{
	setlocale(LC_CTYPE, "");
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* A database holds no lines. */
static int check_unrecognised(const struct settings *settings, struct error *err)
{
	if (settings->raw && !settings->unrecognised)
		return error_set(err, "--raw: goes with --unrecognised, or with the command events");
	if (settings->unrecognised && settings->by)
		return error_set(err, "--unrecognised: not together with --by");
	if (settings->unrecognised && settings->follow)
		return error_set(err, "--unrecognised: not together with --follow");
	if (settings->unrecognised && settings->db)
		return error_set(err, "--unrecognised: the lines are not in the database; name the log files without --db");
	return 0;
}

static int settle(struct work *work, struct error *err)
{
	struct settings *settings = work->settings;
	int lang = settings_lang(settings, err);

	work->renderer = lang < 0 ? NULL : choose_renderer(settings->format, err);
	if (!work->renderer || choose_columns(settings->by, &work->request, err) < 0 ||
	    choose_colour(settings, &work->style.colour, err) < 0)
		return -1;
	work->style.lang = (enum lang)lang;
	work->style.utf8 = locale_is_utf8() || lang != LANG_EN;
	work->style.width = terminal_width();
	work->request.lang = (enum lang)lang;
	work->request.top = settings->top < 0 ? TOP_DEFAULT : (size_t)settings->top;
	work->request.filter = &settings->filter;
	work->request.filter_in_store = settings->db || settings->follow;
	work->request.raw = settings->raw;
	work->request.version = PACKAGE_VERSION;
	return check_unrecognised(settings, err);
}

/* A heading is of the first; a crossing is of one more, and only some are of the cube. */
static unsigned tables_needed(const struct work *work)
{
	struct query query = { .n_by = work->request.n_by };

	memcpy(query.by, work->request.by, sizeof query.by);
	if (query.n_by || work->settings->unrecognised)
		return TABLE_BIT(TRAFFIC) | 1u << query_table(&query);
	return TABLE_BIT(TRAFFIC) | TABLE_BIT(DESTINATION) | TABLE_BIT(PEER) | TABLE_BIT(REASON);
}

/* The strings that threads may know each for itself: what they take is little beside the rest. */
enum { APART = 1 << 17 };

static void count(struct work *work)
{
	const struct settings *settings = work->settings;
	struct scan_options options = {
		.packs = work->run.packs, .matcher = &work->run.matcher,
		.filter = filter_is_open(&settings->filter) ? NULL : &settings->filter,
		.paths = work->run.paths, .n_paths = work->run.n_paths,
		.zone = work->run.zone, .year = work->run.year,
		.jobs = work->run.jobs, .apart = APART,
		.strange = settings->unrecognised,
		.clients_whole = true,
		.between = progress_look,
		.max_values = settings_max_values(settings),
	};
	struct progress progress;

	if (options.apart > options.max_values)
		options.apart = options.max_values;
	progress_init(&progress, settings->quiet);
	options.between_arg = &progress;
	work->scan = scan_new(&options);
	progress_scan(&progress, work->scan);
	while (scan_epoch(work->scan, work->tally))
		tally_fold(work->tally, 2 * options.max_values, options.max_values);
	scan_close(work->scan);
	tally_fold(work->tally, options.max_values, options.max_values);
	tally_close(work->tally);
	progress_clear(&progress);
}

/* For the line accounting. */
static void take_inputs(struct work *work, const struct scan_input *inputs, size_t n)
{
	work->request.n_inputs = n;
	free(work->inputs);
	work->inputs = xcalloc(work->request.n_inputs, sizeof *work->inputs);
	for (size_t i = 0; i < work->request.n_inputs; i++)
		work->inputs[i] = (struct report_input){ inputs[i].name, inputs[i].lines, inputs[i].bytes, inputs[i].problem };
	work->request.inputs = work->inputs;
}

static void take_skipped(struct work *work)
{
	const struct selection *selection = &work->run.selection;

	work->request.n_skipped = selection->n_skipped;
	work->skipped = xcalloc(selection->n_skipped + 1, sizeof *work->skipped);
	for (size_t i = 0; i < selection->n_skipped; i++) {
		const struct skipped *skipped = &selection->skipped[i];

		work->skipped[i] = (struct report_skipped){ skipped->path, skip_name(skipped->why),
		                                            skip_text(skipped->why, work->request.lang), skipped->of };
	}
	work->request.skipped = work->skipped;
}

static int count_files(struct work *work)
{
	count(work);
	work->request.strange = scan_strange(work->scan);
	work->request.folded = tally_folded(work->tally);
	if (work->run.jobs > 1 && !work->request.n_by && !work->request.strange)
		store_read_ahead(work->store);
	take_inputs(work, scan_inputs(work->scan), work->run.n_paths);
	return judge_inputs(scan_inputs(work->scan), work->run.n_paths, &work->run, work->settings);
}

static int take_new(struct work *work, struct error *err)
{
	if (ingest(work->store, &work->run, work->settings, &work->ingested, err) < 0 || store_hold(work->store, err) < 0)
		return -1;
	take_inputs(work, work->ingested.inputs, work->ingested.n);
	return 0;
}

static int ingest_files(struct work *work, struct error *err)
{
	if (take_new(work, err) < 0)
		return complain(err);
	return judge_inputs(work->ingested.inputs, work->ingested.n, &work->run, work->settings);
}

/* A database knows on which clock its lines are once they are in it; and while logs are
 * followed days pass. */
static int settle_period(struct work *work, struct error *err)
{
	struct settings *settings = work->settings;
	struct run *run = &work->run;
	bool asked = period_is_asked(settings), of_store = settings->db && !settings->timezone && asked;

	if (of_store && run->clock)
		zone_free(run->clock);
	if (of_store && clock_of_store(work->store, run, &run->clock, err) < 0)
		return -1;
	work->request.zone = run->clock ? run->clock : run->zone;
	if (asked && (settings->follow || (of_store && run->clock)))
		return period_settle(settings, work->request.zone, time(NULL), err);
	return 0;
}

/* That it could not be written, output_close() tells. */
static int render(struct work *work, struct error *err)
{
	struct report *report = settle_period(work, err) < 0 ? NULL : report_build(work->store, &work->request, err);

	if (!report)
		return -1;
	if (work->renderer->render(report, &work->style, work->output.file) < 0)
		work->output.number = errno;
	report_free(report);
	return 0;
}

/* --- followed ------------------------------------------------------------ */

static int draw(struct work *work, struct error *err)
{
	struct buffer text = { 0 };
	int result;

	work->output = (struct output){ .file = open_memstream(&text.text, &text.n) };
	if (!work->output.file)
		return error_set(err, "the report cannot be drawn: %s", strerror(errno));
	work->style.width = terminal_width();
	result = render(work, err);
	fclose(work->output.file);
	if (result == 0)
		live_draw(stdout, buffer_slice(&text));
	free(text.text);
	return result;
}

static int write_report(struct work *work, struct error *err)
{
	if (output_open(&work->output, work->settings, &work->run, err) < 0)
		return -1;
	if (render(work, err) == 0)
		return output_close(&work->output, true, err);
	output_close(&work->output, false, NULL);
	return -1;
}

/* To what is no terminal and no FILE only the last report goes. */
static int show(struct work *work, struct error *err)
{
	struct settings *settings = work->settings;
	int result = 0;

	if (!output_is_standard(settings->output))
		result = write_report(work, err);
	else if (isatty(STDOUT_FILENO))
		result = draw(work, err);
	store_let_go(work->store);
	return result;
}

static int follow_files(struct work *work, struct error *err)
{
	struct follow follow;
	int result = follow_open(&follow, &work->run, err), status = EXIT_DONE;

	for (bool first = true; result == 0; first = false) {
		result = take_new(work, err);
		if (result == 0 && first)
			status = judge_inputs(work->ingested.inputs, work->ingested.n, &work->run, work->settings);
		if (result == 0 && status != EXIT_WRONG)
			result = show(work, err);
		if (result == 0 && (status == EXIT_WRONG || !follow_wait(&follow)))
			break;
	}
	if (result == 0 && isatty(STDOUT_FILENO) && output_is_standard(work->settings->output))
		live_clear(stdout);
	follow_close(&follow);
	if (result == 0 && status != EXIT_WRONG && (result = store_hold(work->store, err)) == 0)
		result = write_report(work, err);
	return result == 0 ? status : complain(err);
}

static struct store *choose_store(struct work *work, struct error *err)
{
	const struct settings *settings = work->settings;

	if (settings->db)
		return work->run.n_paths ? store_extend(settings->db, err) : store_open(settings->db, err);
	if (settings->follow)
		return store_live(err);
	work->tally = tally_new(tables_needed(work));
	return store_of(work->tally);
}

/* FILEs, or a database without FILEs. What cannot be written is found before counting. */
static int report(struct work *work, struct error *err)
{
	bool files = work->run.n_paths > 0;
	int status = EXIT_DONE;

	if (output_open(&work->output, work->settings, &work->run, err) < 0)
		return complain(err);
	if (files)
		status = work->settings->db ? ingest_files(work, err) : count_files(work);
	if (status != EXIT_WRONG && render(work, err) < 0)
		status = complain(err);
	if (output_close(&work->output, status != EXIT_WRONG, err) < 0)
		status = complain(err);
	return status;
}

int command_report(struct settings *settings)
{
	struct work work = { .settings = settings };
	struct error err;
	int status;

	if (settle(&work, &err) < 0 || run_open(&work.run, settings, &err) < 0) {
		run_close(&work.run);
		return complain(&err);
	}
	settings->keep_clients |= !settings->db;
	take_skipped(&work);
	work.store = choose_store(&work, &err);
	status = !work.store ? complain(&err) : settings->follow ? follow_files(&work, &err) : report(&work, &err);
	free(work.inputs);
	free(work.skipped);
	ingested_release(&work.ingested);
	if (work.scan)
		scan_free(work.scan);
	store_close(work.store);
	if (work.tally)
		tally_free(work.tally);
	run_close(&work.run);
	return status;
}
