/* reason.c - a refusal's text as a template, in one pass over its bytes.
 *
 * Text is taken apart into words (letters and digits with '.' and '-' between
 * them), longer shapes that begin like a word (address, URL, date) and single
 * other bytes. Each is kept or replaced as a whole by its shape, and no
 * placeholder can join its neighbours to a new shape: therefore a template is
 * its own template. SPDX-License-Identifier: MIT */
#include "reply/reason.h"

#include "reply/blocklist.h"
#include "reply/closed.h"
#include "reply/date.h"
#include "reply/part.h"
#include "reply/plain.h"
#include "reply/word.h"

/* ---- Addresses ---- */

/* The length of an address that begins at p; 0: none. */
static size_t address_length(struct draft *d, const char *p)
{
	const char *at = p;

	if (*p == '"') {
		at = quoted_end(p);
		return at ? (size_t)(domain_end(at) - p) : 0;
	}
	if (p >= d->last_at || p < d->no_address || !(kind(*p) & ALNUM))
		return 0;
	at = run_end(p, ATEXT);
	if (*at == '@')
		return (size_t)(domain_end(at) - p);
	d->no_address = at;
	return 0;
}

/* ---- Words ---- */

static void mask_id(struct draft *d, size_t n)
{
	while (d->at[n] == '=')
		n++;
	draft_mask(d, n, MASK_ID);
}

/* Takes the last word off kept ones. */
static struct slice take_word(struct slice *words)
{
	const char *begin = words->p + words->n;
	struct slice word;

	while (begin > words->p && begin[-1] != ' ')
		begin--;
	word = slice_between(begin, words->p + words->n);
	words->n -= word.n;
	while (words->n && !(kind(words->p[words->n - 1]) & ALNUM))
		words->n--; /* the gap */
	return word;
}

/* Do the last two words say that a blocklist comes? */
static bool is_announced(const struct draft *d)
{
	struct slice before = d->words[0], words = d->words[1], last = take_word(&words);

	return announces_blocklist(take_word(words.n ? &words : &before), last);
}

static void host(struct draft *d, const struct word *w)
{
	const char *end = d->at + w->s.n;

	if (*end == '/' && url_end(end) > end)
		draft_mask(d, (size_t)(url_end(end) - d->at), MASK_URL);
	else
		draft_mask(d, w->s.n, is_announced(d) || is_blocklist(w->s) ? MASK_LIST : MASK_HOST);
}

/* A word of digits, dots and hyphens. */
static void number(struct draft *d, const struct word *w)
{
	const char *end = d->at + w->s.n;

	if (w->dots == 3 && !w->hyphens && is_ip4(w->s)) {
		draft_mask(d, w->s.n + prefix_length(end), MASK_IP);
		return;
	}
	while ((*end == ',' || *end == ':' || *end == '/') && (kind(end[1]) & DIGIT))
		end = digits_end(end + 1);
	end = run_end(end, LETTER); /* "1,234th": no new word may begin with a digit's tail */
	draft_mask(d, (size_t)(end - d->at), MASK_N);
}

/* "10MB", "1.5s": the number goes, its unit is the next word. */
static bool number_with_unit(struct draft *d, const struct word *w)
{
	size_t n = 0;

	if (!(kind(*w->s.p) & DIGIT) || w->turns != 1 || w->letters > 3 || w->hyphens)
		return false;
	while (!(kind(w->s.p[n]) & LETTER))
		n++;
	draft_mask(d, n, MASK_N);
	return true;
}

/* The length of a time or date whose first digits or letters end at `lead`. */
static size_t moment_length(const char *p, const char *lead)
{
	if (!(kind(*p) & DIGIT))
		return lead - p == 3 && begins_date(p) ? date_length(p) : 0;
	if (*lead == ':')
		return time_length(p);
	if (*lead == '-' && iso_length(p))
		return iso_length(p);
	return *lead == '-' || *lead == ',' || (kind(*lead) & BLANK) ? date_length(p) : 0;
}

/* What begins like a word but is longer: true when it was taken. */
static bool long_shape(struct draft *d, const char *lead)
{
	bool hex = *lead == ':' || (kind(*lead) & HEX);
	size_t n;

	if (*lead == ':' && (kind(*d->at) & ASCII_LETTER) && (n = url_length(d->at, lead)))
		draft_mask(d, n, MASK_URL);
	else if ((n = address_length(d, d->at)))
		draft_mask(d, n, MASK_ADDRESS);
	else if (hex && (kind(*d->at) & HEX) && (n = ip6_length(d->at)))
		draft_mask(d, n, MASK_IP);
	else if ((n = moment_length(d->at, lead)))
		draft_mask(d, n, MASK_TIME);
	else
		return false;
	return true;
}

/* "IPv6:2001:db8::1" */
static size_t tagged_ip6_length(const struct word *w)
{
	size_t n = w->s.n == 4 && w->s.p[4] == ':' && slice_eq_nocase(w->s, SLICE("ipv6")) ? ip6_length(w->s.p + 5) : 0;

	return n ? 5 + n : 0;
}

