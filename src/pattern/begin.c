/* begin.c - a regex's source is walked over with the set of all places of the text that
 * it could have come to.
 *
 * Places are those in the id, before and behind its first digit, those between the bytes
 * that are known, and the one behind them, from which on everything could be. Of a
 * group or a loop the set of places behind it follows from the set before it, so that
 * nothing is tried twice. SPDX-License-Identifier: MIT */
#include "pattern/begin.h"

static inline bool is_end(unsigned char c)
{
	return c < '-' || c > 0x7f || (c >= ':' && c <= '@');
}

static struct begin begin_of_any(struct slice text)
{
	size_t at = 0;
	bool digit = false;

	if (text.n < BEGIN_MAX)
		return (struct begin){ 0, 0 };
	for (; at < text.n && at < ID_REACH && !is_end((unsigned char)text.p[at]); at++)
		digit |= at < ID_DIGIT && text.p[at] >= '0' && text.p[at] <= '9';
	if (!digit || at == text.n || at == ID_REACH)
		return begin_of_word(text.p);
	return text.n - at < BEGIN_MAX ? (struct begin){ 0, 0 } : begin_behind(text.p, at);
}

#ifdef __SSE2__

/* The second block overlaps the first, and ends with the text if that is short. */
struct begin begin_of_short(struct slice text)
{
	size_t second = text.n < ID_REACH ? text.n - ID_DIGIT : ID_REACH - ID_DIGIT;
	__m128i bytes;
	unsigned ends;

	if (text.n < ID_DIGIT)
		return begin_of_any(text);
	bytes = _mm_loadu_si128((const __m128i *)(const void *)text.p);
	ends = begin_ends_of(bytes) |
	       begin_ends_of(_mm_loadu_si128((const __m128i *)(const void *)(text.p + second))) << second;
	if (ends && text.n - (size_t)__builtin_ctz(ends) < BEGIN_MAX)
		return begin_of_any(text);
	return begin_at(text, ends, begin_digits_of(bytes));
}

#else

struct begin begin_of_short(struct slice text)
{
	return begin_of_any(text);
}

#endif

/* Sets of places: bits. */
enum { IN_ID = 1, BEHIND_DIGIT = 2, KNOWN = 4, KNOWN_MAX = 24 };

/* What may match one byte: a bit for each. */
struct bytes {
	uint64_t has[4];
};

struct walk {
	struct slice rest;  /* of the source */
	struct slice known; /* bytes */
	size_t steps;
	bool could;         /* it could match, or is not understood */
};

/* A source that takes more is not worth it. */
enum { STEPS_MAX = 20000, LEAST_MAX = 16 };

static unsigned at_known(size_t i)
{
	return (unsigned)KNOWN << i;
}

static struct walk walk_of(struct slice known, struct slice source)
{
	return (struct walk){ .rest = source, .known = { known.p, known.n < KNOWN_MAX ? known.n : KNOWN_MAX } };
}

static unsigned first_places(bool behind_id)
{
	return behind_id ? IN_ID : KNOWN;
}

static void add(struct bytes *bytes, unsigned char c)
{
	bytes->has[c / 64] |= (uint64_t)1 << c % 64;
}

static bool has(const struct bytes *bytes, unsigned char c)
{
	return bytes->has[c / 64] >> c % 64 & 1;
}

static void add_range(struct bytes *bytes, unsigned from, unsigned to)
{
	for (unsigned c = from; c <= to; c++)
		add(bytes, (unsigned char)c);
}

static void negate(struct bytes *bytes)
{
	for (size_t i = 0; i < 4; i++)
		bytes->has[i] = ~bytes->has[i];
}

/* The places behind one of these bytes. */
static unsigned consume(struct walk *w, unsigned places, const struct bytes *bytes)
{
	bool digit = bytes->has[0] >> '0' & 0x3ff;
	bool other = bytes->has[0] >> '-' & 0x1fff || bytes->has[1] >> ('A' - 64); /* no end */
	unsigned behind = 0;

	if ((places & IN_ID) && other)
		behind |= IN_ID;
	if (((places & IN_ID) && digit) || ((places & BEHIND_DIGIT) && other))
		behind |= BEHIND_DIGIT;
	if (places & BEHIND_DIGIT)
		places |= KNOWN; /* the id may end here */
	for (size_t i = 0; places >= KNOWN && i < w->known.n; i++)
		if ((places & at_known(i)) && has(bytes, (unsigned char)w->known.p[i]))
			behind |= at_known(i + 1);
	w->could |= (behind & at_known(w->known.n)) != 0;
	return behind;
}

