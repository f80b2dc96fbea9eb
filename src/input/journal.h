/* journal.h - how far entries of a journal were counted, by their cursors.
 *
 * A cursor names the sequence that journald numbers its entries in (s=) and the entry's
 * number (i=); journalctl gives the entries of a sequence in the order of their numbers.
 * A journal may hold several sequences: one begins anew when its files were lost.
 * SPDX-License-Identifier: MIT */
#ifndef INPUT_JOURNAL_H
#define INPUT_JOURNAL_H

#include "base/buffer.h"
#include "base/error.h"

enum { JOURNAL_ID = 32 }; /* hexadecimal digits */

struct journal_place {
	char id[JOURNAL_ID];
	uint64_t counted;   /* number of the last entry that was counted earlier; 0: none */
	uint64_t given;     /* of the last one that was given since, or as counted */
	uint64_t committed; /* for the caller: as far as the database has it */
	uint64_t seen;      /* of the last one that was seen; 0: none */
	bool inside;        /* began before what was counted last, and did not meet it yet */
};

struct journal {
	struct journal_place *list;
	size_t n, capacity;
	bool skips;         /* what follows belongs to an entry that was skipped */
};

void journal_release(struct journal *journal);
/* The place in a sequence, which is added if need be. */
struct journal_place *journal_place(struct journal *journal, struct slice id);
/* The cursor in a line of journalctl -o json; false: it has none, or is no such line. */
bool journal_cursor(struct slice line, struct slice *id, uint64_t *number);
/* The first line of `front` has one. It may be JOURNAL_FRONT bytes long. */
enum { JOURNAL_FRONT = 64 << 10 };
bool journal_begins(struct slice front);
/* Takes lines of entries that were counted, and a last line without its end, out of the n
 * bytes at `lines`; returns how many stay. -1 and *err, and nothing is given, where the stream
 * does not tell what is new: it skips the entry that was counted last, or goes backwards. */
ptrdiff_t journal_pass(struct journal *journal, char *lines, size_t n, const char *name, struct error *err);

#endif
