/* door.c - SPDX-License-Identifier: MIT */
#include "store/door.h"

#include "store/limit.h"
#include "store/roll.h"
#include "store/sql.h"
#include "tally/dimension.h"

#include <stdlib.h>

enum {
	MANY = 8,      /* an eighth of the names that are asked for is many for a look */
	ROLLS = 2,     /* days that are remembered of a dimension */
	DAYS_MAX = 8,  /* that a look can have names outside of: the bits in a tail */
};

/* The names of a day. */
struct day_roll {
	int32_t day;
	uint64_t used;  /* at which look it was last; 0: never */
	uint32_t least; /* who comes no more often stays outside, when the day is not open any more; grows */
	struct roll roll;
};

struct door {
	struct store *store;
	uint32_t values;
	uint64_t looks;
	struct day_roll rolls[N_OPEN_TEXTS][ROLLS];
	int32_t days[DAYS_MAX]; /* of the bits in the tail */
	int n_days;
	struct tail tail;
};

/* Those who come: the names of one dimension in a tally, by id, that are of one day. */
struct comers {
	const struct tally *tally;
	const struct open_text *text;
	int32_t day;
	uint32_t *counts, n;
};

struct door *door_new(struct store *store, uint32_t values)
{
	struct door *door = xcalloc(1, sizeof *door);

	*door = (struct door){ .store = store, .values = values };
	return door;
}

static void clear_tail(struct door *door)
{
	for (int d = 0; d < N_DIMENSIONS; d++)
		free(door->tail.texts[d]);
	free(door->tail.days);
	door->tail = (struct tail){ .pairs = NULL };
	door->n_days = 0;
}

void door_free(struct door *door)
{
	if (!door)
		return;
	clear_tail(door);
	for (int i = 0; i < N_OPEN_TEXTS; i++)
		for (int k = 0; k < ROLLS; k++)
			roll_release(&door->rolls[i][k].roll);
	free(door);
}

/* --- who comes ------------------------------------------------------------- */

static uint32_t add_counts(uint32_t a, uint64_t b)
{
	return b < ROLL_COUNT_MAX - a ? a + (uint32_t)b : ROLL_COUNT_MAX;
}

static void count_comers(struct comers *comers)
{
	const struct tally *tally = comers->tally;
	const struct tally_row **rows;
	size_t n = tally_unsorted(tally, comers->text->table, &rows);

	comers->counts = xcalloc((size_t)tally_strings(tally) + 1, sizeof *comers->counts);
	for (size_t i = 0; i < n; i++) {
		uint32_t *count = &comers->counts[tally_value(tally, rows[i], comers->text->dimension)];

		if (tally_time(tally, rows[i]->key.time)->day != comers->day)
			continue;
		comers->n += *count == 0;
		*count = tally_must_stay(tally, &rows[i]->key) ? ROLL_COUNT_MAX : add_counts(*count, rows[i]->measures.count);
	}
	comers->counts[0] = 0;
	free(rows);
}

static bool is_name(const struct comers *comers, uint32_t id)
{
	return comers->counts[id] && !slice_eq(tally_string(comers->tally, id), TALLY_OTHER);
}

/* --- who is there ---------------------------------------------------------- */

static void add_gathered(struct roll *roll, const struct tally *gathered, const struct open_text *text, int32_t day)
{
	struct comers there = { .tally = gathered, .text = text, .day = day };

	count_comers(&there);
	for (uint32_t id = 1; id <= tally_strings(gathered); id++)
		if (is_name(&there, id))
			roll_let_in(roll, roll_add(roll, tally_string(gathered, id), there.counts[id]));
	free(there.counts);
}

/* What cannot be read is not there: the commit that follows will say why. */
static void add_stored(struct roll *roll, struct store *store, const struct open_text *text, int32_t day)
{
	char *sql = xasprintf("SELECT value, count FROM %s JOIN text ON id = %s WHERE origin = ? AND day = ? AND value NOT IN ('', ?)",
	                      table_name(text->table), dimension_name(text->dimension));
	struct error ignored;
	sqlite3_stmt *statement = sql_prepare(store, sql, &ignored);

	free(sql);
	if (!statement)
		return;
	sqlite3_bind_int64(statement, 1, store->origin);
	sqlite3_bind_int64(statement, 2, day);
	sqlite3_bind_text(statement, 3, TALLY_OTHER.p, (int)TALLY_OTHER.n, SQLITE_STATIC);
	while (sqlite3_step(statement) == SQLITE_ROW) {
		const char *value = (const char *)sqlite3_column_text(statement, 0);
		struct slice name = { value, (size_t)sqlite3_column_bytes(statement, 0) };

		roll_let_in(roll, roll_add(roll, name, add_counts(0, (uint64_t)sqlite3_column_int64(statement, 1))));
	}
	sqlite3_finalize(statement);
}

