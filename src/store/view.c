/* view.c - views for people and dashboards: names instead of numbers, '5.7.26'
 * instead of 5007026, dates instead of days, NULL for "none".
 *
 * Their names and columns are a promise. Each keeps the day (or hour) so that
 * one can ask for a period: SELECT code, sum(count) FROM by_code WHERE
 * direction = 'out' AND day >= '2026-11-01' GROUP BY code. Delays are
 * milliseconds, `delay` their sum over `timed` events.
 * SPDX-License-Identifier: MIT */
#include "store/sql.h"

enum { VIEW_COLUMNS = 8 };
#define COLUMNS(...) .columns = { __VA_ARGS__ }, .n = sizeof((enum column[]){ __VA_ARGS__ }) / sizeof(enum column)
#define WHO COLUMN_DIRECTION, COLUMN_KIND

static const struct view {
	const char *name;
	enum table table;
	bool trouble;
	enum column columns[VIEW_COLUMNS];
	size_t n;
} views[] = {
	{ "by_hour", TABLE_TRAFFIC, false, COLUMNS(COLUMN_HOUR, COLUMN_ZONE, WHO, COLUMN_OUTCOME) },
	{ "by_day", TABLE_TRAFFIC, false, COLUMNS(COLUMN_DAY, WHO, COLUMN_OUTCOME) },
	{ "by_class", TABLE_TRAFFIC, false, COLUMNS(COLUMN_DAY, WHO, COLUMN_CLASS) },
	{ "by_category", TABLE_TRAFFIC, false, COLUMNS(COLUMN_DAY, WHO, COLUMN_CATEGORY) },
	{ "by_code", TABLE_TRAFFIC, false, COLUMNS(COLUMN_DAY, WHO, COLUMN_CODE, COLUMN_CODE_BASIS) },
	{ "by_enhanced", TABLE_TRAFFIC, false, COLUMNS(COLUMN_DAY, WHO, COLUMN_ENHANCED, COLUMN_ENHANCED_BASIS) },
	{ "by_stage", TABLE_TRAFFIC, false, COLUMNS(COLUMN_DAY, WHO, COLUMN_STAGE, COLUMN_OUTCOME, COLUMN_CODE) },
	{ "by_service", TABLE_TRAFFIC, false, COLUMNS(COLUMN_DAY, COLUMN_HOST, COLUMN_SERVICE, COLUMN_MTA, WHO, COLUMN_OUTCOME) },
	{ "by_domain", TABLE_DESTINATION, false, COLUMNS(COLUMN_DAY, WHO, COLUMN_DOMAIN, COLUMN_OUTCOME, COLUMN_CODE) },
	{ "by_relay", TABLE_PEER, false, COLUMNS(COLUMN_DAY, WHO, COLUMN_RELAY, COLUMN_OUTCOME, COLUMN_CODE) },
	{ "by_reason", TABLE_REASON, false, COLUMNS(COLUMN_DAY, WHO, COLUMN_CODE, COLUMN_ENHANCED, COLUMN_REASON) },
	{ "by_reason_class", TABLE_TRAFFIC, false, COLUMNS(COLUMN_DAY, WHO, COLUMN_REASON_CLASS, COLUMN_PROVIDER, COLUMN_OUTCOME) },
	{ "by_provider", TABLE_TRAFFIC, false, COLUMNS(COLUMN_DAY, WHO, COLUMN_PROVIDER, COLUMN_OUTCOME, COLUMN_CODE) },
	{ "trouble", TABLE_REASON, true, COLUMNS(COLUMN_DAY, COLUMN_HOST, COLUMN_MTA, COLUMN_REASON) },
};

static void case_write(struct buffer *sql, int value, const char *name)
{
	if (*name)
		buffer_printf(sql, " WHEN %d THEN '%s'", value, name);
}

