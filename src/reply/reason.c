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

enum { INPUT_MAX = 4096, CUT_MARK = 3, QUOTED_MAX = 130, LITERAL_MAX = 64, WORD_MAX = 32 };

enum { DIGIT = 1, UPPER = 2, LOWER = 4, HIGH = 8, JOINER = 16, ATEXT = 32, BLANK = 64, HEX = 128,
       LETTER = UPPER | LOWER | HIGH, ALNUM = DIGIT | LETTER };

/* What a byte can be part of; ATEXT as in RFC 6532. '_' is a letter. */
enum { B_ = BLANK, P_ = 0, A_ = ATEXT, J_ = ATEXT | JOINER, D_ = ATEXT | DIGIT | HEX, X_ = ATEXT | UPPER | HEX,
       U_ = ATEXT | UPPER, x_ = ATEXT | LOWER | HEX, l_ = ATEXT | LOWER, H_ = ATEXT | HIGH };
static const unsigned char kinds[256] = {
	B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_,
	B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_,
	B_, A_, P_, A_, A_, A_, A_, A_, P_, P_, A_, A_, P_, J_, J_, A_,
	D_, D_, D_, D_, D_, D_, D_, D_, D_, D_, P_, P_, P_, A_, P_, A_,
	P_, X_, X_, X_, X_, X_, X_, U_, U_, U_, U_, U_, U_, U_, U_, U_,
	U_, U_, U_, U_, U_, U_, U_, U_, U_, U_, U_, P_, P_, P_, A_, l_,
	A_, x_, x_, x_, x_, x_, x_, l_, l_, l_, l_, l_, l_, l_, l_, l_,
	l_, l_, l_, l_, l_, l_, l_, l_, l_, l_, l_, A_, A_, A_, A_, B_,
	H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_,
	H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_,
	H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_,
	H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_,
	H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_,
	H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_,
	H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_,
	H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_,
};

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

static inline unsigned kind(char c)
{
	return kinds[(unsigned char)c];
}

/* The kind of the byte at i; 0 behind the end. */
static inline unsigned kind_at(const struct templater *t, size_t i)
{
	return i < t->s.n ? kind(t->s.p[i]) : 0;
}

static inline char char_at(const struct templater *t, size_t i)
{
	return i < t->s.n ? t->s.p[i] : '\0';
}

static inline struct slice rest_at(const struct templater *t, size_t i)
{
	return slice_from(t->s, i);
}

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

	while (kind_at(t, i) & BLANK)
		i++;
	if (char_at(t, i) == '#')
		i++;
	return enhanced_parse(rest_at(t, i), &n) ? i + n - begin : 0;
}

static int code_at(const struct templater *t, size_t i)
{
	struct slice s = rest_at(t, i);

	if (s.n < 3 || s.p[0] < '2' || s.p[0] > '5' || !(kind(s.p[1]) & DIGIT) || !(kind(s.p[2]) & DIGIT))
		return 0;
	return (s.p[0] - '0') * 100 + (s.p[1] - '0') * 10 + (s.p[2] - '0');
}

/* The length of "550-", "550-5.7.1", "550 5.7.1", and of "550 " where it must be
 * a reply's code; 0: none. */
static size_t part_length(struct templater *t)
{
	int code = code_at(t, t->at);
	unsigned next = kind_at(t, t->at + 3);
	size_t n;

	if (!code)
		return 0;
	if (char_at(t, t->at + 3) == '-') {
		n = enhanced_length(t, t->at + 4);
		if (!n && (kind_at(t, t->at + 4) & DIGIT))
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
		while (kind_at(t, t->at) & BLANK) {
			t->at++;
			t->blank = true;
		}
	}
	if (t->at > begin)
		t->blank = true;
	return t->at > begin;
}

/* ---- Names, addresses, URLs ---- */

