/* reason.c - a refusal's text as a template, in one pass over its bytes.
 *
 * Text is taken apart into words (letters and digits with '.' and '-' between
 * them), longer shapes that begin like a word (address, URL, date) and single
 * other bytes. Each is copied or replaced as a whole by its shape, and no
 * placeholder can join its neighbours to a new shape: therefore a template is
 * its own template. What does not fit is left out from a shape's beginning on,
 * so that no half of an address remains.
 * Most bytes are kept: what stays together is copied together.
 * SPDX-License-Identifier: MIT */
#include "reply/reason.h"

#include "base/utf8.h"
#include "reply/reply.h"
#include "reply/shape.h"
#include "reply/word.h"

enum { INPUT_MAX = 4096, CUT_MARK = 3 };

struct templater {
	struct slice s;
	size_t at;
	size_t last_at;        /* behind the last @: no address begins there */
	size_t no_address;     /* none begins before this place */
	bool part;             /* a line of a multi-line reply may begin here */
	int part_code;         /* of the "NNN-" parts without enhanced codes so far */
	enum { LIST_NO, LIST_BLOCKED, LIST_LISTED, LIST_HERE } list;
	struct names names;
	uint32_t marked;       /* first bytes, as in names, of all words that may mean something */
	struct buffer *out;
	size_t from, to;       /* kept bytes of s that are still to be written to out */
	size_t n, cut;         /* length, kept bytes too; the last end of a shape that leaves room for "..." */
	bool blank, full;
};

/* Counts the next n bytes of the template, and a blank that is due before them;
 * false: no room. */
static bool make_room(struct templater *t, size_t n)
{
	t->blank = t->blank && t->n;
	if (t->n <= REASON_MAX - CUT_MARK)
		t->cut = t->n;
	n += t->n + t->blank;
	t->full = n > REASON_MAX;
	if (!t->full)
		t->n = n;
	return !t->full;
}

/* Writes the kept bytes out, and the blank that is due behind them. */
static void write_kept(struct templater *t)
{
	buffer_add(t->out, slice_between(t->s.p + t->from, t->s.p + t->to));
	if (t->blank)
		buffer_byte(t->out, ' ');
	t->blank = false;
}

/* Keeps the next n bytes. */
static void keep(struct templater *t, size_t n)
{
	if (!make_room(t, n))
		return;
	if (t->at == t->to + t->blank && (!t->blank || t->s.p[t->to] == ' ')) {
		t->blank = false;
	} else {
		write_kept(t);
		t->from = t->at;
	}
	t->to = t->at += n;
}

/* Writes `placeholder` for the next n bytes. */
static void mask(struct templater *t, size_t n, struct slice placeholder)
{
	if (!make_room(t, placeholder.n))
		return;
	write_kept(t);
	buffer_add(t->out, placeholder);
	t->from = t->to = t->at += n;
	t->list = LIST_NO;
}

/* ---- Codes of the parts ---- */

/* The length of an enhanced code at i, with blanks and '#' before it; 0: none. */
static size_t enhanced_length(const struct templater *t, size_t i)
{
	size_t begin = i, n;

	while (kind_at(t->s, i) & BLANK)
		i++;
	if (char_at(t->s, i) == '#')
		i++;
	return enhanced_parse(slice_from(t->s, i), &n) ? i + n - begin : 0;
}

static int code_at(const struct templater *t, size_t i)
{
	struct slice s = slice_from(t->s, i);

	if (s.n < 3 || s.p[0] < '2' || s.p[0] > '5' || !(kind(s.p[1]) & DIGIT) || !(kind(s.p[2]) & DIGIT))
		return 0;
	return (s.p[0] - '0') * 100 + (s.p[1] - '0') * 10 + (s.p[2] - '0');
}

/* The length of "550-", "550-5.7.1", "550 5.7.1", and of "550 " where it must be
 * a reply's code; 0: none. */
static size_t part_length(struct templater *t)
{
	int code = code_at(t, t->at);
	unsigned next = kind_at(t->s, t->at + 3);
	size_t n;

	if (!code)
		return 0;
	if (char_at(t->s, t->at + 3) == '-') {
		n = enhanced_length(t, t->at + 4);
		if (!n && (kind_at(t->s, t->at + 4) & DIGIT))
			return 0;
		if (!n)
			t->part_code = code;
		return 4 + n;
	}
	if (!(next & BLANK) && t->at + 3 < t->s.n)
		return 0;
	n = enhanced_length(t, t->at + 3);
	return n || t->n == 0 || code == t->part_code ? 3 + n : 0;
}

