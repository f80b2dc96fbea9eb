/* reading.c - SPDX-License-Identifier: MIT */
#include "scan/reading.h"

#include "scan/repeat.h"

void reading_init(struct reading *reading, const struct zone *zone, int64_t reference)
{
	*reading = (struct reading){ .zone = zone, .reference = reference };
	prefix_init(&reading->prefix, zone, reference);
	prefix_init(&reading->other, zone, reference);
	reading->prefix.outer.second = reading->prefix.inner.second = &reading->second;
	carry_init(&reading->carry, false, 0);
}

void reading_release(struct reading *reading)
{
	prefix_release(&reading->prefix);
	prefix_release(&reading->other);
	carry_release(&reading->carry);
	buffer_release(&reading->log);
}

void reading_chunk(struct reading *reading, struct slice chunk)
{
	reading->chunk = reading->rest = chunk;
	autumn_chunk(&reading->autumn, reading->zone, reading->reference, chunk, &reading->second);
}

void reading_leave(struct reading *reading)
{
	struct carry nothing = { .end = 0 };

	carry_pass(&reading->carry, &nothing, carry_tail(reading->chunk, JOIN_REACH), 0, reading->chunk.n);
	reading->offset += reading->chunk.n;
	reading->chunk.n = reading->rest.n = reading->log.n = 0;
}

static bool is_joined(struct reading *reading, const struct joined *joined, struct logical *out)
{
	prefix_parse(&reading->other, joined->raw, &out->line);
	out->whole = *joined;
	out->prefix = &reading->other;
	return true;
}

static struct slice log_before(struct reading *reading, uint64_t offset)
{
	uint64_t n = offset - reading->offset;
	size_t front = reading->chunk.n < JOIN_REACH ? reading->chunk.n : JOIN_REACH;

	if (offset >= reading->offset && n >= JOIN_REACH)
		return (struct slice){ reading->chunk.p, (size_t)n };
	if (reading->log.n == 0) {
		buffer_add(&reading->log, buffer_slice(&reading->carry.tail));
		buffer_add(&reading->log, (struct slice){ reading->chunk.p, front });
	}
	n = offset - (reading->offset - reading->carry.tail.n);
	return (struct slice){ reading->log.text, n < reading->log.n ? (size_t)n : reading->log.n };
}

/* Takes a line of the log in; it, or one that it makes whole, may be to come then. */
static void take(struct reading *reading, struct slice text)
{
	struct place place = { reading->offset + (uint64_t)(text.p - reading->chunk.p), ++reading->lines };
	enum join_step step = JOIN_NONE;

	reading->self = (struct joined){ text, place, place.offset + text.n, 1, line_is_cut(text), false, false };
	prefix_parse(&reading->prefix, text, &reading->line);
	if (reading->line.piece && !reading->self.cut)
		step = joins_take(&reading->carry.joins, &reading->prefix, &reading->line, place, &reading->whole);
	reading->whole_comes = step == JOIN_WHOLE;
	reading->self_comes = step == JOIN_NONE;
}

static bool is_self(struct reading *reading, struct logical *out)
{
	struct slice before;

	*out = (struct logical){ reading->self, reading->line, &reading->prefix };
	reading->self_comes = false;
	if (!repeat_times(&reading->line))
		return true;
	before = carry_tail(log_before(reading, reading->self.place.offset), JOIN_REACH);
	if (repeat_find(before, &reading->other, &reading->line, &out->line))
		out->prefix = &reading->other;
	else
		out->line = reading->line;
	return true;
}

void reading_end(struct reading *reading)
{
	reading->ends = true;
}

bool reading_next(struct reading *reading, struct logical *out)
{
	struct joined given_up;
	struct slice text;

	for (;;) {
		uint64_t offset = reading->ends ? UINT64_MAX : reading->self.place.offset;

		if (joins_given_up(&reading->carry.joins, offset, &given_up))
			return is_joined(reading, &given_up, out);
		if (reading->whole_comes) {
			reading->whole_comes = false;
			return is_joined(reading, &reading->whole, out);
		}
		if (reading->self_comes)
			return is_self(reading, out);
		if (!line_next(&reading->rest, &text))
			return false;
		take(reading, text);
	}
}

uint64_t reading_echoes(struct reading *reading, const struct logical *logical, struct slice id)
{
	struct said said = said_of(logical->prefix, &logical->line, id);
	struct slice before;

	if (logical->whole.torn)
		return 0;
	before = log_before(reading, logical->whole.place.offset);
	said.begin = logical->whole.place.offset;
	said.end = logical->whole.end;
	return (uint64_t)twice_take(&reading->carry.twice, &said, before, said.begin);
}
