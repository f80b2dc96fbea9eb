/* disposed.c - where did my mail go: held, discarded, redirected.
 *
 * What was done stands in the reason of an event, in its server's word for it. A
 * server that names none took the mail and threw it away.
 * SPDX-License-Identifier: MIT */
#include "report/disposed.h"

#include <stdlib.h>

enum { WORDS_MAX = 3 };

enum action { ACTION_HELD, ACTION_DISCARDED, ACTION_REDIRECTED, ACTION_OTHER, N_ACTIONS };

static const struct {
	const char *name;
	enum label label;
	enum fact_id fact;
	const char *words[WORDS_MAX];
} actions[N_ACTIONS] = {
	[ACTION_HELD] = { "held", LABEL_ACTION_HELD, FACT_HELD, { "hold", "held", "quarantine" } },
	[ACTION_DISCARDED] = { "discarded", LABEL_ACTION_DISCARDED, FACT_DISCARDED, { "discard", "blackhole", "" } },
	[ACTION_REDIRECTED] = { "redirected", LABEL_ACTION_REDIRECTED, FACT_REDIRECTED, { "redirect" } },
	[ACTION_OTHER] = { "other", LABEL_ACTION_OTHER, FACT_DISPOSED_OTHER, { NULL } },
};

/* What one server did. */
struct disposal {
	struct slice mta;
	enum action action;
	uint64_t count;
};

struct disposals {
	struct disposal *items;
	size_t n;
	uint64_t total;
};

static enum action action_of(struct slice reason)
{
	for (int action = 0; action < N_ACTIONS; action++)
		for (int i = 0; i < WORDS_MAX && actions[action].words[i]; i++)
			if (slice_eq(reason, slice_of(actions[action].words[i])))
				return (enum action)action;
	return ACTION_OTHER;
}

static int compare(const void *a, const void *b)
{
	const struct disposal *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	if (!slice_eq(x->mta, y->mta))
		return slice_cmp(x->mta, y->mta);
	return (x->action > y->action) - (x->action < y->action);
}

static void take_row(struct disposals *all, const struct query_row *row)
{
	enum action action = action_of(row->by[1].text);
	size_t i = 0;

	while (i < all->n && !(slice_eq(all->items[i].mta, row->by[0].text) && all->items[i].action == action))
		i++;
	if (i == all->n)
		all->items[all->n++] = (struct disposal){ .mta = row->by[0].text, .action = action };
	all->items[i].count += row->count;
	all->total += row->count;
}

/* To be freed: the list. Its slices are the store's. */
static int gather(struct build *build, struct disposals *all, struct error *err)
{
	struct query query = build_query(build);
	struct query_result result = { 0 };

	*all = (struct disposals){ 0 };
	query.kinds = 1u << KIND_DISPOSED;
	query.n_by = 2;
	query.by[0] = COLUMN_MTA;
	query.by[1] = COLUMN_REASON;
	if (query_run(build->store, &query, &result, err))
		return -1;
	all->items = xcalloc(result.n + 1, sizeof *all->items);
	for (size_t i = 0; i < result.n; i++)
		take_row(all, &result.rows[i]);
	query_result_release(&result);
	qsort(all->items, all->n, sizeof *all->items, compare);
	return 0;
}

int disposed_facts(struct build *build, struct error *err)
{
	struct fact *facts = build->report->summary.facts;
	struct disposals all;

	if (gather(build, &all, err))
		return -1;
	facts[FACT_DISPOSED_ALL].number = all.total;
	for (size_t i = 0; i < all.n; i++)
		facts[actions[all.items[i].action].fact].number += all.items[i].count;
	free(all.items);
	return 0;
}

int disposed_add(struct build *build, struct error *err)
{
	enum lang lang = build->request->lang;
	const struct report_column columns[] = {
		figure_column(FIGURE_COUNT, lang), figure_column(FIGURE_RATE, lang),
		{ "mta", column_label(COLUMN_MTA, lang), CELL_HOST, 0 },
		{ "action", label(LABEL_ACTION, lang), CELL_WORD, 0 }
	};
	struct section *section;
	struct disposals all;

	if (gather(build, &all, err))
		return -1;
	if (all.n) {
		section = table_section(build, "disposed", label(LABEL_DISPOSED, lang), columns,
		                        sizeof columns / sizeof *columns);
		section->total = all.total;
		for (size_t i = 0; i < all.n; i++) {
			const struct disposal *disposal = &all.items[i];
			struct cell *cells = section_row(section);

			cells[0] = number_cell(disposal->count);
			cells[1] = share_cell(disposal->count, all.total);
			cells[2] = (struct cell){ .text = arena_copy(&build->report->arena, disposal->mta) };
			cells[3] = word_cell(actions[disposal->action].name, label(actions[disposal->action].label, lang));
		}
	}
	free(all.items);
	return 0;
}