static bool begins_code(const struct templater *t)
{
	return (kind_at(t->s, t->at) & DIGIT) || char_at(t->s, t->at) == '#';
}

static bool take_codes(struct templater *t)
{
	size_t begin = t->at, n;

	while (begins_code(t)) {
		n = part_length(t);
		if (!n && (t->n == 0 || t->at > begin))
			n = enhanced_length(t, t->at);
		if (!n)
			break;
		t->at += n;
		while (kind_at(t->s, t->at) & BLANK)
			t->at++;
		t->blank = true;
	}
	return t->at > begin;
}

/* ---- Addresses ---- */

/* The length of an address that begins at i; 0: none. */
static size_t address_length(struct templater *t, size_t i)
{
	size_t k = i;

	if (char_at(t->s, i) == '"') {
		k = quoted_end(t->s, i);
		return k ? domain_end(t->s, k) - i : 0;
	}
	if (i >= t->last_at || i < t->no_address || !(kind_at(t->s, i) & ALNUM))
		return 0;
	while (k < t->s.n && (kind(t->s.p[k]) & ATEXT))
		k++;
	if (char_at(t->s, k) == '@')
		return domain_end(t->s, k) - i;
	t->no_address = k;
	return 0;
}

/* ---- Words ---- */

static void mask_id(struct templater *t, size_t n)
{
	while (char_at(t->s, t->at + n) == '=')
		n++;
	mask(t, n, SLICE("<id>"));
}

/* Follows "blocked using", "listed in", "found on": a blocklist's name comes. */
static void follow_list(struct templater *t, struct slice word)
{
	bool blocked = t->list == LIST_BLOCKED, listed = t->list == LIST_LISTED;

	t->list = LIST_NO;
	if (word.n == 7 && slice_eq_nocase(word, SLICE("blocked")))
		t->list = LIST_BLOCKED;
	else if (word.n == 6 && slice_eq_nocase(word, SLICE("listed")))
		t->list = LIST_LISTED;
	else if (word.n == 5 && slice_eq_nocase(word, SLICE("found")))
		t->list = LIST_LISTED;
	else if (blocked && slice_eq_nocase(word, SLICE("using")))
		t->list = LIST_HERE;
	else if (listed && (slice_eq_nocase(word, SLICE("in")) || slice_eq_nocase(word, SLICE("by")) ||
	                    slice_eq_nocase(word, SLICE("at")) || slice_eq_nocase(word, SLICE("on"))))
		t->list = LIST_HERE;
}

/* Can the word at i mean something? One that cannot is just kept. */
static bool is_marked(const struct templater *t, size_t i)
{
	return t->list != LIST_NO || t->marked >> (t->s.p[i] & 31) & 1;
}

/* Can the byte at i, behind letters, make them a part of a longer shape? */
static bool goes_on(struct slice s, size_t i, bool before_at)
{
	unsigned k = kind_at(s, i);
	char c = char_at(s, i), next;

	if (k & BLANK)
		return false;
	if ((k & ALNUM) || c == '@' || ((k & ATEXT) && before_at))
		return true;
	if (!(k & JOINER) && c != ':' && c != '/' && c != '+')
		return false;
	next = char_at(s, i + 1);
	return (kind_at(s, i + 1) & ALNUM) || next == ':' || next == '/';
}

/* The length of " ", ", ", ": " and the like at i; 0: none. */
static size_t gap_length(struct slice s, size_t i)
{
	char c = char_at(s, i);

	if (c == ' ')
		return 1;
	return (c == ',' || c == ':' || c == ';' || c == '.') && char_at(s, i + 1) == ' ' ? 2 : 0;
}

/* Keeps words of letters that are no part of a longer shape, and what stands
 * between them: the most of a text, in one go. false: none here. */
static bool keep_plain(struct templater *t)
{
	const struct slice s = t->s;
	const size_t fits = t->at + REASON_MAX - CUT_MARK; /* the end of words that need no cut */
	size_t i = t->at, begin, end = i;

	do {
		for (begin = i; i < s.n && (kind(s.p[i]) & (UPPER | LOWER)); )
			i++;
		if (i - begin > WORD_MAX || goes_on(s, i, begin < t->last_at) || (i - begin == 3 && begins_date(s, begin)))
			break;
		if (i + t->n + 1 > fits && begin > t->at)
			break;
		if (is_marked(t, begin)) {
			if (name_length(&t->names, s, begin))
				break;
			follow_list(t, slice_between(s.p + begin, s.p + i));
		}
		end = i;
		i += gap_length(s, i);
	} while (i > end && (kind_at(s, i) & (UPPER | LOWER)));
	if (end == t->at)
		return false;
	keep(t, end - t->at);
	return true;
}