static char front(const struct walk *w)
{
	return w->rest.n ? *w->rest.p : '\0';
}

static char take(struct walk *w)
{
	char c = front(w);

	w->could |= ++w->steps > STEPS_MAX || w->rest.n == 0;
	w->rest = slice_from(w->rest, 1);
	return c;
}

static bool take_if(struct walk *w, struct slice what)
{
	bool stands = slice_starts(w->rest, what);

	if (stands)
		w->rest = slice_from(w->rest, what.n);
	return stands;
}

static bool is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Behind a backslash: a kind of bytes, or one that stands for itself. */
static void add_escaped(struct walk *w, char c, struct bytes *bytes)
{
	struct bytes kind = { { 0 } };

	switch (c) {
	case 'w': case 'W':
		add_range(&kind, 'a', 'z');
		add_range(&kind, 'A', 'Z');
		add(&kind, '_');
		/* fall through */
	case 'd': case 'D':
		add_range(&kind, '0', '9');
		break;
	case 's': case 'S':
		add_range(&kind, '\t', '\r');
		add(&kind, ' ');
		break;
	default:
		w->could |= is_alphanumeric(c);
		add(&kind, (unsigned char)c);
	}
	if (c == 'W' || c == 'D' || c == 'S')
		negate(&kind);
	for (size_t i = 0; i < 4; i++)
		bytes->has[i] |= kind.has[i];
}

/* One of a class's bytes, or a range of them. */
static void add_member(struct walk *w, struct bytes *bytes)
{
	unsigned char from = (unsigned char)take(w), to = from;

	if (from == '\\') {
		add_escaped(w, take(w), bytes);
		w->could |= front(w) == '-' && w->rest.n > 1 && w->rest.p[1] != ']';
		return;
	}
	w->could |= from == '[' && (front(w) == ':' || front(w) == '.' || front(w) == '=');
	if (w->rest.n > 1 && front(w) == '-' && w->rest.p[1] != ']') {
		take(w);
		to = (unsigned char)take(w);
		w->could |= to == '\\' || to == '[';
	}
	add_range(bytes, from, to);
}

/* "[a-z]", "[]a]", "[^]a]" */
static unsigned walk_class(struct walk *w, unsigned places)
{
	struct bytes bytes = { { 0 } };
	bool negated = take_if(w, SLICE("^"));

	do
		add_member(w, &bytes);
	while (w->rest.n && front(w) != ']');
	take(w);
	if (negated)
		negate(&bytes);
	return consume(w, places, &bytes);
}

static unsigned walk_escape(struct walk *w, unsigned places)
{
	struct bytes bytes = { { 0 } };
	char c = take(w);

	if (c == 'b' || c == 'B')
		return places;
	add_escaped(w, c, &bytes);
	return consume(w, places, &bytes);
}

static unsigned walk_byte(struct walk *w, unsigned places, char c)
{
	struct bytes bytes = { { 0 } };

	add(&bytes, (unsigned char)c);
	return consume(w, places, &bytes);
}

static unsigned walk_any(struct walk *w, unsigned places)
{
	struct bytes bytes = { { 0 } };

	negate(&bytes);
	return consume(w, places, &bytes);
}

static unsigned walk_alternatives(struct walk *w, unsigned places);

/* Lookaheads may be said to hold: the set is but larger. */
static unsigned walk_group(struct walk *w, unsigned places)
{
	static const struct slice looks[] = {
		SLICE_INIT("?="), SLICE_INIT("?!"), SLICE_INIT("?<="), SLICE_INIT("?<!"),
	};
	static const struct slice plain[] = { SLICE_INIT("?:"), SLICE_INIT("?|"), SLICE_INIT("?>") };
	bool looks_only = false, known = front(w) != '?' && front(w) != '*';
	unsigned behind;

	for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
		looks_only |= take_if(w, looks[i]);
	for (size_t i = 0; !looks_only && i < sizeof plain / sizeof *plain; i++)
		known |= take_if(w, plain[i]);
	if (!looks_only && !known && take_if(w, SLICE("?<"))) {
		known = true;
		while (w->rest.n && take(w) != '>')
			;
	}
	w->could |= !looks_only && !known;
	behind = walk_alternatives(w, looks_only ? 0 : places);
	w->could |= !take_if(w, SLICE(")"));
	return looks_only ? places : behind;
}

static unsigned walk_atom(struct walk *w, unsigned places)
{
	char c = take(w);

	switch (c) {
	case '\\': return walk_escape(w, places);
	case '[': return walk_class(w, places);
	case '(': return walk_group(w, places);
	case '.': return walk_any(w, places);
	case '^': return places;
	case '$': return 0; /* more follows, unless it could match anyway */
	default: return walk_byte(w, places, c);
	}
}

