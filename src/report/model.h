/* model.h - a report: a heading, the first screen, and sections of tables.
 *
 * build.c fills it, renderers read it. Values stay values (a count, a code, an
 * instant) until a renderer writes them down; texts out of a log stay as hostile
 * as they were. All memory belongs to the report's arena or dies with it.
 * SPDX-License-Identifier: MIT */
#ifndef REPORT_MODEL_H
#define REPORT_MODEL_H

#include "report/report.h"
#include "report/words.h"

enum cell_kind {
#define CELL(id, name, right) CELL_##id,
#include "report/cell.def"
	N_CELL_KINDS
};
const char *cell_kind_name(enum cell_kind kind);
bool cell_kind_right(enum cell_kind kind);

/* Which members count depends on the kind of the cell's column. */
struct cell {
	bool none;         /* nothing there: null, blank */
	uint64_t number;   /* all but texts; an instant or a day is signed, see cell_signed() */
	uint64_t whole;    /* SHARE, RATE: number is a part of it */
	int32_t zone;      /* HOUR: seconds east of UTC */
	int code;          /* REFUSAL: number is how often */
	uint32_t enhanced; /* REFUSAL */
	struct slice text; /* HOST, TEXT, NAME; WORD: the word that never changes */
	const char *label; /* WORD: for people */
};

static inline int64_t cell_signed(const struct cell *cell)
{
	return (int64_t)cell->number;
}

static inline struct cell number_cell(uint64_t number)
{
	return (struct cell){ .number = number };
}

static inline struct cell share_cell(uint64_t part, uint64_t whole)
{
	return (struct cell){ .number = part, .whole = whole, .none = whole == 0 };
}

static inline struct cell word_cell(const char *word, const char *label)
{
	return (struct cell){ .text = slice_of(word), .label = label, .none = !*word };
}

enum { DATA_ONLY = 99 };
struct report_column {
	const char *key;
	const char *label;
	enum cell_kind kind;
	int drop; /* see figure.def */
};

enum notice_id {
#define NOTICE(id, key, en, ru) NOTICE_##id,
#include "report/notice.def"
	N_NOTICES
};
struct notice {
	enum notice_id id;
	uint64_t count, whole; /* whole 0: there is none */
	uint64_t values;       /* that count together; 0: nothing is said of that */
	int code;
	uint32_t enhanced;
	struct slice text;     /* out of a log */
	struct slice provider; /* of those that are counted, if most are one's */
};
struct notices {
	struct notice *items;
	size_t n, capacity;
};
const char *notice_key(enum notice_id id);
const char *notice_text(enum notice_id id, enum lang lang);

struct section {
	const char *key;
	const char *title;
	enum direction direction;     /* NONE: about all */
	const struct report_column *columns;
	size_t n_columns;
	struct cell *cells;           /* rows of n_columns */
	size_t n_rows, capacity;      /* capacity in rows */
	uint64_t total;               /* of the count of all rows, those left out included */
	uint64_t rest_rows, rest;     /* rows left out, and their count */
	struct notices notices;
};

enum summary_line {
#define LINE(id, key, en, ru) LINE_##id,
#include "report/summary.def"
	N_LINES
};
enum fact_kind { FACT_COUNT, FACT_SHARE };
enum fact_place { PLACE_LEAD, PLACE_START, PLACE_DOT, PLACE_BESIDE, PLACE_COMMA, PLACE_PAREN };
enum fact_id {
#define FACT(line, id, key, kind, place, en, ru) FACT_##id,
#include "report/summary.def"
	N_FACTS
};
struct fact {
	bool none; /* not known */
	uint64_t number, whole;
};
/* A fact's row, and a line's. */
struct fact_row {
	enum summary_line line;
	const char *key;
	enum fact_kind kind;
	enum fact_place place;
	struct words words;
};
const struct fact_row *fact_row(enum fact_id id);
const char *summary_key(enum summary_line line);
const char *summary_label(enum summary_line line, enum lang lang);

struct summary {
	struct fact facts[N_FACTS];
	struct notices look;
};

struct heading {
	struct slice *hosts;
	size_t n_hosts;
	int64_t since, until;    /* UTC seconds, until exclusive; TIME_NONE: open or unknown */
	int32_t since_zone, until_zone;
	uint64_t files, lines;
	struct slice only[N_FACETS]; /* the filters' values as asked, joined by commas; p NULL: none */
	struct notices incomplete;   /* none: the report is complete */
	struct notices notes;        /* why there is nothing to see, how to take it */
};

struct report {
	enum lang lang;
	const char *version;
	bool screen; /* with a first screen (a crossing has none) */
	struct heading heading;
	struct summary summary;
	struct section *sections;
	size_t n_sections, capacity;
	struct arena arena;
};

struct section *report_section(struct report *report);
/* A new last row of none cells. Valid until the next one. */
struct cell *section_row(struct section *section);
/* Takes the last row out again. */
void section_drop_row(struct section *section);
void notice_add(struct notices *notices, const struct notice *notice);

/* part/whole in units of 1/scale, rounded, halves up; scale is at most 10^6.
 * 0 of 0 is 0. */
uint64_t share_of(uint64_t part, uint64_t whole, uint64_t scale);

#endif
