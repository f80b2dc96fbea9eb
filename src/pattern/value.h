/* value.h - the values that packs capture, each form parsed here for all packs:
 * recipients, peers, delays. SPDX-License-Identifier: MIT */
#ifndef PATTERN_VALUE_H
#define PATTERN_VALUE_H

#include "base/slice.h"

/* Cut the next address off a comma-separated list, brackets optional:
 * `<a@x>,<"b,c"@y>` or `a@x, b@y`. False at the end. `address` is without its
 * brackets; local is its part before the last '@', without quotes; domain the
 * part behind it, without a final dot, empty when there is none ("root"). */
struct address {
	struct slice all, local, domain;
};
bool address_next(struct slice *rest, struct address *out);
/* Can it be a domain? Not what stands behind an '@' in words that are no address
 * (|program, /file, "..."). */
bool is_domain(struct slice s);

/* Is the list one address in brackets, without quotes, as nearly always? *at is where
 * the last '@' stands in it, or 0. */
bool address_alone(struct slice list, size_t *at);
/* The same of one without brackets. */
bool address_bare(struct slice list, size_t *at);

/* An address of a peer as logged - 192.0.2.1, [192.0.2.1]:25, 192.0.2.1]:25,
 * IPv6:2001:db8::1, a socket's path - in one form: the address alone, with a
 * port "192.0.2.1:25" and "[2001:db8::1]:25". Written to room (at most
 * relay_ip.n + 2 bytes). host is the address without port and brackets. */
struct slice peer_address(struct slice logged, char *room, struct slice *host);
/* The first bytes of an IP address in text form; 0, 4 or 16 of them. */
size_t ip_parse(struct slice text, unsigned char bytes[16]);
/* Is the address in NET/BITS, or equal to NET? */
bool ip_in_network(struct slice address, struct slice network);

/* Milliseconds of 0.12, 00:01:02, 1+02:03:04, 3m20s, 1.5s, 2d3h; -1: none of these. */
int64_t delay_parse(struct slice text);

#endif
