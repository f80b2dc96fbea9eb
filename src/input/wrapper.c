/* wrapper.c - journal JSON, Docker's json-file, Kubernetes' CRI lines, `docker logs -t`
 * and `docker compose logs`, and a prefix that a relay put before another one.
 *
 * The time of an engine counts, not that of the line inside: it is an exact instant,
 * while a container's clock mostly shows UTC and does not say so. Of an entry of several
 * lines the first is read, as in journalctl's short forms, in which the others have no
 * prefix: who gets a newline into a message has not written a line of its own.
 * SPDX-License-Identifier: MIT */
#include "input/wrapper.h"

#include "base/mem.h"
#include "input/form.h"
#include "input/object.h"
#include "input/tag.h"

enum wrapped {
	NOTHING, MESSAGE, IDENTIFIER, COMMAND, HOSTNAME, SOURCE_MICROSECONDS, MICROSECONDS, SYSLOG_PID, PID, LOG, TIME,
	STREAM, N_WRAPPED
};

static const struct {
	struct slice key;
	enum wrapped value;
} members[] = {
	/* systemd.journal-fields(7); journalctl, too, prefers the sender's time, shows
	 * the command's name where there is no identifier, and the last of several values */
	{ SLICE_INIT("MESSAGE"), MESSAGE },
	{ SLICE_INIT("SYSLOG_IDENTIFIER"), IDENTIFIER },
	{ SLICE_INIT("_COMM"), COMMAND },
	{ SLICE_INIT("_HOSTNAME"), HOSTNAME },
	{ SLICE_INIT("_SOURCE_REALTIME_TIMESTAMP"), SOURCE_MICROSECONDS },
	{ SLICE_INIT("__REALTIME_TIMESTAMP"), MICROSECONDS },
	{ SLICE_INIT("SYSLOG_PID"), SYSLOG_PID },
	{ SLICE_INIT("_PID"), PID },
	/* Docker's json-file */
	{ SLICE_INIT("log"), LOG },
	{ SLICE_INIT("time"), TIME },
	{ SLICE_INIT("stream"), STREAM },
};

static inline enum wrapped wrapped_named(struct slice key)
{
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (key.n == members[i].key.n && memcmp(key.p, members[i].key.p, key.n) == 0)
			return members[i].value;
	return NOTHING;
}

static struct slice first_line(struct slice text)
{
	ptrdiff_t newline = slice_find_byte(text, '\n');

	if (newline >= 0)
		text.n = (size_t)newline;
	if (text.n && text.p[text.n - 1] == '\r')
		text.n--;
	return text;
}

/* What a container wrote: a line with a prefix of its own, or the bare "name[pid]: text"
 * and text of a program that thinks it writes to a terminal. */
static void open_contents(struct prefix *prefix, struct slice text, struct line *out)
{
	struct slice rest, token;

	rest = text = first_line(text);
	if (form_read(&prefix->inner, text, out))
		return;
	token = take_token(&rest);
	if (!tag_read_pid(token, rest, out))
		out->text = text;
}

static void set_microseconds(const struct clock *clock, struct slice digits, struct line *out)
{
	uint64_t value;

	if (!slice_to_u64(digits, &value) || value / 1000000 > TIME_LAST)
		return;
	out->time = (int64_t)(value / 1000000);
	out->zone = zone_offset(clock->zone, out->time);
}

/* A time in a string of its own, such as "2026-11-20T10:00:05.123456789Z". */
static void set_time(struct clock *clock, struct slice text, struct line *out)
{
	struct timestamp stamp;
	char room[48];

	if (text.n >= sizeof room)
		return;
	memcpy(room, text.p, text.n);
	room[text.n] = ' ';
	if (timestamp_read(clock, (struct slice){ room, text.n + 1 }, &stamp)) {
		out->time = stamp.utc;
		out->zone = stamp.offset;
	}
}

static void read_journal(struct prefix *prefix, const struct slice *found, struct line *out)
{
	out->host = found[HOSTNAME];
	out->service = found[IDENTIFIER].n ? found[IDENTIFIER] : found[COMMAND];
	out->text = first_line(found[MESSAGE]);
	prefix->object = out->raw.p;
	prefix->process = found[SYSLOG_PID].n ? found[SYSLOG_PID] : found[PID];
	set_microseconds(&prefix->outer, found[SOURCE_MICROSECONDS].n ? found[SOURCE_MICROSECONDS] : found[MICROSECONDS], out);
}

/* Whole or not, with the newline that says so or without. */
static void set_contents(struct prefix *prefix, struct slice contents, bool is_stderr, bool is_last, struct line *out)
{
	prefix->contents = contents;
	out->piece = (is_last ? PIECE_LAST : PIECE_OPEN) | (is_stderr ? PIECE_STDERR : 0);
}

