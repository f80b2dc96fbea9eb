/* tally.h - counting: groups of equal events, and line accounting.
 *
 * A worker counts into a tally of its own; tallies are merged when it is done.
 * Strings are copied once, into the tally's own ids; 0 is "none".
 * SPDX-License-Identifier: MIT */
#ifndef TALLY_TALLY_H
#define TALLY_TALLY_H

#include "base/map.h"
#include "pattern/event.h"
#include "pattern/matcher.h"

/* dimension.def: DIMENSION(ID, "column", type, member, tables) */
enum dimension {
#define DIMENSION(id, column, type, member, tables) DIMENSION_##id,
#include "tally/dimension.def"
	N_DIMENSIONS
};

/* The tables that groups are kept for; dimension.def says which dimension
 * stands in which. */
enum table {
#define TABLE(id, name) TABLE_##id,
#include "tally/dimension.def"
	N_TABLES
};
#define TABLE_BIT(id) (1u << TABLE_##id)

/* A group's dimensions; those that a table lacks are 0 in it. What many groups have
 * in common, their time and their sort, stands once and has a number. */
struct group_time {
#define TIME_DIMENSION(id, column, type, member, tables) type member;
#include "tally/dimension.def"
};
struct group_sort {
#define SORT_DIMENSION(id, column, type, member, tables) type member;
#include "tally/dimension.def"
};
struct group_key {
	uint32_t time, sort; /* tally_time(), tally_sort() */
#define OPEN_TEXT(id, column, member, tables) uint32_t member;
#include "tally/dimension.def"
};

struct measures {
#define MEASURE(member, column, merge) uint64_t member;
#include "tally/dimension.def"
};

/* One hour's lines (hour TIME_NONE: lines without a time). */
struct accounting {
#define COUNTER(member) uint64_t member;
#include "tally/counter.def"
};

struct tally;

/* `tables` is a mask of TABLE_BIT(). */
struct tally *tally_new(unsigned tables);
/* An empty one for the same tables. */
struct tally *tally_like(const struct tally *tally);
void tally_free(struct tally *tally);
/* Nothing more is counted, it will only be read: gives back room. */
void tally_close(struct tally *tally);
/* Forget everything but the room. */
void tally_clear(struct tally *tally);

/* The only place that copies bytes of a log. */
void tally_event(struct tally *tally, const struct event *event);
/* Count an event again, in the hour of the last tally_accounting(), that differs from
 * an earlier one of this token in time, delay and count at most; or one of a verdict and
 * of a place that events had before, each. False: it cannot be told here; hand over the
 * event itself. A tally that is given tokens, verdicts or other numbers takes events of one
 * matcher only. What is counted so shows when it was settled. */
bool tally_again(struct tally *tally, const struct again *again);
/* tally_again() will soon be asked about it. */
void tally_expect(const struct tally *tally, const struct again *again);
void tally_settle(struct tally *tally);
void tally_trouble(struct tally *tally, const struct line *line, struct slice mta, struct slice text);
/* The counters of the line's hour, to be added to until the tally is cleared. */
struct accounting *tally_accounting(struct tally *tally, const struct line *line);
/* Adds `from` to `into`, each group into every table of `into`. */
void tally_merge(struct tally *into, const struct tally *from);
/* The same by parts, between begin and end, each once and by any thread: all of a stage,
 * of which none needs what another one changes, and then those of the next. */
enum merge_stage { MERGE_NAMES, MERGE_GROUPS, MERGE_STAGES };
struct merge;
struct merge *merge_begin(struct tally *into, const struct tally *from);
size_t merge_parts(enum merge_stage stage); /* parts are 0 .. this - 1 */
void merge_part(struct merge *merge, enum merge_stage stage, size_t part);
void merge_end(struct merge *merge);

/* Reading. Strings by id; "" for 0. */
struct slice tally_string(const struct tally *tally, uint32_t id);
uint32_t tally_strings(const struct tally *tally); /* ids are 1 .. this */
/* All ids in the order of their strings' bytes, valid until the tally changes. */
const uint32_t *tally_string_order(const struct tally *tally);
/* That will not be asked again soon: gives back room. */
void tally_forget_order(const struct tally *tally);
/* All groups of a table in an order that depends on nothing but their content: time,
 * sort (numbers before, then the bytes of strings), other strings. The caller frees
 * *rows, what they point to is valid until the tally changes. */
struct tally_row {
	struct group_key key;
	struct measures measures;
};
size_t tally_rows(const struct tally *tally, enum table table, const struct tally_row ***rows);
/* The same in no order, for whom it does not matter. */
size_t tally_unsorted(const struct tally *tally, enum table table, const struct tally_row ***rows);
/* How many groups in all tables; and has this one any? */
size_t tally_size(const struct tally *tally);
bool tally_has(const struct tally *tally, enum table table);
/* The parts that keys have numbers of: 0 .. tally_sorts() - 1; not all need be some
 * group's. */
const struct group_time *tally_time(const struct tally *tally, uint32_t number);
const struct group_sort *tally_sort(const struct tally *tally, uint32_t number);
uint32_t tally_sorts(const struct tally *tally);
uint32_t tally_times(const struct tally *tally); /* the same */
/* A group's value of any dimension. */
int64_t tally_value(const struct tally *tally, const struct tally_row *row, enum dimension dimension);
struct tally_hour {
	int64_t hour;
	int32_t zone;
	const struct accounting *lines;
};
size_t tally_hours(const struct tally *tally, struct tally_hour **hours);
/* Deferred recipients: the smallest DISTINCT_MAX hashes seen of each day and
 * direction, ascending. Fewer than DISTINCT_MAX: all of them. */
enum { DISTINCT_MAX = 65536 };
struct tally_distinct {
	int32_t day;
	uint8_t direction;
	const uint64_t *hashes;
	size_t n;
};
size_t tally_distinct(const struct tally *tally, struct tally_distinct **sets);

#endif
