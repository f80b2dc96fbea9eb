/* mask.c - SPDX-License-Identifier: MIT */
#include "reply/mask.h"

#include "reply/shape.h"

/* Where the local part that ends before the @ at `at` begins; not before `from`. */
static size_t local_begin(struct slice text, size_t from, size_t at)
{
	size_t begin = at;

	if (at > from && text.p[at - 1] == '"') {
		for (begin = at - 1; begin > from; begin--)
			if (text.p[begin - 1] == '"' && (begin - 1 == from || text.p[begin - 2] != '\\'))
				return begin - 1;
		begin = at;
	}
	while (begin > from && (kind(text.p[begin - 1]) & ATEXT))
		begin--;
	return begin;
}

void mask_local_parts(struct slice text, struct buffer *out)
{
	size_t from = 0;

	for (size_t at = 0; at < text.n; at++) {
		size_t begin = text.p[at] == '@' ? local_begin(text, from, at) : at;

		if (begin == at)
			continue;
		buffer_add(out, slice_between(text.p + from, text.p + begin));
		buffer_puts(out, "<user>");
		from = at;
	}
	buffer_add(out, slice_from(text, from));
}
