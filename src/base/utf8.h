/* utf8.h - code points and how wide they stand on a terminal.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/slice.h"

/* The code point at the front of s and its length in *n. Not valid UTF-8
 * (overlong, surrogate, cut): -1 and *n is 1. s is not empty. */
int32_t utf8_next(struct slice s, size_t *n);
bool utf8_valid(struct slice s);
/* Columns that s takes on a terminal, by the C library's wcwidth() under a
 * UTF-8 locale; what it does not know counts one. */
size_t utf8_width(struct slice s);
/* The longest front part of s that takes at most `columns`. */
struct slice utf8_fit(struct slice s, size_t columns);

#endif
