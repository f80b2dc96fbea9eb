/* sketch.c - SPDX-License-Identifier: MIT */
#include "pattern/sketch.h"

/* The sets that are there from the start: that of a word has letters, digits and . - _ + / */
enum { SET_ANY, SET_WORD, SET_NONE, N_SETS_GIVEN };
static const struct bytes no_bytes, words = { { UINT64_C(0x03ffe80000000000), UINT64_C(0x07fffffe87fffffe) } };

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

static void fix(struct sketch *s, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++)
		put_stretch(s, i, i + 1, (struct mark){ .hole = false });
}

static struct mark hole_of(uint8_t set)
{
	return (struct mark){ .hole = true, .set = set, .barred = SET_NONE, .least = 1, .most = UINT16_MAX };
}

static bool is_wide(const struct sketch *s, const struct mark *mark)
{
	return s->wide[mark->set];
}

static const struct bytes *bytes_of(const struct sketch *s, const struct mark *mark)
{
	return &s->sets[mark->set];
}

/* The bounds of two holes out of one: each is as long as can be, or, if the whole is of a
 * given length, of a given one, too; other bounds would be lost. */
static void part_bounds(struct sketch *s, struct mark *front, struct mark *rest, size_t n_front, size_t n_rest)
{
	bool exact = rest->least == rest->most;

	s->lost |= !exact && (rest->least > 1 || rest->most != UINT16_MAX);
	front->least = exact ? (uint16_t)n_front : 1;
	front->most = exact ? front->least : UINT16_MAX;
	rest->least = exact ? (uint16_t)n_rest : 1;
	rest->most = exact ? rest->least : UINT16_MAX;
}

/* Of a hole that is so many bytes shorter, which are fixed now. */
static void lower_bounds(struct mark *rest, size_t n)
{
	rest->least = rest->least > n ? (uint16_t)(rest->least - n) : 1;
	rest->most = rest->most == UINT16_MAX ? UINT16_MAX : (uint16_t)(rest->most - n);
}

/* A hole in two, or some bytes and a hole. */
static void put_parts(struct sketch *s, size_t begin, size_t middle, size_t end, struct mark front, struct mark rest)
{
	if (middle < end) {
		if (front.hole)
			part_bounds(s, &front, &rest, middle - begin, end - middle);
		else
			lower_bounds(&rest, middle - begin);
		rest.barred = SET_NONE;
		front.last_of = 0;
	}
	if (front.hole)
		put_stretch(s, begin, middle, front);
	else
		fix(s, begin, middle);
	put_stretch(s, middle, end, rest);
}

static unsigned count_rows(const struct bytes *set)
{
	unsigned n = 0;

	for (unsigned high = 0; high < 16; high++) {
		unsigned first = 0;

		while (bytes_row(set, first) != bytes_row(set, high))
			first++;
		n += first == high && bytes_row(set, high);
	}
	return n;
}

/* False: there are too many sets. */
static bool number_of(struct sketch *s, const struct bytes *set, uint8_t *number)
{
	enum { WIDE_LACKS = 16 };
	unsigned i = 0;

	while (i < s->n_sets && !bytes_same(&s->sets[i], set))
		i++;
	if (i == SETS_MAX)
		return false;
	if (i == s->n_sets) {
		s->sets[i] = *set;
		s->wide[i] = bytes_count(set) + WIDE_LACKS >= 256;
		s->n_sets++;
	}
	*number = (uint8_t)i;
	return true;
}

static bool number_of_hole(struct sketch *s, const struct bytes *set, uint8_t *number)
{
	return count_rows(set) <= HOLE_ROWS_MAX && number_of(s, set, number);
}

/* Off the front of a wide hole: a word, or a byte that is none. */
static void split_word(struct sketch *s, size_t at)
{
	struct mark rest = s->marks[at], word = rest;
	size_t i = at;

	while (i < rest.end && bytes_have(&words, byte_at(s, i)) && bytes_within(&words, bytes_of(s, &rest)))
		i++;
	word.hole = i > at;
	word.set = SET_WORD;
	put_parts(s, at, i > at ? i : at + 1, rest.end, word, rest);
}

/* Are there fixed bytes only from here on? */
static bool is_tail(const struct sketch *s, size_t at)
{
	while (at < s->text.n && !s->marks[at].hole)
		at++;
	return at == s->text.n;
}

