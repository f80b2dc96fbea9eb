/* shape.c - recognising addresses, hosts, URLs and times by how they look.
 * SPDX-License-Identifier: MIT */
#include "reply/shape.h"

enum { QUOTED_MAX = 130, LITERAL_MAX = 64 };

enum { B_ = BLANK, P_ = 0, A_ = ATEXT, J_ = ATEXT | JOINER, D_ = ATEXT | DIGIT | HEX, X_ = ATEXT | UPPER | HEX,
       U_ = ATEXT | UPPER, x_ = ATEXT | LOWER | HEX, l_ = ATEXT | LOWER, H_ = ATEXT | HIGH };
const unsigned char byte_kinds[256] = {
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

/* ---- Addresses of mail, URLs ---- */

size_t domain_end(struct slice s, size_t i)
{
	while (char_at(s, i) == '@') {
		const char *close;

		i++;
		if (char_at(s, i) == '[') {
			struct slice rest = slice_from(s, i);

			close = memchr(rest.p, ']', rest.n < LITERAL_MAX ? rest.n : LITERAL_MAX);
			if (close)
				i += (size_t)(close - rest.p) + 1;
			continue;
		}
		for (;; i++) {
			while (kind_at(s, i) & ALNUM)
				i++;
			if (!(kind_at(s, i) & JOINER) || !(kind_at(s, i + 1) & ALNUM))
				break;
		}
	}
	return i;
}

size_t quoted_end(struct slice s, size_t i)
{
	for (size_t k = i + 1; k < s.n && k < i + QUOTED_MAX; k++) {
		if (s.p[k] == '\\')
			k++;
		else if (s.p[k] == '"')
			return char_at(s, k + 1) == '@' ? k + 1 : 0;
	}
	return 0;
}

size_t url_end(struct slice s, size_t i)
{
	while (i < s.n && !(kind(s.p[i]) & BLANK) && s.p[i] != '<' && s.p[i] != '>' && s.p[i] != '"' && s.p[i] != '\\')
		i++;
	while (memchr(".,;:!?)]}'", s.p[i - 1], 10))
		i--;
	return i;
}

size_t url_length(struct slice s, size_t at)
{
	size_t i = at, end;

	while (kind_at(s, i) & (UPPER | LOWER))
		i++;
	if (!slice_starts(slice_from(s, i), SLICE("://")))
		return 0;
	end = url_end(s, i + 3);
	return end > i + 3 ? end - at : 0;
}

/* ---- Addresses of hosts ---- */

size_t digits_at(struct slice s, size_t i)
{
	size_t begin = i;

	while (kind_at(s, i) & DIGIT)
		i++;
	return i - begin;
}

size_t prefix_length(struct slice s, size_t i)
{
	size_t n = char_at(s, i) == '/' ? digits_at(s, i + 1) : 0;

	return n && n <= 3 ? n + 1 : 0;
}

bool is_ip4(struct slice s)
{
	struct slice part;
	uint64_t value;
	int n = 0;

	for (; slice_split(&s, '.', &part); n++)
		if (part.n > 3 || !slice_to_u64(part, &value) || value > 255)
			return false;
	return n == 4;
}

size_t ip6_length(struct slice s, size_t i)
{
	size_t begin = i;
	unsigned seen = 0;
	int colons = 0, group = 0;
	bool gap = false;

	for (;; i++) {
		if (char_at(s, i) == ':') {
			gap = gap || char_at(s, i + 1) == ':';
			colons++;
			group = 0;
		} else if (!(kind_at(s, i) & HEX) || ++group > 4) {
			break;
		}
		seen |= kind_at(s, i);
	}
	if (group == 0 && i - begin >= 2 && char_at(s, i - 2) != ':')
		i--, colons--; /* the sentence's colon */
	if (!(seen & DIGIT) || colons < 2 || (!gap && colons < 7))
		return 0;
	while ((kind_at(s, i) & ALNUM) || (char_at(s, i) == '.' && (kind_at(s, i + 1) & DIGIT)))
		i++; /* ::ffff:192.0.2.1 */
	if (char_at(s, i) == '%')
		for (i++; kind_at(s, i) & ALNUM; )
			i++;
	return i + prefix_length(s, i) - begin;
}

bool is_blocklist(struct slice host)
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

/* ---- Dates and times ---- */

/* Is s one of these names of three letters, written without gaps? */
static bool is_one_of(struct slice s, struct slice names)
{
	for (size_t i = 0; s.n == 3 && i < names.n; i += 3)
		if (memcmp(names.p + i, s.p, 3) == 0)
			return true;
	return false;
}

static bool is_weekday(struct slice s)
{
	return is_one_of(s, SLICE("MonTueWedThuFriSatSun"));
}

static bool is_month(struct slice s)
{
	return is_one_of(s, SLICE("JanFebMarAprMayJunJulAugSepOctNovDec"));
}

static bool is_zone(struct slice s)
{
	return is_one_of(s, SLICE("UTCGMTCETESTEDTPSTPDTMSK")) || slice_eq(s, SLICE("CEST"));
}

bool begins_date(struct slice s, size_t at)
{
	struct slice word = { s.p + at, 3 };

	return (kind_at(s, at) & UPPER) && (kind_at(s, at + 1) & LOWER) && (kind_at(s, at + 2) & LOWER) &&
	       !(kind_at(s, at + 3) & LETTER) && (is_weekday(word) || is_month(word));
}

static struct slice letters_at(struct slice s, size_t i)
{
	size_t begin = i;

	while (kind_at(s, i) & LETTER)
		i++;
	return slice_between(s.p + begin, s.p + i);
}

size_t time_length(struct slice s, size_t i)
{
	size_t begin = i, n = digits_at(s, i), zone;

	if (n < 1 || n > 2 || char_at(s, i + n) != ':' || digits_at(s, i + n + 1) != 2)
		return 0;
	i += n + 3;
	if (char_at(s, i) == ':' && digits_at(s, i + 1) == 2)
		i += 3;
	if ((char_at(s, i) == '.' || char_at(s, i) == ',') && digits_at(s, i + 1))
		i += 1 + digits_at(s, i + 1);
	if (char_at(s, i) == 'Z' && !(kind_at(s, i + 1) & ALNUM))
		return i + 1 - begin;
	zone = i + (char_at(s, i) == ' ');
	if (char_at(s, zone) == '+' || char_at(s, zone) == '-') {
		n = digits_at(s, zone + 1);
		if (n == 4)
			return zone + 5 - begin;
		if (n == 2 && char_at(s, zone + 3) == ':' && digits_at(s, zone + 4) == 2)
			return zone + 6 - begin;
	}
	if (zone > i && is_zone(letters_at(s, zone)))
		return zone + letters_at(s, zone).n - begin;
	return kind_at(s, i) & ALNUM ? 0 : i - begin;
}

/* A time behind a date, with what stands between them. */
static size_t later_time_length(struct slice s, size_t i)
{
	size_t gap = char_at(s, i) == 'T' || char_at(s, i) == ' ' ? 1 : 0;
	size_t n = gap ? time_length(s, i + gap) : 0;

	return n ? gap + n : 0;
}

size_t iso_length(struct slice s, size_t at)
{
	size_t i = at;

	if (digits_at(s, i) != 4 || char_at(s, i + 4) != '-' || digits_at(s, i + 5) != 2 ||
	    char_at(s, i + 7) != '-' || digits_at(s, i + 8) != 2)
		return 0;
	return 10 + later_time_length(s, i + 10);
}

size_t date_length(struct slice s, size_t at)
{
	size_t i = at, end = at;
	bool weekday = false, month = false, day = false, year = false;

	for (;;) {
		struct slice word = letters_at(s, i);
		size_t n = digits_at(s, i), time = n ? time_length(s, i) : 0;

		if (time) {
			end = i + time;
			break;
		}
		if (!weekday && !month && !day && is_weekday(word))
			weekday = true, n = word.n;
		else if (!month && is_month(word))
			month = true, n = word.n;
		else if (!day && (n == 1 || n == 2) && !(kind_at(s, i + n) & LETTER) && char_at(s, i + n) != '.')
			day = true;
		else if (!year && n == 4 && !(kind_at(s, i + n) & LETTER))
			year = true;
		else
			break;
		end = i += n;
		if (char_at(s, i) == ',')
			i++;
		if (char_at(s, i) == '-' && !weekday)
			i++;
		while (kind_at(s, i) & BLANK)
			i++;
		if (i == end || i >= s.n)
			break;
	}
	return month && day && !(kind_at(s, end) & ALNUM) ? end - at : 0;
}
