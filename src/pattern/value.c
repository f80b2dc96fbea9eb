/* value.c - addresses, peers and delays as logs write them.
 * SPDX-License-Identifier: MIT */
#include "pattern/value.h"

#include <arpa/inet.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* The end of the list's first element: a comma outside quotes and brackets. Nearly
 * always there is no comma at all, or no quote before it. */
static size_t element_end(struct slice list)
{
	ptrdiff_t comma = slice_find_byte(list, ',');
	bool quoted = false, bracketed = false;

	if (comma < 0)
		return list.n;
	for (size_t i = 0; i < list.n; i++) {
		char c = list.p[i];

		if (c == '\\' && quoted)
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && c == '<')
			bracketed = true;
		else if (!quoted && c == '>')
			bracketed = false;
		else if (c == ',' && !quoted && !bracketed)
			return i;
	}
	return list.n;
}

static struct slice unbracket(struct slice s)
{
	if (s.n && s.p[0] == '<')
		s = slice_from(s, 1);
	if (s.n && s.p[s.n - 1] == '>')
		s.n--;
	return s;
}

bool is_domain(struct slice s)
{
	/* what cannot stand in a domain, an address literal or an IDN */
	static const bool bad[256] = {
		['"'] = true, ['('] = true, [')'] = true, [','] = true, [';'] = true, ['<'] = true, ['>'] = true,
		['@'] = true, ['\\'] = true, ['|'] = true, ['/'] = true, ['='] = true, [0x7f] = true,
	};

	if (s.n == 0 || s.n > 255)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || bad[(unsigned char)s.p[i]])
			return false;
	return true;
}

static bool look_at_each(struct slice s, size_t *at)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '>' || s.p[i] == '"')
			return false;
		if (s.p[i] == '@')
			*at = i;
	}
	return true;
}

#ifdef __SSE2__

static inline __m128i equal(__m128i block, char c)
{
	return _mm_cmpeq_epi8(block, _mm_set1_epi8(c));
}

/* Where in sixteen bytes stands what cannot. */
static inline __m128i look_at_block(const char *text, size_t begin, size_t *at)
{
	__m128i block = _mm_loadu_si128((const __m128i *)(const void *)(text + begin));
	unsigned signs = (unsigned)_mm_movemask_epi8(equal(block, '@'));

	if (signs)
		*at = begin + 31 - (unsigned)__builtin_clz(signs);
	return _mm_or_si128(equal(block, '>'), equal(block, '"'));
}

/* Of sixteen bytes or more; the last block may overlap the one before. */
static bool look_at_blocks(struct slice s, size_t *at)
{
	__m128i bad = _mm_setzero_si128();

	for (size_t i = 0; i + 16 < s.n; i += 16)
		bad = _mm_or_si128(bad, look_at_block(s.p, i, at));
	bad = _mm_or_si128(bad, look_at_block(s.p, s.n - 16, at));
	return !_mm_movemask_epi8(bad);
}

#else

static bool look_at_blocks(struct slice s, size_t *at)
{
	return look_at_each(s, at);
}

#endif

bool address_alone(struct slice list, size_t *at)
{
	*at = 0;
	if (list.n < 3 || list.p[0] != '<' || list.p[list.n - 1] != '>')
		return false;
	list.n--;
	return list.n >= 16 ? look_at_blocks(list, at) : look_at_each(list, at);
}

/* Blanks, and what can part or enclose an address; whatever is not ASCII goes with them. */
static bool may_part(char c)
{
	return c <= ' ' || c == ',' || c == '"' || c == '<' || c == '>' || c == '\\';
}

static bool look_at_bare(struct slice s, size_t *at)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((signed char)s.p[i] < 0 || may_part(s.p[i]))
			return false;
		if (s.p[i] == '@')
			*at = i;
	}
	return true;
}

#ifdef __SSE2__

static inline __m128i look_at_bare_block(const char *text, size_t begin, size_t *at)
{
	__m128i block = _mm_loadu_si128((const __m128i *)(const void *)(text + begin));
	__m128i parts = _mm_or_si128(_mm_cmplt_epi8(block, _mm_set1_epi8(' ' + 1)), equal(block, ','));

	return _mm_or_si128(_mm_or_si128(parts, look_at_block(text, begin, at)),
	                    _mm_or_si128(equal(block, '<'), equal(block, '\\')));
}

