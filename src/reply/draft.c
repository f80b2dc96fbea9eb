/* draft.c - keeping and replacing pieces of a text.
 * SPDX-License-Identifier: MIT */
#include "reply/draft.h"

static const struct {
	char text[COPIED];
	size_t n;
} placeholders[] = {
	[MASK_ADDRESS] = { "<address>", 9 }, [MASK_USER] = { "<user>", 6 }, [MASK_HOST] = { "<host>", 6 },
	[MASK_IP] = { "<ip>", 4 },           [MASK_URL] = { "<url>", 5 },   [MASK_ID] = { "<id>", 4 },
	[MASK_N] = { "<n>", 3 },             [MASK_TIME] = { "<time>", 6 }, [MASK_LIST] = { "<list>", 6 },
};

/* Makes a piece of these n bytes, with the blank that is due before it. */
static inline void add(struct draft *d, const char *piece, size_t n)
{
	size_t before = draft_length(d), after = before + d->blank + n;

	if (after > UNCUT_MAX && before <= UNCUT_MAX)
		d->cut = before;
	d->full = after > REASON_MAX;
	if (d->full)
		return;
	*d->out = ' ';
	d->out += d->blank;
	d->blank = false;
	for (size_t i = 0; i < n; i += COPIED)
		memcpy(d->out + i, piece + i, COPIED);
	d->out += n;
}

void draft_keep(struct draft *d, size_t n)
{
	add(d, d->at, n);
	if (!d->full)
		d->at += n;
}

void draft_keep_words(struct draft *d, size_t n, struct slice words)
{
	d->words[0] = d->words[1];
	d->words[1] = words;
	draft_keep(d, n);
}

void draft_mask(struct draft *d, size_t n, enum placeholder by)
{
	add(d, placeholders[by].text, placeholders[by].n);
	if (!d->full)
		d->at += n;
	d->words[0].n = d->words[1].n = 0;
}

bool placeholder_at(const char *p, enum placeholder *is, size_t *n)
{
	for (size_t i = 0; i < sizeof placeholders / sizeof *placeholders; i++) {
		*is = (enum placeholder)i;
		*n = placeholders[i].n;
		if (memcmp(p, placeholders[i].text, *n) == 0)
			return true;
	}
	return false;
}
