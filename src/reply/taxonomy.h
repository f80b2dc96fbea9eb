/* taxonomy.h - what reply codes and enhanced codes mean, in English and Russian.
 *
 * The facts are rows of code.def, enhanced.def and digit.def; both languages of
 * a fact stand in one row. What has no row is explained by its digits.
 * SPDX-License-Identifier: MIT */
#ifndef REPLY_TAXONOMY_H
#define REPLY_TAXONOMY_H

#include "base/buffer.h"
#include "base/error.h"

enum lang { LANG_EN, LANG_RU, N_LANGS };

/* "en", "ru", or -1. */
int lang_parse(struct slice name);

/* Short names for tables: never NULL. For an unregistered code the name is
 * composed from its digits ("permanent negative, mail system"). */
const char *class_name(int first_digit, enum lang lang);     /* 1-5 */
const char *category_name(int second_digit, enum lang lang); /* 0-9 */
/* Written to *out. */
void code_name(int code, enum lang lang, struct buffer *out);
void enhanced_name(uint32_t enhanced, enum lang lang, struct buffer *out);
const char *enhanced_class_name(int digit, enum lang lang);   /* 2, 4, 5 */
const char *enhanced_subject_name(int subject, enum lang lang);
/* Outside the grammar of RFC 5321 section 4.2: first digit 2-5, second 0-5. */
bool code_nonstandard(int code);

/* One "explain" argument: a code (550), a code with wildcards (45x, x5z, 4yz,
 * 4.., 5**), an enhanced code (5.7.1, also X.7.1, 5.7.x, x.7.x). Appends the
 * explanation to *out, a few lines of text ended by a newline, from the most
 * exact row down to what the digits alone say. -1 and *err for nonsense. */
int taxonomy_explain(struct slice what, enum lang lang, struct buffer *out, struct error *err);

#endif
