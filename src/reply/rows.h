/* rows.h - the taxonomy's tables, for taxonomy.c and explain.c only.
 * SPDX-License-Identifier: MIT */
#ifndef REPLY_ROWS_H
#define REPLY_ROWS_H

#include "reply/taxonomy.h"

enum advice { ADVICE_NONE,
#define ADVICE(id, en, ru) ADVICE_##id,
#include "reply/advice.def"
	N_ADVICES
};

/* Who gave a code its meaning. */
enum standing { STANDING_RFC, STANDING_REGISTRY, STANDING_DRAFT, STANDING_WILD, N_STANDINGS };

/* One digit, or one subject of enhanced codes. */
struct digit_row {
	int digit;
	enum advice advice;
	const char *name[N_LANGS], *about[N_LANGS];
};

/* A basic code (subject and detail 0, code set) or X.subject.detail. */
struct code_row {
	int code, subject, detail;
	enum standing standing;
	const char *source; /* "-": none to name */
	const char *basics; /* enhanced codes: the basic codes named beside it */
	enum advice advice;
	const char *name[N_LANGS], *note[N_LANGS]; /* a note may be "" */
};

/* The tables end with a row without a name. */
extern const struct code_row code_rows[], detail_rows[];

/* NULL where there is no such row. */
const struct digit_row *first_row(int digit);
const struct digit_row *second_row(int digit);
const struct digit_row *rank_row(int digit);
const struct digit_row *subject_row(int subject);
const struct code_row *code_row(int code);
const struct code_row *detail_row(int subject, int detail);
/* "" for ADVICE_NONE. */
const char *advice_text(enum advice advice, enum lang lang);

#endif
