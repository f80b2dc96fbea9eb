/* answer.c - SPDX-License-Identifier: MIT */
#include "pattern/answer.h"

#include "pattern/memo.h"
#include "pattern/value.h"

#define BIT(slot) ((uint64_t)1 << (slot))

/* Of a byte of the text, which is no hole's inside. */
static struct spot spot_of(const struct outline *outline, size_t at)
{
	size_t from = 0, bound = 0, hole = 0;

	for (size_t i = 0; i < outline->n && outline->stretches[i].begin <= at; i++) {
		const struct stretch *stretch = &outline->stretches[i];

		if (!stretch->hole)
			continue;
		from = at >= stretch->end ? stretch->end : stretch->begin;
		bound = 2 * hole++ + (at >= stretch->end ? 2 : 1);
	}
	return (struct spot){ (uint8_t)bound, (uint16_t)(at - from) };
}

static struct span span_of(const struct outline *outline, const uint16_t at[2])
{
	return (struct span){ spot_of(outline, at[0]), spot_of(outline, at[1]) };
}

/* Does a text of the outline have between these spots what all have? */
static bool is_fixed(const struct outline *outline, size_t begin, size_t end)
{
	for (size_t i = 0; i < outline->n; i++)
		if (outline->stretches[i].hole && outline->stretches[i].begin < end && outline->stretches[i].end > begin)
			return false;
	return true;
}

/* Two parts with nothing but a few fixed bytes between them are one. */
enum { GAP_MAX = 8 };

static void add_part(struct answer *answer, const struct outline *outline, const uint16_t at[2], size_t *behind)
{
	if (is_fixed(outline, at[0], at[1]))
		return;
	if (answer->n_parts && at[0] >= *behind && at[0] - *behind <= GAP_MAX && is_fixed(outline, *behind, at[0]))
		answer->parts[answer->n_parts - 1].end = spot_of(outline, at[1]);
	else
		answer->parts[answer->n_parts++] = span_of(outline, at);
	*behind = at[1];
}

/* Slots by where they begin; `group` by slot. */
static void add_parts(struct answer *answer, const struct outline *outline, uint64_t slots, uint16_t (*group)[2])
{
	size_t behind = 0;

	while (slots) {
		int first = __builtin_ctzll(slots);

		for (uint64_t rest = slots; rest; rest &= rest - 1)
			if (group[__builtin_ctzll(rest)][0] < group[first][0])
				first = __builtin_ctzll(rest);
		add_part(answer, outline, group[first], &behind);
		slots &= ~BIT(first);
	}
}

/* What may stand before an address's '@' without a second look: nothing that parts or
 * encloses addresses, nor another '@'. */
static struct bytes plain_bytes(void)
{
	static const char others[] = " \"<>,@";
	struct bytes plain = { { 0 } };

	for (const char *c = others; *c; c++)
		bytes_add(&plain, (unsigned char)*c);
	bytes_invert(&plain);
	return plain;
}

/* Where an address's '@' stands if all texts of the outline have it there, behind a hole of
 * plain bytes and perhaps a bracket: what follows decides all that memo_domain() would have
 * to look for. Or 0. */
static uint16_t known_sign(const struct outline *outline, struct slice text, const uint16_t at[2])
{
	const struct bytes plain = plain_bytes();
	const size_t begin = at[0] + (at[0] < at[1] && text.p[at[0]] == '<');

	for (size_t i = 0; i + 1 < outline->n; i++) {
		const struct stretch *local = &outline->stretches[i];

		if (local->hole && local->begin == begin && local->end < at[1] && bytes_within(&local->holds, &plain) &&
		    text.p[local->end] == '@' && is_fixed(outline, local->end, local->end + 1u) && is_fixed(outline, at[0], begin))
			return local->end;
	}
	return 0;
}

