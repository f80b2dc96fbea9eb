/* table.c - a section's rows from a query.
 *
 * One query gives the rows; details (detail.h) are joined to them.
 * SPDX-License-Identifier: MIT */
#include "report/table.h"

#include "report/detail.h"
#include "report/series.h"

#include <stdlib.h>

#define BIT(value) (1u << (value))

struct draft {
	struct build *build;
	const struct section_row *row;
	struct section *section;
	struct query query;
	struct query_result result;
	struct map details;
};

static const struct {
	const char *key;
	struct words words;
	enum cell_kind kind;
	int drop;
} figures[] = {
#define FIGURE(id, key, kind, drop, en, ru) { key, { { en, ru } }, CELL_##kind, drop },
#include "report/figure.def"
};

struct query build_query(const struct build *build)
{
	return (struct query){ .filter = build->request->filter_in_store ? build->request->filter : NULL };
}

struct query build_headline(const struct build *build, enum kind kind, enum direction direction)
{
	struct query query = build_query(build);

	query.kinds = BIT(kind);
	query.directions = BIT(direction);
	return query;
}

int build_total(struct build *build, const struct query *query, struct query_row *total, struct error *err)
{
	struct query_result result;

	if (query_run(build->store, query, &result, err))
		return -1;
	*total = result.total;
	query_result_release(&result);
	return 0;
}

bool build_filters(const struct build *build, enum facet facet)
{
	const struct filter *filter = build->request->filter;

	return filter && filter->facet[facet].n > 0;
}

bool build_is_filtered(const struct build *build)
{
	for (int facet = 0; facet < N_FACETS; facet++)
		if (build_filters(build, (enum facet)facet))
			return true;
	return false;
}

/* With kinds asked for, those outside the headline get into the tables, too. */
static uint32_t kinds_of(const struct build *build, const struct section_row *row)
{
	uint32_t kinds = row->kinds;

	if (row->direction == DIRECTION_NONE || !build_filters(build, FACET_KIND))
		return kinds;
	for (int kind = 1; kind < N_KINDS; kind++)
		if (!kind_in_headline(kind) && kind != KIND_DISPOSED)
			kinds |= BIT(kind);
	return kinds;
}

static struct query query_of(const struct build *build, const struct section_row *row)
{
	struct query query = build_query(build);

	query.n_by = row->n_by;
	memcpy(query.by, row->by, sizeof query.by);
	query.kinds = kinds_of(build, row);
	query.directions = row->direction ? BIT(row->direction) : 0;
	query.outcomes = row->outcomes;
	query.stages = row->stages;
	query.code = row->code;
	query.trouble = row->trouble;
	query.order = row->when == WHEN_ALWAYS ? ORDER_COUNT : ORDER_KEY;
	query.top = row->when == WHEN_ALWAYS ? build->request->top : 0;
	return query;
}

static enum cell_kind cell_of_column(enum column column)
{
	switch (column_value(column)) {
	case VALUE_TEXT: return column == COLUMN_REASON ? CELL_TEXT : CELL_HOST;
	case VALUE_CODE: return CELL_CODE;
	case VALUE_CLASS: return CELL_CLASS;
	case VALUE_CATEGORY: return CELL_CATEGORY;
	case VALUE_ENHANCED: return CELL_ENHANCED;
	case VALUE_DAY: return CELL_DAY;
	case VALUE_HOUR: return CELL_HOUR;
	case VALUE_CLOCK: return CELL_CLOCK;
	case VALUE_ZONE: return CELL_ZONE;
	case VALUE_ENUM_BASIS:
	case VALUE_ENUM_KIND:
	case VALUE_ENUM_DIRECTION:
	case VALUE_ENUM_STAGE:
	case VALUE_ENUM_OUTCOME:
	case VALUE_ENUM_REASON_CLASS: break;
	}
	return CELL_WORD;
}

struct report_column figure_column(enum figure figure, enum lang lang)
{
	return (struct report_column){ figures[figure].key, figures[figure].words.in[lang],
		                       figures[figure].kind, figures[figure].drop };
}

static struct report_column report_column_of(const struct section_row *row, int show, enum lang lang)
{
	if (show < 0) {
		enum column column = row->by[-1 - show];

		return (struct report_column){ column_name(column), column_label(column, lang),
			                       cell_of_column(column), 0 };
	}
	if (show > SHOW_END) {
		struct report_column column = report_column_of(row, show - DATA(0), lang);

		column.drop = DATA_ONLY;
		return column;
	}
	return figure_column((enum figure)show, lang);
}

