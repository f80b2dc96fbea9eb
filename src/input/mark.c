/* mark.c - SPDX-License-Identifier: MIT */
#include "input/mark.h"

#include "base/digest.h"

void mark_release(struct mark *mark)
{
	buffer_release(&mark->head);
}

enum { DIGEST_BYTES = 8 };

static void put_digest(uint64_t value, char to[DIGEST_BYTES])
{
	for (int i = 0; i < DIGEST_BYTES; i++)
		to[i] = (char)(value >> (56 - 8 * i) & 0xff);
}

/* The digest behind the next line off the front of *front, or behind what remains. */
static void digest_line(struct slice *front, uint64_t *sum, char to[DIGEST_BYTES])
{
	ptrdiff_t newline = slice_find_byte(*front, '\n');
	size_t n = newline < 0 ? front->n : (size_t)newline + 1;

	*sum = digest(*sum, (struct slice){ front->p, n });
	*front = slice_from(*front, n);
	put_digest(*sum, to);
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
	char bytes[DIGEST_BYTES];
	uint64_t sum = 0;

	mark->offset = offset;
	mark->tail = digest(0, end_of(before));
	mark->head.n = 0;
	front.n = n < front.n ? n : front.n;
	while (front.n) {
		digest_line(&front, &sum, bytes);
		buffer_add(&mark->head, (struct slice){ bytes, sizeof bytes });
	}
}

/* Of most logs the first line tells. */
enum mark_fit mark_fits(const struct mark *mark, struct slice front)
{
	size_t n = head_bytes(mark->offset);
	bool shorter = front.n < n;
	struct slice head = buffer_slice(&mark->head);
	char bytes[DIGEST_BYTES];
	uint64_t sum = 0;

	if (shorter) { /* its last line may be one that is being written */
		const char *newline = front.n ? memrchr(front.p, '\n', front.n) : NULL;

		n = newline ? (size_t)(newline + 1 - front.p) : 0;
	}
	front.n = n;
	while (front.n) {
		digest_line(&front, &sum, bytes);
		if (!slice_starts(head, (struct slice){ bytes, sizeof bytes }))
			return MARK_OTHER;
		head = slice_from(head, sizeof bytes);
	}
	if (shorter)
		return n ? MARK_WITHIN : MARK_OTHER;
	return head.n == 0 ? MARK_BEGINS : MARK_OTHER;
}

bool mark_ends(const struct mark *mark, struct slice before)
{
	return digest(0, end_of(before)) == mark->tail;
}
