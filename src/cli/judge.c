/* judge.c - a file that gave nothing must not look like a server without mail.
 * SPDX-License-Identifier: MIT */
#include "cli/judge.h"

#include "cli/command.h"

#include <inttypes.h>
#include <time.h>

/* An exit status for one input, and what is to be said of it; err->text is empty
 * when nothing is. */
static int judge_input(const struct scan_input *in, bool chosen, bool one_of_many, struct error *err)
{
	err->text[0] = '\0';
	if (in->problem) {
		error_set(err, "%s", in->problem);
		return EXIT_INCOMPLETE;
	}
	if ((in->known || (one_of_many && !in->mail_lines)) && !in->cut_lines)
		return EXIT_DONE; /* nothing new is as good as something */
	if (in->lines == 0) {
		error_set(err, "%s: is empty, nothing was counted", in->name);
		return EXIT_DONE;
	}
	if (in->mail_lines == 0 && !in->known) {
		error_set(err, "%s: no line is a mail server's%s; is this the right file? 'smtplog-stats patterns match' "
		          "shows why a line is not recognised", in->name, chosen ? " that --mta names" : "");
		return EXIT_INCOMPLETE;
	}
	if (in->cut_lines) {
		error_set(err, "%s: lines of 1 MiB and more, which are read in part and count as unrecognised: %" PRIu64
		          "; is the file damaged?", in->name, in->cut_lines);
		return EXIT_INCOMPLETE;
	}
	return EXIT_DONE;
}

/* "2026-11-20 10:05 +01:00" */
static void add_time(struct buffer *out, const struct zone *zone, int64_t utc)
{
	int32_t offset = zone_offset(zone, utc), minutes = (offset < 0 ? -offset : offset) / 60;
	int64_t local = utc + offset, days = local / 86400 - (local % 86400 < 0);
	int second = (int)(local - days * 86400), year, month, day;

	civil_from_days(days, &year, &month, &day);
	buffer_printf(out, "%04d-%02d-%02d %02d:%02d %c%02d:%02d", year, month, day, second / 3600, second / 60 % 60,
	              offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

/* A year that is not in the log was found from the file's date, or from --year. */
static void judge_times(const struct scan_input *in, const struct run *run, int64_t now)
{
	enum { DAY = 86400 };
	const struct times *times = &in->times;
	struct buffer text = { 0 };
	struct error err;

	if (times->steps_back) {
		buffer_printf(&text, "times go back by more than a day, first from ");
		add_time(&text, run->zone, times->from);
		buffer_puts(&text, " to ");
		add_time(&text, run->zone, times->to);
		if (times->steps_back > 1)
			buffer_printf(&text, ", %" PRIu64 " times in all", times->steps_back);
		buffer_puts(&text, run->year ? "; does it hold more than the one year that --year names?"
		                             : "; is it more than a year, or several logs? Its lines carry no year; --year names it");
	} else if (times->any && times->first <= now && times->latest > now + DAY) {
		buffer_puts(&text, "goes on into the future, up to ");
		add_time(&text, run->zone, times->latest);
		buffer_puts(&text, run->year ? "; is --year right?" : "; is the clock right?");
	}
	if (text.n) {
		error_set(&err, "%s: %s", in->name, buffer_string(&text));
		complain(&err);
	}
	buffer_release(&text);
}

/* A directory's file may be another program's, if one of them is a mail server's. */
static bool any_mail(const struct scan_input *inputs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (inputs[i].mail_lines || inputs[i].known)
			return true;
	return false;
}

int judge_inputs(const struct scan_input *inputs, size_t n, const struct run *run, const struct settings *settings)
{
	const bool mail = any_mail(inputs, n);
	size_t unread = 0;
	int status = EXIT_DONE;

	for (size_t i = 0; i < n; i++) {
		struct error err;
		bool one_of_many = mail && selection_found(&run->selection, inputs[i].name);
		int one = judge_input(&inputs[i], settings->filter.facet[FACET_MTA].n > 0, one_of_many, &err);

		unread += inputs[i].problem && inputs[i].lines == 0 && !inputs[i].known;
		if (one != EXIT_DONE)
			status = one;
		if (*err.text && (inputs[i].problem || !settings->quiet))
			complain(&err);
		if (!settings->quiet)
			judge_times(&inputs[i], run, time(NULL));
	}
	return unread == n ? EXIT_WRONG : status;
}

void judge_selection(const struct run *run, const struct settings *settings)
{
	struct buffer text = { 0 };
	struct error err;

	selection_tell(&run->selection, &text);
	error_set(&err, "%s", buffer_string(&text));
	if (text.n && !settings->quiet)
		complain(&err);
	buffer_release(&text);
}
