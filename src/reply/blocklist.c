/* blocklist.c - DNS blocklists by the words before, by operator, by label.
 * SPDX-License-Identifier: MIT */
#include "reply/blocklist.h"

bool announces_blocklist(struct slice first, struct slice second)
{
	if (slice_eq_nocase(first, SLICE("blocked")))
		return slice_eq_nocase(second, SLICE("using"));
	return (slice_eq_nocase(first, SLICE("listed")) || slice_eq_nocase(first, SLICE("found"))) &&
	       (slice_eq_nocase(second, SLICE("in")) || slice_eq_nocase(second, SLICE("by")) ||
	        slice_eq_nocase(second, SLICE("at")) || slice_eq_nocase(second, SLICE("on")));
}

static bool has_operator(struct slice host)
{
	static const struct slice operators[] = {
		{ "spamhaus.org", 12 }, { "spamhaus.net", 12 }, { "spamcop.net", 11 }, { "barracudacentral.org", 20 },
		{ "surbl.org", 9 }, { "uribl.com", 9 }, { "sorbs.net", 9 }, { "abuseat.org", 11 },
		{ "uceprotect.net", 14 }, { "mailspike.net", 13 }, { "surriel.com", 11 }, { "spamrats.com", 12 },
		{ "junkemailfilter.com", 19 }, { "gbudb.net", 9 }, { "backscatterer.org", 17 }, { "invaluement.com", 15 },
	};

	if (host.n < 4 || host.p[host.n - 4] != '.')
		return false; /* all of them end in .org, .net or .com */
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
		if (slice_ends_nocase(host, operators[i]) &&
		    (host.n == operators[i].n || host.p[host.n - operators[i].n - 1] == '.'))
			return true;
	return false;
}

static bool is_mark(struct slice label)
{
	static const struct slice marks[] = {
		{ "bl", 2 }, { "rbl", 3 }, { "dbl", 3 }, { "sbl", 3 }, { "xbl", 3 }, { "pbl", 3 }, { "zen", 3 }, { "dnsbl", 5 },
		{ "sbl-xbl", 7 }, { "blacklist", 9 }, { "blocklist", 9 },
	};
	char last = label.n < 2 ? '\0' : label.p[label.n - 1] | 0x20;

	if (last != 'l' && last != 'n' && last != 't')
		return false; /* no mark ends so */
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (slice_eq_nocase(label, marks[i]))
			return true;
	return false;
}

bool is_blocklist(struct slice host)
{
	const char *begin = host.p, *end = host.p + host.n;

	for (const char *p = begin; p < end; p++) {
		if (*p != '.')
			continue;
		if (is_mark(slice_between(begin, p)))
			return true;
		begin = p + 1;
	}
	return has_operator(host); /* a top-level domain is no mark */
}