static void shaped_word(struct draft *d)
{
	size_t name = name_length(&d->names, d->at), n;
	struct word w = word_at(d->at, NULL);

	if (name && (name >= w.s.n || !w.is_host)) {
		draft_mask(d, name, MASK_USER);
		return;
	}
	if (!w.is_host && (w.joined & d->names.starts))
		w = word_at(d->at, &d->names);
	if (w.is_host)
		host(d, &w);
	else if (!w.letters)
		number(d, &w);
	else if ((n = tagged_ip6_length(&w)))
		draft_mask(d, n, MASK_IP);
	else if ((n = base64_length(&w)))
		mask_id(d, n);
	else if (number_with_unit(d, &w))
		return;
	else if (word_is_id(&w))
		mask_id(d, w.s.n);
	else
		draft_keep_words(d, w.s.n, w.s);
}

static void word(struct draft *d)
{
	unsigned k = kind(*d->at);
	const char *lead;

	if ((k & ASCII_LETTER) && d->at != d->shaped && plain_words(d, 0))
		return;
	lead = run_end(d->at, k & DIGIT ? DIGIT : ASCII_LETTER);
	if ((k & DIGIT) && plain_number(d, lead))
		return;
	if (!long_shape(d, lead))
		shaped_word(d);
}

/* ---- Other bytes ---- */

/* "<user@example.org>", a placeholder, "<user>": the brackets go with it. */
static bool bracketed(struct draft *d)
{
	const char *p = d->at + 1;
	enum placeholder is;
	size_t n;

	n = address_length(d, p);
	if (n && p[n] == '>') {
		draft_mask(d, n + 2, MASK_ADDRESS);
		return true;
	}
	if (placeholder_at(d->at, &is, &n)) {
		draft_mask(d, n, is);
		return true;
	}
	n = name_length(&d->names, p);
	if (n && p[n] == '>') {
		draft_mask(d, n + 2, MASK_USER);
		return true;
	}
	return false;
}

/* A literal \n, \r or \t (any number of backslashes) is a blank. */
static bool escaped_blank(struct draft *d)
{
	const char *p = d->at;

	while (*p == '\\')
		p++;
	if (*p != 'n' && *p != 'r' && *p != 't')
		return false;
	d->at = p + 1;
	d->part = true;
	draft_blank(d);
	return true;
}

/* An @ without a local part. Behind a quoted text that was too long to be one it
 * is left out, so that masking cannot make a local part of that text. */
static void lone_at(struct draft *d)
{
	bool quoted = d->at > d->begin && d->at[-1] == '"';

	while (d->at[1] == '@')
		d->at++;
	if (quoted)
		d->at++;
	else
		draft_keep(d, 1);
	if (kind(*d->at) & ALNUM)
		draft_mask(d, (size_t)(domain_end(d->at - 1) - d->at), MASK_HOST);
}

static void other(struct draft *d)
{
	char c = *d->at;
	size_t n;

	if (gap_length(d->at) && (kind(d->at[2]) & ASCII_LETTER) && plain_words(d, 2))
		return;
	if (c == '\\' && escaped_blank(d))
		return;
	if (c == '<' && bracketed(d))
		return;
	if (c == '"' && (n = address_length(d, d->at))) {
		draft_mask(d, n, MASK_ADDRESS);
		return;
	}
	if (c == ':' && d->at[1] == ':' && (n = ip6_length(d->at))) {
		draft_mask(d, n, MASK_IP);
		return;
	}
	if (c == '@') {
		lone_at(d);
		return;
	}
	draft_keep(d, 1);
	d->part = c == '?' || c == '(' || c == '"';
}

static void step(struct draft *d)
{
	unsigned k = kind(*d->at);

	if (k & BLANK) {
		d->at++;
		d->part = true;
		draft_blank(d);
		return;
	}
	if (d->part && part_begins(d->at) && part_take(d))
		return;
	d->part = false;
	if (k & ALNUM)
		word(d);
	else
		other(d);
}

/* ---- The text ---- */

/* Sets out at the beginning of the closed text s. */
static void set_out(struct draft *d, struct slice s, const struct reason_names *names, char *made)
{
	const char *last = s.n ? memrchr(s.p, '@', s.n) : NULL;

	d->begin = d->at = d->no_address = s.p;
	d->end = s.p + s.n;
	d->last_at = last ? last + 1 : s.p;
	d->shaped = NULL;
	d->part = true;
	d->part_code = 0;
	d->words[0] = d->words[1] = (struct slice){ s.p, 0 };
	d->names = names_of(names, d->end);
	d->made = d->out = made;
	d->cut = 0;
	d->blank = d->full = false;
}

void reason_template(struct slice text, const struct reason_names *names, struct buffer *out)
{
	char room[CLOSED_MAX], made[REASON_MAX + COPIED];
	struct draft d;

	set_out(&d, closed_copy(text, room), names, made);
	while (d.at < d.end && !d.full)
		step(&d);
	buffer_add(out, (struct slice){ made, d.full ? d.cut : draft_length(&d) });
	if (d.full)
		buffer_puts(out, "...");
}