static bool look_at_bare_blocks(struct slice s, size_t *at)
{
	__m128i bad = _mm_setzero_si128();

	for (size_t i = 0; i + 16 < s.n; i += 16)
		bad = _mm_or_si128(bad, look_at_bare_block(s.p, i, at));
	bad = _mm_or_si128(bad, look_at_bare_block(s.p, s.n - 16, at));
	return !_mm_movemask_epi8(bad);
}

#else

static bool look_at_bare_blocks(struct slice s, size_t *at)
{
	return look_at_bare(s, at);
}

#endif

bool address_bare(struct slice list, size_t *at)
{
	*at = 0;
	if (list.n < 3 || list.p[0] == '@')
		return false;
	return list.n >= 16 ? look_at_bare_blocks(list, at) : look_at_bare(list, at);
}

/* The next element, blanks and empty ones left out; false at the end. */
static bool element_next(struct slice *rest, struct slice *element)
{
	do {
		size_t end;

		if (rest->n == 0)
			return false;
		end = element_end(*rest);
		*element = slice_trim((struct slice){ rest->p, end });
		*rest = slice_from(*rest, end + 1);
	} while (element->n == 0);
	return true;
}

/* at: its last '@', or NULL. */
static inline struct address address_parts(struct slice element, const char *at)
{
	struct address address = { .all = element, .local = element, .domain = { element.p, 0 } };

	if (at) {
		address.local.n = (size_t)(at - element.p);
		address.domain = slice_between(at + 1, element.p + element.n);
		if (address.domain.n && address.domain.p[address.domain.n - 1] == '.')
			address.domain.n--;
	}
	return address;
}

static bool next_of_list(struct slice *rest, struct address *out)
{
	struct slice element, local;

	if (!element_next(rest, &element))
		return false;
	element = unbracket(element);
	*out = address_parts(element, element.n ? memrchr(element.p, '@', element.n) : NULL);
	local = out->local;
	if (local.n >= 2 && local.p[0] == '"' && local.p[local.n - 1] == '"')
		out->local = (struct slice){ local.p + 1, local.n - 2 };
	return true;
}

bool address_next(struct slice *rest, struct address *out)
{
	const struct slice all = *rest;
	bool bracketed;
	size_t at;

	if (!(bracketed = address_alone(all, &at)) && !address_bare(all, &at))
		return next_of_list(rest, out);
	*rest = (struct slice){ all.p + all.n, 0 };
	*out = address_parts((struct slice){ all.p + bracketed, all.n - 2 * bracketed }, at ? all.p + at : NULL);
	return true;
}

struct slice peer_address(struct slice logged, char *room, struct slice *host)
{
	struct slice address = logged, port = { logged.p, 0 };
	size_t n = 0;
	ptrdiff_t bracket;

	if (address.n && address.p[0] == '[')
		address = slice_from(address, 1);
	bracket = slice_find_byte(address, ']');
	if (bracket >= 0) {
		port = slice_from(address, (size_t)bracket + 1);
		address.n = (size_t)bracket;
	}
	if (address.n > 5 && slice_eq_nocase((struct slice){ address.p, 5 }, SLICE("IPv6:")))
		address = slice_from(address, 5);
	*host = address;
	if (port.n < 2 || port.p[0] != ':')
		return address;
	if (slice_find_byte(address, ':') >= 0) {
		room[n++] = '[';
		memcpy(room + n, address.p, address.n);
		n += address.n;
		room[n++] = ']';
	} else {
		memcpy(room, address.p, address.n);
		n = address.n;
	}
	memcpy(room + n, port.p, port.n);
	return (struct slice){ room, n + port.n };
}

size_t ip_parse(struct slice text, unsigned char bytes[16])
{
	char copy[INET6_ADDRSTRLEN + 1];

	if (text.n == 0 || text.n >= sizeof copy)
		return 0;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	if (inet_pton(AF_INET, copy, bytes) == 1)
		return 4;
	return inet_pton(AF_INET6, copy, bytes) == 1 ? 16 : 0;
}

