/* bracketed.h - plain addresses in brackets: "<user@example.org>".
 *
 * The local part is of letters, digits, '.', '-', '+', '=' and begins with one of the
 * first two; the domain is of labels with '.' or '-' between them. '_' is a letter.
 * SPDX-License-Identifier: MIT */
#ifndef REPLY_BRACKETED_H
#define REPLY_BRACKETED_H

#include "base/slice.h"

/* The length of the one at the front of s, whose first byte is '<'; 0: none, or no
 * plain one. */
size_t bracketed_length(struct slice s);

#endif