static void keep_word(struct templater *t, struct slice word)
{
	if (is_marked(t, t->at))
		follow_list(t, word);
	keep(t, word.n);
}

static void host(struct templater *t, const struct word *w)
{
	size_t end = t->at + w->s.n;

	if (char_at(t->s, end) == '/' && url_end(t->s, end) > end)
		mask(t, url_end(t->s, end) - t->at, SLICE("<url>"));
	else if (t->list == LIST_HERE || is_blocklist(w->s))
		mask(t, w->s.n, SLICE("<list>"));
	else
		mask(t, w->s.n, SLICE("<host>"));
}

/* A word of digits, dots and hyphens. */
static void number(struct templater *t, const struct word *w)
{
	size_t end = t->at + w->s.n;

	if (w->dots == 3 && !w->hyphens && is_ip4(w->s)) {
		mask(t, w->s.n + prefix_length(t->s, end), SLICE("<ip>"));
		return;
	}
	while ((char_at(t->s, end) == ',' || char_at(t->s, end) == ':' || char_at(t->s, end) == '/') && digits_at(t->s, end + 1))
		end += 1 + digits_at(t->s, end + 1);
	while (kind_at(t->s, end) & LETTER) /* "1,234th": no new word may begin with a digit's tail */
		end++;
	mask(t, end - t->at, SLICE("<n>"));
}

/* "10MB", "1.5s": the number goes, its unit is the next word. */
static bool number_with_unit(struct templater *t, const struct word *w)
{
	size_t n = 0;

	if (!(kind(*w->s.p) & DIGIT) || w->turns != 1 || w->letters > 3 || w->hyphens)
		return false;
	while (!(kind(w->s.p[n]) & LETTER))
		n++;
	mask(t, n, SLICE("<n>"));
	return true;
}

/* What begins like a word but is longer: true when it was taken. */
static bool long_shape(struct templater *t)
{
	unsigned k = kind(t->s.p[t->at]);
	size_t n;

	if ((k & (UPPER | LOWER)) && (n = url_length(t->s, t->at)))
		mask(t, n, SLICE("<url>"));
	else if ((n = address_length(t, t->at)))
		mask(t, n, SLICE("<address>"));
	else if ((k & HEX) && (n = ip6_length(t->s, t->at)))
		mask(t, n, SLICE("<ip>"));
	else if ((k & DIGIT) && ((n = iso_length(t->s, t->at)) || (n = time_length(t->s, t->at)) || (n = date_length(t->s, t->at))))
		mask(t, n, SLICE("<time>"));
	else if (begins_date(t->s, t->at) && (n = date_length(t->s, t->at)))
		mask(t, n, SLICE("<time>"));
	else
		return false;
	return true;
}

static void word(struct templater *t)
{
	struct word w;
	size_t name, run;

	if (keep_plain(t) || long_shape(t))
		return;
	name = name_length(&t->names, t->s, t->at);
	w = word_at(t->s, t->at, NULL);
	if (name && (name >= w.s.n || !word_is_host(&w))) {
		mask(t, name, SLICE("<user>"));
		return;
	}
	if ((w.hyphens || w.dots) && !word_is_host(&w))
		w = word_at(t->s, t->at, &t->names);
	if (word_is_host(&w))
		host(t, &w);
	else if (!w.letters)
		number(t, &w);
	else if (slice_eq_nocase(w.s, SLICE("ipv6")) && char_at(t->s, t->at + 4) == ':' && ip6_length(t->s, t->at + 5))
		mask(t, 5 + ip6_length(t->s, t->at + 5), SLICE("<ip>"));
	else if ((run = base64_length(t->s, t->at, &w)))
		mask_id(t, run);
	else if (number_with_unit(t, &w))
		return;
	else if (word_is_id(&w))
		mask_id(t, w.s.n);
	else
		keep_word(t, w.s);
}

/* ---- Other bytes ---- */