static size_t take_number(struct slice *s)
{
	size_t n = 0;

	for (; s->n && *s->p >= '0' && *s->p <= '9' && n < STEPS_MAX; *s = slice_from(*s, 1))
		n = 10 * n + (size_t)(*s->p - '0');
	return n;
}

/* How often the atom before it is repeated, SIZE_MAX is without end. */
static bool take_quantifier(struct walk *w, size_t *least, size_t *most)
{
	struct slice rest = slice_from(w->rest, 1);

	*least = front(w) == '+';
	*most = front(w) == '?' ? 1 : SIZE_MAX;
	if (front(w) == '{' && rest.n && *rest.p >= '0' && *rest.p <= '9') {
		*most = *least = take_number(&rest);
		if (rest.n && *rest.p == ',') {
			rest = slice_from(rest, 1);
			*most = rest.n && *rest.p == '}' ? SIZE_MAX : take_number(&rest);
		}
		w->could |= !slice_starts(rest, SLICE("}"));
		rest = slice_from(rest, 1);
	} else if (front(w) != '?' && front(w) != '*' && front(w) != '+') {
		w->could |= front(w) == '{'; /* it may be one for newer versions */
		return false;
	}
	w->rest = rest;
	if (!take_if(w, SLICE("?")))
		take_if(w, SLICE("+"));
	return true;
}

/* An atom and what repeats it. That it need not be repeated more than LEAST_MAX times
 * makes the set but larger. */
static unsigned walk_item(struct walk *w, unsigned places)
{
	struct slice atom = w->rest, behind;
	unsigned now = walk_atom(w, places), all = 0;
	size_t least, most;

	if (!take_quantifier(w, &least, &most))
		return now;
	behind = w->rest;
	least = least < LEAST_MAX ? least : LEAST_MAX;
	now = places;
	for (size_t n = 0; now && !w->could; n++) {
		if (n >= least && (all | now) == all)
			break;
		if (n >= least)
			all |= now;
		if (n == most)
			break;
		w->rest = atom;
		now = walk_atom(w, now);
	}
	w->rest = behind;
	return all;
}

static unsigned walk_alternatives(struct walk *w, unsigned places)
{
	unsigned now, all = 0;

	do {
		now = places;
		while (w->rest.n && !w->could && front(w) != '|' && front(w) != ')')
			now = walk_item(w, now);
		all |= now;
	} while (!w->could && take_if(w, SLICE("|")));
	return all;
}

/* Behind the class that is open at i; its first byte may be a bracket. */
static size_t behind_class(struct slice source, size_t i)
{
	size_t first = i + 1 + (i + 1 < source.n && source.p[i + 1] == '^');

	for (i = first; i < source.n && (i == first || source.p[i] != ']'); i++)
		i += source.p[i] == '\\';
	return i + 1;
}

/* Is a match bound to the text's begin? */
static bool is_bound(struct slice source)
{
	int depth = 0;

	for (size_t i = 0; i < source.n; )
		switch (source.p[i++]) {
		case '\\':
			if (i < source.n && source.p[i++] == 'Q')
				return false;
			break;
		case '[': i = behind_class(source, i - 1); break;
		case '(': depth++; break;
		case ')': depth--; break;
		case '|':
			if (depth == 0)
				return false;
		}
	return source.n && *source.p == '^';
}

bool begin_could_match(bool behind_id, struct slice known, struct slice source)
{
	struct walk w = walk_of(known, source);
	unsigned places = first_places(behind_id);

	while (places && w.rest.n && !w.could) {
		w.could |= front(&w) == '|' || front(&w) == ')';
		places = walk_item(&w, places);
	}
	return w.could || places || !is_bound(source);
}

bool begin_could_start(bool behind_id, struct slice known, struct slice literal)
{
	struct walk w = walk_of(known, literal);
	unsigned places = first_places(behind_id);

	while (places && w.rest.n && !w.could)
		places = walk_byte(&w, places, take(&w));
	return w.could || places;
}

bool begin_could_hold(bool behind_id, struct slice known, struct slice literal)
{
	struct walk w = walk_of(known, literal);
	unsigned places = at_known(w.known.n) - 1; /* all but the last */

	if (!behind_id)
		places &= ~(unsigned)(IN_ID | BEHIND_DIGIT);
	while (places && w.rest.n)
		places = walk_byte(&w, places, take(&w));
	return places || w.known.n < known.n;
}
