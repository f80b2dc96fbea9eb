/* join.c - SPDX-License-Identifier: MIT */
#include "scan/join.h"

#include "base/hash.h"
#include "base/mem.h"
#include "scan/saved.h"

#include <stdlib.h>
#include <time.h>

/* A line of which parts are there. */
struct opened {
	uint64_t hash;       /* of the key */
	struct buffer key;   /* host, process; empty: of an engine */
	struct buffer text;  /* so far */
	struct place place;
	uint64_t end;
	uint64_t lines;
	uint32_t next, of;   /* pieces; of 0: none is open, which fresh joins would not know else */
	bool whole;          /* a newline has ended the text; pieces are yet to come */
	bool cut;
	bool unknown;        /* it may go on what stood before; place is that of the last piece */
};

static void opened_free(struct opened *one)
{
	if (!one)
		return;
	buffer_release(&one->key);
	buffer_release(&one->text);
	free(one);
}

void joins_init(struct joins *joins, bool fresh, uint64_t start)
{
	*joins = (struct joins){ .fresh = fresh, .start = start, .sure = { !fresh, !fresh } };
}

void joins_release(struct joins *joins)
{
	for (size_t i = 0; i < joins->n_pieces; i++)
		opened_free(joins->pieces[i]);
	for (size_t i = 0; i < joins->n_given_up; i++)
		opened_free(joins->given_up[i]);
	for (int i = 0; i < 2; i++)
		opened_free(joins->engine[i]);
	opened_free(joins->done[0]);
	opened_free(joins->done[1]);
	buffer_release(&joins->key);
	free(joins->pieces);
	free(joins->given_up);
}

uint64_t joins_begin(const struct joins *joins, struct slice host, struct slice process, uint64_t otherwise)
{
	for (size_t i = joins->n_pieces; i > 0; i--) {
		struct slice key = buffer_slice(&joins->pieces[i - 1]->key);

		if (key.n > host.n + process.n && slice_starts(key, host) && key.p[host.n] == '\0' && slice_ends(key, process))
			return joins->pieces[i - 1]->place.offset;
	}
	return otherwise;
}

/* "[812]:" behind the service, or RFC 5424's " 812 ". */
static size_t pid_length(struct slice s)
{
	const bool bracket = s.n && s.p[0] == '[';
	size_t n = 1;

	if (s.n == 0 || (!bracket && s.p[0] != ' '))
		return 0;
	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	if (n == 1 || n == s.n || s.p[n] != (bracket ? ']' : ' '))
		return 0;
	n++;
	return n + (bracket && n < s.n && s.p[n] == ':');
}

struct slice line_process(const struct prefix *prefix, const struct line *line)
{
	const char *end = line->service.p + line->service.n, *raw_end = line->raw.p + line->raw.n;
	size_t n;

	if (prefix->object == line->raw.p)
		return prefix->process;
	if (line->service.n == 0 || (uintptr_t)end - (uintptr_t)line->raw.p > line->raw.n)
		return (struct slice){ line->raw.p, 0 };
	n = pid_length(slice_between(end, raw_end));
	return (struct slice){ line->service.p, n ? line->service.n + n : 0 };
}

static void make_key(struct joins *joins, const struct prefix *prefix, const struct line *line)
{
	joins->key.n = 0;
	buffer_add(&joins->key, line->host);
	buffer_byte(&joins->key, '\0');
	buffer_add(&joins->key, line->service);
	buffer_byte(&joins->key, '\0');
	buffer_add(&joins->key, line_process(prefix, line));
}

static struct opened *take_out(struct joins *joins, size_t i)
{
	struct opened *one = joins->pieces[i];

	joins->n_pieces--;
	memmove(&joins->pieces[i], &joins->pieces[i + 1], (joins->n_pieces - i) * sizeof *joins->pieces);
	return one;
}

static void put_in(struct joins *joins, struct opened *one)
{
	GROW(joins->pieces, joins->n_pieces, joins->pieces_capacity);
	joins->pieces[joins->n_pieces++] = one;
}

static void give_up_one(struct joins *joins, struct opened *one)
{
	if (one->unknown || one->of == 0) {
		opened_free(one);
		return;
	}
	GROW(joins->given_up, joins->n_given_up, joins->given_up_capacity);
	joins->given_up[joins->n_given_up++] = one;
}

static void give_up(struct joins *joins, size_t i)
{
	give_up_one(joins, take_out(joins, i));
}

/* The place of joins->key among the pieces at hand, or -1. */
static ptrdiff_t find(struct joins *joins, uint64_t hash, uint64_t offset)
{
	for (size_t i = joins->n_pieces; i > 0; i--) {
		const struct opened *one = joins->pieces[i - 1];

		if (one->hash != hash || !slice_eq(buffer_slice(&one->key), buffer_slice(&joins->key)))
			continue;
		if (offset - one->place.offset <= JOIN_REACH)
			return (ptrdiff_t)i - 1;
		give_up(joins, i - 1);
	}
	return -1;
}

