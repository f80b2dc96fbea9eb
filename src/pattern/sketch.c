/* sketch.c - SPDX-License-Identifier: MIT */
#include "pattern/sketch.h"

static unsigned char byte_at(const struct sketch *s, size_t at)
{
	return (unsigned char)s->text.p[at];
}

static void put_stretch(struct sketch *s, size_t begin, size_t end, struct mark mark)
{
	if (begin == end)
		return;
	mark.end = (uint16_t)end;
	mark.back = s->marks[begin].back;
	s->marks[begin] = mark;
	s->marks[end].back = (uint16_t)begin;
}

void sketch_fix(struct sketch *s, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++)
		put_stretch(s, i, i + 1, (struct mark){ .hole = false });
}

static struct mark hole_of(enum byte_class class)
{
	return (struct mark){ .hole = true, .class = (uint8_t)class, .least = 1, .most = UINT16_MAX };
}

static bool is_word(unsigned char c)
{
	return bytes_have(class_bytes(CLASS_WORD), c);
}

/* Off the front of any bytes: a word, or a byte that is none. */
static void split_word(struct sketch *s, size_t at)
{
	size_t end = s->marks[at].end, i = at;

	while (i < end && is_word(byte_at(s, i)))
		i++;
	if (i == at)
		sketch_fix(s, at, ++i);
	else
		put_stretch(s, at, i, hole_of(CLASS_WORD));
	put_stretch(s, i, end, hole_of(CLASS_ANY));
}

/* Off their back, fixed. */
void sketch_split_tail(struct sketch *s, size_t at)
{
	size_t end = s->marks[at].end, i = end - 1;

	while (is_word(byte_at(s, end - 1)) && i > at && is_word(byte_at(s, i - 1)))
		i--;
	put_stretch(s, at, i, hole_of(CLASS_ANY));
	sketch_fix(s, i, end);
	s->lost |= s->text.n - i > TAIL_MAX;
}

static void split_byte(struct sketch *s, size_t at)
{
	struct mark rest = s->marks[at];
	size_t end = rest.end;

	rest.barred = 0;
	rest.least = rest.least > 1 ? (uint16_t)(rest.least - 1) : 1;
	rest.most = rest.most == UINT16_MAX ? UINT16_MAX : (uint16_t)(rest.most - 1);
	sketch_fix(s, at, at + 1);
	put_stretch(s, at + 1, end, rest);
}

void sketch_split_front(struct sketch *s, size_t at)
{
	if (s->marks[at].class == CLASS_ANY)
		split_word(s, at);
	else
		split_byte(s, at);
}

static bool holds_only(const struct sketch *s, size_t begin, size_t end, const struct bytes *set)
{
	while (begin < end && bytes_have(set, byte_at(s, begin)))
		begin++;
	return begin == end;
}

enum relation sketch_relation(enum byte_class class, const struct bytes *set)
{
	return bytes_apart(class_bytes(class), set) ? APART : bytes_within(class_bytes(class), set) ? WITHIN : BOTH;
}

/* The widest class that still fits the hole's bytes and that the set has none of, or,
 * unless only that will do, all of. */
static bool narrow(struct sketch *s, size_t at, const struct bytes *set, bool only_apart)
{
	struct mark *mark = &s->marks[at];

	for (int class = mark->class; class < CLASS_ANY; class++) {
		enum relation relation = sketch_relation((enum byte_class)class, set);

		if (relation == BOTH || (only_apart && relation == WITHIN) ||
		    !bytes_within(class_bytes((enum byte_class)class), class_bytes((enum byte_class)mark->class)) ||
		    !holds_only(s, at, mark->end, class_bytes((enum byte_class)class)))
			continue;
		mark->class = (uint8_t)class;
		return true;
	}
	return false;
}

/* The hole does not begin with a byte of the set, which has one. */
static bool bar(struct sketch *s, size_t at, const struct bytes *set)
{
	struct mark *mark = &s->marks[at];
	uint8_t byte = bytes_only(set);

	if (!byte || bytes_have(set, byte_at(s, at)) || (mark->barred && mark->barred != byte))
		return false;
	mark->barred = byte;
	return true;
}

/* One byte of the set at `at`, whatever the text is? Then it is a fixed one. */
bool sketch_take(struct sketch *s, const struct bytes *set, size_t at)
{
	if (at == s->text.n)
		return false;
	while (s->marks[at].hole) {
		if (s->marks[at].class != CLASS_ANY && (narrow(s, at, set, true) || bar(s, at, set)))
			return false;
		sketch_split_front(s, at);
	}
	return bytes_have(set, byte_at(s, at));
}

