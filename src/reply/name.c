/* name.c - a line's own names in its text. SPDX-License-Identifier: MIT */
#include "reply/name.h"

#include "reply/shape.h"

struct names names_of(const struct reason_names *list, const char *end)
{
	struct names names = { list, end, 0 };

	for (size_t i = 0; list && i < list->n; i++)
		if (list->name[i].n)
			names.starts |= start_bit(*list->name[i].p);
	return names;
}

static bool same_but_case(char a, char b)
{
	return ((a ^ b) & ~0x20) == 0;
}

size_t name_found(const struct names *names, const char *p)
{
	size_t left = (size_t)(names->end - p);

	for (size_t i = 0; i < names->list->n; i++) {
		struct slice name = names->list->name[i];

		if (name.n && name.n <= left && same_but_case(name.p[name.n - 1], p[name.n - 1]) && !(kind(p[name.n]) & ALNUM) &&
		    slice_eq_nocase((struct slice){ p, name.n }, name))
			return name.n;
	}
	return 0;
}
