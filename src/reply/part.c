/* part.c - leaving out the codes of a reply's parts. SPDX-License-Identifier: MIT */
#include "reply/part.h"

#include "reply/reply.h"

/* The length of an enhanced code at p, with a '#' before it; 0: none. */
static inline size_t enhanced_length(const char *p, const char *end)
{
	size_t mark = *p == '#', n;

	return enhanced_parse(slice_between(p + mark, end), &n) ? mark + n : 0;
}

/* The same with blanks before it. */
static size_t later_enhanced_length(const char *p, const char *end)
{
	const char *code = run_end(p, BLANK);
	size_t n = enhanced_length(code, end);

	return n ? (size_t)(code - p) + n : 0;
}

static int code_at(const char *p)
{
	if (p[0] < '2' || p[0] > '5' || !(kind(p[1]) & DIGIT) || !(kind(p[2]) & DIGIT))
		return 0;
	return (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
}

/* The length of "550-", "550-5.7.1", "550 5.7.1", and of "550 " where it must be
 * a reply's code; 0: none. */
static size_t part_length(struct draft *d)
{
	const char *behind = d->at + 3;
	int code = code_at(d->at);
	size_t n;

	if (!code)
		return 0;
	if (*behind == '-') {
		n = later_enhanced_length(behind + 1, d->end);
		if (!n && (kind(behind[1]) & DIGIT))
			return 0;
		if (!n)
			d->part_code = code;
		return 4 + n;
	}
	if (!(kind(*behind) & BLANK) && behind < d->end)
		return 0;
	n = later_enhanced_length(behind, d->end);
	return n || d->out == d->made || code == d->part_code ? 3 + n : 0;
}

bool part_take(struct draft *d)
{
	const char *begin = d->at;

	do {
		size_t n = d->at[1] == '.' ? 0 : part_length(d);

		if (!n && (d->out == d->made || d->at > begin))
			n = enhanced_length(d->at, d->end);
		if (!n)
			break;
		d->at = run_end(d->at + n, BLANK);
		draft_blank(d);
	} while (part_begins(d->at));
	return d->at > begin;
}