static void read_docker(struct prefix *prefix, const struct slice *found, struct line *out)
{
	open_contents(prefix, found[LOG], out);
	set_contents(prefix, first_line(found[LOG]), slice_eq(found[STREAM], SLICE("stderr")),
	             slice_ends(found[LOG], SLICE("\n")), out);
	set_time(&prefix->outer, found[TIME], out);
}

static char *room_for(struct prefix *prefix, size_t n)
{
	if (prefix->room_size < n) {
		prefix->room_size = n;
		prefix->room = xrealloc(prefix->room, n);
	}
	return prefix->room;
}

/* All that is decoded takes no more bytes than the line. */
static bool read_object(struct prefix *prefix, struct slice s, struct line *out)
{
	struct slice found[N_WRAPPED], line = s;
	struct member member;
	enum object_step step;
	char *room = NULL;
	unsigned seen = 0;

	if (!object_open(&s))
		return false;
	for (size_t i = 0; i < N_WRAPPED; i++)
		found[i] = (struct slice){ line.p, 0 };
	while ((step = object_next(&s, &member)) == OBJECT_MEMBER) {
		enum wrapped value = wrapped_named(member.key);

		if (value == NOTHING)
			continue;
		found[value] = member.value;
		seen |= 1u << value;
	}
	if (step != OBJECT_END || !(seen & (1u << MESSAGE | 1u << LOG)))
		return false;
	room = room_for(prefix, line.n);
	for (size_t i = 0; i < N_WRAPPED; i++) {
		size_t n = found[i].n;

		found[i] = object_bytes(found[i], room);
		room += n;
	}
	if (seen & 1u << MESSAGE)
		read_journal(prefix, found, out);
	else
		read_docker(prefix, found, out);
	return true;
}

/* Behind a time: "stdout F text"; P: the text goes on in the next line. Without stream
 * and flag, `docker logs -t`: then a prefix must follow. */
static bool read_engine(struct prefix *prefix, struct slice s, const struct timestamp *stamp, struct line *out)
{
	const bool is_stderr = slice_starts(s, SLICE("stderr "));

	if (is_stderr || slice_starts(s, SLICE("stdout "))) {
		const bool is_last = slice_starts(slice_from(s, 7), SLICE("F "));

		if (!is_last && !slice_starts(slice_from(s, 7), SLICE("P ")))
			return false;
		s = slice_from(s, 9);
		open_contents(prefix, s, out);
		set_contents(prefix, s, is_stderr, is_last, out);
	} else if (!form_read(&prefix->inner, s, out)) {
		return false;
	}
	out->time = stamp->utc;
	out->zone = stamp->offset;
	return true;
}

/* Behind a time: "relay <22>Nov 20 09:00:05 mx1 postfix/smtp[9]: text". As of any prefix
 * inside another, the inner one counts. */
static bool read_relayed(struct prefix *prefix, struct slice s, struct line *out)
{
	return take_token(&s).n && form_read(&prefix->inner, s, out);
}

/* The time at the front of *s that an engine or a relay wrote. */
static bool take_time(struct prefix *prefix, struct slice *s, struct timestamp *stamp)
{
	size_t n = timestamp_read(&prefix->outer, *s, stamp);

	*s = slice_from(*s, n);
	return n && !stamp->bare;
}

/* "mail-1  | text" of `docker compose logs`. */
static bool read_composed(struct prefix *prefix, struct slice s, struct line *out)
{
	struct slice name = take_token(&s), rest;
	struct timestamp stamp;

	while (skip(&s, SLICE(" ")))
		;
	if (name.n == 0 || name.p[0] == '\t' || !skip(&s, SLICE("| "))) /* a tab: a folded header */
		return false;
	rest = s;
	if (!take_time(prefix, &rest, &stamp) || !read_engine(prefix, rest, &stamp, out))
		open_contents(prefix, s, out);
	return true;
}

bool wrapper_read(struct prefix *prefix, struct slice line, struct line *out)
{
	struct slice rest = line;
	struct timestamp stamp;

	if (!skip(&rest, SLICE("data: "))) /* journalctl -o json-sse */
		skip(&rest, SLICE("\x1e")); /* json-seq */
	if (rest.n && rest.p[0] == '{')
		return read_object(prefix, rest, out);
	rest = line;
	if (take_time(prefix, &rest, &stamp))
		return read_engine(prefix, rest, &stamp, out) || read_relayed(prefix, rest, out);
	return read_composed(prefix, line, out);
}