/* The length of a name of the line at i, as a whole word; 0: none. */
static size_t name_length(const struct templater *t, size_t i)
{
	struct slice rest = rest_at(t, i);

	if (!rest.n || !(t->name_starts >> ((unsigned char)*rest.p & 31) & 1))
		return 0;
	for (size_t k = 0; k < t->names->n; k++) {
		struct slice name = t->names->name[k];

		if (name.n && rest.n >= name.n && !(kind_at(t, i + name.n) & ALNUM) &&
		    slice_eq_nocase((struct slice){ rest.p, name.n }, name))
			return name.n;
	}
	return 0;
}

/* The end of the domains that follow local parts at i: "@example.org",
 * "@[192.0.2.1]", "@a@b". */
static size_t domain_end(const struct templater *t, size_t i)
{
	while (char_at(t, i) == '@') {
		const char *close;

		i++;
		if (char_at(t, i) == '[') {
			struct slice rest = rest_at(t, i);

			close = memchr(rest.p, ']', rest.n < LITERAL_MAX ? rest.n : LITERAL_MAX);
			if (close)
				i += (size_t)(close - rest.p) + 1;
			continue;
		}
		while ((kind_at(t, i) & ALNUM) || ((kind_at(t, i) & JOINER) && (kind_at(t, i + 1) & ALNUM)))
			i++;
	}
	return i;
}

/* The end of a quoted local part whose quote stands at i; 0: it is none. */
static size_t quoted_end(const struct templater *t, size_t i)
{
	for (size_t k = i + 1; k < t->s.n && k < i + QUOTED_MAX; k++) {
		if (t->s.p[k] == '\\')
			k++;
		else if (t->s.p[k] == '"')
			return char_at(t, k + 1) == '@' ? k + 1 : 0;
	}
	return 0;
}

/* The length of an address that begins at i; 0: none. */
static size_t address_length(struct templater *t, size_t i)
{
	size_t k = i;

	if (char_at(t, i) == '"') {
		k = quoted_end(t, i);
		return k ? domain_end(t, k) - i : 0;
	}
	if (i >= t->last_at || i < t->no_address || !(kind_at(t, i) & ALNUM))
		return 0;
	while (kind_at(t, k) & ATEXT)
		k++;
	if (char_at(t, k) == '@')
		return domain_end(t, k) - i;
	t->no_address = k;
	return 0;
}

/* The end of a URL's text from i on, without the punctuation of the sentence. */
static size_t url_end(const struct templater *t, size_t i)
{
	while (i < t->s.n && !(kind(t->s.p[i]) & BLANK) && !memchr("<>\"\\", t->s.p[i], 4))
		i++;
	while (memchr(".,;:!?)]}'", t->s.p[i - 1], 10))
		i--;
	return i;
}

static size_t url_length(const struct templater *t)
{
	size_t i = t->at, end;

	while (kind_at(t, i) & (UPPER | LOWER))
		i++;
	if (!slice_starts(rest_at(t, i), SLICE("://")))
		return 0;
	end = url_end(t, i + 3);
	return end > i + 3 ? end - t->at : 0;
}

/* ---- Addresses of hosts ---- */

static size_t digits_at(const struct templater *t, size_t i)
{
	size_t begin = i;

	while (kind_at(t, i) & DIGIT)
		i++;
	return i - begin;
}

/* "/24" behind an address. */
static size_t prefix_length(const struct templater *t, size_t i)
{
	size_t n = char_at(t, i) == '/' ? digits_at(t, i + 1) : 0;

	return n && n <= 3 ? n + 1 : 0;
}

static bool is_ip4(struct slice s)
{
	struct slice part;
	uint64_t value;
	int n = 0;

	for (; slice_split(&s, '.', &part); n++)
		if (part.n > 3 || !slice_to_u64(part, &value) || value > 255)
			return false;
	return n == 4;
}

/* The length of an IPv6 address at i, with scope and prefix length; 0: none. It
 * holds a digit ("Net::DNS" is none), and what sticks to its end goes with it. */
