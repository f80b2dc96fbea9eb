/* saved.c - SPDX-License-Identifier: MIT */
#include "scan/saved.h"

#include <inttypes.h>

void save_number(struct buffer *out, uint64_t number)
{
	buffer_printf(out, "%" PRIu64 " ", number);
}

void save_text(struct buffer *out, struct slice text)
{
	save_number(out, text.n);
	buffer_add(out, text);
}

bool load_number(struct slice *bytes, uint64_t *number)
{
	struct slice digits;

	return slice_split(bytes, ' ', &digits) && bytes->p && slice_to_u64(digits, number);
}

bool load_text(struct slice *bytes, struct slice *text)
{
	uint64_t n;

	if (!load_number(bytes, &n) || n > bytes->n)
		return false;
	*text = (struct slice){ bytes->p, (size_t)n };
	*bytes = slice_from(*bytes, (size_t)n);
	return true;
}