/* Of groups of one name the first one counts. */
static uint64_t slots_of(const struct outline *outline, const struct regex *regex, uint16_t group[N_SLOTS][2])
{
	const struct capture *captures;
	size_t n = regex_captures(regex, &captures);
	uint64_t set = 0;

	for (size_t i = 0; i < n && outline->matches; i++) {
		const uint16_t *at = outline->group[captures[i].group];

		if (at[0] == GROUP_UNSET || (set >> captures[i].slot & 1))
			continue;
		memcpy(group[captures[i].slot], at, sizeof group[0]);
		set |= (uint64_t)1 << captures[i].slot;
	}
	return set;
}

struct answer *answer_new(struct arena *arena, const struct outline *outline, struct slice text,
                          const struct regex *regex, struct fingerprint name)
{
	uint16_t group[N_SLOTS][2], sign;
	uint64_t set = slots_of(outline, regex, group), parts = set & memo_key_slots();
	size_t n = (size_t)__builtin_popcountll(set);
	struct answer *answer = arena_alloc(arena, sizeof *answer + n * sizeof *answer->slots);
	struct span *span = answer->slots;

	*answer = (struct answer){ .matches = outline->matches, .set = set, .common = name };
	for (uint64_t left = set; left; left &= left - 1, span++) {
		int slot = __builtin_ctzll(left);

		*span = span_of(outline, group[slot]);
		if (is_fixed(outline, group[slot][0], group[slot][1]))
			answer->fixed |= (uint64_t)1 << slot;
		if (slot == SLOT_REPLY)
			answer->reply = span;
		else if (slot == SLOT_RECIPIENTS)
			answer->recipients = span;
		else if (slot == FIELD_DELAY)
			answer->delay = span;
	}
	if (answer->recipients && (sign = known_sign(outline, text, group[SLOT_RECIPIENTS]))) {
		answer->recipients = NULL;
		group[SLOT_RECIPIENTS][0] = sign;
		parts |= BIT(SLOT_RECIPIENTS);
	}
	answer->parts = arena_alloc(arena, n * sizeof *answer->parts);
	add_parts(answer, outline, parts, group);
	return answer;
}

static inline const char *at_spot(const struct bounds *bounds, struct spot spot)
{
	return bounds->at[spot.bound] + spot.after;
}

static inline struct slice slice_of_span(const struct found *found, const struct span *span)
{
	return slice_between(at_spot(&found->bounds, span->begin), at_spot(&found->bounds, span->end));
}

void found_captured(const struct found *found, struct captured *captured)
{
	const struct span *span = found->answer->slots;

	captured_only(captured, found->answer->set);
	for (uint64_t left = captured->set; left; left &= left - 1)
		captured->slot[__builtin_ctzll(left)] = slice_of_span(found, span++);
}

/* What has to be looked for in each text. False: the line is not to be remembered. */
static inline bool add_looked_for(const struct found *found, struct fingerprint *f)
{
	const struct answer *answer = found->answer;
	struct slice s;

	if (answer->reply) {
		s = slice_of_span(found, answer->reply);
		if (!memo_usual_front(&s))
			return false;
		fingerprint_text(f, s);
	}
	if (answer->recipients) {
		s = slice_of_span(found, answer->recipients);
		if (!memo_domain(&s))
			return false;
		fingerprint_text(f, s);
	}
	return true;
}

bool found_key(const struct found *found, const struct pattern *pattern, const struct line *line, struct fingerprint *key)
{
	const struct answer *answer = found->answer;
	struct fingerprint f = answer->common;

	if (!memo_takes(pattern, answer->set) || !add_looked_for(found, &f))
		return false;
	line_fingerprint(line, &f);
	for (size_t i = 0; i < answer->n_parts; i++)
		fingerprint_text(&f, slice_of_span(found, &answer->parts[i]));
	*key = f;
	return true;
}

int64_t found_delay(const struct found *found)
{
	return found->answer->delay ? delay_parse(slice_of_span(found, found->answer->delay)) : -1;
}