static size_t ip6_length(const struct templater *t, size_t i)
{
	size_t begin = i;
	unsigned seen = 0;
	int colons = 0, group = 0;
	bool gap = false;

	for (;; i++) {
		if (char_at(t, i) == ':') {
			gap = gap || char_at(t, i + 1) == ':';
			colons++;
			group = 0;
		} else if (!(kind_at(t, i) & HEX) || ++group > 4) {
			break;
		}
		seen |= kind_at(t, i);
	}
	if (group == 0 && i - begin >= 2 && char_at(t, i - 2) != ':')
		i--, colons--; /* the sentence's colon */
	if (!(seen & DIGIT) || colons < 2 || (!gap && colons < 7))
		return 0;
	while ((kind_at(t, i) & ALNUM) || (char_at(t, i) == '.' && (kind_at(t, i + 1) & DIGIT)))
		i++; /* ::ffff:192.0.2.1 */
	if (char_at(t, i) == '%')
		for (i++; kind_at(t, i) & ALNUM; )
			i++;
	return i + prefix_length(t, i) - begin;
}

/* ---- Dates and times ---- */

/* Is s one of these names, all of its length and written without gaps? */
static bool is_one_of(struct slice s, struct slice names)
{
	for (size_t i = 0; i < names.n; i += s.n)
		if (memcmp(names.p + i, s.p, s.n) == 0)
			return true;
	return false;
}

static bool is_weekday(struct slice s)
{
	return s.n == 3 && is_one_of(s, SLICE("MonTueWedThuFriSatSun"));
}

static bool is_month(struct slice s)
{
	return s.n == 3 && is_one_of(s, SLICE("JanFebMarAprMayJunJulAugSepOctNovDec"));
}

static bool is_zone(struct slice s)
{
	return (s.n == 3 && is_one_of(s, SLICE("UTCGMTCETESTEDTPSTPDTMSK"))) || slice_eq(s, SLICE("CEST"));
}

/* Do three letters begin here, like "Fri" or "Nov"? */
static bool begins_date(const struct templater *t)
{
	struct slice word = { t->s.p + t->at, 3 };

	return (kind_at(t, t->at) & UPPER) && (kind_at(t, t->at + 1) & LOWER) && (kind_at(t, t->at + 2) & LOWER) &&
	       !(kind_at(t, t->at + 3) & LETTER) && (is_weekday(word) || is_month(word));
}

static struct slice letters_at(const struct templater *t, size_t i)
{
	size_t begin = i;

	while (kind_at(t, i) & LETTER)
		i++;
	return slice_between(t->s.p + begin, t->s.p + i);
}

/* "10:00", "10:00:04.123"; its zone ("Z", "+01:00", " +0100", " UTC") with it. */
static size_t time_length(const struct templater *t, size_t i)
{
	size_t begin = i, n = digits_at(t, i), zone;

	if (n < 1 || n > 2 || char_at(t, i + n) != ':' || digits_at(t, i + n + 1) != 2)
		return 0;
	i += n + 3;
	if (char_at(t, i) == ':' && digits_at(t, i + 1) == 2)
		i += 3;
	if ((char_at(t, i) == '.' || char_at(t, i) == ',') && digits_at(t, i + 1))
		i += 1 + digits_at(t, i + 1);
	if (char_at(t, i) == 'Z' && !(kind_at(t, i + 1) & ALNUM))
		return i + 1 - begin;
	zone = i + (char_at(t, i) == ' ');
	if (char_at(t, zone) == '+' || char_at(t, zone) == '-') {
		n = digits_at(t, zone + 1);
		if (n == 4)
			return zone + 5 - begin;
		if (n == 2 && char_at(t, zone + 3) == ':' && digits_at(t, zone + 4) == 2)
			return zone + 6 - begin;
	}
	if (zone > i && is_zone(letters_at(t, zone)))
		return zone + letters_at(t, zone).n - begin;
	return kind_at(t, i) & ALNUM ? 0 : i - begin;
}

/* A time behind a date, with what stands between them. */
static size_t later_time_length(const struct templater *t, size_t i)
{
	size_t gap = char_at(t, i) == 'T' || char_at(t, i) == ' ' ? 1 : 0;
	size_t n = gap ? time_length(t, i + gap) : 0;

	return n ? gap + n : 0;
}

