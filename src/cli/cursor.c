/* cursor.c - SPDX-License-Identifier: MIT */
#include "cli/cursor.h"

#include "base/mem.h"

#include <stdlib.h>

/* The head of a file's mark is a multiple of eight bytes long. */
static const struct slice mark = SLICE_INIT("J");

static bool is_of_journal(const struct checkpoint *checkpoint)
{
	struct slice head = buffer_slice(&checkpoint->mark.head);

	return head.n == mark.n + JOURNAL_ID && slice_starts(head, mark);
}

static const struct checkpoint *find(const struct checkpoints *known, struct slice id)
{
	for (size_t i = 0; i < known->n; i++)
		if (is_of_journal(&known->list[i]) && slice_ends(buffer_slice(&known->list[i].mark.head), id))
			return &known->list[i];
	return NULL;
}

static struct slice first_id(const struct input *input)
{
	struct slice front = input_front(input), id = { 0 };
	uint64_t number;

	return journal_cursor(front, &id, &number) ? id : (struct slice){ 0 };
}

const struct checkpoint *cursors_begin(struct cursors *cursors, struct input *input, const struct checkpoints *known)
{
	struct slice first = first_id(input);

	cursors->journal = input_journal(input);
	for (size_t i = 0; cursors->journal && i < known->n; i++)
		if (is_of_journal(&known->list[i])) {
			struct slice id = slice_from(buffer_slice(&known->list[i].mark.head), mark.n);
			struct journal_place *place = journal_place(cursors->journal, id);

			place->counted = place->given = place->committed = known->list[i].mark.offset;
		}
	return cursors->journal && first.n ? find(known, first) : NULL;
}

static void forget(struct cursors *cursors)
{
	for (size_t i = 0; i < cursors->n; i++)
		checkpoint_release(&cursors->to[i]);
	cursors->n = 0;
}

static void set_checkpoint(struct checkpoint *to, const struct journal_place *place, const struct checkpoints *known,
                           const struct checkpoint *like)
{
	struct slice id = { place->id, JOURNAL_ID };
	const struct checkpoint *old = find(known, id);

	*to = (struct checkpoint){ .stream = old ? old->stream : 0, .reference = like->reference,
	                           .name = xstrdup(like->name), .mark.offset = place->given };
	buffer_add(&to->mark.head, mark);
	buffer_add(&to->mark.head, id);
	buffer_add(&to->open, buffer_slice(&like->open));
}

void cursors_gather(struct cursors *cursors, const struct checkpoints *known, const struct checkpoint *like)
{
	struct journal *journal = cursors->journal;

	forget(cursors);
	if (journal->n > cursors->capacity) {
		cursors->capacity = journal->n;
		cursors->to = xrealloc(cursors->to, cursors->capacity * sizeof *cursors->to);
		cursors->advances = xrealloc(cursors->advances, cursors->capacity * sizeof *cursors->advances);
	}
	for (size_t i = 0; i < journal->n; i++) {
		const struct journal_place *place = &journal->list[i];

		if (place->given == place->committed)
			continue;
		set_checkpoint(&cursors->to[cursors->n], place, known, like);
		cursors->advances[cursors->n] = (struct advance){ place->committed, &cursors->to[cursors->n] };
		cursors->n++;
	}
}

void cursors_committed(struct cursors *cursors)
{
	for (size_t i = 0; i < cursors->n; i++) {
		struct slice id = slice_from(buffer_slice(&cursors->to[i].mark.head), mark.n);

		journal_place(cursors->journal, id)->committed = cursors->to[i].mark.offset;
	}
}

bool cursors_met(const struct cursors *cursors)
{
	for (size_t i = 0; i < cursors->journal->n; i++)
		if (cursors->journal->list[i].counted && cursors->journal->list[i].seen)
			return true;
	return false;
}

void cursors_release(struct cursors *cursors)
{
	forget(cursors);
	free(cursors->to);
	free(cursors->advances);
}
