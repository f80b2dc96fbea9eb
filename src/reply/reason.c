/* reason.c - a refusal's text as a template, in one pass over its bytes.
 *
 * Text is taken apart into words (letters and digits with '.' and '-' between
 * them), longer shapes that begin like a word (address, URL, date) and single
 * other bytes. Each is copied or replaced as a whole by its shape, and no
 * placeholder can join its neighbours to a new shape: therefore a template is
 * its own template. What does not fit is left out from a shape's beginning on,
 * so that no half of an address remains.
 *
 * Kept on purpose: words of capitals with up to four digits (TSS04, S3150,
 * OU-002) are a provider's own name for the cause.
 * SPDX-License-Identifier: MIT */
#include "reply/reason.h"

#include "base/utf8.h"
#include "reply/reply.h"
#include "reply/shape.h"

enum { INPUT_MAX = 4096, CUT_MARK = 3, WORD_MAX = 32 };

struct templater {
	struct slice s;
	size_t at;
	size_t last_at;        /* behind the last @: no address begins there */
	size_t no_address;     /* none begins before this place */
	bool part;             /* a line of a multi-line reply may begin here */
	int part_code;         /* of the "NNN-" parts without enhanced codes so far */
	enum { LIST_NO, LIST_BLOCKED, LIST_LISTED, LIST_HERE } list;
	const struct reason_names *names;
	uint64_t name_starts;  /* set of the names' first bytes modulo 32: of either case */
	char out[REASON_MAX];
	size_t n, cut;         /* cut: the last end of a shape that leaves room for "..." */
	bool blank, full;
};

static void put(struct templater *t, struct slice s)
{
	bool blank = t->blank && t->n;

	if (t->n <= REASON_MAX - CUT_MARK)
		t->cut = t->n;
	if (t->n + blank + s.n > REASON_MAX) {
		t->full = true;
		return;
	}
	if (blank)
		t->out[t->n++] = ' ';
	t->blank = false;
	memcpy(t->out + t->n, s.p, s.n);
	t->n += s.n;
}

/* Writes `placeholder` for the next n bytes. */
static void mask(struct templater *t, size_t n, struct slice placeholder)
{
	put(t, placeholder);
	t->at += n;
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

static bool take_codes(struct templater *t)
{
	size_t begin = t->at, n;

	while (t->at < t->s.n) {
		n = part_length(t);
		if (!n && (t->n == 0 || t->at > begin))
			n = enhanced_length(t, t->at);
		if (!n)
			break;
		t->at += n;
		while (kind_at(t->s, t->at) & BLANK) {
			t->at++;
			t->blank = true;
		}
	}
	if (t->at > begin)
		t->blank = true;
	return t->at > begin;
}

/* ---- Names and addresses ---- */

/* The length of a name of the line at i, as a whole word; 0: none. */
static size_t name_length(const struct templater *t, size_t i)
{
	struct slice rest = slice_from(t->s, i);

	if (!rest.n || !(t->name_starts >> ((unsigned char)*rest.p & 31) & 1))
		return 0;
	for (size_t k = 0; k < t->names->n; k++) {
		struct slice name = t->names->name[k];

		if (name.n && rest.n >= name.n && !(kind_at(t->s, i + name.n) & ALNUM) &&
		    slice_eq_nocase((struct slice){ rest.p, name.n }, name))
			return name.n;
	}
	return 0;
}

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
	while (kind_at(t->s, k) & ATEXT)
		k++;
	if (char_at(t->s, k) == '@')
		return domain_end(t->s, k) - i;
	t->no_address = k;
	return 0;
}

/* ---- Words ---- */

struct word {
	struct slice s;
	unsigned digits, letters, uppers, lowers, dots, hyphens;
	unsigned turns;      /* between letters and digits */
	size_t last_label;   /* where it begins */
};

/* "mailbox.Please": the end of a sentence, not a host. */
static bool is_sentence_end(const struct templater *t, size_t dot)
{
	if ((unsigned char)char_at(t->s, dot + 1) == 0xd0) /* a Cyrillic capital */
		return (unsigned char)char_at(t->s, dot + 2) == 0x81 ||
		       ((unsigned char)char_at(t->s, dot + 2) >= 0x90 && (unsigned char)char_at(t->s, dot + 2) < 0xb0);
	return !(kind_at(t->s, dot - 1) & UPPER) && (kind_at(t->s, dot + 1) & UPPER) && (kind_at(t->s, dot + 2) & LOWER);
}

/* The word at t->at; with stop_at_names it ends before a name inside it. */
static struct word scan_word(const struct templater *t, bool stop_at_names)
{
	struct word w = { .last_label = 0 };
	unsigned before = 0;
	size_t i = t->at;

	for (; i < t->s.n; i++) {
		unsigned k = kind(t->s.p[i]);

		if (k & LETTER) {
			w.letters++;
			w.uppers += !!(k & UPPER);
			w.lowers += !!(k & LOWER);
		} else if (k & DIGIT) {
			w.digits++;
		} else if ((k & JOINER) && (kind_at(t->s, i + 1) & ALNUM)) {
			if (stop_at_names && name_length(t, i + 1))
				break;
			if (t->s.p[i] == '-') {
				w.hyphens++;
			} else if (is_sentence_end(t, i)) {
				break;
			} else {
				w.dots++;
				w.last_label = i + 1 - t->at;
			}
			continue;
		} else {
			break;
		}
		w.turns += before && (before ^ k) & DIGIT;
		before = k;
	}
	w.s = slice_between(t->s.p + t->at, t->s.p + i);
	return w;
}