/* The roll of a day, or the one that was longest not used. */
static struct day_roll *find_roll(struct door *door, const struct open_text *text, int32_t day)
{
	struct day_roll *rolls = door->rolls[text - open_texts], *oldest = rolls;

	for (int i = 0; i < ROLLS; i++) {
		if (rolls[i].used && rolls[i].day == day)
			return &rolls[i];
		if (rolls[i].used < oldest->used)
			oldest = &rolls[i];
	}
	return oldest;
}

static struct day_roll *roll_of(struct door *door, const struct tally *gathered, const struct comers *comers)
{
	struct day_roll *found = find_roll(door, comers->text, comers->day);

	if (!found->used || found->day != comers->day) {
		roll_release(&found->roll);
		*found = (struct day_roll){ .day = comers->day };
		add_stored(&found->roll, door->store, comers->text, comers->day);
		if (gathered)
			add_gathered(&found->roll, gathered, comers->text, comers->day);
	}
	found->used = door->looks;
	return found;
}

/* --- who may come in ------------------------------------------------------- */

/* The bit of a day in the tail; 0: there is none left. */
static unsigned char bit_of_day(struct door *door, int32_t day)
{
	int i = 0;

	while (i < door->n_days && door->days[i] != day)
		i++;
	if (i == DAYS_MAX)
		return 0;
	if (i == door->n_days)
		door->days[door->n_days++] = day;
	return (unsigned char)(1 << i);
}

/* Of what comes for a day that is not open any more. What is the least is found out once a
 * look, if at all. */
static bool may_come_in(const struct door *door, struct day_roll *day, const struct roll_name *name, bool *is_least)
{
	if (name->count == ROLL_COUNT_MAX)
		return true;
	if (name->count <= day->least || day->roll.inside >= DAY_FULL * (uint64_t)door->values)
		return false;
	if (!*is_least)
		day->least = roll_least(&day->roll, door->values);
	*is_least = true;
	return name->count > day->least;
}

static void let_in(struct door *door, struct day_roll *day, const struct comers *comers)
{
	unsigned char **tail = &door->tail.texts[comers->text->dimension], bit = 0;
	struct roll *roll = &day->roll;
	bool is_least = false;

	for (uint32_t id = 1; id <= tally_strings(comers->tally); id++) {
		struct roll_name *name;

		if (!is_name(comers, id))
			continue;
		name = roll_add(roll, tally_string(comers->tally, id), comers->counts[id]);
		if (name->inside)
			continue;
		if (!bit && roll->inside >= DAY_OPEN * (uint64_t)door->values)
			bit = bit_of_day(door, comers->day);
		if (!bit || may_come_in(door, day, name, &is_least)) {
			roll_let_in(roll, name);
			continue;
		}
		if (!*tail)
			*tail = xcalloc((size_t)tally_strings(comers->tally) + 1, 1);
		(*tail)[id] |= bit;
	}
	if (roll->outside > door->values)
		roll_forget_outside(roll);
}

/* --- a look ---------------------------------------------------------------- */

static void look_at_day(struct door *door, const struct tally *gathered, const struct tally *more,
                        const struct open_text *text, int32_t day)
{
	struct comers comers = { .tally = more, .text = text, .day = day };

	count_comers(&comers);
	if (comers.n > door->values / MANY)
		let_in(door, roll_of(door, gathered, &comers), &comers);
	free(comers.counts);
}

/* Where names stand by the day, times do, too. */
static void look_at_text(struct door *door, const struct tally *gathered, const struct tally *more,
                         const struct open_text *text)
{
	uint32_t *at_time = xcalloc(tally_times(more) + 1, sizeof *at_time);
	const struct tally_row **rows;
	size_t n = tally_unsorted(more, text->table, &rows);

	for (size_t i = 0; i < n; i++)
		at_time[rows[i]->key.time]++;
	free(rows);
	for (uint32_t time = 0; time < tally_times(more); time++)
		if (at_time[time] > door->values / MANY)
			look_at_day(door, gathered, more, text, tally_time(more, time)->day);
	free(at_time);
}

static void set_days(struct door *door, const struct tally *more)
{
	door->tail.days = xcalloc(tally_times(more) + 1, 1);
	for (uint32_t time = 0; time < tally_times(more); time++)
		for (int i = 0; i < door->n_days; i++)
			if (tally_time(more, time)->day == door->days[i])
				door->tail.days[time] = (unsigned char)(1 << i);
}

const struct tail *door_look(struct door *door, const struct tally *gathered, const struct tally *more)
{
	bool any = false;

	clear_tail(door);
	door->looks++;
	for (int i = 0; i < N_OPEN_TEXTS; i++) {
		look_at_text(door, gathered, more, &open_texts[i]);
		any |= door->tail.texts[open_texts[i].dimension] != NULL;
	}
	if (!any)
		return NULL;
	set_days(door, more);
	return &door->tail;
}