/* Of the last hole a byte, so that it is found from the text's end on. */
void sketch_split_back(struct sketch *s, size_t at)
{
	size_t begin = s->marks[at].back;
	struct mark rest = s->marks[begin];
	bool last;

	if (rest.last_of) { /* not there: then all behind has to be the same */
		fix(s, at, s->text.n);
		rest.last_of = 0;
	}
	last = is_wide(s, &rest) && is_tail(s, at);

	s->lost |= is_wide(s, &rest) && (last ? s->text.n - at : at - begin) > TAIL_MAX;
	if (last) {
		s->lost |= rest.least > 1 || rest.most != UINT16_MAX;
		put_stretch(s, begin, at - 1, rest);
		begin = at - 1;
		s->not_last = no_bytes;
	}
	fix(s, begin, at);
}

bool sketch_without(struct sketch *s, size_t hole, const struct bytes *set)
{
	struct mark *mark = &s->marks[hole];
	struct bytes others = *bytes_of(s, mark);

	for (size_t i = hole; i < mark->end; i++)
		if (bytes_have(set, byte_at(s, i)))
			return false;
	bytes_remove(&others, set);
	return number_of_hole(s, &others, &mark->set);
}

static bool last_place(struct slice text, struct slice bytes, size_t *place)
{
	for (size_t i = text.n - bytes.n + 1; text.n >= bytes.n && i-- > 0; ) {
		*place = i;
		if (slice_same(text.p + i, bytes.p, bytes.n))
			return true;
	}
	return false;
}

bool sketch_split_last(struct sketch *s, struct slice bytes, size_t begin, size_t at, size_t *place)
{
	struct mark front, rest;
	size_t last;

	if (!last_place(s->text, bytes, &last) || last < begin || last >= at)
		return false;
	while (s->marks[begin].end <= last)
		begin = s->marks[begin].end;
	front = rest = s->marks[begin];
	if (!front.hole || begin == last || last + bytes.n > front.end || front.last_of)
		return false;
	s->lost |= front.least > 1 || front.most != UINT16_MAX;
	rest.barred = SET_NONE;
	front.last_of = (uint8_t)bytes.n;
	put_stretch(s, begin, last, front);
	fix(s, last, last + bytes.n);
	put_stretch(s, last + bytes.n, rest.end, rest);
	*place = last;
	return true;
}

static void split_byte(struct sketch *s, size_t at)
{
	struct mark rest = s->marks[at];

	put_parts(s, at, at + 1, rest.end, (struct mark){ .hole = false }, rest);
}

void sketch_split_front(struct sketch *s, size_t at)
{
	if (is_wide(s, &s->marks[at]))
		split_word(s, at);
	else
		split_byte(s, at);
}

enum relation sketch_relation(const struct sketch *s, size_t at, const struct bytes *set)
{
	const struct bytes *bytes = bytes_of(s, &s->marks[at]);

	return bytes_apart(bytes, set) ? APART : bytes_within(bytes, set) ? WITHIN : BOTH;
}

/* Off the front of a hole: as far as all bytes are of the set. */
static bool narrow(struct sketch *s, size_t at, const struct bytes *set)
{
	struct mark rest = s->marks[at], front = rest;
	struct bytes common = *set;
	size_t i = at;

	bytes_keep(&common, bytes_of(s, &rest));
	if (!number_of_hole(s, &common, &front.set))
		return false;
	while (i < rest.end && bytes_have(&common, byte_at(s, i)))
		i++;
	put_parts(s, at, i, rest.end, front, rest);
	return true;
}

/* The hole does not begin with a byte of the set. False: it does, or what else it could
 * begin with is so little that it had better be fixed. */
static bool bar(struct sketch *s, size_t at, const struct bytes *set)
{
	enum { FEW = 8 };
	struct mark *mark = &s->marks[at];
	struct bytes barred = s->sets[mark->barred], left = *bytes_of(s, mark);

	bytes_add_all(&barred, set);
	bytes_remove(&left, &barred);
	return !bytes_have(set, byte_at(s, at)) && bytes_count(&left) > FEW && number_of(s, &barred, &mark->barred);
}

