/* phrase.h - a pattern of words.h with its values put in.
 * SPDX-License-Identifier: MIT */
#ifndef REPORT_PHRASE_H
#define REPORT_PHRASE_H

#include "report/model.h"

/* Appends the form of `pattern` that fits values->count. Texts out of a log pass
 * buffer_terminal(). */
void phrase_write(struct buffer *out, const char *pattern, enum lang lang, const struct notice *values);

#endif