struct section *table_section(struct build *build, const char *key, const char *title,
                              const struct report_column *columns, size_t n_columns)
{
	struct section *section = report_section(build->report);
	struct report_column *copy = arena_alloc(&build->report->arena, n_columns * sizeof *columns);

	memcpy(copy, columns, n_columns * sizeof *columns);
	section->key = key;
	section->title = title;
	section->columns = copy;
	section->n_columns = n_columns;
	return section;
}

static struct section *section_of(struct build *build, const struct section_row *row)
{
	enum lang lang = build->request->lang;
	struct report_column columns[SHOW_MAX];
	struct section *section;
	size_t n = 0;

	while (row->show[n] != SHOW_END) {
		columns[n] = report_column_of(row, row->show[n], lang);
		n++;
	}
	section = table_section(build, row->key, row->title.in[lang], columns, n);
	section->direction = row->direction;
	return section;
}

/* --- cells --------------------------------------------------------------- */

/* The hour's begin in UTC, when the zone is a column of the query, too. */
static struct cell hour_cell(const struct query *query, const struct query_row *row, size_t by)
{
	int64_t local = row->by[by].number;
	int32_t zone = 0;

	for (size_t i = 0; i < query->n_by; i++)
		if (query->by[i] == COLUMN_ZONE)
			zone = (int32_t)row->by[i].number;
	return (struct cell){ .number = (uint64_t)(local - zone), .zone = zone, .none = local == 0 };
}

static struct cell by_cell(struct build *build, const struct query *query, const struct query_row *row, size_t by)
{
	const struct query_value *value = &row->by[by];
	enum lang lang = build->request->lang;
	int number = (int)value->number;

	switch (column_value(query->by[by])) {
	case VALUE_TEXT:
		return (struct cell){ .text = arena_copy(&build->report->arena, value->text), .none = !value->text.n };
	case VALUE_CODE:
	case VALUE_CLASS:
	case VALUE_ENHANCED:
	case VALUE_DAY:
		return (struct cell){ .number = (uint64_t)value->number, .none = value->number == 0 };
	case VALUE_CATEGORY:
	case VALUE_CLOCK:
		return (struct cell){ .number = (uint64_t)value->number, .none = value->number < 0 };
	case VALUE_ZONE:
		return number_cell((uint64_t)value->number);
	case VALUE_HOUR:
		return hour_cell(query, row, by);
	case VALUE_ENUM_BASIS: return word_cell(basis_name(number), basis_label(number, lang));
	case VALUE_ENUM_KIND: return word_cell(kind_name(number), kind_label(number, lang));
	case VALUE_ENUM_DIRECTION: return word_cell(direction_name(number), direction_label(number, lang));
	case VALUE_ENUM_STAGE: return word_cell(stage_name(number), stage_label(number, lang));
	case VALUE_ENUM_OUTCOME: return word_cell(outcome_name(number), outcome_label(number, lang));
	case VALUE_ENUM_REASON_CLASS: return word_cell(reason_class_name(number), reason_class_label(number, lang));
	}
	return (struct cell){ .none = true };
}

/* What the first column's value means. */
static struct cell name_cell(struct build *build, const struct query *query, const struct query_row *row)
{
	enum lang lang = build->request->lang;
	int number = (int)row->by[0].number;
	struct buffer name = { 0 };
	struct cell cell;

	switch (column_value(query->by[0])) {
	case VALUE_CODE:
		if (number)
			code_name(number, lang, &name);
		else
			buffer_puts(&name, label(LABEL_NO_CODE, lang));
		break;
	case VALUE_ENHANCED:
		if (number)
			enhanced_name((uint32_t)number, lang, &name);
		else
			buffer_puts(&name, label(LABEL_NO_ENHANCED, lang));
		break;
	case VALUE_CLASS:
		buffer_puts(&name, number ? class_name(number, lang) : label(LABEL_NO_CODE, lang));
		break;
	case VALUE_CATEGORY:
		buffer_puts(&name, number >= 0 ? category_name(number, lang) : label(LABEL_NO_CODE, lang));
		break;
	default:
		break;
	}
	cell = (struct cell){ .text = arena_copy(&build->report->arena, buffer_slice(&name)), .none = !name.n };
	buffer_release(&name);
	return cell;
}

