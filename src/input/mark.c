/* mark.c - SPDX-License-Identifier: MIT */
#include "input/mark.h"

#include "base/digest.h"

void mark_release(struct mark *mark)
{
	buffer_release(&mark->head);
}

static void digest_add(struct buffer *to, uint64_t value)
{
	for (int shift = 56; shift >= 0; shift -= 8)
		buffer_byte(to, (char)(value >> shift & 0xff));
}

/* A digest after each line, and after what remains. */
static void digest_lines(struct buffer *to, struct slice front)
{
	uint64_t sum = 0;

	while (front.n) {
		ptrdiff_t newline = slice_find_byte(front, '\n');
		size_t n = newline < 0 ? front.n : (size_t)newline + 1;

		sum = digest(sum, (struct slice){ front.p, n });
		digest_add(to, sum);
		front = slice_from(front, n);
	}
}

static struct slice end_of(struct slice before)
{
	return before.n > MARK_BYTES ? slice_from(before, before.n - MARK_BYTES) : before;
}

static size_t head_bytes(uint64_t offset)
{
	return offset < MARK_BYTES ? (size_t)offset : MARK_BYTES;
}

void mark_set(struct mark *mark, uint64_t offset, struct slice front, struct slice before)
{
	size_t n = head_bytes(offset);

	mark->offset = offset;
	mark->tail = digest(0, end_of(before));
	mark->head.n = 0;
	digest_lines(&mark->head, (struct slice){ front.p, n < front.n ? n : front.n });
}

enum mark_fit mark_fits(const struct mark *mark, struct slice front)
{
	size_t n = head_bytes(mark->offset);
	bool shorter = front.n < n;
	struct buffer head = { 0 };
	struct slice mine;
	enum mark_fit fit = MARK_OTHER;

	if (shorter) { /* its last line may be one that is being written */
		const char *newline = front.n ? memrchr(front.p, '\n', front.n) : NULL;

		n = newline ? (size_t)(newline + 1 - front.p) : 0;
	}
	digest_lines(&head, (struct slice){ front.p, n });
	mine = buffer_slice(&head);
	if (shorter && mine.n && slice_starts(buffer_slice(&mark->head), mine))
		fit = MARK_WITHIN;
	else if (!shorter && slice_eq(buffer_slice(&mark->head), mine))
		fit = MARK_BEGINS;
	buffer_release(&head);
	return fit;
}

bool mark_ends(const struct mark *mark, struct slice before)
{
	return digest(0, end_of(before)) == mark->tail;
}
