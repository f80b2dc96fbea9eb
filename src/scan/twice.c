/* twice.c - SPDX-License-Identifier: MIT */
#include "scan/twice.h"

#include "base/hash.h"
#include "base/mem.h"
#include "scan/saved.h"

#include <stdlib.h>

/* So far from its begin a part may have lines that what stood before it makes whole, and
 * that are said again. */
enum { FRESH_REACH = 2 * JOIN_REACH };

/* A line that was said, or may have been, once. */
struct told {
	uint64_t hash;
	struct buffer key; /* host, process, text */
	size_t host_n, process_n; /* of it */
	struct buffer priority;
	int64_t time;
	uint64_t end;
	uint64_t clean;    /* up to here its process has written nothing else */
	uint64_t open;     /* but for the line that it had open there, and began here; 0: none */
	bool unknown;      /* it may be a second one */
};

static void told_release(struct told *told)
{
	buffer_release(&told->key);
	buffer_release(&told->priority);
}

void twice_init(struct twice *twice, bool fresh, uint64_t start)
{
	*twice = (struct twice){ .fresh = fresh, .start = start };
}

void twice_release(struct twice *twice)
{
	for (size_t i = 0; i < twice->n; i++)
		told_release(&twice->told[i]);
	free(twice->told);
}

/* "<22>1 …", "Nov 20 10:00:05 <mail.info> host …" */
static struct slice priority_of(const struct line *line)
{
	const char *from = line->raw.p, *close;

	if (line->raw.n && from[0] != '<' && line->host.n && line->host.p - from > 2 && line->host.p[-2] == '>')
		from = memrchr(from, '<', (size_t)(line->host.p - from));
	if (!from || from == line->raw.p + line->raw.n || *from != '<')
		return (struct slice){ line->raw.p, 0 };
	close = memchr(from, '>', (size_t)(line->raw.p + line->raw.n - from));
	return close ? slice_between(from, close + 1) : (struct slice){ line->raw.p, 0 };
}

/* Exim's own "[812] " before its text. */
static struct slice exim_pid(const struct line *line)
{
	const char *at = line->text.p;

	if (!line->exim_time || at - line->raw.p < 4 || at[-1] != ' ' || at[-2] != ']')
		return (struct slice){ at, 0 };
	do
		at--;
	while (at > line->raw.p && *at != '[');
	return slice_between(at, line->text.p);
}

/* Where the text begins, with the time that Exim puts there. */
static const char *text_begin(const struct prefix *prefix, const struct line *line, struct slice process)
{
	struct slice raw = slice_between(process.n ? process.p + process.n : line->raw.p, line->text.p);
	ptrdiff_t repeated = line->repeats > 1 ? slice_find(raw, SLICE(" times: [")) : -1;

	if (repeated >= 0) {
		raw = slice_from(raw, (size_t)repeated + 9);
		return raw.n && raw.p[0] == ' ' ? raw.p + 1 : raw.p;
	}
	if (process.n == 0)
		return line->piece & PIECE_LAST ? prefix->contents.p : raw.p;
	return raw.n && raw.p[0] == ' ' ? raw.p + 1 : raw.p;
}

struct said said_of(const struct prefix *prefix, const struct line *line, struct slice id)
{
	struct slice process = line_process(prefix, line);
	struct said said = { .host = line->host, .text = line->text, .time = line->time, .times = line->repeats };

	if (prefix->object == line->raw.p) {
		said.process = process;
		return said;
	}
	if ((uintptr_t)line->text.p - (uintptr_t)line->raw.p > line->raw.n)
		return said; /* decoded, and nothing tells whose it is */
	said.priority = priority_of(line);
	said.text = slice_between(text_begin(prefix, line, process), line->text.p + line->text.n);
	if (process.n == 0)
		process = exim_pid(line);
	said.process = process.n ? process : id;
	return said;
}

static uint64_t key_hash(const struct said *said)
{
	struct fingerprint f = fingerprint_of(0);

	fingerprint_text(&f, said->host);
	fingerprint_text(&f, said->process);
	fingerprint_text(&f, said->text);
	return f.a ^ f.b;
}

static void make_key(const struct said *said, struct buffer *key)
{
	key->n = 0;
	buffer_add(key, said->host);
	buffer_byte(key, '\0');
	buffer_add(key, said->process);
	buffer_byte(key, '\0');
	buffer_add(key, said->text);
}

static bool is_key(const struct buffer *key, const struct said *said)
{
	struct slice k = buffer_slice(key);

	return k.n == said->host.n + said->process.n + said->text.n + 2 && slice_starts(k, said->host) &&
	       slice_starts(slice_from(k, said->host.n + 1), said->process) && slice_ends(k, said->text);
}

static void take_out(struct twice *twice, size_t i)
{
	told_release(&twice->told[i]);
	twice->n--;
	memmove(&twice->told[i], &twice->told[i + 1], (twice->n - i) * sizeof *twice->told);
}

static void forget_before(struct twice *twice, uint64_t offset)
{
	size_t n = 0;

	while (n < twice->n && twice->told[n].end + TWICE_REACH < offset)
		told_release(&twice->told[n++]);
	if (n == 0)
		return;
	twice->n -= n;
	memmove(twice->told, &twice->told[n], twice->n * sizeof *twice->told);
}

static ptrdiff_t find(const struct twice *twice, const struct said *said, uint64_t hash)
{
	for (size_t i = twice->n; i > 0; i--) {
		const struct told *told = &twice->told[i - 1];

		if (told->hash == hash && is_key(&told->key, said) && said->begin - told->end <= TWICE_REACH)
			return (ptrdiff_t)i - 1;
	}
	return -1;
}

