/* tallied.c - a run that keeps nothing asks its tally, and no database.
 *
 * Filters of such a run act on events before they are counted, so no question has one.
 * What a tally and a database that it was committed to answer is the same: tests ask
 * both. SPDX-License-Identifier: MIT */
#include "store/sql.h"

#include "tally/dimension.h"

#include <stdlib.h>

struct store *store_of(const struct tally *tally)
{
	struct store *store = xcalloc(1, sizeof *store);

	store->tally = tally;
	return store;
}

/* --- texts ----------------------------------------------------------------- */

/* What is the same when it is clean is one. */
static void join_texts(struct texts *texts)
{
	struct map seen;

	map_init(&seen, 0);
	for (size_t i = 0; i < texts->n; i++) {
		bool is_new;
		uint32_t index = map_put(&seen, texts->values[i], &is_new);

		texts->places[i] = index;
		texts->values[index] = texts->values[i];
	}
	texts->n = seen.count;
	map_release(&seen);
}

static bool are_clean(const struct tally *tally, struct buffer *scratch)
{
	for (uint32_t i = 1; i <= tally_strings(tally); i++) {
		struct slice text = tally_string(tally, i);

		if (text_clean(text, scratch).p != text.p)
			return false;
	}
	return true;
}

static void clean_texts(const struct tally *tally, struct texts *texts, struct buffer *scratch)
{
	texts->values = xcalloc(texts->n, sizeof *texts->values);
	texts->places = xcalloc(texts->n, sizeof *texts->places);
	for (uint32_t i = 0; i < texts->n; i++) {
		struct slice text = tally_string(tally, i), clean = text_clean(text, scratch);

		texts->values[i] = clean.p == text.p ? text : arena_copy(&texts->arena, clean);
	}
	join_texts(texts);
}

void tallied_texts(const struct tally *tally, struct texts *texts)
{
	struct buffer scratch = { 0 };

	texts->n = texts->n_places = (size_t)tally_strings(tally) + 1;
	if (are_clean(tally, &scratch))
		texts->tally = tally;
	else
		clean_texts(tally, texts, &scratch);
	buffer_release(&scratch);
}

/* --- groups ---------------------------------------------------------------- */

/* Where a text stands in a group's key. */
static size_t place_in_key(enum column column)
{
	switch (column_needs(column)) {
#define OPEN_TEXT(id, column, member, tables) \
	case DIMENSION_##id: return offsetof(struct group_key, member) / sizeof(uint32_t);
#include "tally/dimension.def"
	default: return 0;
	}
}

static bool is_in_sort(enum column column, bool dated)
{
	return column_in_sort(column) || (dated && !column_is_open(column));
}

static void columns_init(struct fetched *into, bool dated)
{
	into->columns = UINT32_MAX;
	for (int c = 0; c < N_COLUMNS; c++)
		into->place[c] = is_in_sort(c, dated) ? into->width++ : place_in_key(c);
}

static int64_t value_of(const struct store *store, enum table table, const struct tally_row *row, enum column column)
{
	const struct group_time *time = tally_time(store->tally, row->key.time);
	int64_t local = time->hour + time->zone, value = tally_value(store->tally, row, column_needs(column));

	switch (column) {
	case COLUMN_CLASS: return value / 100;
	case COLUMN_CATEGORY: return value ? value / 10 % 10 : -1;
	case COLUMN_HOUR: return local;
	case COLUMN_CLOCK: return value ? local / 3600 % 24 : -1;
	case COLUMN_DAY: return table_has(table, DIMENSION_HOUR) ? local / 86400 : value;
	default: return column_value(column) == VALUE_TEXT ? text_place(&store->texts, value) : value;
	}
}

/* Of each sort a row that is of it; NULL: none is. */
static void take_sorts(const struct store *store, enum table table, bool dated, const struct tally_row **examples,
                       struct fetched *into)
{
	into->sorts = xcalloc(into->n_sorts + 1, into->width * sizeof *into->sorts);
	for (size_t i = 0; i < into->n_sorts; i++)
		for (int c = 0; examples[i] && c < N_COLUMNS; c++)
			if (is_in_sort(c, dated))
				into->sorts[i * into->width + into->place[c]] = value_of(store, table, examples[i], c);
}

/* The rows of a table, and which sort each is of. */
struct taking {
	const struct tally_row **rows, **examples;
	uint32_t *sorts;
	size_t n;
};