/* "2026-11-20", "2026-11-20T10:00:04.1Z", "2026-11-20 10:00". */
static size_t iso_length(const struct templater *t)
{
	size_t i = t->at;

	if (digits_at(t, i) != 4 || char_at(t, i + 4) != '-' || digits_at(t, i + 5) != 2 ||
	    char_at(t, i + 7) != '-' || digits_at(t, i + 8) != 2)
		return 0;
	return 10 + later_time_length(t, i + 10);
}

/* "Fri, 20 Nov 2026 10:00:04 +0100", "Nov 20 10:00:04", "20-Nov-2026": a month, a
 * day, and what else of a date stands by them in any order. */
static size_t date_length(const struct templater *t)
{
	size_t i = t->at, end = t->at;
	bool weekday = false, month = false, day = false, year = false;

	for (;;) {
		struct slice word = letters_at(t, i);
		size_t n = digits_at(t, i), time = n ? time_length(t, i) : 0;

		if (time) {
			end = i + time;
			break;
		}
		if (!weekday && !month && !day && is_weekday(word))
			weekday = true, n = word.n;
		else if (!month && is_month(word))
			month = true, n = word.n;
		else if (!day && (n == 1 || n == 2) && !(kind_at(t, i + n) & LETTER) && char_at(t, i + n) != '.')
			day = true;
		else if (!year && n == 4 && !(kind_at(t, i + n) & LETTER))
			year = true;
		else
			break;
		end = i += n;
		if (char_at(t, i) == ',')
			i++;
		if (char_at(t, i) == '-' && !weekday)
			i++;
		while (kind_at(t, i) & BLANK)
			i++;
		if (i == end || i >= t->s.n)
			break;
	}
	return month && day && !(kind_at(t, end) & ALNUM) ? end - t->at : 0;
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
	if ((unsigned char)char_at(t, dot + 1) == 0xd0) /* a Cyrillic capital */
		return (unsigned char)char_at(t, dot + 2) == 0x81 ||
		       ((unsigned char)char_at(t, dot + 2) >= 0x90 && (unsigned char)char_at(t, dot + 2) < 0xb0);
	return !(kind_at(t, dot - 1) & UPPER) && (kind_at(t, dot + 1) & UPPER) && (kind_at(t, dot + 2) & LOWER);
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
		} else if ((k & JOINER) && (kind_at(t, i + 1) & ALNUM)) {
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

	if ((char_at(t, i) != '+' && char_at(t, i) != '/') || !(kind_at(t, i + 1) & ALNUM))
		return 0;
	for (i = t->at; (kind_at(t, i) & ALNUM) || char_at(t, i) == '+' || char_at(t, i) == '/'; i++) {
		seen |= kind_at(t, i);
		digits += !!(kind_at(t, i) & DIGIT);
	}
	return i - t->at >= 20 && digits >= 2 && (seen & UPPER) && (seen & LOWER) ? i - t->at : 0;
}

static void mask_id(struct templater *t, size_t n)
{
	while (char_at(t, t->at + n) == '=')
		n++;
	mask(t, n, SLICE("<id>"));
}

/* Is this host a DNS blocklist? By its operator, or by a label. */
static bool is_list(struct slice host)
{
	static const struct slice operators[] = {
		{ "spamhaus.org", 12 }, { "spamhaus.net", 12 }, { "spamcop.net", 11 }, { "barracudacentral.org", 20 },
		{ "surbl.org", 9 }, { "uribl.com", 9 }, { "sorbs.net", 9 }, { "abuseat.org", 11 },
		{ "uceprotect.net", 14 }, { "mailspike.net", 13 }, { "surriel.com", 11 }, { "spamrats.com", 12 },
		{ "junkemailfilter.com", 19 }, { "gbudb.net", 9 }, { "backscatterer.org", 17 }, { "invaluement.com", 15 },
	};
	static const struct slice marks[] = {
		{ "bl", 2 }, { "rbl", 3 }, { "dbl", 3 }, { "sbl", 3 }, { "xbl", 3 }, { "pbl", 3 }, { "zen", 3 }, { "dnsbl", 5 },
		{ "sbl-xbl", 7 }, { "blacklist", 9 }, { "blocklist", 9 },
	};
	struct slice label;

	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
		if (slice_ends_nocase(host, operators[i]) &&
		    (host.n == operators[i].n || host.p[host.n - operators[i].n - 1] == '.'))
			return true;
	while (slice_split(&host, '.', &label) && host.p)
		for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
			if (slice_eq_nocase(label, marks[i]))
				return true;
	return false;
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

	if (char_at(t, end) == '/' && url_end(t, end) > end)
		mask(t, url_end(t, end) - t->at, SLICE("<url>"));
	else if (t->list == LIST_HERE || is_list(w->s))
		mask(t, w->s.n, SLICE("<list>"));
	else
		mask(t, w->s.n, SLICE("<host>"));
}

