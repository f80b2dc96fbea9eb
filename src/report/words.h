/* words.h - the report's own texts, in English and Russian, and their patterns.
 *
 * A pattern may hold %c a count, %w the whole that it is part of, %p the share of
 * the two in per cent, %v how many values are counted so, %t a text out of a log, %r a reply's codes, %m a mailbox
 * provider and a blank, if there is one; with '|' it gives the forms for different
 * counts: one and other in English, one, few and many in Russian. SPDX-License-Identifier: MIT */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include "pattern/event.h"
#include "reply/taxonomy.h"

struct words {
	const char *in[N_LANGS];
};

/* label.def: LABEL(ID, en, ru) */
enum label {
#define LABEL(id, en, ru) LABEL_##id,
#include "report/label.def"
	N_LABELS
};

const char *label(enum label label, enum lang lang);

/* The values of an event's enumerations, for people; "" for NONE. */
const char *kind_label(enum kind kind, enum lang lang);
const char *direction_label(enum direction direction, enum lang lang);
const char *stage_label(enum stage stage, enum lang lang);
const char *outcome_label(enum outcome outcome, enum lang lang);
const char *reason_class_label(enum reason_class reason_class, enum lang lang);
const char *basis_label(enum basis basis, enum lang lang);

/* The form of `text` ("one|other", "one|few|many") that fits a count; a text
 * without '|' fits all. */
struct slice plural(const char *text, enum lang lang, uint64_t count);

#endif
