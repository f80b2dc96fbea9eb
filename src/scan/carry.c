/* carry.c - SPDX-License-Identifier: MIT */
#include "scan/carry.h"

#include "base/map.h"
#include "scan/repeat.h"
#include "scan/saved.h"

void carry_init(struct carry *carry, bool fresh, uint64_t start)
{
	*carry = (struct carry){ .end = start };
	joins_init(&carry->joins, fresh, start);
	twice_init(&carry->twice, fresh, start);
}

void carry_release(struct carry *carry)
{
	joins_release(&carry->joins);
	twice_release(&carry->twice);
	buffer_release(&carry->tail);
}

struct slice carry_tail(struct slice log, size_t reach)
{
	struct slice tail = log.n > reach ? slice_from(log, log.n - reach) : log;
	ptrdiff_t newline = 0;

	if (tail.n == log.n || tail.p[-1] == '\n')
		return tail;
	newline = slice_find_byte(tail, '\n');
	return newline < 0 ? slice_from(tail, tail.n) : slice_from(tail, (size_t)newline + 1);
}

static void keep_tail(struct carry *carry, struct slice tail, uint64_t bytes)
{
	size_t surplus;

	if (bytes > tail.n)
		carry->tail.n = 0; /* they do not stand one behind the other */
	buffer_add(&carry->tail, tail);
	surplus = carry->tail.n - carry_tail(buffer_slice(&carry->tail), JOIN_REACH).n;
	carry->tail.n -= surplus;
	if (surplus)
		memmove(carry->tail.text, carry->tail.text + surplus, carry->tail.n);
}

void carry_pass(struct carry *carry, struct carry *part, struct slice tail, uint64_t lines, uint64_t bytes)
{
	carry->end += bytes;
	joins_add(&carry->joins, &part->joins, lines);
	twice_add(&carry->twice, &part->twice, carry->end);
	keep_tail(carry, tail, bytes);
}

/* Of the tail only the last line of each host can be meant by "last message repeated";
 * what is between these is saved as its length. */
enum { HOSTS_SAVED = 64 };

static void save_tail(const struct carry *carry, struct prefix *prefix, struct buffer *out)
{
	struct slice lines[HOSTS_SAVED], rest = buffer_slice(&carry->tail);
	uint64_t n = 0, at = 0;
	struct map hosts;
	struct line line;

	map_init(&hosts, sizeof(char));
	while (rest.n && n < HOSTS_SAVED) {
		struct slice text = last_line(&rest);
		bool is_new = false;

		prefix_parse(prefix, text, &line);
		if (repeat_may_mean(&line))
			map_put(&hosts, line.host, &is_new);
		if (is_new)
			lines[n++] = text;
	}
	map_release(&hosts);
	save_number(out, carry->tail.n);
	save_number(out, n);
	while (n) {
		uint64_t begin = (uint64_t)(lines[--n].p - carry->tail.text);

		save_number(out, begin - at);
		save_text(out, lines[n]);
		at = begin + lines[n].n;
	}
}

static void fill(struct buffer *tail, uint64_t n)
{
	while (n--)
		buffer_byte(tail, '\n');
}

static bool load_tail(struct carry *carry, struct slice *bytes)
{
	uint64_t total, n, gap;
	struct slice line;

	if (!load_number(bytes, &total) || total > JOIN_REACH || !load_number(bytes, &n))
		return false;
	for (; n; n--) {
		if (!load_number(bytes, &gap) || !load_text(bytes, &line) || gap > total - carry->tail.n ||
		    line.n > total - carry->tail.n - gap)
			return false;
		fill(&carry->tail, gap);
		buffer_add(&carry->tail, line);
	}
	fill(&carry->tail, total - carry->tail.n);
	return true;
}

static const struct slice magic = SLICE_INIT("carry 1 ");

void carry_save(const struct carry *carry, struct prefix *prefix, struct buffer *out)
{
	buffer_add(out, magic);
	joins_save(&carry->joins, carry->end, out);
	twice_save(&carry->twice, &carry->joins, buffer_slice(&carry->tail), carry->end, out);
	save_tail(carry, prefix, out);
}

int carry_load(struct carry *carry, struct slice bytes, uint64_t end)
{
	carry_init(carry, false, end);
	if (slice_starts(bytes, magic)) {
		bytes = slice_from(bytes, magic.n);
		if (joins_load(&carry->joins, &bytes, end) && twice_load(&carry->twice, &bytes, end) && load_tail(carry, &bytes) && bytes.n == 0)
			return 0;
	}
	carry_release(carry);
	carry_init(carry, false, end);
	return -1;
}
