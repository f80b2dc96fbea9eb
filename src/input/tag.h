/* tag.h - who wrote a line: "host name[pid]: text".
 *
 * Here is what nearly every line has, in the caller's own loop; tag.c has the rest.
 * Nothing of *out is changed unless true is returned. SPDX-License-Identifier: MIT */
#ifndef INPUT_TAG_H
#define INPUT_TAG_H

#include "input/prefix.h"
#include "input/take.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* "name:" and the like, of which `token` is what stands before the first blank of s. */
bool tag_read_odd(struct slice s, struct slice token, struct line *out);
/* Host and tag at the front of s where they are not as usual: one of them is missing, or
 * a daemon puts something between them. */
bool origin_read_odd(struct slice s, struct line *out);
/* Does syslog itself say here that lines are missing? */
bool is_gap(struct slice text);
/* The same where the tag has taken its begin. */
bool is_gap_of_imjournal(struct slice text);

/* The name in "name[pid]"; empty when it is not of that form. */
static inline struct slice before_pid(struct slice tag)
{
	size_t n = tag.n;

	if (n > 0 && tag.p[n - 1] == ']') {
		do
			n--;
		while (n > 0 && tag.p[n] != '[');
		return (struct slice){ tag.p, n };
	}
	return (struct slice){ tag.p, 0 };
}

enum { TAG_REACH = 32 };

#ifdef __SSE2__

static inline unsigned places_of(const char *p, char c)
{
	const __m128i wanted = _mm_set1_epi8(c), *blocks = (const __m128i *)(const void *)p;
	unsigned low = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(blocks), wanted));
	unsigned high = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(blocks + 1), wanted));

	return low | high << 16;
}


/* "name[pid]: " within 32 bytes, which are looked at together. */
static inline bool read_usual_tag(struct slice s, struct line *out)
{
	unsigned blanks, brackets, end;

	if (s.n < TAG_REACH || !(blanks = places_of(s.p, ' ')))
		return false;
	end = (unsigned)__builtin_ctz(blanks);
	brackets = places_of(s.p, '[') & (blanks ^ (blanks - 1)); /* before the first blank */
	if (end < 3 || memcmp(s.p + end - 2, "]:", 2) != 0 || brackets < 2)
		return false;
	out->service = (struct slice){ s.p, 31 - (unsigned)__builtin_clz(brackets) };
	out->text = (struct slice){ s.p + end + 1, s.n - end - 1 };
	return true;
}

/* Do two texts have the same bytes at the places of these bits? */
static inline bool same_places(const char *a, const char *b, uint32_t wanted)
{
	const __m128i *x = (const __m128i *)(const void *)a, *y = (const __m128i *)(const void *)b;
	unsigned low = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(x), _mm_loadu_si128(y)));
	unsigned high = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(x + 1), _mm_loadu_si128(y + 1)));

	return (~(low | high << 16) & wanted) == 0;
}

#else

static inline bool read_usual_tag(struct slice s, struct line *out)
{
	(void)s, (void)out;
	return false;
}

static inline bool same_places(const char *a, const char *b, uint32_t wanted)
{
	for (; wanted; wanted &= wanted - 1)
		if (a[__builtin_ctz(wanted)] != b[__builtin_ctz(wanted)])
			return false;
	return true;
}

#endif

/* "name[pid]: text" */
static inline bool tag_read_pid(struct slice token, struct slice rest, struct line *out)
{
	struct slice name;

	if (token.n == 0 || token.p[token.n - 1] != ':')
		return false;
	name = before_pid((struct slice){ token.p, token.n - 1 });
	if (name.n == 0)
		return false;
	out->service = name;
	out->text = rest;
	return true;
}

/* The tag at the front of s, and the text behind it. */
static inline bool tag_read(struct slice s, struct line *out)
{
	struct slice rest = s, token;

	if (read_usual_tag(s, out))
		return true;
	token = take_token(&rest);
	return tag_read_pid(token, rest, out) || tag_read_odd(s, token, out);
}

/* "host tag: text" */
static inline bool origin_read(struct slice s, struct line *out)
{
	struct slice rest = s, host = take_token(&rest);

	if (host.n == 0)
		return false;
	if (host.p[host.n - 1] == ':' || host.p[0] == '[' || !tag_read(rest, out))
		return origin_read_odd(s, out);
	out->host = host;
	return true;
}

#endif
