/* private.h - what a tally is made of, for the files of this directory.
 * SPDX-License-Identifier: MIT */
#ifndef TALLY_PRIVATE_H
#define TALLY_PRIVATE_H

#include "tally/distinct.h"
#include "tally/tally.h"

struct last_string {
	struct slice text; /* the map's copy */
	uint32_t id;
};

/* Keys of the maps; without holes. */
struct hour_key {
	int64_t hour; /* or TIME_NONE */
	int64_t zone;
};
struct deferred_key {
	int32_t day;
	uint32_t direction;
};

/* Made by the first reader, and again when there are more strings. */
struct string_order {
	uint32_t n;
	uint32_t *ids;   /* in the order of their strings */
	uint32_t *ranks; /* by id: its place there, from 1; 0, "none", stands before all */
};

/* Where the last event of a token was counted: by token modulo SHORTCUTS. */
enum { SHORTCUTS = 32768 };
struct shortcut {
	uint64_t token;
	struct measures *sums[N_TABLES]; /* values of a map stay where they are; NULL: no such table */
	uint32_t hour;             /* the index of its accounting */
	bool is_delivered, disagrees;
	struct group group;        /* with that hour: what to look for in another one */
};

struct tally {
	unsigned tables, hourly;       /* hourly: those of them with the hour in their groups */
	struct group mask[N_TABLES];   /* all ones in what a table keeps */
	struct map groups[N_TABLES];   /* struct group to struct measures */
	struct map strings;
	struct string_order *order;
	struct map hours;              /* struct hour_key to struct accounting */
	struct map deferred;           /* struct deferred_key to struct distinct */
	struct last_string last[N_DIMENSIONS];
	struct hour_key now;           /* of the last line or event */
	uint32_t now_index;            /* its accounting */
	int32_t now_day;
	bool any_hour;                 /* are they set? */
	struct shortcut *shortcuts;
};

#endif
