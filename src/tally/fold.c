/* fold.c - SPDX-License-Identifier: MIT */
#include "tally/fold.h"

#include "reply/reply.h"
#include "tally/dimension.h"
#include "tally/private.h"

#include <stdlib.h>

enum { STRINGS_A_SORT = 16 }; /* a sort stands in every table */

/* Something that is counted: the id of a string, or an index in a map. */
struct ranked {
	uint64_t count, front; /* front: the first bytes of its text, or what it is as a number */
	struct slice text;
	uint32_t id;
};

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	if (x->front != y->front)
		return x->front < y->front ? -1 : 1;
	return slice_cmp(x->text, y->text);
}

/* The smallest table that has a dimension. */
static const struct groups *groups_with(const struct tally *tally, enum dimension dimension)
{
	for (int t = 0; t < N_TABLES; t++)
		if ((tally->tables & 1u << t) && table_has((enum table)t, dimension))
			return &tally->groups[t];
	return NULL;
}

/* --- open texts ------------------------------------------------------------ */

static uint32_t text_of(const struct group_key *key, enum dimension dimension)
{
	switch (dimension) {
#define OPEN_TEXT(id, column, member, tables) case DIMENSION_##id: return key->member;
#include "tally/dimension.def"
	default: return 0;
	}
}

bool tally_must_stay(const struct tally *tally, const struct group_key *key)
{
	struct slice text = tally_string(tally, key->reason);

	return key->reason && tally_sort(tally, key->sort)->kind == 0 &&
	       (slice_starts(text, SLICE("fatal:")) || slice_starts(text, SLICE("panic:")) ||
	        slice_find(text, SLICE("SYSERR")) >= 0);
}

/* Events by id. */
static uint64_t *count_texts(const struct tally *tally, enum dimension dimension)
{
	const struct groups *groups = groups_with(tally, dimension);
	uint64_t *counts = xcalloc((size_t)tally_strings(tally) + 1, sizeof *counts);

	for (uint32_t i = 0; groups && i < groups->count; i++) {
		const struct tally_row *row = groups_row(groups, i);
		uint64_t *count = &counts[text_of(&row->key, dimension)];

		*count = tally_must_stay(tally, &row->key) ? INT64_MAX : sum_capped(*count, row->measures.count);
	}
	counts[0] = 0;
	return counts;
}

static size_t rank_texts(const struct tally *tally, const uint64_t *counts, struct ranked *ranked)
{
	int64_t other = map_find(&tally->strings, TALLY_OTHER);
	size_t n = 0;

	for (uint32_t id = 1; id <= tally_strings(tally); id++)
		if (counts[id] && (int64_t)id != other + 1) {
			struct slice text = tally_string(tally, id);

			ranked[n++] = (struct ranked){ counts[id], slice_front(text), text, id };
		}
	return n;
}

static size_t different(const uint64_t *counts, size_t n)
{
	size_t different = 0;

	for (size_t i = 0; i < n; i++)
		different += counts[i] != 0;
	return different;
}

/* By id, those that go; NULL: none. */
static unsigned char *tail_of(const struct tally *tally, enum dimension dimension, uint32_t from, uint32_t keep, uint64_t *gone)
{
	uint64_t *counts = count_texts(tally, dimension);
	size_t n = different(counts, (size_t)tally_strings(tally) + 1);
	struct ranked *ranked;
	unsigned char *tail = NULL;

	if (n > from) {
		ranked = xcalloc(n, sizeof *ranked);
		n = rank_texts(tally, counts, ranked);
		qsort(ranked, n, sizeof *ranked, compare_ranked);
		tail = xcalloc((size_t)tally_strings(tally) + 1, sizeof *tail);
		for (size_t i = keep; i < n; i++, ++*gone)
			tail[ranked[i].id] = 1;
		free(ranked);
	}
	free(counts);
	return tail;
}

/* --- codes ----------------------------------------------------------------- */

static uint64_t pair_of(const struct group_sort *sort)
{
	return (uint64_t)sort->code << 32 | sort->enhanced;
}

#define BYTES_OF(object) ((struct slice){ (const char *)&(object), sizeof(object) })

