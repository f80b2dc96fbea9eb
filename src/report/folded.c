/* folded.c - how many events stand under (other). How many values they are is known only
 * to who has counted just now: a database keeps no names of what it folded.
 * SPDX-License-Identifier: MIT */
#include "report/folded.h"

static const struct {
	enum column column;
	enum dimension dimension;
} open_texts[] = {
#define OPEN_TEXT(id, column, member, tables) { COLUMN_##id, DIMENSION_##id },
#include "tally/dimension.def"
};

static int count_other(struct build *build, enum column column, const struct query_value *other, uint64_t *count,
                       struct error *err)
{
	struct query query = build_query(build);
	struct query_result result = { 0 };

	query.n_by = 1;
	query.by[0] = column;
	query.among = other;
	query.n_among = 1;
	if (query_run(build->store, &query, &result, err))
		return -1;
	*count = result.total.count;
	query_result_release(&result);
	return 0;
}

/* What no table of this report shows need not be told, and a filter may forbid to ask. */
static bool is_shown(const struct build *build, enum column column)
{
	for (size_t i = 0; i < build->request->n_by; i++)
		if (build->request->by[i] == column)
			return true;
	return build->request->n_by == 0;
}

static void note(struct build *build, const struct notice *notice)
{
	notice_add(&build->report->heading.notes, notice);
}

int note_folded(struct build *build, uint64_t total, struct error *err)
{
	const struct folded *folded = build->request->folded;
	struct query_value other;
	bool any;

	if (query_text(build->store, TALLY_OTHER, &other, &any, err))
		return -1;
	for (size_t i = 0; any && i < sizeof open_texts / sizeof *open_texts; i++) {
		struct notice notice = { .id = NOTICE_FOLDED_STORED, .whole = total,
			.text = slice_of(column_name(open_texts[i].column)) };

		if (!is_shown(build, open_texts[i].column))
			continue;
		if (count_other(build, open_texts[i].column, &other, &notice.count, err))
			return -1;
		if (folded && folded->values[open_texts[i].dimension]) {
			notice.id = NOTICE_FOLDED;
			notice.values = folded->values[open_texts[i].dimension];
		}
		if (notice.count)
			note(build, &notice);
	}
	if (folded && folded->pairs)
		note(build, &(struct notice){ .id = NOTICE_FOLDED_CODES, .count = folded->pairs });
	if (folded && folded->early)
		note(build, &(struct notice){ .id = NOTICE_FOLDED_EARLY });
	return 0;
}
