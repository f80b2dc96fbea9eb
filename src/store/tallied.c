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

static bool has_open(enum table table, enum column column)
{
	return column_is_open(column) && table_has(table, column_needs(column));
}

static void columns_init(struct fetched *into, enum table table, bool dated)
{
	for (int c = 0; c < N_COLUMNS; c++) {
		if (is_in_sort(c, dated))
			into->place[c] = into->width++;
		if (is_in_sort(c, dated) || has_open(table, c))
			into->columns |= 1u << c;
	}
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

/* The rows of a table on their way into groups. */
struct taking {
	const struct tally_row **rows;
	const struct tally_row **examples; /* by sort: the first row that is of it; NULL: none is */
	uint32_t *dated; /* the sort of each row, with its time; NULL: the tally's own */
	size_t n;
	bool folds;      /* of each sort one group: a long log has very many hours */
};

static uint32_t sort_of(const struct taking *taking, size_t row)
{
	return taking->dated ? taking->dated[row] : taking->rows[row]->key.sort;
}

/* How many there are. */
static size_t number_dated(struct taking *taking)
{
	struct map pairs;
	size_t n;

	_Static_assert(offsetof(struct group_key, sort) == sizeof(uint32_t), "time and sort stand side by side");
	map_init(&pairs, 0);
	taking->dated = xcalloc(taking->n + 1, sizeof *taking->dated);
	for (size_t i = 0; i < taking->n; i++) {
		const struct group_key *key = &taking->rows[i]->key;

		taking->dated[i] = map_put(&pairs, (struct slice){ (const char *)key, 2 * sizeof(uint32_t) }, NULL);
	}
	n = pairs.count;
	map_release(&pairs);
	return n;
}

static void expect_rows(struct taking *taking, struct fetched *into)
{
	taking->examples = xcalloc(into->n_sorts + 1, sizeof *taking->examples);
	for (size_t i = 0; i < taking->n; i++) {
		const struct tally_row *row = taking->rows[i];
		uint32_t sort = sort_of(taking, i);

		if (!taking->folds || !taking->examples[sort])
			fetched_expect(into, sort);
		if (!taking->examples[sort])
			taking->examples[sort] = row;
		measures_add(&into->sums[sort], &row->measures);
	}
	fetched_settle(into);
}

static void take_sorts(const struct store *store, enum table table, bool dated, const struct taking *taking,
                       struct fetched *into)
{
	into->sorts = xcalloc(into->n_sorts + 1, into->width * sizeof *into->sorts);
	for (size_t i = 0; i < into->n_sorts; i++)
		for (int c = 0; taking->examples[i] && c < N_COLUMNS; c++)
			if (is_in_sort(c, dated))
				into->sorts[i * into->width + into->place[c]] = value_of(store, table, taking->examples[i], c);
}

/* Where a group's text of a column stands in its key, and where it goes. */
struct taken_text {
	size_t place;
	uint32_t *into;
};

static size_t find_texts(const struct fetched *into, struct taken_text *found)
{
	size_t n = 0;

	for (int c = 0; c < N_COLUMNS; c++)
		if (into->texts[c])
			found[n++] = (struct taken_text){ place_in_key(c), into->texts[c] };
	return n;
}

static void take_rows(const struct texts *texts, const struct taking *taking, struct fetched *into)
{
	struct taken_text taken[N_COLUMNS];
	size_t n_taken = find_texts(into, taken);

	for (size_t i = 0; i < taking->n; i++) {
		const struct tally_row *row = taking->rows[i];
		const uint32_t *key = (const uint32_t *)(const void *)&row->key;
		uint32_t at = fetched_put(into, sort_of(taking, i), &row->measures);

		for (size_t k = 0; k < n_taken; k++)
			taken[k].into[at] = text_place(texts, key[taken[k].place]);
	}
}

static void take_sums(const struct taking *taking, struct fetched *into)
{
	for (uint32_t i = 0; i < into->n_sorts; i++)
		if (taking->examples[i])
			fetched_put(into, i, &into->sums[i]);
}

bool table_has_open_text(enum table table)
{
	for (int c = 0; c < N_COLUMNS; c++)
		if (has_open(table, c))
			return true;
	return false;
}

void tallied_fetch(struct store *store, enum table table, bool dated, struct fetched *into)
{
	struct taking taking = { .folds = !dated && !table_has_open_text(table) };

	texts_read(store, NULL);
	columns_init(into, table, dated);
	taking.n = tally_unsorted(store->tally, table, &taking.rows);
	into->n_sorts = dated ? number_dated(&taking) : tally_sorts(store->tally);
	fetched_make_room(into, taking.folds ? into->n_sorts : taking.n);
	expect_rows(&taking, into);
	take_sorts(store, table, dated, &taking, into);
	if (taking.folds)
		take_sums(&taking, into);
	else
		take_rows(&store->texts, &taking, into);
	free(taking.rows);
	free(taking.examples);
	free(taking.dated);
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
