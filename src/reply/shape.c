/* shape.c - recognising addresses, hosts and URLs by how they look.
 * SPDX-License-Identifier: MIT */
#include "reply/shape.h"

enum { QUOTED_MAX = 130, LITERAL_MAX = 64 };

enum { E_ = 0, B_ = BLANK, P_ = URL, T_ = URL | TAIL, A_ = URL | ATEXT, S_ = A_ | TAIL, J_ = A_ | JOINER, K_ = J_ | TAIL,
       D_ = A_ | DIGIT | HEX, U_ = A_ | UPPER, X_ = U_ | HEX, l_ = A_ | LOWER, x_ = l_ | HEX, H_ = A_ | HIGH };
const uint16_t byte_kinds[256] = {
	B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_,
	B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_, B_,
	B_, S_, E_, A_, A_, A_, A_, S_, P_, T_, A_, A_, T_, J_, K_, A_,
	D_, D_, D_, D_, D_, D_, D_, D_, D_, D_, T_, T_, E_, A_, E_, S_,
	P_, X_, X_, X_, X_, X_, X_, U_, U_, U_, U_, U_, U_, U_, U_, U_,
	U_, U_, U_, U_, U_, U_, U_, U_, U_, U_, U_, P_, E_, T_, A_, l_,
	A_, x_, x_, x_, x_, x_, x_, l_, l_, l_, l_, l_, l_, l_, l_, l_,
	l_, l_, l_, l_, l_, l_, l_, l_, l_, l_, l_, A_, A_, S_, A_, B_,
	H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_,
	H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_,
	H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_,
	H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_,
	H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_,
	H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_,
	H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_,
	H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, H_, E_,
};

/* ---- Addresses of mail, URLs ---- */

/* The end of "[192.0.2.1]" at p, or p. */
static const char *literal_end(const char *p)
{
	for (size_t i = 0; i < LITERAL_MAX && !at_end(p + i); i++)
		if (p[i] == ']')
			return p + i + 1;
	return p;
}

const char *domain_end(const char *p)
{
	while (*p == '@') {
		p++;
		if (*p == '[') {
			p = literal_end(p);
			continue;
		}
		for (;; p++) {
			p = run_end(p, ALNUM);
			if (!(kind(*p) & JOINER) || !(kind(p[1]) & ALNUM))
				break;
		}
	}
	return p;
}

const char *quoted_end(const char *p)
{
	for (size_t i = 1; i < QUOTED_MAX && !at_end(p + i); i++) {
		if (p[i] == '\\')
			i++;
		else if (p[i] == '"')
			return p[i + 1] == '@' ? p + i + 1 : NULL;
	}
	return NULL;
}

const char *url_end(const char *p)
{
	p = run_end(p, URL);
	while (kind(p[-1]) & TAIL)
		p--;
	return p;
}

size_t url_length(const char *p, const char *colon)
{
	const char *end;

	if (colon[0] != ':' || colon[1] != '/' || colon[2] != '/')
		return 0;
	end = url_end(colon + 3);
	return end > colon + 3 ? (size_t)(end - p) : 0;
}

/* ---- Addresses of hosts ---- */

size_t prefix_length(const char *p)
{
	size_t n = *p == '/' ? (size_t)(digits_end(p + 1) - p) : 0;

	return n > 1 && n <= 4 ? n : 0;
}

bool is_ip4(struct slice s)
{
	unsigned value = 0, digits = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.') {
			value = digits = 0;
			continue;
		}
		value = 10 * value + (unsigned)(s.p[i] - '0');
		if (++digits > 3 || value > 255)
			return false;
	}
	return true;
}

size_t ip6_length(const char *p)
{
	const char *begin = p;
	unsigned seen = 0;
	int colons = 0, group = 0;
	bool gap = false;

	for (;; p++) {
		if (*p == ':') {
			gap = gap || p[1] == ':';
			colons++;
			group = 0;
		} else if (!(kind(*p) & HEX) || ++group > 4) {
			break;
		}
		seen |= kind(*p);
	}
	if (group == 0 && p - begin >= 2 && p[-2] != ':')
		p--, colons--; /* the sentence's colon */
	if (!(seen & DIGIT) || colons < 2 || (!gap && colons < 7))
		return 0;
	while ((kind(*p) & ALNUM) || (*p == '.' && (kind(p[1]) & DIGIT)))
		p++; /* ::ffff:192.0.2.1 */
	if (*p == '%')
		p = run_end(p + 1, ALNUM);
	return (size_t)(p - begin) + prefix_length(p);
}
