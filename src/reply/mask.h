/* mask.h - texts to be shown with nobody's name in them. SPDX-License-Identifier: MIT */
#ifndef REPLY_MASK_H
#define REPLY_MASK_H

#include "base/buffer.h"

/* Appends the text with "<user>" for the local part of each mail address. All else
 * stays as it is. */
void mask_local_parts(struct slice text, struct buffer *out);

#endif
