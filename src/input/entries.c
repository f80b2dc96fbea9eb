/* entries.c - systemd's Journal Export Format, and JSON over many lines.
 *
 * An exported entry is lines NAME=VALUE, or NAME and a line's end, the value's length in
 * eight bytes (little-endian), the value and a line's end; an empty line ends it. Values
 * may hold anything, so that only their length tells where they end. What is larger than
 * a log line needs is left out. SPDX-License-Identifier: MIT */
#include "input/entries.h"

#include "base/mem.h"

#include <stdlib.h>

enum { VALUE_MAX = 64 << 10, ENTRY_MAX = 512 << 10, NAME_MAX_BYTES = 64 };
static const uint64_t length_max = 1u << 30; /* journald's own limit is lower */

enum state { AT_FIELD, AT_LENGTH, AT_VALUE, AT_NEWLINE };

struct entries {
	bool pretty;
	struct buffer out;
	size_t taken;
	/* export */
	enum state state;
	struct buffer text;   /* what was read of the field */
	struct buffer name;   /* of a value with a length */
	uint64_t left;        /* of the value, or bytes of its length */
	size_t begin;         /* of the entry, in `out` */
	bool open;            /* it has fields */
	/* json-pretty */
	unsigned depth;
	bool in_string, escaped;
};

static bool is_pretty(struct slice front)
{
	return slice_starts(front, SLICE("{\n\t\""));
}

bool entries_begin(struct slice front)
{
	return slice_starts(front, SLICE("__CURSOR=")) || is_pretty(front);
}

struct entries *entries_new(struct slice front)
{
	struct entries *entries;

	if (!entries_begin(front))
		return NULL;
	entries = xcalloc(1, sizeof *entries);
	entries->pretty = is_pretty(front);
	return entries;
}

void entries_free(struct entries *entries)
{
	if (!entries)
		return;
	buffer_release(&entries->out);
	buffer_release(&entries->text);
	buffer_release(&entries->name);
	free(entries);
}

/* --- export -------------------------------------------------------------- */

/* Bytes that are no UTF-8 stay what they are. */
static void add_string(struct buffer *out, struct slice s)
{
	buffer_byte(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c == '"' || c == '\\')
			buffer_printf(out, "\\u%04x", c);
		else
			buffer_byte(out, (char)c);
	}
	buffer_byte(out, '"');
}

static void add_field(struct entries *entries, struct slice name, struct slice value)
{
	if (entries->open && entries->out.n - entries->begin > ENTRY_MAX)
		return;
	if (!entries->open)
		entries->begin = entries->out.n;
	buffer_byte(&entries->out, entries->open ? ',' : '{');
	entries->open = true;
	add_string(&entries->out, name);
	buffer_byte(&entries->out, ':');
	if (value.n > VALUE_MAX)
		value.n = VALUE_MAX;
	add_string(&entries->out, value);
}

static bool is_name(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] == '_' || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= '0' && s.p[i] <= '9')))
			return false;
	return s.n > 0 && s.n <= NAME_MAX_BYTES;
}

/* A line that is no field is passed on, so that it is counted as what it is. */
static void end_line(struct entries *entries)
{
	struct slice line = buffer_slice(&entries->text);
	ptrdiff_t equals = line.n ? slice_find_byte(line, '=') : -1;
	struct slice name = { line.p, equals < 0 ? line.n : (size_t)equals };

	if (line.n == 0) {
		if (entries->open)
			buffer_puts(&entries->out, "}\n");
		entries->open = false;
	} else if (is_name(name) && equals >= 0) {
		add_field(entries, name, slice_from(line, name.n + 1));
	} else if (is_name(name)) {
		entries->name.n = 0;
		buffer_add(&entries->name, name);
		entries->state = AT_LENGTH;
		entries->left = 8;
	} else if (!entries->open) {
		buffer_add(&entries->out, line);
		buffer_byte(&entries->out, '\n');
	}
	entries->text.n = 0;
}

static void end_length(struct entries *entries)
{
	uint64_t length = 0;

	for (int i = 7; i >= 0; i--)
		length = length << 8 | (unsigned char)entries->text.text[i];
	entries->text.n = 0;
	entries->left = length;
	entries->state = length > length_max ? AT_FIELD : length ? AT_VALUE : AT_NEWLINE;
}

/* The value is whole when a line's end stands behind it. */
static void end_value(struct entries *entries)
{
	add_field(entries, buffer_slice(&entries->name), buffer_slice(&entries->text));
	entries->text.n = 0;
	entries->state = AT_FIELD;
}

static void keep(struct entries *entries, struct slice bytes)
{
	size_t room = entries->text.n < 2 * VALUE_MAX ? 2 * VALUE_MAX - entries->text.n : 0;

	buffer_add(&entries->text, (struct slice){ bytes.p, bytes.n < room ? bytes.n : room });
}

/* Up to where the state changes; returns how many bytes that were. */
static size_t step(struct entries *entries, struct slice bytes)
{
	ptrdiff_t newline;
	size_t n;

	switch (entries->state) {
	case AT_FIELD:
		newline = slice_find_byte(bytes, '\n');
		n = newline < 0 ? bytes.n : (size_t)newline;
		keep(entries, (struct slice){ bytes.p, n });
		if (newline < 0)
			return n;
		end_line(entries);
		return n + 1;
	case AT_NEWLINE:
		end_value(entries);
		return *bytes.p == '\n';
	case AT_LENGTH:
	case AT_VALUE:
		break;
	}
	n = entries->left < bytes.n ? (size_t)entries->left : bytes.n;
	keep(entries, (struct slice){ bytes.p, n });
	entries->left -= n;
	if (entries->left == 0 && entries->state == AT_LENGTH)
		end_length(entries);
	else if (entries->left == 0)
		entries->state = AT_NEWLINE;
	return n;
}

/* --- json-pretty --------------------------------------------------------- */

/* No string holds a line's end as it is, and between the values it is a blank. */
static void join_lines(struct entries *entries, struct slice bytes)
{
	for (size_t i = 0; i < bytes.n; i++) {
		char c = bytes.p[i];

		if (entries->in_string) {
			entries->in_string = entries->escaped || c != '"';
			entries->escaped = !entries->escaped && c == '\\';
		} else if (c == '"') {
			entries->in_string = true;
		} else if (c == '{' || c == '[') {
			entries->depth++;
		} else if ((c == '}' || c == ']') && entries->depth) {
			entries->depth--;
		} else if (c == '\n' && entries->depth) {
			c = ' ';
		}
		buffer_byte(&entries->out, c);
	}
}

/* --- both ---------------------------------------------------------------- */

void entries_give(struct entries *entries, struct slice bytes)
{
	if (entries->pretty)
		join_lines(entries, bytes);
	while (!entries->pretty && bytes.n)
		bytes = slice_from(bytes, step(entries, bytes));
}

void entries_end(struct entries *entries)
{
	if (!entries->open && entries->state == AT_FIELD)
		buffer_add(&entries->out, buffer_slice(&entries->text));
	entries->text.n = 0;
	entries->open = false;
}

/* Of an entry that is not whole nothing is given before it ends. */
size_t entries_take(struct entries *entries, char *into, size_t n)
{
	size_t whole = entries->open ? entries->begin : entries->out.n, left = whole - entries->taken;

	n = n < left ? n : left;
	if (n)
		memcpy(into, entries->out.text + entries->taken, n);
	entries->taken += n;
	if (whole && entries->taken == whole) {
		memmove(entries->out.text, entries->out.text + whole, entries->out.n - whole);
		entries->out.n -= whole;
		entries->taken = entries->begin = 0;
	}
	return n;
}