/* The length of a placeholder at the front of s; 0: none. */
static size_t placeholder_length(struct slice s)
{
	static const struct slice all[] = {
		{ "<address>", 9 }, { "<user>", 6 }, { "<host>", 6 }, { "<ip>", 4 }, { "<url>", 5 },
		{ "<id>", 4 }, { "<n>", 3 }, { "<time>", 6 }, { "<list>", 6 },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (slice_starts(s, all[i]))
			return all[i].n;
	return 0;
}

/* "<user@example.org>", a placeholder, "<user>": the brackets go with it. */
static bool bracketed(struct templater *t)
{
	size_t n = address_length(t, t->at + 1);

	if (n && char_at(t->s, t->at + 1 + n) == '>') {
		mask(t, n + 2, SLICE("<address>"));
		return true;
	}
	n = placeholder_length(slice_from(t->s, t->at));
	if (n) {
		mask(t, n, (struct slice){ t->s.p + t->at, n });
		return true;
	}
	n = name_length(&t->names, t->s, t->at + 1);
	if (n && char_at(t->s, t->at + 1 + n) == '>') {
		mask(t, n + 2, SLICE("<user>"));
		return true;
	}
	return false;
}

/* A literal \n, \r or \t (any number of backslashes) is a blank. */
static bool escaped_blank(struct templater *t)
{
	size_t i = t->at;

	while (char_at(t->s, i) == '\\')
		i++;
	if (char_at(t->s, i) != 'n' && char_at(t->s, i) != 'r' && char_at(t->s, i) != 't')
		return false;
	t->at = i + 1;
	t->blank = true;
	t->part = true;
	return true;
}

/* An @ without a local part. Behind a quoted text that was too long to be one it
 * is left out, so that masking cannot make a local part of that text. */
static void lone_at(struct templater *t)
{
	bool quoted = t->at && t->s.p[t->at - 1] == '"';

	while (char_at(t->s, t->at + 1) == '@')
		t->at++;
	if (quoted)
		t->at++;
	else
		keep(t, 1);
	if (kind_at(t->s, t->at) & ALNUM)
		mask(t, domain_end(t->s, t->at - 1) - t->at, SLICE("<host>"));
}

static void other(struct templater *t)
{
	char c = t->s.p[t->at];
	size_t n;

	if (c == '\\' && escaped_blank(t))
		return;
	if (c == '<' && bracketed(t))
		return;
	if (c == '"' && (n = address_length(t, t->at))) {
		mask(t, n, SLICE("<address>"));
		return;
	}
	if (c == ':' && char_at(t->s, t->at + 1) == ':' && (n = ip6_length(t->s, t->at))) {
		mask(t, n, SLICE("<ip>"));
		return;
	}
	if (c == '@') {
		lone_at(t);
		return;
	}
	keep(t, 1);
	t->part = c == '?' || c == '(' || c == '"';
}

static void step(struct templater *t)
{
	unsigned k = kind(t->s.p[t->at]);
	bool part = t->part;

	if (k & BLANK) {
		t->at++;
		t->blank = t->part = true;
		return;
	}
	if (part && begins_code(t) && take_codes(t))
		return;
	t->part = false;
	if (k & ALNUM)
		word(t);
	else
		other(t);
}

static bool is_ascii(struct slice s)
{
	uint64_t eight, all = 0;

	for (; s.n >= sizeof eight; s = slice_from(s, sizeof eight)) {
		memcpy(&eight, s.p, sizeof eight);
		all |= eight;
	}
	for (; s.n; s = slice_from(s, 1))
		all |= (unsigned char)*s.p;
	return !(all & 0x8080808080808080u);
}

/* At most INPUT_MAX bytes of text, cut at a blank, and valid UTF-8: itself, or a
 * copy in room. */
static struct slice clean(struct slice text, char room[INPUT_MAX])
{
	size_t n;

	if (text.n > INPUT_MAX) {
		for (n = INPUT_MAX; n && !(kind(text.p[n]) & BLANK); )
			n--;
		text.n = n;
	}
	if (is_ascii(text) || utf8_valid(text))
		return text;
	memcpy(room, text.p, text.n);
	for (size_t i = 0; i < text.n; i += n)
		if (utf8_next(slice_from(text, i), &n) < 0)
			room[i] = '?';
	return (struct slice){ room, text.n };
}

void reason_template(struct slice text, const struct reason_names *names, struct buffer *out)
{
	char room[INPUT_MAX];
	struct templater t = { .s = clean(text, room), .part = true, .names = names_of(names), .out = out };
	const char *last = t.s.n ? memrchr(t.s.p, '@', t.s.n) : NULL;
	size_t before = out->n;

	t.last_at = last ? (size_t)(last - t.s.p) + 1 : 0;
	t.marked = t.names.starts | 1u << ('b' & 31) | 1u << ('l' & 31) | 1u << ('f' & 31);
	while (t.at < t.s.n && !t.full)
		step(&t);
	write_kept(&t);
	out->n = before + (t.full ? t.cut : t.n);
	if (t.full)
		buffer_puts(out, "...");
}