/* A word of digits, dots and hyphens. */
static void number(struct templater *t, const struct word *w)
{
	size_t end = t->at + w->s.n;

	if (w->dots == 3 && !w->hyphens && is_ip4(w->s)) {
		mask(t, w->s.n + prefix_length(t, end), SLICE("<ip>"));
		return;
	}
	while ((char_at(t, end) == ',' || char_at(t, end) == ':' || char_at(t, end) == '/') && digits_at(t, end + 1))
		end += 1 + digits_at(t, end + 1);
	while (kind_at(t, end) & LETTER) /* "1,234th": no new word may begin with a digit's tail */
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

	if ((k & (UPPER | LOWER)) && (n = url_length(t)))
		mask(t, n, SLICE("<url>"));
	else if ((n = address_length(t, t->at)))
		mask(t, n, SLICE("<address>"));
	else if ((k & HEX) && (n = ip6_length(t, t->at)))
		mask(t, n, SLICE("<ip>"));
	else if ((k & DIGIT) && ((n = iso_length(t)) || (n = time_length(t, t->at)) || (n = date_length(t))))
		mask(t, n, SLICE("<time>"));
	else if (begins_date(t) && (n = date_length(t)))
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

	while (kind_at(t, i) & (UPPER | LOWER))
		i++;
	n = i - t->at;
	next = kind_at(t, i);
	c = char_at(t, i);
	if (n == 0 || n > WORD_MAX || (next & ALNUM) || c == ':' || c == '/' || c == '+' || c == '@' ||
	    ((next & ATEXT) && t->at < t->last_at) || ((next & JOINER) && (kind_at(t, i + 1) & ALNUM)))
		return 0;
	return (n == 3 && begins_date(t)) || (t->names && name_length(t, t->at)) ? 0 : n;
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
	else if (slice_eq_nocase(w.s, SLICE("ipv6")) && char_at(t, t->at + 4) == ':' && ip6_length(t, t->at + 5))
		mask(t, 5 + ip6_length(t, t->at + 5), SLICE("<ip>"));
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
	size_t n = placeholder_length(rest_at(t, t->at));

	if (n) {
		mask(t, n, (struct slice){ t->s.p + t->at, n });
		return true;
	}
	n = address_length(t, t->at + 1);
	if (n && char_at(t, t->at + 1 + n) == '>') {
		mask(t, n + 2, SLICE("<address>"));
		return true;
	}
	n = t->names ? name_length(t, t->at + 1) : 0;
	if (n && char_at(t, t->at + 1 + n) == '>') {
		mask(t, n + 2, SLICE("<user>"));
		return true;
	}
	return false;
}

/* A literal \n, \r or \t (any number of backslashes) is a blank. */
static bool escaped_blank(struct templater *t)
{
	size_t i = t->at;

	while (char_at(t, i) == '\\')
		i++;
	if (char_at(t, i) != 'n' && char_at(t, i) != 'r' && char_at(t, i) != 't')
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

	while (char_at(t, t->at + 1) == '@')
		t->at++;
	if (!quoted)
		put(t, SLICE("@"));
	t->at++;
	if (kind_at(t, t->at) & ALNUM)
		mask(t, domain_end(t, t->at - 1) - t->at, SLICE("<host>"));
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
	if (c == ':' && char_at(t, t->at + 1) == ':' && (n = ip6_length(t, t->at))) {
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