bool ip_in_network(struct slice address, struct slice network)
{
	unsigned char a[16], b[16];
	ptrdiff_t slash = slice_find_byte(network, '/');
	struct slice base = slash < 0 ? network : (struct slice){ network.p, (size_t)slash };
	size_t n = ip_parse(address, a);
	uint64_t bits = 8 * n;

	if (n == 0 || ip_parse(base, b) != n)
		return false;
	if (slash >= 0 && (!slice_to_u64(slice_from(network, (size_t)slash + 1), &bits) || bits > 8 * n))
		return false;
	if (memcmp(a, b, bits / 8) != 0)
		return false;
	return bits % 8 == 0 || (a[bits / 8] ^ b[bits / 8]) >> (8 - bits % 8) == 0;
}

/* A decimal number at the front of *s; its thousandths. */
static bool take_number(struct slice *s, int64_t *whole, int64_t *thousandths)
{
	static const int places[] = { 1000, 100, 10, 1 };
	size_t i = 0, n = 0;

	*whole = *thousandths = 0;
	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9' && *whole < INT64_C(1000000000); i++)
		*whole = *whole * 10 + (s->p[i] - '0');
	if (i == 0 || i > 10)
		return false;
	if (i < s->n && s->p[i] == '.')
		for (i++; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++)
			if (n < 3) {
				*thousandths = *thousandths * 10 + (s->p[i] - '0');
				n++;
			}
	*thousandths *= places[n];
	*s = slice_from(*s, i);
	return true;
}

static int64_t unit_seconds(char unit)
{
	switch (unit) {
	case 's': return 1;
	case 'm': return 60;
	case 'h': return 3600;
	case 'd': return 86400;
	case 'w': return 604800;
	default: return 0;
	}
}

/* Days, hours and minutes before '+' and ':' are carried on to the next number; a
 * number with a unit is added up. The two forms do not mix. */
static __attribute__((noinline)) int64_t parse_any_form(struct slice text)
{
	enum { PLAIN, CARRIED, UNITS } form = PLAIN;
	const int64_t most = INT64_C(1000000000000); /* 30 years, in milliseconds */
	int64_t total = 0, whole, thousandths;

	for (;;) {
		char next;

		if (!take_number(&text, &whole, &thousandths) || total > most)
			return -1;
		next = text.n ? *text.p : '\0';
		if (next == '\0')
			return form == UNITS ? -1 : (total + whole) * 1000 + thousandths;
		if ((next == '+' || next == ':') && form != UNITS) {
			total = (total + whole) * (next == '+' ? 24 : 60);
			form = CARRIED;
		} else if (unit_seconds(next) && form != CARRIED) {
			total += (whole * 1000 + thousandths) * unit_seconds(next);
			form = UNITS;
			if (text.n == 1)
				return total;
		} else {
			return -1;
		}
		text = slice_from(text, 1);
	}
}

/* Two digits, or more than any such number. */
static unsigned two_digits(const char *p)
{
	unsigned tens = (unsigned char)(p[0] - '0'), ones = (unsigned char)(p[1] - '0');

	return tens < 10 && ones < 10 ? 10 * tens + ones : 100;
}

/* "00:01:02", which Sendmail writes. */
static __attribute__((noinline)) int64_t parse_clock(struct slice text)
{
	unsigned hours = two_digits(text.p), minutes = two_digits(text.p + 3), seconds = two_digits(text.p + 6);

	if (text.p[5] != ':' || hours == 100 || minutes == 100 || seconds == 100)
		return parse_any_form(text);
	return ((hours * 60 + minutes) * 60 + seconds) * INT64_C(1000);
}

/* Nearly always: a number of seconds, with up to three places behind its point. */
int64_t delay_parse(struct slice text)
{
	static const int16_t places[] = { 1000, 1000, 100, 10, 1 }; /* by the bytes from the point on */
	const char *point = text.p + text.n;
	int64_t number = 0;

	if (text.n == 8 && text.p[2] == ':')
		return parse_clock(text);
	if (text.n == 0 || text.n > 9 || *text.p == '.')
		return parse_any_form(text);
	for (const char *p = text.p; p < text.p + text.n; p++) {
		unsigned digit = (unsigned char)(*p - '0');

		if (digit < 10)
			number = number * 10 + digit;
		else if (*p == '.' && point == text.p + text.n)
			point = p;
		else
			return parse_any_form(text);
	}
	return text.p + text.n - point <= 4 ? number * places[text.p + text.n - point] : parse_any_form(text);
}
