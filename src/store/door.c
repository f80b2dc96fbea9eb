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

/* Those who come: the names of one dimension that a tally has for a day. */
struct comers {
	const struct tally *tally;
	const struct open_text *text;
	int32_t day;
	uint32_t *ids, n;
	uint32_t *counts; /* by id */
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

static void comers_init(struct comers *comers, const struct tally *tally, const struct open_text *text)
{
	*comers = (struct comers){ .tally = tally, .text = text };
	comers->ids = xcalloc((size_t)tally_strings(tally) + 1, sizeof *comers->ids);
	comers->counts = xcalloc((size_t)tally_strings(tally) + 1, sizeof *comers->counts);
}

static void comers_release(struct comers *comers)
{
	free(comers->ids);
	free(comers->counts);
}

static void count_comer(struct comers *comers, const struct tally_row *row)
{
	uint32_t id = (uint32_t)tally_value(comers->tally, row, comers->text->dimension), *count = &comers->counts[id];

	if (!*count) {
		if (!id || !row->measures.count || slice_eq(tally_string(comers->tally, id), TALLY_OTHER))
			return;
		comers->ids[comers->n++] = id;
	}
	*count = tally_must_stay(comers->tally, &row->key) ? ROLL_COUNT_MAX : add_counts(*count, row->measures.count);
}

/* Those of another day can come. */
static void forget_comers(struct comers *comers)
{
	while (comers->n)
		comers->counts[comers->ids[--comers->n]] = 0;
}

/* --- who is there ---------------------------------------------------------- */

static void add_gathered(struct roll *roll, const struct tally *gathered, const struct open_text *text, int32_t day)
{
	bool *is_of_day = xcalloc(tally_times(gathered) + 1, sizeof *is_of_day);
	const struct tally_row **rows;
	size_t n = tally_unsorted(gathered, text->table, &rows);
	struct comers there;

	comers_init(&there, gathered, text);
	for (uint32_t time = 0; time < tally_times(gathered); time++)
		is_of_day[time] = tally_time(gathered, time)->day == day;
	for (size_t i = 0; i < n; i++)
		if (is_of_day[rows[i]->key.time])
			count_comer(&there, rows[i]);
	for (uint32_t i = 0; i < there.n; i++)
		roll_let_in(roll, roll_add(roll, tally_string(gathered, there.ids[i]), there.counts[there.ids[i]]));
	comers_release(&there);
	free(is_of_day);
	free(rows);
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

	for (uint32_t i = 0; i < comers->n; i++) {
		uint32_t id = comers->ids[i];
		struct roll_name *name = roll_add(roll, tally_string(comers->tally, id), comers->counts[id]);

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

/* Where names stand by the day, times do, too: rows by their time. *starts: of each its
 * first row's place. The caller frees both. */
static const struct tally_row **rows_by_time(const struct tally *tally, enum table table, uint32_t **starts)
{
	uint32_t times = tally_times(tally), *at = xcalloc((size_t)times + 2, sizeof *at);
	const struct tally_row **rows, **sorted;
	size_t n = tally_unsorted(tally, table, &rows);

	for (size_t i = 0; i < n; i++)
		at[rows[i]->key.time + 2]++;
	for (uint32_t time = 0; time < times; time++)
		at[time + 1] += at[time];
	sorted = xcalloc(n, sizeof *sorted);
	for (size_t i = 0; i < n; i++)
		sorted[at[rows[i]->key.time + 1]++] = rows[i];
	free(rows);
	*starts = at;
	return sorted;
}

static void look_at_text(struct door *door, const struct tally *gathered, const struct tally *more,
                         const struct open_text *text)
{
	const uint32_t many = door->values / MANY;
	uint32_t *starts;
	const struct tally_row **rows = rows_by_time(more, text->table, &starts);
	struct comers comers;

	comers_init(&comers, more, text);
	for (uint32_t time = 0; time < tally_times(more); time++) {
		if (starts[time + 1] - starts[time] <= many)
			continue;
		comers.day = tally_time(more, time)->day;
		for (uint32_t i = starts[time]; i < starts[time + 1]; i++)
			count_comer(&comers, rows[i]);
		if (comers.n > many)
			let_in(door, roll_of(door, gathered, &comers), &comers);
		forget_comers(&comers);
	}
	comers_release(&comers);
	free(starts);
	free(rows);
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