/* One byte of the set at `at`, whatever the text is? Then it is a fixed one. */
bool sketch_take(struct sketch *s, const struct bytes *set, size_t at)
{
	if (at == s->text.n)
		return false;
	while (s->marks[at].hole) {
		if (bar(s, at, set))
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

/* The end of the stretch at `at` if all of it is of the set, `at` if nothing of it is. */
size_t sketch_pass(struct sketch *s, const struct bytes *set, size_t at)
{
	while (at < s->text.n && s->marks[at].hole) {
		enum relation relation = sketch_relation(s, at, set);

		if (relation != BOTH)
			return relation == WITHIN ? s->marks[at].end : at;
		if (bar(s, at, set))
			return at;
		if (!bytes_have(set, byte_at(s, at)) || !narrow(s, at, set))
			sketch_split_front(s, at);
	}
	return at < s->text.n && bytes_have(set, byte_at(s, at)) ? at + 1 : at;
}

/* A hole that is longer than what is asked for: up to `end` it is so long and no longer. */
static void part_hole(struct sketch *s, size_t at, size_t end)
{
	struct mark front = s->marks[at], rest = front;

	if (front.set == SET_ANY) {
		fix(s, at, front.end);
		return;
	}
	put_parts(s, at, end, rest.end, front, rest);
	s->marks[at].least = s->marks[at].most = (uint16_t)(end - at);
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
			s->lost |= lo != hi;
			part_hole(s, at, at + max - hi);
			end = s->marks[at].end;
		} else if (mark->most > max - hi) {
			mark->most = (uint16_t)(max - hi);
		}
	}
	return at;
}

/* The hole at `last` is bound to be so short that there are fewer than `min` bytes. */
static bool bound_most(struct sketch *s, size_t begin, size_t last, size_t min)
{
	struct mark *mark = &s->marks[last];
	size_t lo, hi;

	sketch_count(s, begin, last, &lo, &hi);
	if (!mark->hole || hi >= min || mark->end - last > min - 1 - hi)
		return false;
	mark->most = (uint16_t)(min - 1 - hi);
	return true;
}

/* Or so long that there are as many. */
static bool bound_least(struct sketch *s, size_t begin, size_t last, size_t min)
{
	struct mark *mark = &s->marks[last];
	size_t lo, hi;

	sketch_count(s, begin, last, &lo, &hi);
	if (!mark->hole || mark->end - last < min - lo)
		return false;
	mark->least = (uint16_t)(min - lo);
	return true;
}

/* Are there `min` bytes? As many as in this text, or as few, a hole has to have. */
bool sketch_has_least(struct sketch *s, size_t begin, size_t at, size_t min)
{
	size_t lo, hi, last = s->marks[at].back;
	bool has = at - begin >= min;

	if (min == 0 || (min == 1 && at > begin))
		return true;
	sketch_count(s, begin, at, &lo, &hi);
	if (lo >= min || hi < min)
		return lo >= min;
	s->lost |= has ? !bound_least(s, begin, last, min) : !bound_most(s, begin, last, min);
	return has;
}

bool sketch_has(struct sketch *s, const struct bytes *set, size_t at)
{
	if (at == s->text.n || !s->marks[at].hole || sketch_relation(s, at, set) == BOTH)
		return sketch_take(s, set, at);
	return sketch_relation(s, at, set) == WITHIN;
}

/* The last hole, which ends at `at`, does not end with a byte of the set. */
static bool bar_last(struct sketch *s, const struct bytes *set, size_t at)
{
	if (!is_wide(s, &s->marks[s->marks[at].back]) || !is_tail(s, at) || bytes_have(set, byte_at(s, at - 1)))
		return false;
	bytes_add_all(&s->not_last, set);
	s->last = at;
	return true;
}

struct bytes sketch_not_last(struct sketch *s)
{
	const struct mark *mark = &s->marks[s->marks[s->last].back];

	if (s->last == 0 || !mark->hole)
		return no_bytes; /* it is a fixed one by now */
	s->lost |= !is_wide(s, mark);
	return s->not_last;
}

bool sketch_behind(struct sketch *s, const struct bytes *set, size_t at)
{
	size_t back = s->marks[at].back;

	if (at == 0)
		return false;
	if (s->marks[back].hole) {
		enum relation relation = sketch_relation(s, back, set);

		if (relation != BOTH)
			return relation == WITHIN;
		if (bar_last(s, set, at))
			return false;
		sketch_split_back(s, at);
	}
	return bytes_have(set, byte_at(s, at - 1));
}

void sketch_begin(struct sketch *s, struct slice text)
{
	s->text = text;
	s->lost = false;
	s->sets[SET_ANY] = (struct bytes){ { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } };
	s->wide[SET_ANY] = true;
	s->sets[SET_WORD] = words;
	s->sets[SET_NONE] = no_bytes;
	s->wide[SET_WORD] = s->wide[SET_NONE] = false;
	s->n_sets = N_SETS_GIVEN;
	s->not_last = no_bytes;
	s->last = 0;
	s->marks[0].back = 0;
	put_stretch(s, 0, text.n, hole_of(SET_ANY));
}
