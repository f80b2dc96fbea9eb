/* private.h - what a tally is made of, for the files of this directory.
 * SPDX-License-Identifier: MIT */
#ifndef TALLY_PRIVATE_H
#define TALLY_PRIVATE_H

#include "tally/dimension.h"
#include "tally/distinct.h"
#include "tally/fold.h"
#include "tally/groups.h"
#include "tally/portions.h"
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

/* Strings of reasons by their numbers, modulo REASONS. */
enum { REASONS = 256 };
struct known_reason {
	uint64_t number; /* 0: free */
	uint32_t id;
};

/* Strings of a place: by half of it, which is even or odd, modulo PLACES_KNOWN. */
enum { PLACES_KNOWN = 16384 };
struct known_place {
	uint64_t place; /* 0: free */
	uint32_t domain, relay;
};

/* Where an event is counted, by table. */
struct sums {
	struct measures *in[N_TABLES];
};

/* How an event of a verdict was counted last, by the verdict modulo VERDICTS_KNOWN:
 * what of its key the verdict decides, and where it is counted in the tables that have
 * no more than that and the time. */
enum { VERDICTS_KNOWN = 8192 };
struct known_verdict {
	uint64_t verdict; /* 0: free */
	uint32_t sort, reason;
	uint32_t direction;
	uint32_t hour;    /* the index of its accounting */
	struct sums sums; /* of that hour */
};

/* An event on its way to its groups. */
enum { ARRIVING = 2 };
struct arriving {
	unsigned tables; /* 0: nothing */
	uint32_t hashes[N_TABLES];
	struct group_key keys[N_TABLES];
	struct tally_row *rows[N_TABLES]; /* when they were asked for */
	struct measures measures;
};

/* How an event of a token was counted last: by token modulo SHORTCUTS. What counts
 * it again is in front, one line of the processor's cache. */
enum { SHORTCUTS = 32768 };
struct shortcut {
	_Alignas(64) uint64_t token; /* 0: free */
	uint32_t hour;               /* the index of its accounting */
	bool is_delivered, disagrees;
	struct measures pending;     /* since it was settled: for the tables without hours */
	struct sums sums;            /* of that hour and day */
	int32_t day;
	struct group_key key;        /* but for the time */
};

struct tally {
	unsigned tables, hourly;       /* hourly: those of them with the hour in their groups */
	unsigned nameless;             /* those of them without domain and relay */
	struct portions times, sorts;
	struct group_key mask[N_TABLES]; /* all ones in what a table keeps of the open texts */
	struct groups *groups;         /* by table */
	struct arriving *arriving;
	unsigned turn;                 /* whose among them is next, modulo ARRIVING */
	struct map strings;
	struct string_order *order;
	struct map hours;              /* struct hour_key to struct accounting */
	struct map deferred;           /* struct deferred_key to struct distinct */
	struct deferred_key last_deferred;
	struct distinct *last_set;     /* its set; NULL: none yet */
	struct last_string last[N_DIMENSIONS];
	struct known_reason reasons[REASONS];
	struct known_place *places;    /* NULL before the first */
	struct known_verdict *verdicts; /* the same */
	struct group_sort last_sort;
	uint32_t last_sort_number;
	bool any_sort;                 /* are they set? */
	struct hour_key now;           /* of the last line or event */
	uint32_t now_index;            /* its accounting */
	int32_t now_day;
	const uint32_t *now_times;     /* by table: as a group's time */
	bool any_hour;                 /* are they set? */
	struct shortcut *shortcuts;    /* NULL before the first */
	void *shortcuts_room;          /* what they stand in */
	size_t shortcuts_end;          /* behind the last that was used */
	struct folded folded;
};

struct distinct *tally_deferred_set(struct tally *tally, const struct deferred_key *key);

void tally_fold_sort(const struct tail *tail, struct group_sort *sort);

/* The ids and numbers that stand in keys: key.c. */
uint32_t tally_string_id(struct tally *tally, enum dimension dimension, struct slice s);
uint32_t tally_sort_number(struct tally *tally, const struct group_sort *sort);
struct group_key tally_event_key(struct tally *tally, const struct event *event); /* but for the time */
/* Of an event with a verdict: sort and reason; and its domain and relay into the key. */
struct known_verdict *tally_known_verdict(struct tally *tally, const struct event *event);
void tally_set_names(struct tally *tally, const struct event *event, struct group_key *key);
void tally_forget_known(struct tally *tally);
void tally_release_known(struct tally *tally);

/* Count what is known of a verdict and a place. False: not all is. */
bool tally_add_known(struct tally *tally, const struct again *again);
void tally_expect_known(const struct tally *tally, const struct again *again);
void tally_expect_place(const struct tally *tally, uint64_t place);
/* NULL: not known, as an event with them is not counted so far. */
struct known_verdict *tally_find_verdict(const struct tally *tally, uint64_t verdict);
const struct known_place *tally_find_place(const struct tally *tally, uint64_t place);

/* To the groups of a key in these tables, with the current time; by and by.
 * tally_arrive(): by now. */
void tally_add(struct tally *tally, unsigned tables, const struct group_key *key, const struct measures *measures);
void tally_arrive(const struct tally *tally);

/* Without a delay an event has a count and no more. */
static inline void tally_add_measures(struct measures *into, const struct measures *measures)
{
	if (measures->timed)
		measures_add(into, measures);
	else
		into->count = sum_capped(into->count, measures->count);
}

/* To sums, at once. */
static inline void tally_add_to(const struct sums *sums, unsigned tables, const struct measures *measures)
{
	for (unsigned left = tables; left; left &= left - 1)
		tally_add_measures(sums->in[__builtin_ctz(left)], measures);
}

/* For again.c. */
void tally_find_hour(struct tally *tally, int64_t time, int32_t zone);
/* Where the groups of a key, with the current time, are counted in these tables. */
void tally_find_sums(const struct tally *tally, unsigned tables, const struct group_key *key, struct sums *sums);
bool tally_is_delivered(const struct event *event);
/* RFC 5321 section 4.5.4.1: a retry should come 30 minutes later or more. */
enum { LATE_MS = 30 * 60 * 1000 };

static inline struct measures tally_measures(uint64_t count, int64_t delay, bool is_delivered)
{
	struct measures measures = { .count = count };

	if (delay < 0)
		return measures;
	measures.timed = count;
	measures.delay_max = (uint64_t)delay;
	if (__builtin_mul_overflow((uint64_t)delay, count, &measures.delay))
		measures.delay = INT64_MAX;
	if (is_delivered && delay >= LATE_MS)
		measures.late = count;
	return measures;
}

void tally_add_disagreements(struct tally *tally, uint64_t count);
/* Count an event with a token, so that tally_again() knows it. */
void tally_keep(struct tally *tally, const struct event *event, const struct group_key *key,
                const struct measures *measures);
void tally_forget(struct tally *tally); /* settled or not */
void tally_release_shortcuts(struct tally *tally);

#endif