static void number_sorts(const struct tally *tally, bool dated, struct taking *taking, struct fetched *into)
{
	struct map pairs;

	_Static_assert(offsetof(struct group_key, sort) == sizeof(uint32_t), "time and sort stand side by side");
	map_init(&pairs, 0);
	taking->sorts = xcalloc(taking->n + 1, sizeof *taking->sorts);
	for (size_t i = 0; i < taking->n; i++) {
		const struct group_key *key = &taking->rows[i]->key;
		struct slice pair = { (const char *)key, 2 * sizeof(uint32_t) };

		taking->sorts[i] = dated ? map_put(&pairs, pair, NULL) : key->sort;
	}
	into->n_sorts = dated ? pairs.count : tally_sorts(tally);
	taking->examples = xcalloc(into->n_sorts + 1, sizeof *taking->examples);
	for (size_t i = taking->n; i-- > 0;)
		taking->examples[taking->sorts[i]] = taking->rows[i];
	map_release(&pairs);
}

static void take_rows(const struct taking *taking, struct fetched *into)
{
	fetched_make_room(into, taking->n);
	for (size_t i = 0; i < taking->n; i++)
		fetched_expect(into, taking->sorts[i]);
	fetched_settle(into);
	for (size_t i = 0; i < taking->n; i++)
		*fetched_put(into, taking->sorts[i]) = (struct fetched_group){
			(const uint32_t *)(const void *)&taking->rows[i]->key, &taking->rows[i]->measures };
}

/* Of each sort one group: a long log has very many hours. */
static void fold_rows(const struct taking *taking, struct fetched *into)
{
	into->sums = xcalloc(into->n_sorts + 1, sizeof *into->sums);
	for (size_t i = 0; i < taking->n; i++)
		measures_add(&into->sums[taking->sorts[i]], &taking->rows[i]->measures);
	fetched_make_room(into, into->n_sorts);
	for (uint32_t i = 0; i < into->n_sorts; i++)
		if (taking->examples[i])
			fetched_expect(into, i);
	fetched_settle(into);
	for (uint32_t i = 0; i < into->n_sorts; i++)
		if (taking->examples[i])
			*fetched_put(into, i) = (struct fetched_group){ .measures = &into->sums[i] };
}

bool table_has_open_text(enum table table)
{
	for (int c = 0; c < N_COLUMNS; c++)
		if (column_is_open(c) && table_has(table, column_needs(c)))
			return true;
	return false;
}

void tallied_fetch(struct store *store, enum table table, bool dated, struct fetched *into)
{
	struct taking taking = { 0 };

	texts_read(store, NULL);
	columns_init(into, dated);
	taking.n = tally_unsorted(store->tally, table, &taking.rows);
	number_sorts(store->tally, dated, &taking, into);
	take_sorts(store, table, dated, taking.examples, into);
	if (dated || table_has_open_text(table))
		take_rows(&taking, into);
	else
		fold_rows(&taking, into);
	free(taking.rows);
	free(taking.examples);
	free(taking.sorts);
}

/* --- lines ----------------------------------------------------------------- */

static bool has_time(int64_t hour)
{
	return hour != TIME_NONE && hour != 0; /* as in a database */
}

/* As hours_write(). */
static bool in_period(int64_t hour, int64_t since, int64_t until)
{
	return has_time(hour) && (since == TIME_NONE || hour > since - 3600) && (until == TIME_NONE || hour < until);
}

void tallied_accounting(const struct tally *tally, int64_t since, int64_t until, struct accounting *sum)
{
	struct tally_hour *hours;
	size_t n = tally_hours(tally, &hours);

	*sum = (struct accounting){ 0 };
	for (size_t i = 0; i < n; i++) {
		if (has_time(hours[i].hour) && !in_period(hours[i].hour, since, until))
			continue;
#define COUNTER(member) sum->member += hours[i].lines->member;
#include "tally/counter.def"
	}
	free(hours);
}

/* Hours come in order, of one hour each zone by itself. */
size_t tallied_clocks(const struct tally *tally, int64_t since, int64_t until, struct query_clock **clocks)
{
	struct tally_hour *hours;
	size_t n_hours = tally_hours(tally, &hours), n = 0;

	*clocks = xcalloc(n_hours + 1, sizeof **clocks);
	for (size_t i = 0; i < n_hours; i++)
		if (in_period(hours[i].hour, since, until))
			(*clocks)[n++] = (struct query_clock){ hours[i].hour, hours[i].zone, hours[i].lines->lines };
	free(hours);
	return n;
}

bool tallied_span(const struct tally *tally, int64_t since, int64_t until, struct query_span *span)
{
	struct query_clock *clocks;
	size_t n = tallied_clocks(tally, since, until, &clocks), last = n - 1;

	while (n && last > 0 && clocks[last - 1].hour == clocks[last].hour)
		last--;
	if (n)
		*span = (struct query_span){ clocks[0].hour, clocks[last].hour, clocks[0].zone, clocks[last].zone };
	free(clocks);
	return n > 0;
}