/* How many bytes stand from begin to at: between *lo and *hi. */
void sketch_count(const struct sketch *s, size_t begin, size_t at, size_t *lo, size_t *hi)
{
	*lo = *hi = 0;
	for (; begin < at; begin = s->marks[begin].end) {
		const struct mark *mark = &s->marks[begin];

		*lo += mark->hole ? mark->least : 1;
		*hi = *hi == SIZE_MAX || (mark->hole && mark->most == UINT16_MAX) ? SIZE_MAX : *hi + (mark->hole ? mark->most : 1);
	}
}

/* Off the front of a hole: what is of a class that the set has all of, or none. Behind it
 * stand a byte that ends it, and the rest of the hole. */
static bool split_class(struct sketch *s, size_t at, const struct bytes *set)
{
	struct mark front = s->marks[at], rest = front;

	if (front.least > 1 || front.most != UINT16_MAX)
		return false;
	for (int class = front.class + 1; class < CLASS_ANY; class++) {
		const struct bytes *bytes = class_bytes((enum byte_class)class);
		size_t end = at;

		if (sketch_relation((enum byte_class)class, set) == BOTH ||
		    !bytes_within(bytes, class_bytes((enum byte_class)rest.class)))
			continue;
		while (end < rest.end && bytes_have(bytes, byte_at(s, end)))
			end++;
		if (end < at + 2 || end + 1 >= rest.end)
			continue;
		front.class = (uint8_t)class;
		rest.barred = 0;
		put_stretch(s, at, end, front);
		sketch_fix(s, end, end + 1);
		put_stretch(s, end + 1, rest.end, rest);
		return true;
	}
	return false;
}

/* The end of the stretch at `at` if all of it is of the set, `at` if nothing of it is. */
size_t sketch_pass(struct sketch *s, const struct bytes *set, size_t at)
{
	while (at < s->text.n && s->marks[at].hole) {
		enum relation relation = sketch_relation((enum byte_class)s->marks[at].class, set);

		if (relation != BOTH)
			return relation == WITHIN ? s->marks[at].end : at;
		if (s->marks[at].class == CLASS_ANY || (!narrow(s, at, set, false) && !split_class(s, at, set)))
			sketch_split_front(s, at);
	}
	return at < s->text.n && bytes_have(set, byte_at(s, at)) ? at + 1 : at;
}

/* As many bytes of the set as there are, at most `max`. */
size_t sketch_pass_run(struct sketch *s, const struct bytes *set, size_t max, size_t begin)
{
	size_t at = begin, lo, hi;

	for (size_t end; at < s->text.n && (end = sketch_pass(s, set, at)) > at; at = end) {
		struct mark *mark = &s->marks[at];

		if (max == SIZE_MAX)
			continue;
		sketch_count(s, begin, at, &lo, &hi);
		if (lo >= max)
			break;
		if (hi >= max) /* one more, or not? */
			s->lost = true;
		if (!mark->hole)
			continue;
		if (end - at > max - hi) {
			sketch_fix(s, at, end);
			end = at;
		} else if (mark->most > max - hi) {
			mark->most = (uint16_t)(max - hi);
		}
	}
	return at;
}

/* Are there `min` bytes? When the text has them, a hole is bound to. */
bool sketch_has_least(struct sketch *s, size_t begin, size_t at, size_t min)
{
	size_t lo, hi, last = s->marks[at].back;

	if (min == 0 || (min == 1 && at > begin))
		return true;
	sketch_count(s, begin, at, &lo, &hi);
	if (lo >= min || hi < min)
		return lo >= min;
	if (at - begin < min || !s->marks[last].hole || at - last < s->marks[last].least + (min - lo)) {
		s->lost = true;
		return false;
	}
	s->marks[last].least = (uint16_t)(s->marks[last].least + (min - lo));
	return true;
}

/* Is the byte before one of the set? */
bool sketch_behind(struct sketch *s, const struct bytes *set, size_t at)
{
	size_t back = s->marks[at].back;

	if (at == 0)
		return false;
	if (s->marks[back].hole) {
		enum relation relation = sketch_relation((enum byte_class)s->marks[back].class, set);

		if (relation != BOTH)
			return relation == WITHIN;
		if (s->marks[back].class == CLASS_ANY)
			sketch_split_tail(s, back);
		else
			sketch_fix(s, back, at);
	}
	return bytes_have(set, byte_at(s, at - 1));
}


void sketch_begin(struct sketch *s, struct slice text)
{
	s->text = text;
	s->lost = false;
	s->marks[0].back = 0;
	put_stretch(s, 0, text.n, hole_of(CLASS_ANY));
}
