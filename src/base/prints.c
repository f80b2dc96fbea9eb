/* prints.c - SPDX-License-Identifier: MIT */
#include "base/prints.h"

#include "base/mem.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 256 };

void prints_release(struct prints *prints)
{
	table_free(prints->slots, prints->slots ? (prints->mask + 1) * sizeof *prints->slots : 0);
}

void prints_clear(struct prints *prints)
{
	if (prints->slots)
		memset(prints->slots, 0, (prints->mask + 1) * sizeof *prints->slots);
	prints->n = 0;
}

static void more_slots(struct prints *prints)
{
	struct print *old = prints->slots;
	size_t n_old = old ? prints->mask + 1 : 0, n = old ? 2 * n_old : FIRST_SLOTS;

	prints->slots = table_alloc(n * sizeof *prints->slots);
	prints->mask = n - 1;
	for (size_t i = 0; i < n_old; i++)
		if (old[i].number)
			*prints_slot(prints, old[i].a, old[i].b) = old[i];
	table_free(old, n_old * sizeof *old);
}

void prints_add(struct prints *prints, const struct fingerprint *f, uint32_t number)
{
	if (!prints->slots || prints->n > prints->mask / 2)
		more_slots(prints);
	*prints_slot(prints, f->a, (uint32_t)f->b) = (struct print){ f->a, (uint32_t)f->b, number };
	prints->n++;
}