static struct cell figure_cell(const struct draft *draft, const struct query_row *row, enum figure figure)
{
	const struct detail *detail = detail_of(&draft->details, &draft->query, row);

	switch (figure) {
	case FIGURE_NAME: return name_cell(draft->build, &draft->query, row);
	case FIGURE_COUNT: return number_cell(row->count);
	case FIGURE_SHARE:
	case FIGURE_WEIGHT:
	case FIGURE_RATE: return share_cell(row->count, draft->result.total.count);
	case FIGURE_OK: return number_cell(row->outcome[OUTCOME_OK]);
	case FIGURE_TEMPORARY: return number_cell(row->outcome[OUTCOME_TEMPORARY]);
	case FIGURE_PERMANENT: return number_cell(row->outcome[OUTCOME_PERMANENT]);
	case FIGURE_OK_RATE: return share_cell(row->outcome[OUTCOME_OK], row->count);
	case FIGURE_TEMPORARY_RATE: return share_cell(row->outcome[OUTCOME_TEMPORARY], row->count);
	case FIGURE_PERMANENT_RATE: return share_cell(row->outcome[OUTCOME_PERMANENT], row->count);
	case FIGURE_LATE: return number_cell(row->late);
	case FIGURE_DELAY_MEAN:
		return (struct cell){ .number = share_of(row->delay, row->timed, 1), .none = !row->timed };
	case FIGURE_DELAY_MAX:
		return (struct cell){ .number = row->delay_max, .none = !row->timed };
	case FIGURE_REFUSAL:
		return (struct cell){ .number = detail->refusals, .code = detail->code,
			              .enhanced = detail->enhanced, .none = !detail->refusals };
	case FIGURE_EXPLICIT: return number_cell(detail->by_basis[BASIS_EXPLICIT]);
	case FIGURE_FROM_REPLY: return number_cell(detail->by_basis[BASIS_REPLY]);
	case FIGURE_FROM_DSN: return number_cell(detail->by_basis[BASIS_DSN]);
	case FIGURE_IMPLIED: return number_cell(detail->by_basis[BASIS_IMPLIED]);
	case FIGURE_NONSTANDARD:
		return number_cell(row->by[0].number && code_nonstandard((int)row->by[0].number));
	case N_FIGURES: break;
	}
	return (struct cell){ .none = true };
}

static void add_row(struct draft *draft, const struct query_row *row)
{
	struct cell *cells = section_row(draft->section);
	size_t i = 0;

	for (const int *show = draft->row->show; *show != SHOW_END; show++)
		cells[i++] = *show < 0 ? by_cell(draft->build, &draft->query, row, (size_t)(-1 - *show))
		             : figure_cell(draft, row, (enum figure)(*show % (int)DATA(0)));
}

/* --- the section --------------------------------------------------------- */

static void add_rows(struct draft *draft)
{
	for (size_t i = 0; i < draft->result.n; i++)
		add_row(draft, &draft->result.rows[i]);
	draft->section->rest = draft->result.rest;
	draft->section->rest_rows = draft->result.n_rest;
}

/* One row, of what has no name? */
static bool is_nameless(const struct draft *draft)
{
	return draft->result.n + draft->result.n_rest == 1 && draft->result.rows[0].by[0].text.n == 0;
}

static int draft_fill(struct draft *draft, struct error *err)
{
	struct build *build = draft->build;

	if (query_run(build->store, &draft->query, &draft->result, err))
		return -1;
	if (draft->result.n == 0 || (draft->row->named && is_nameless(draft)))
		return 0;
	if (draft->row->when != WHEN_ALWAYS)
		series_fill(&draft->result, draft->query.by[0], &build->span);
	if (details_gather(build, draft->row, &draft->query, &draft->result, &draft->details, err))
		return -1;
	draft->section = section_of(build, draft->row);
	draft->section->total = draft->result.total.count;
	add_rows(draft);
	return 0;
}

int table_add(struct build *build, const struct section_row *row, struct error *err)
{
	struct draft draft = { .build = build, .row = row, .query = query_of(build, row) };
	int status;

	details_init(&draft.details);
	status = draft_fill(&draft, err);
	map_release(&draft.details);
	query_result_release(&draft.result);
	return status;
}
