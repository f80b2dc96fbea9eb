/* lines.c - cutting bytes into lines, and lines that are too long.
 *
 * A line over LINE_MAX_BYTES is seen as its front part, however it is stored:
 * line_next() cuts it when its end is in the same chunk; when it is not, the
 * chunk is that front part alone. SPDX-License-Identifier: MIT */
#include "input/lines.h"

/* Nothing says where it ends. */
static bool last_line(struct slice *rest, struct slice *line)
{
	*line = slice_from(*rest, lines_nuls(*rest));
	*rest = slice_from(*rest, rest->n);
	if (line->n > LINE_MAX_BYTES)
		line->n = LINE_MAX_BYTES;
	return line->n > 0;
}

bool line_next(struct slice *rest, struct slice *line)
{
	const char *newline = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;

	if (!newline)
		return last_line(rest, line);
	*line = line_of(rest->p, newline);
	*rest = slice_between(newline + 1, rest->p + rest->n);
	return true;
}

size_t lines_nuls(struct slice bytes)
{
	size_t n = 0;

	while (n < bytes.n && bytes.p[n] == '\0')
		n++;
	return n;
}

size_t lines_whole(struct slice bytes, bool last, bool *cut)
{
	const char *newline = last ? NULL : memrchr(bytes.p, '\n', bytes.n);

	*cut = !last && !newline;
	if (*cut)
		return bytes.n < LINE_MAX_BYTES ? bytes.n : LINE_MAX_BYTES;
	return newline ? (size_t)(newline + 1 - bytes.p) : bytes.n;
}

bool lines_skip(struct slice *bytes)
{
	ptrdiff_t newline = slice_find_byte(*bytes, '\n');

	*bytes = slice_from(*bytes, newline < 0 ? bytes->n : (size_t)newline + 1);
	return newline >= 0;
}

/* Adds the newlines in bytes[from .. n), one by one. */
static void find_newlines(struct lines *lines, size_t from, size_t n)
{
	const char *newline;

	while (from < n && (newline = memchr(lines->block + from, '\n', n - from))) {
		from = (size_t)(newline - lines->block);
		lines->newlines[lines->n++] = (uint16_t)from++;
	}
}

#if defined __GNUC__ && defined __x86_64__

#include <immintrin.h>

#define WIDE __attribute__((target("avx2,bmi,popcnt")))

static bool is_wide(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
}

WIDE static inline __attribute__((always_inline)) uint64_t newlines_of(const char *p)
{
	const __m256i newline = _mm256_set1_epi8('\n'), *halves = (const __m256i *)(const void *)p;
	uint32_t low = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256(halves), newline));
	uint32_t high = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256(halves + 1), newline));

	return low | (uint64_t)high << 32;
}

/* Sixty-four bytes a turn, which hold up to two newlines as a rule: so many are noted
 * without asking, since no processor could guess the answer. */
WIDE static size_t find_newlines_wide(struct lines *lines, size_t n)
{
	uint16_t *out = lines->newlines;
	unsigned at = 0, end = (unsigned)n & ~63u;

	for (; at < end; at += 64) {
		uint64_t left = newlines_of(lines->block + at);
		uint16_t *next = out + _mm_popcnt_u64(left);

		for (;;) {
			uint64_t others = _blsr_u64(left);

			out[0] = (uint16_t)(at + (unsigned)_tzcnt_u64(left));
			out[1] = (uint16_t)(at + (unsigned)_tzcnt_u64(others));
			left = _blsr_u64(others);
			if (!left)
				break;
			out += 2;
		}
		out = next;
	}
	lines->n = (size_t)(out - lines->newlines);
	return end;
}

#else

static bool is_wide(void)
{
	return false;
}

static size_t find_newlines_wide(struct lines *lines, size_t n)
{
	(void)lines, (void)n;
	return 0;
}

#endif

void lines_init(struct lines *lines, struct slice chunk)
{
	lines->at = lines->looked = chunk.p;
	lines->end = chunk.p + chunk.n;
	lines->n = lines->next = 0;
}

bool lines_look(struct lines *lines)
{
	lines->n = lines->next = 0;
	while (lines->n == 0 && lines->looked < lines->end) {
		size_t n = (size_t)(lines->end - lines->looked), done;

		n = n < LINES_BLOCK ? n : LINES_BLOCK;
		lines->block = lines->looked;
		done = is_wide() ? find_newlines_wide(lines, n) : 0;
		find_newlines(lines, done, n);
		lines->looked += n;
	}
	return lines->n > 0;
}