/* Has its process written anything from `from` to the line, as far as `before` shows? */
static bool wrote_since(const struct said *said, uint64_t from, struct slice before, uint64_t at)
{
	uint64_t begin = at - before.n, to = said->begin < at ? said->begin : at;

	if (from >= to)
		return false;
	if (from < begin)
		return true; /* it may have */
	return slice_find((struct slice){ before.p + (from - begin), (size_t)(to - from) }, said->process) >= 0;
}

static bool may_be_second(const struct told *told, const struct said *said)
{
	int64_t seconds = said->time == told->time ? 0 : said->time - told->time;

	return (told->open == 0 || told->open == said->begin) && seconds >= -1 && seconds <= 1 &&
	       (said->priority.n == 0 || told->priority.n == 0 || !slice_eq(said->priority, buffer_slice(&told->priority)));
}

static void tell(struct twice *twice, const struct said *said, uint64_t hash, bool unknown)
{
	struct told *told;

	GROW(twice->told, twice->n, twice->capacity);
	told = &twice->told[twice->n++];
	*told = (struct told){ .hash = hash, .host_n = said->host.n, .process_n = said->process.n, .time = said->time,
	                       .end = said->end, .clean = said->end, .unknown = unknown };
	make_key(said, &told->key);
	buffer_add(&told->priority, said->priority);
}

/* Nothing before it: of several the second, fourth, … */
static int64_t begin_anew(struct twice *twice, const struct said *said, uint64_t hash, uint32_t times)
{
	if (times % 2)
		tell(twice, said, hash, false);
	return times / 2;
}

int64_t twice_take(struct twice *twice, const struct said *said, struct slice before, uint64_t at)
{
	uint64_t hash;
	bool unknown, second;
	ptrdiff_t i;

	if (said->process.n == 0)
		return 0;
	hash = key_hash(said);
	forget_before(twice, said->begin);
	i = find(twice, said, hash);
	unknown = i < 0 ? twice->fresh && said->begin - twice->start <= FRESH_REACH : twice->told[i].unknown;
	second = i >= 0 && !unknown && may_be_second(&twice->told[i], said) &&
	         !wrote_since(said, twice->told[i].clean, before, at);
	if (i >= 0 && unknown && said->begin - twice->start > TWICE_FRONT)
		unknown = !wrote_since(said, twice->told[i].clean, before, at);
	if (i >= 0)
		take_out(twice, (size_t)i);
	if (unknown) {
		tell(twice, said, hash, true);
		return -1;
	}
	return second ? 1 + begin_anew(twice, said, hash, said->times - 1) : begin_anew(twice, said, hash, said->times);
}

void twice_add(struct twice *twice, struct twice *part, uint64_t end)
{
	for (size_t i = 0; i < part->n; i++) {
		if (part->told[i].unknown)
			continue;
		GROW(twice->told, twice->n, twice->capacity);
		twice->told[twice->n++] = part->told[i];
		part->told[i] = (struct told){ .unknown = true };
	}
	forget_before(twice, end);
}

/* What it was told from. */
static struct said said_again(const struct told *told, uint64_t end)
{
	struct slice key = buffer_slice(&told->key);

	return (struct said){
		.host = { key.p, told->host_n },
		.process = { key.p + told->host_n + 1, told->process_n },
		.text = slice_from(key, told->host_n + told->process_n + 2),
		.priority = buffer_slice(&told->priority),
		.time = told->time, .begin = end, .end = told->end, .times = 1,
	};
}

void twice_save(const struct twice *twice, const struct joins *joins, struct slice before, uint64_t end,
                struct buffer *out)
{
	struct buffer list = { 0 };
	uint64_t n = 0;

	for (size_t i = 0; i < twice->n; i++) {
		const struct told *told = &twice->told[i];
		struct said said = said_again(told, end);

		said.begin = told->open ? told->open : joins_begin(joins, said.host, said.process, end);
		if (said.begin < told->end)
			said.begin = end; /* began before, and says nothing */
		if (told->unknown || end - told->end > TWICE_REACH || wrote_since(&said, told->clean, before, end))
			continue;
		save_number(&list, end - told->end);
		save_number(&list, end - said.begin);
		save_number(&list, (uint64_t)said.time >> 32);
		save_number(&list, (uint64_t)said.time & UINT32_MAX);
		save_text(&list, said.host);
		save_text(&list, said.process);
		save_text(&list, said.text);
		save_text(&list, said.priority);
		n++;
	}
	save_number(out, n);
	buffer_add(out, buffer_slice(&list));
	buffer_release(&list);
}

bool twice_load(struct twice *twice, struct slice *bytes, uint64_t end)
{
	uint64_t n, back, open, high, low;
	struct said said = { .begin = end, .times = 1 };

	if (!load_number(bytes, &n))
		return false;
	for (; n; n--) {
		if (!load_number(bytes, &back) || !load_number(bytes, &open) || !load_number(bytes, &high) || !load_number(bytes, &low) ||
		    !load_text(bytes, &said.host) || !load_text(bytes, &said.process) || !load_text(bytes, &said.text) ||
		    !load_text(bytes, &said.priority))
			return false;
		if (back > end || open > back)
			return false;
		said.end = end - back;
		said.time = (int64_t)(high << 32 | low);
		tell(twice, &said, key_hash(&said), false);
		twice->told[twice->n - 1].clean = end;
		twice->told[twice->n - 1].open = open ? end - open : 0;
	}
	return true;
}
