/* journal.c - an entry is new when its number is higher than the one counted last.
 *
 * A stream that begins behind that (journalctl --after-cursor, or what was counted is no
 * longer kept) is all new. One that begins before it must hold that very entry: else it
 * is another choice of entries (-u, -t), of which nobody knows what was counted.
 * SPDX-License-Identifier: MIT */
#include "input/journal.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdlib.h>

void journal_release(struct journal *journal)
{
	free(journal->list);
	*journal = (struct journal){ 0 };
}

struct journal_place *journal_place(struct journal *journal, struct slice id)
{
	struct journal_place *place;

	for (size_t i = journal->n; i-- > 0;)
		if (memcmp(journal->list[i].id, id.p, JOURNAL_ID) == 0)
			return &journal->list[i];
	GROW(journal->list, journal->n, journal->capacity);
	place = &journal->list[journal->n++];
	*place = (struct journal_place){ 0 };
	memcpy(place->id, id.p, JOURNAL_ID);
	return place;
}

/* --- cursors ------------------------------------------------------------- */

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool skip_hex(struct slice *s, size_t most, uint64_t *value)
{
	size_t n = 0;

	*value = 0;
	while (n < s->n && n < most && hex_digit(s->p[n]) >= 0)
		*value = *value << 4 | (uint64_t)hex_digit(s->p[n++]);
	*s = slice_from(*s, n);
	return n > 0;
}

static bool skip_blanks_and(struct slice *s, char wanted)
{
	while (s->n && *s->p == ' ')
		*s = slice_from(*s, 1);
	if (!s->n || *s->p != wanted)
		return false;
	*s = slice_from(*s, 1);
	return true;
}

/* Quotes within a string are escaped: this stands in no text of a message. */
static bool find_cursor(struct slice line, struct slice *rest)
{
	static const char key[] = "\"__CURSOR\"";
	const char *found = line.n ? memmem(line.p, line.n, key, sizeof key - 1) : NULL;

	if (!found)
		return false;
	*rest = slice_between(found + sizeof key - 1, line.p + line.n);
	return skip_blanks_and(rest, ':') && skip_blanks_and(rest, '"');
}

static bool is_object(struct slice line)
{
	return slice_starts(line, SLICE("{")) || slice_starts(line, SLICE("data: {")) || slice_starts(line, SLICE("\x1e{"));
}

bool journal_cursor(struct slice line, struct slice *id, uint64_t *number)
{
	struct slice rest;
	uint64_t ignored;

	if (!is_object(line) || !find_cursor(line, &rest) || !slice_starts(rest, SLICE("s=")))
		return false;
	rest = slice_from(rest, 2);
	*id = (struct slice){ rest.p, JOURNAL_ID };
	return skip_hex(&rest, JOURNAL_ID, &ignored) && rest.p == id->p + JOURNAL_ID && slice_starts(rest, SLICE(";i=")) &&
	       (rest = slice_from(rest, 3), skip_hex(&rest, 16, number));
}

bool journal_begins(struct slice front)
{
	ptrdiff_t newline = slice_find_byte(front, '\n');
	struct slice id;
	uint64_t number;

	return journal_cursor((struct slice){ front.p, newline < 0 ? front.n : (size_t)newline }, &id, &number);
}

/* --- what is new --------------------------------------------------------- */

static int refuse_order(const char *name, struct error *err)
{
	return error_set(err, "%s: entries of the journal are not in the order of their numbers; leave out journalctl's "
	                 "--reverse", name);
}

static int refuse_choice(const struct journal_place *place, const char *name, struct error *err)
{
	return error_set(err, "%s: begins before what was counted of this journal, but lacks the entry that was counted "
	                 "last: was it another choice of entries (-u, -t, SYSLOG_FACILITY=)? Nothing is counted; give the same "
	                 "choice, another database, or journalctl --after-cursor='s=%.*s;i=%" PRIx64 "'",
	                 name, JOURNAL_ID, place->id, place->counted);
}

/* Sets journal->skips for the entry. */
static int judge(struct journal *journal, struct journal_place *place, uint64_t number, const char *name,
                 struct error *err)
{
	if (place->seen && number <= place->seen)
		return refuse_order(name, err);
	if (!place->seen)
		place->inside = number < place->counted;
	place->seen = number;
	if (number == place->counted)
		place->inside = false;
	journal->skips = number <= place->counted;
	return !journal->skips && place->inside ? refuse_choice(place, name, err) : 0;
}

ptrdiff_t journal_pass(struct journal *journal, char *lines, size_t n, const char *name, struct error *err)
{
	struct slice rest = { lines, n }, id;
	size_t kept = 0;
	ptrdiff_t newline;
	uint64_t number;

	while (rest.n && (newline = slice_find_byte(rest, '\n')) >= 0) {
		struct slice line = { rest.p, (size_t)newline + 1 };

		if (journal_cursor(line, &id, &number) &&
		    judge(journal, journal_place(journal, id), number, name, err) != 0)
			return -1;
		if (!journal->skips) {
			memmove(lines + kept, line.p, line.n);
			kept += line.n;
		}
		rest = slice_from(rest, line.n);
	}
	for (size_t i = 0; i < journal->n; i++)
		if (journal->list[i].seen > journal->list[i].given)
			journal->list[i].given = journal->list[i].seen;
	return (ptrdiff_t)kept;
}