static bool is_host(const struct word *w)
{
	struct slice label = slice_from(w->s, w->last_label);

	if (!w->dots || label.n < 2)
		return false;
	if (slice_starts(label, SLICE("xn--")))
		return true;
	for (size_t i = 0; i < label.n; i++)
		if (!(kind(label.p[i]) & LETTER) || label.p[i] == '_')
			return false;
	return true;
}

/* Queue, message and session ids, hex, base64: digits among letters. */
static bool is_id(const struct word *w)
{
	unsigned n = w->digits + w->letters;

	if (!w->digits)
		return n > WORD_MAX && !w->hyphens && !w->dots;
	return w->digits >= 5 || (n >= 20 && !w->hyphens) || (n >= 10 && w->digits >= 2) ||
	       (w->lowers && w->digits >= 2 && !w->dots) || (w->turns >= 2 && n >= 6 && w->digits >= 2);
}

/* The length of a base64 run that goes on behind the word with '+' and '/'. */
static size_t base64_length(const struct templater *t, const struct word *w)
{
	unsigned seen = 0, digits = 0;
	size_t i = t->at + w->s.n;

	if ((char_at(t->s, i) != '+' && char_at(t->s, i) != '/') || !(kind_at(t->s, i + 1) & ALNUM))
		return 0;
	for (i = t->at; (kind_at(t->s, i) & ALNUM) || char_at(t->s, i) == '+' || char_at(t->s, i) == '/'; i++) {
		seen |= kind_at(t->s, i);
		digits += !!(kind_at(t->s, i) & DIGIT);
	}
	return i - t->at >= 20 && digits >= 2 && (seen & UPPER) && (seen & LOWER) ? i - t->at : 0;
}

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

static void copy_word(struct templater *t, struct slice word)
{
	put(t, word);
	t->at += word.n;
	if (t->list != LIST_NO || (*word.p | 0x20) == 'b' || (*word.p | 0x20) == 'l' || (*word.p | 0x20) == 'f')
		follow_list(t, word);
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

/* The length of a word of letters that needs no closer look, as most do not; 0:
 * look closer. */
static size_t plain_length(const struct templater *t)
{
	size_t i = t->at, n;
	unsigned next;
	char c;

	while (kind_at(t->s, i) & (UPPER | LOWER))
		i++;
	n = i - t->at;
	next = kind_at(t->s, i);
	c = char_at(t->s, i);
	if (n == 0 || n > WORD_MAX || (next & ALNUM) || c == ':' || c == '/' || c == '+' || c == '@' ||
	    ((next & ATEXT) && t->at < t->last_at) || ((next & JOINER) && (kind_at(t->s, i + 1) & ALNUM)))
		return 0;
	return (n == 3 && begins_date(t->s, t->at)) || (t->names && name_length(t, t->at)) ? 0 : n;
}

static void word(struct templater *t)
{
	struct word w;
	size_t name, run;

	if ((run = plain_length(t))) {
		copy_word(t, (struct slice){ t->s.p + t->at, run });
		return;
	}
	if (long_shape(t))
		return;
	name = t->names ? name_length(t, t->at) : 0;
	w = scan_word(t, false);
	if (name && (name >= w.s.n || !is_host(&w))) {
		mask(t, name, SLICE("<user>"));
		return;
	}
	if (t->names && (w.hyphens || w.dots) && !is_host(&w))
		w = scan_word(t, true);
	if (is_host(&w))
		host(t, &w);
	else if (!w.letters)
		number(t, &w);
	else if (slice_eq_nocase(w.s, SLICE("ipv6")) && char_at(t->s, t->at + 4) == ':' && ip6_length(t->s, t->at + 5))
		mask(t, 5 + ip6_length(t->s, t->at + 5), SLICE("<ip>"));
	else if ((run = base64_length(t, &w)))
		mask_id(t, run);
	else if (!number_with_unit(t, &w)) {
		if (is_id(&w))
			mask_id(t, w.s.n);
		else
			copy_word(t, w.s);
	}
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

/* A placeholder, "<user@example.org>", "<user>": the brackets go with it. */
static bool bracketed(struct templater *t)
{
	size_t n = placeholder_length(slice_from(t->s, t->at));

	if (n) {
		mask(t, n, (struct slice){ t->s.p + t->at, n });
		return true;
	}
	n = address_length(t, t->at + 1);
	if (n && char_at(t->s, t->at + 1 + n) == '>') {
		mask(t, n + 2, SLICE("<address>"));
		return true;
	}
	n = t->names ? name_length(t, t->at + 1) : 0;
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
	if (!quoted)
		put(t, SLICE("@"));
	t->at++;
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
	put(t, (struct slice){ &t->s.p[t->at], 1 });
	t->part = c == '?' || c == '(' || c == '"';
	t->at++;
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
	if (part && (k & DIGIT || t->s.p[t->at] == '#') && take_codes(t))
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
	struct templater t;
	const char *last;

	t.s = clean(text, room);
	last = t.s.n ? memrchr(t.s.p, '@', t.s.n) : NULL;
	t.last_at = last ? (size_t)(last - t.s.p) + 1 : 0;
	t.at = t.no_address = t.n = t.cut = 0;
	t.part_code = 0;
	t.part = true;
	t.blank = t.full = false;
	t.list = LIST_NO;
	t.names = names && names->n ? names : NULL;
	t.name_starts = 0;
	for (size_t i = 0; t.names && i < names->n; i++)
		if (names->name[i].n)
			t.name_starts |= (uint64_t)1 << ((unsigned char)*names->name[i].p & 31);
	while (t.at < t.s.n && !t.full)
		step(&t);
	buffer_add(out, (struct slice){ t.out, t.full ? t.cut : t.n });
	if (t.full)
		buffer_puts(out, "...");
}