/* Events by pair, of sorts that have an enhanced code. */
static void count_pairs(const struct tally *tally, struct map *pairs)
{
	const struct groups *groups = groups_with(tally, DIMENSION_ENHANCED);

	map_init(pairs, sizeof(uint64_t));
	if (tally_sorts(tally) <= 2 * PAIRS_MAX)
		return;
	for (uint32_t i = 0; groups && i < groups->count; i++) {
		const struct tally_row *row = groups_row(groups, i);
		const struct group_sort *sort = tally_sort(tally, row->key.sort);
		uint64_t pair = pair_of(sort), *count;

		if (!sort->enhanced)
			continue;
		count = map_enter(pairs, BYTES_OF(pair));
		*count = sum_capped(*count, row->measures.count);
	}
}

static bool is_general(uint64_t pair)
{
	return (uint32_t)pair % ENHANCED(1, 0, 0) == 0;
}

/* Those that stay, as keys; false: all. */
static bool pairs_that_stay(const struct tally *tally, struct map *stay, uint64_t *gone)
{
	struct map pairs;
	struct ranked *ranked;
	uint32_t n;

	map_init(stay, 0);
	count_pairs(tally, &pairs);
	n = pairs.count;
	ranked = xcalloc(n, sizeof *ranked);
	for (uint32_t i = 0; i < n; i++) {
		ranked[i] = (struct ranked){ .count = *(uint64_t *)map_value(&pairs, i), .id = i };
		memcpy(&ranked[i].front, map_key(&pairs, i).p, sizeof ranked[i].front);
	}
	qsort(ranked, n, sizeof *ranked, compare_ranked);
	for (uint32_t i = 0; n > 2 * PAIRS_MAX && i < n; i++)
		if (i < PAIRS_MAX || is_general(ranked[i].front))
			map_put(stay, map_key(&pairs, ranked[i].id), NULL);
		else
			++*gone;
	free(ranked);
	map_release(&pairs);
	return n <= 2 * PAIRS_MAX;
}

void tally_fold_sort(const struct tail *tail, struct group_sort *sort)
{
	uint64_t pair = pair_of(sort);

	if (tail->pairs && sort->enhanced && map_find(tail->pairs, BYTES_OF(pair)) < 0)
		sort->enhanced -= sort->enhanced % ENHANCED(1, 0, 0);
}

/* --- folding --------------------------------------------------------------- */

/* What a tally has at hand of its own content goes; its matcher's tokens are unknown to it then. */
static void replace(struct tally *tally, struct tally *fresh)
{
	struct tally old = *tally;

	*tally = *fresh;
	*fresh = old;
	tally_free(fresh);
}

static bool find_tail(struct tally *tally, uint32_t from, uint32_t keep, struct tail *tail, struct map *stay)
{
	bool any = false;

#define OPEN_TEXT(id, column, member, tables) \
	tail->texts[DIMENSION_##id] = tail_of(tally, DIMENSION_##id, from, keep, &tally->folded.values[DIMENSION_##id]); \
	any |= tail->texts[DIMENSION_##id] != NULL;
#include "tally/dimension.def"
	if (!pairs_that_stay(tally, stay, &tally->folded.pairs))
		tail->pairs = stay;
	return any || tail->pairs;
}

void tally_fold(struct tally *tally, uint32_t from, uint32_t keep)
{
	struct tail tail = { .pairs = NULL };
	struct tally *fresh;
	struct map stay;

	if (tally_strings(tally) <= from && tally_sorts(tally) <= 2 * PAIRS_MAX)
		return;
	tally_settle(tally);
	tally_arrive(tally);
	if (find_tail(tally, from, keep, &tail, &stay)) {
		fresh = tally_like(tally);
		tally_merge_but(fresh, tally, &tail);
		replace(tally, fresh);
	}
	for (int d = 0; d < N_DIMENSIONS; d++)
		free(tail.texts[d]);
	map_release(&stay);
}

void tally_fold_early(struct tally *tally, uint64_t strings, uint32_t keep)
{
	if (tally_strings(tally) <= strings && tally_sorts(tally) <= strings / STRINGS_A_SORT)
		return;
	tally->folded.early = true;
	tally_fold(tally, keep, keep);
}

const struct folded *tally_folded(const struct tally *tally)
{
	return &tally->folded;
}