static struct opened *opened_new(const struct joins *joins, uint64_t hash)
{
	struct opened *one = xcalloc(1, sizeof *one);

	one->hash = hash;
	buffer_add(&one->key, buffer_slice(&joins->key));
	return one;
}

static void add_text(struct opened *one, struct slice text)
{
	size_t room = one->text.n < JOIN_REACH ? JOIN_REACH - one->text.n : 0;

	one->cut |= text.n > room;
	buffer_add(&one->text, (struct slice){ text.p, text.n < room ? text.n : room });
}

static enum join_step complete(struct opened **done, struct opened *one, struct joined *out)
{
	opened_free(*done);
	*done = one;
	*out = (struct joined){ buffer_slice(&one->text), one->place, one->end, one->lines, one->cut, true, false };
	return JOIN_WHOLE;
}

/* A prefix for a text whose own was taken apart: "2026-11-20T10:00:05+00:00 ". */
static void add_time(struct buffer *out, const struct line *line)
{
	time_t local = (time_t)(line->time + line->zone);
	int32_t minutes = (line->zone < 0 ? -line->zone : line->zone) / 60;
	struct tm tm;
	char text[32];

	if (line->time == TIME_NONE || !gmtime_r(&local, &tm) || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm))
		return;
	buffer_printf(out, "%s%c%02d:%02d ", text, line->zone < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static void add_line(struct opened *one, const struct line *line, struct place place)
{
	one->place.number = place.number;
	one->end = place.offset + line->raw.n;
	one->lines++;
}

static void add_piece(struct opened *one, const struct piece *piece, const struct line *line, struct place place)
{
	if (!one->whole)
		add_text(one, piece->text);
	one->whole |= piece->newline;
	one->next = piece->number + 1;
	add_line(one, line, place);
}

static void open_piece(struct joins *joins, const struct prefix *prefix, const struct line *line, uint64_t hash,
                       struct place place)
{
	struct opened *one = opened_new(joins, hash);

	put_in(joins, one);
	one->place = place;
	if (prefix->object == line->raw.p) {
		add_time(&one->text, line);
		buffer_printf(&one->text, "%.*s %.*s[%.*s]: ", SLICE_ARG(line->host), SLICE_ARG(line->service),
		              SLICE_ARG(prefix->process));
	} else {
		add_text(one, slice_between(line->raw.p, prefix->mark));
	}
	one->of = prefix->piece.of;
	add_piece(one, &prefix->piece, line, place);
}

static bool may_be_open(const struct joins *joins, struct place place)
{
	return joins->fresh && place.offset - joins->start <= JOIN_REACH;
}

/* Until the last piece has been asked for. */
static void wait_on(struct joins *joins, struct opened *one, struct place place, const struct piece *piece)
{
	one->place = place;
	one->unknown = piece->number < piece->of;
	put_in(joins, one);
}

static enum join_step take_marked(struct joins *joins, const struct prefix *prefix, const struct line *line,
                                  struct place place, struct joined *out)
{
	const struct piece *piece = &prefix->piece;
	struct opened *one;
	uint64_t hash;
	ptrdiff_t i;

	make_key(joins, prefix, line);
	hash = hash_bytes(buffer_slice(&joins->key));
	i = find(joins, hash, place.offset);
	one = i < 0 ? NULL : joins->pieces[i];
	if ((one && one->unknown) || (!one && may_be_open(joins, place))) {
		wait_on(joins, one ? take_out(joins, (size_t)i) : opened_new(joins, hash), place, piece);
		return JOIN_LATER;
	}
	if (one && (piece->number != one->next || piece->of != one->of)) {
		give_up(joins, (size_t)i);
		one = NULL;
	}
	if (!one) {
		if (piece->number > 1)
			return JOIN_NONE;
		open_piece(joins, prefix, line, hash, place);
		return JOIN_KEPT;
	}
	add_piece(one, piece, line, place);
	if (piece->number < piece->of)
		return JOIN_KEPT;
	return complete(&joins->done[0], take_out(joins, (size_t)i), out);
}

static struct opened *open_engine(const struct prefix *prefix, const struct line *line, struct place place)
{
	struct opened *one = xcalloc(1, sizeof *one);
	const char *at = prefix->contents.p;

	one->place = place;
	one->of = 1; /* or more */
	if (line->raw.p[0] == '{') {
		add_time(&one->text, line);
		if (one->text.n)
			buffer_puts(&one->text, "stdout F ");
	} else {
		buffer_add(&one->text, slice_between(line->raw.p, at - 2));
		buffer_puts(&one->text, "F ");
	}
	return one;
}

static enum join_step take_engine(struct joins *joins, const struct prefix *prefix, const struct line *line,
                                  struct place place, struct joined *out)
{
	const int stream = (line->piece & PIECE_STDERR) != 0;
	struct opened *one = joins->engine[stream];

	if (!joins->sure[stream]) {
		joins->sure[stream] = line->piece & PIECE_LAST;
		return JOIN_LATER;
	}
	if (!one && line->piece & PIECE_LAST)
		return JOIN_NONE;
	if (!one)
		one = joins->engine[stream] = open_engine(prefix, line, place);
	add_text(one, prefix->contents);
	add_line(one, line, place);
	if (line->piece & PIECE_OPEN)
		return JOIN_KEPT;
	joins->engine[stream] = NULL;
	return complete(&joins->done[0], one, out);
}

enum join_step joins_take(struct joins *joins, const struct prefix *prefix, const struct line *line,
                          struct place place, struct joined *out)
{
	if (line->piece & PIECE_MARKED)
		return take_marked(joins, prefix, line, place, out);
	return take_engine(joins, prefix, line, place, out);
}

bool joins_given_up(struct joins *joins, uint64_t offset, struct joined *out)
{
	struct opened *one;

	while (joins->n_pieces && offset - joins->pieces[0]->place.offset > JOIN_REACH)
		give_up(joins, 0);
	for (int i = 0; offset == UINT64_MAX && i < 2; i++)
		if (joins->engine[i]) {
			give_up_one(joins, joins->engine[i]);
			joins->engine[i] = NULL;
		}
	if (joins->n_given_up == 0)
		return false;
	one = joins->given_up[0];
	joins->n_given_up--;
	memmove(&joins->given_up[0], &joins->given_up[1], joins->n_given_up * sizeof *joins->given_up);
	complete(&joins->done[1], one, out);
	out->torn = true;
	return true;
}

void joins_add(struct joins *joins, struct joins *part, uint64_t lines)
{
	for (size_t i = 0; i < part->n_pieces; i++) {
		if (part->pieces[i]->unknown || part->pieces[i]->of == 0)
			continue;
		put_in(joins, part->pieces[i]);
		part->pieces[i] = NULL;
	}
	for (int i = 0; i < 2; i++)
		if (part->engine[i]) {
			opened_free(joins->engine[i]);
			joins->engine[i] = part->engine[i];
			part->engine[i] = NULL;
		}
	for (size_t i = 0; i < joins->n_pieces; i++)
		joins->pieces[i]->place.number -= lines;
	for (int i = 0; i < 2; i++)
		if (joins->engine[i])
			joins->engine[i]->place.number -= lines;
}

static void save_one(struct buffer *out, const struct opened *one, uint64_t end)
{
	save_number(out, end - one->place.offset);
	save_number(out, end - one->end);
	save_number(out, 0 - one->place.number);
	save_number(out, one->lines);
	save_number(out, one->next);
	save_number(out, one->of);
	save_number(out, (one->whole ? 1u : 0u) | (one->cut ? 2u : 0u));
	save_text(out, buffer_slice(&one->key));
	save_text(out, buffer_slice(&one->text));
}

static struct opened *load_one(struct slice *bytes, uint64_t end)
{
	struct opened *one = xcalloc(1, sizeof *one);
	uint64_t begin = 0, behind = 0, back = 0, next = 0, of = 0, flags = 0;
	struct slice key, text;

	if (!load_number(bytes, &begin) || !load_number(bytes, &behind) || !load_number(bytes, &back) ||
	    !load_number(bytes, &one->lines) || !load_number(bytes, &next) || !load_number(bytes, &of) ||
	    !load_number(bytes, &flags) || !load_text(bytes, &key) || !load_text(bytes, &text) || of == 0 ||
	    of > UINT32_MAX || next > of || begin > end || behind > begin) {
		opened_free(one);
		return NULL;
	}
	one->place = (struct place){ end - begin, 0 - back };
	one->end = end - behind;
	one->next = (uint32_t)next;
	one->of = (uint32_t)of;
	one->whole = flags & 1;
	one->cut = flags & 2;
	buffer_add(&one->key, key);
	buffer_add(&one->text, text);
	one->hash = hash_bytes(buffer_slice(&one->key));
	return one;
}

void joins_save(const struct joins *joins, uint64_t end, struct buffer *out)
{
	save_number(out, joins->n_pieces);
	for (size_t i = 0; i < joins->n_pieces; i++)
		save_one(out, joins->pieces[i], end);
	for (int i = 0; i < 2; i++) {
		save_number(out, joins->engine[i] != NULL);
		if (joins->engine[i])
			save_one(out, joins->engine[i], end);
	}
}

bool joins_load(struct joins *joins, struct slice *bytes, uint64_t end)
{
	uint64_t n, there;
	struct opened *one;

	if (!load_number(bytes, &n))
		return false;
	for (; n; n--) {
		if (!(one = load_one(bytes, end)))
			return false;
		put_in(joins, one);
	}
	for (int i = 0; i < 2; i++)
		if (!load_number(bytes, &there) || (there && !(joins->engine[i] = load_one(bytes, end))))
			return false;
	return true;
}
