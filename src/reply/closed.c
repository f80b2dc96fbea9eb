/* closed.c - copying a text and closing it. SPDX-License-Identifier: MIT */
#include "reply/closed.h"

#include "base/utf8.h"

/* CLOSING of them: copied in a few moves, where memset() may become a loop. */
#define EIGHT "\xff\xff\xff\xff\xff\xff\xff\xff"
static const char ends[] = EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT;
_Static_assert(sizeof ends == CLOSING + 1, "ends close a text");

/* Makes what is not valid UTF-8 '?'. */
static void mend(char *room, size_t n)
{
	for (size_t i = 0, length; i < n; i += length)
		if (utf8_next((struct slice){ room + i, n - i }, &length) < 0)
			room[i] = '?';
}

/* Copies sixteen bytes; what they hold, mixed. */
static inline uint64_t copy_sixteen(char *to, const char *from)
{
	uint64_t low = slice_load64(from), high = slice_load64(from + 8);

	memcpy(to, &low, sizeof low);
	memcpy(to + 8, &high, sizeof high);
	return low | high;
}

/* Copies n bytes; true: all of them are ASCII. */
static bool copy_ascii(char *to, const char *from, size_t n)
{
	uint64_t all = 0;
	size_t i = 0;

	for (; i + 16 <= n; i += 16)
		all |= copy_sixteen(to + i, from + i);
	if (i) { /* the last sixteen, some of them once more */
		all |= copy_sixteen(to + n - 16, from + n - 16);
		i = n;
	}
	for (; i < n; i++) {
		to[i] = from[i];
		all |= (unsigned char)from[i];
	}
	return !(all & UINT64_C(0x8080808080808080));
}

struct slice closed_copy(struct slice text, char room[CLOSED_MAX])
{
	if (text.n > INPUT_MAX)
		for (text.n = INPUT_MAX; text.n && !(kind(text.p[text.n]) & BLANK); )
			text.n--;
	if (!copy_ascii(room, text.p, text.n))
		mend(room, text.n);
	memcpy(room + text.n, ends, CLOSING);
	return (struct slice){ room, text.n };
}
