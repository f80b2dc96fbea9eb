/* detail.c - SPDX-License-Identifier: MIT */
#include "report/detail.h"

#include <stdlib.h>

#define BIT(value) (1u << (value))

void details_init(struct map *details)
{
	map_init(details, sizeof(struct detail));
}

static struct slice key_of(const struct query *query, const struct query_row *row)
{
	const struct query_value *value = &row->by[0];

	if (column_value(query->by[0]) == VALUE_TEXT)
		return value->text;
	return (struct slice){ (const char *)&value->number, sizeof value->number };
}

static struct detail *find(const struct map *details, const struct query *query, const struct query_row *row)
{
	int64_t index = map_find(details, key_of(query, row));

	return index < 0 ? NULL : map_value(details, (uint32_t)index);
}

const struct detail *detail_of(const struct map *details, const struct query *query, const struct query_row *row)
{
	static const struct detail none;
	const struct detail *found = find(details, query, row);

	return found ? found : &none;
}

static int gather_refusals(struct build *build, const struct query *of, const struct query_value *among, size_t n,
                           struct map *details, struct error *err)
{
	struct query query = *of;
	struct query_result result;

	query.among = among;
	query.n_among = n;
	query.n_by = 3;
	query.by[1] = COLUMN_CODE;
	query.by[2] = COLUMN_ENHANCED;
	query.outcomes = BIT(OUTCOME_TEMPORARY) | BIT(OUTCOME_PERMANENT);
	query.code = CODE_SOME;
	query.order = ORDER_COUNT;
	query.top = 0;
	if (query_run(build->store, &query, &result, err))
		return -1;
	for (size_t i = 0; i < result.n; i++) { /* the most frequent one comes first */
		const struct query_row *row = &result.rows[i];
		struct detail *detail = find(details, &query, row);

		if (!detail || detail->refusals)
			continue;
		detail->refusals = row->count;
		detail->code = (int)row->by[1].number;
		detail->enhanced = (uint32_t)row->by[2].number;
	}
	query_result_release(&result);
	return 0;
}

static int gather_bases(struct build *build, const struct query *of, enum column basis, struct map *details,
                        struct error *err)
{
	struct query query = *of;
	struct query_result result;

	query.n_by = 2;
	query.by[1] = basis;
	query.top = 0;
	if (query_run(build->store, &query, &result, err))
		return -1;
	for (size_t i = 0; i < result.n; i++) {
		const struct query_row *row = &result.rows[i];
		struct detail *detail = find(details, &query, row);

		if (detail)
			detail->by_basis[row->by[1].number] += row->count;
	}
	query_result_release(&result);
	return 0;
}

int details_gather(struct build *build, const struct section_row *row, const struct query *query,
                   const struct query_result *result, struct map *details, struct error *err)
{
	struct query_value *shown = xcalloc(result->n, sizeof *shown);
	int failed = 0;

	for (size_t i = 0; i < result->n; i++) {
		shown[i] = result->rows[i].by[0];
		map_put(details, key_of(query, &result->rows[i]), NULL);
	}
	if (section_shows(row, FIGURE_REFUSAL))
		failed = gather_refusals(build, query, shown, result->n, details, err);
	free(shown);
	if (failed)
		return -1;
	if (section_shows(row, FIGURE_EXPLICIT) && gather_bases(build, query, COLUMN_CODE_BASIS, details, err))
		return -1;
	if (section_shows(row, FIGURE_FROM_REPLY) && gather_bases(build, query, COLUMN_ENHANCED_BASIS, details, err))
		return -1;
	return 0;
}
