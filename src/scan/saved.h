/* saved.h - numbers and texts as bytes and back, for what is kept between runs.
 *
 * Decimal numbers, a blank behind each; texts with their length before them. Reading
 * checks all: false, and what is read is not to be used, where the bytes are none of
 * these. SPDX-License-Identifier: MIT */
#ifndef SCAN_SAVED_H
#define SCAN_SAVED_H

#include "base/buffer.h"

void save_number(struct buffer *out, uint64_t number);
void save_text(struct buffer *out, struct slice text);
bool load_number(struct slice *bytes, uint64_t *number);
/* Borrowed from the bytes. */
bool load_text(struct slice *bytes, struct slice *text);

#endif
