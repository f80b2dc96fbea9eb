/* names.c - SPDX-License-Identifier: MIT */
#include "pattern/names.h"

#include <stdlib.h>

void names_release(struct names *names)
{
	arena_release(&names->texts);
	prints_release(&names->prints);
	free(names->kept);
}

void names_reserve(struct names *names, size_t more)
{
	if (names->n + more <= NAMES_MAX)
		return;
	names->forgotten += names->n;
	names->n = 0;
	prints_clear(&names->prints);
	arena_release(&names->texts);
}

uint64_t names_find(const struct names *names, const struct fingerprint *key, struct name *name)
{
	uint32_t number = prints_find(&names->prints, key);

	if (!number)
		return 0;
	*name = names->kept[number - 1];
	return names->forgotten + number;
}

uint64_t names_keep(struct names *names, const struct fingerprint *key, struct name *name)
{
	GROW(names->kept, names->n, names->capacity);
	name->text = arena_copy(&names->texts, name->text);
	name->address = arena_copy(&names->texts, name->address);
	name->host = arena_copy(&names->texts, name->host);
	names->kept[names->n++] = *name;
	prints_add(&names->prints, key, (uint32_t)names->n);
	return names->forgotten + names->n;
}