void column_readable(struct buffer *sql, enum column column)
{
	const char *s = column_sql(column);

#define NAMES(count, name) \
	buffer_printf(sql, "CASE %s", s); \
	for (int i = 0; i < (count); i++) \
		case_write(sql, i, name(i)); \
	buffer_puts(sql, " END")

	switch (column_value(column)) {
	case VALUE_TEXT: buffer_printf(sql, "(SELECT nullif(value, '') FROM text WHERE id = %s)", s); break;
	case VALUE_CODE: buffer_printf(sql, "nullif(%s, 0)", s); break;
	case VALUE_CLASS: buffer_printf(sql, "nullif(%s, 0) || 'yz'", s); break;
	case VALUE_CATEGORY: buffer_printf(sql, "'x' || nullif(%s, -1) || 'z'", s); break;
	case VALUE_ENHANCED:
		buffer_printf(sql, "CASE WHEN %s <> 0 THEN printf('%%d.%%d.%%d', %s / 1000000, %s / 1000 %% 1000, %s %% 1000) END",
		              s, s, s, s);
		break;
	case VALUE_DAY: buffer_printf(sql, "date(nullif(%s, 0) * 86400, 'unixepoch')", s); break;
	case VALUE_HOUR: buffer_printf(sql, "strftime('%%Y-%%m-%%d %%H:%%M', nullif(%s, 0), 'unixepoch')", s); break;
	case VALUE_CLOCK: buffer_puts(sql, s); break;
	case VALUE_ZONE:
		buffer_printf(sql, "printf('%%s%%02d:%%02d', CASE WHEN %s < 0 THEN '-' ELSE '+' END, abs(%s) / 3600, abs(%s) / 60 %% 60)",
		              s, s, s);
		break;
	case VALUE_ENUM_BASIS: NAMES(N_BASES, basis_name); break;
	case VALUE_ENUM_KIND: NAMES(N_KINDS, kind_name); break;
	case VALUE_ENUM_DIRECTION: NAMES(N_DIRECTIONS, direction_name); break;
	case VALUE_ENUM_STAGE: NAMES(N_STAGES, stage_name); break;
	case VALUE_ENUM_OUTCOME: NAMES(N_OUTCOMES, outcome_name); break;
	case VALUE_ENUM_REASON_CLASS: NAMES(N_REASON_CLASSES, reason_class_name); break;
	}
#undef NAMES
}

static void measures_write(struct buffer *sql)
{
#define MEASURE(member, column, merge) buffer_puts(sql, ", " #merge "(" column ") AS " column);
#include "tally/dimension.def"
}

static void one_view_write(struct buffer *sql, const struct view *view)
{
	buffer_printf(sql, "CREATE VIEW %s AS SELECT ", view->name);
	for (size_t i = 0; i < view->n; i++) {
		buffer_puts(sql, i ? ", " : "");
		column_readable(sql, view->columns[i]);
		buffer_printf(sql, " AS %s", column_name(view->columns[i]));
	}
	measures_write(sql);
	buffer_puts(sql, " FROM ");
	source_write(sql, view->table, true);
	buffer_printf(sql, " JOIN sort ON sort.id = sort WHERE kind %s 0 GROUP BY 1", view->trouble ? "=" : "<>");
	for (size_t i = 1; i < view->n; i++)
		buffer_printf(sql, ", %zu", i + 1);
	buffer_puts(sql, ";\n");
}

void view_drop(struct buffer *sql)
{
	for (size_t i = 0; i < sizeof views / sizeof *views; i++)
		buffer_printf(sql, "DROP VIEW IF EXISTS %s;\n", views[i].name);
	buffer_puts(sql, "DROP VIEW IF EXISTS line_accounting;\n");
}

void view_write(struct buffer *sql)
{
	for (size_t i = 0; i < sizeof views / sizeof *views; i++)
		one_view_write(sql, &views[i]);
	buffer_puts(sql,
	            "CREATE VIEW line_accounting AS SELECT "
	            "strftime('%Y-%m-%d %H:%M', nullif(hour, 0) + zone, 'unixepoch') AS hour, ");
	column_readable(sql, COLUMN_ZONE);
	buffer_puts(sql, " AS zone"
#define COUNTER(member) ", sum(\"" #member "\") AS \"" #member "\""
#include "tally/counter.def"
	            " FROM accounting GROUP BY accounting.hour, accounting.zone;\n");
}
