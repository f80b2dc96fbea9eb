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

const struct name *names_find(const struct names *names, const struct fingerprint *key)
{
	uint32_t number = prints_find(&names->prints, key);

	return number ? &names->kept[number - 1] : NULL;
}

const struct name *names_keep(struct names *names, const struct fingerprint *key, const struct name *name)
{
	struct name *kept;

	GROW(names->kept, names->n, names->capacity);
	kept = &names->kept[names->n++];
	*kept = (struct name){
		.text = arena_copy(&names->texts, name->text), .address = arena_copy(&names->texts, name->address),
		.host = arena_copy(&names->texts, name->host), .provider = name->provider, .number = names->forgotten + names->n,
	};
	prints_add(&names->prints, key, (uint32_t)names->n);
	return kept;
}
